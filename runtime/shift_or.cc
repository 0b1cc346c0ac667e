#include "runtime/shift_or.h"

#include <algorithm>
#include <cstring>

namespace portcullis {

bool Subject::FindContinuations() const {
  constexpr uint64_t kHighBits = kEveryByte << 7;
  uint64_t found = 0;  // in the high bit of each byte: set there, clear below
  size_t at = 0;
  for (; text_.size() - at >= 8; at += 8) {
    uint64_t word;
    std::memcpy(&word, text_.data() + at, sizeof(word));
    found |= word & ~(word << 1);
  }
  return (found & kHighBits) != 0 ||
         std::any_of(text_.begin() + at, text_.end(), IsContinuation);
}

ShiftOr::ShiftOr() { std::memset(blocked_, 0xFF, sizeof(blocked_)); }

void ShiftOr::Clear() {
  for (size_t i = 0; i < size_; ++i) blocked_[bytes_[i]] = kAll;
  any_ = 0;
  size_ = 0;
}

size_t ShiftOr::FirstEnd(Subject& subject, size_t from) const {
  size_t first = std::string_view::npos;
  Pass(
      subject, from, [](size_t) { return uint64_t{1}; },
      [&first](size_t end) {
        first = end;
        return false;
      });
  return first;
}

}  // namespace portcullis
