#include "cli/byte_size.h"

#include <charconv>
#include <cstdint>

namespace portcullis::cli {
namespace {

// The power of two that a suffix multiplies by, or 0.
int ShiftOf(char suffix) {
  switch (suffix) {
    case 'K':
    case 'k': return 10;
    case 'M':
    case 'm': return 20;
    case 'G':
    case 'g': return 30;
    default: return 0;
  }
}

}  // namespace

std::optional<size_t> ParseByteSize(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const int shift = ShiftOf(text.back());
  if (shift > 0) text.remove_suffix(1);
  uint64_t number = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  if (number > (uint64_t{1} << 63) >> shift) return std::nullopt;
  return static_cast<size_t>(number << shift);
}

}  // namespace portcullis::cli
