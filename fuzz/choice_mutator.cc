// Mutates inputs that are choices of two bytes each (tests/generators/
// entropy.h). libFuzzer's own mutations shift everything that follows by a
// byte, and so change every later choice at once; these keep them apart.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned int seed);

namespace portcullis::fuzz {
namespace {

constexpr size_t kChoice = 2;  // bytes

// One input, changed in place.
class Choices {
 public:
  Choices(uint8_t* data, size_t size, size_t max_size, unsigned int seed)
      : data_(data),
        count_(size / kChoice),
        most_(max_size / kChoice),
        random_(seed) {}

  // Returns the new size in bytes.
  size_t Change() {
    for (size_t n = 1 + random_() % 4; n > 0; --n) ChangeOnce();
    return count_ * kChoice;
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }
  uint8_t* At(size_t choice) { return data_ + choice * kChoice; }

  void ChangeOnce() {
    if (count_ == 0) return Insert();
    switch (Below(6)) {
      case 0: return Insert();
      case 1: return Erase();
      case 2: return Copy();
      case 3: return Step();
      default: return Replace();
    }
  }

  void Put(size_t choice, uint32_t value) {
    At(choice)[0] = static_cast<uint8_t>(value >> 8);
    At(choice)[1] = static_cast<uint8_t>(value);
  }
  // Small numbers are the first of every list, and under every percentage.
  uint32_t Value() {
    return static_cast<uint32_t>(Below(2) == 0 ? Below(100) : Below(65536));
  }

  void Replace() { Put(Below(count_), Value()); }
  void Step() {
    uint8_t* const low = At(Below(count_)) + 1;
    *low = static_cast<uint8_t>(*low + (Below(2) == 0 ? 1 : -1));
  }
  void Insert() {
    if (count_ == most_) return;
    const size_t at = Below(count_ + 1);
    std::memmove(data_ + (at + 1) * kChoice, data_ + at * kChoice,
                 (count_ - at) * kChoice);
    ++count_;
    Put(at, Value());
  }
  void Erase() {
    const size_t at = Below(count_);
    const size_t gone = std::min(count_ - at, 1 + Below(8));
    std::memmove(data_ + at * kChoice, data_ + (at + gone) * kChoice,
                 (count_ - at - gone) * kChoice);
    count_ -= gone;
  }
  void Copy() {
    const size_t from = Below(count_);
    const size_t to = Below(count_);
    const size_t length = std::min(count_ - std::max(from, to), 1 + Below(16));
    std::memmove(At(to), At(from), length * kChoice);
  }

  uint8_t* const data_;
  size_t count_;
  const size_t most_;
  std::minstd_rand random_;
};

}  // namespace
}  // namespace portcullis::fuzz

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                               unsigned int seed) {
  if (seed % 5 == 0) return LLVMFuzzerMutate(data, size, max_size);
  return portcullis::fuzz::Choices(data, size, max_size, seed).Change();
}
