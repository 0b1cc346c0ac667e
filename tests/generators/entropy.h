// entropy.h -- where generated worlds get their choices from: the bytes of a
// fuzzer, or an endless stream from a seed.
#ifndef PORTCULLIS_TESTS_GENERATORS_ENTROPY_H_
#define PORTCULLIS_TESTS_GENERATORS_ENTROPY_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace portcullis::testing {

// Choices. From bytes: two a choice, zeros once they are used up, so that a
// shorter input makes a simpler world. From a seed: SplitMix64, without end.
class Entropy {
 public:
  explicit Entropy(uint64_t seed) : state_(seed) {}
  explicit Entropy(std::span<const uint8_t> bytes)
      : bytes_(bytes), from_bytes_(true) {}

  // 0 .. count - 1. Requires count > 0.
  uint32_t Below(uint32_t count) { return Next() % count; }
  // True `percent` times in a hundred.
  bool Percent(uint32_t percent) { return Below(100) < percent; }

  template <typename T, size_t N>
  const T& Pick(const T (&list)[N]) {
    return list[Below(static_cast<uint32_t>(N))];
  }

 private:
  uint32_t Next() {
    if (from_bytes_) return NextFromBytes();
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<uint32_t>(z >> 33);
  }
  uint32_t NextFromBytes() {
    uint32_t value = 0;
    for (int i = 0; i < 2 && at_ < bytes_.size(); ++i) {
      value = value << 8 | bytes_[at_++];
    }
    return value;
  }

  uint64_t state_ = 0;
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  bool from_bytes_ = false;
};

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_GENERATORS_ENTROPY_H_
