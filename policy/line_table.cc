#include "policy/line_table.h"

#include <algorithm>
#include <cstring>

namespace portcullis {
namespace {

constexpr size_t kBlock = 256;  // bytes

// The length of the run of ASCII bytes at the start of `bytes`.
size_t AsciiPrefix(std::string_view bytes) {
  size_t n = 0;
  for (; n + 8 <= bytes.size(); n += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + n, 8);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  while (n < bytes.size() && static_cast<unsigned char>(bytes[n]) < 0x80) ++n;
  return n;
}

// Allowed values of the second byte after `lead`, and the length.
struct Utf8Form {
  size_t length = 0;  // bytes; 0 for no lead byte
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

Utf8Form FormOf(unsigned char lead) {
  if (lead >= 0xc2 && lead <= 0xdf) return {2};
  if (lead == 0xe0) return {3, 0xa0, 0xbf};
  if (lead == 0xed) return {3, 0x80, 0x9f};
  if (lead >= 0xe1 && lead <= 0xef) return {3};
  if (lead == 0xf0) return {4, 0x90, 0xbf};
  if (lead >= 0xf1 && lead <= 0xf3) return {4};
  if (lead == 0xf4) return {4, 0x80, 0x8f};
  return {};
}

// The length of the multi-byte character at the start of `bytes`, or 0.
size_t Utf8Length(std::string_view bytes) {
  const Utf8Form form = FormOf(static_cast<unsigned char>(bytes[0]));
  if (form.length == 0 || bytes.size() < form.length) return 0;
  const auto second = static_cast<unsigned char>(bytes[1]);
  if (second < form.low || second > form.high) return 0;
  for (size_t i = 2; i < form.length; ++i) {
    if (!ContinuesCharacter(bytes[i])) return 0;
  }
  return form.length;
}

}  // namespace

size_t FindBadUtf8(std::string_view bytes) {
  size_t offset = 0;
  while (true) {
    offset += AsciiPrefix(bytes.substr(offset));
    if (offset == bytes.size()) return std::string_view::npos;
    const size_t length = Utf8Length(bytes.substr(offset));
    if (length == 0) return offset;
    offset += length;
  }
}

std::string ReplaceBadUtf8(std::string_view bytes) {
  std::string text;
  while (true) {
    const size_t bad = FindBadUtf8(bytes);
    text += bytes.substr(0, bad);
    if (bad == std::string_view::npos) return text;
    text += "\uFFFD";
    bytes.remove_prefix(bad + 1);
  }
}

LineTable::LineTable(std::string_view bytes, Position first)
    : bytes_(bytes), first_(first) {
  line_starts_.push_back(0);
  for (size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    line_starts_.push_back(static_cast<uint32_t>(at + 1));
  }
  if (AsciiPrefix(bytes) == bytes.size()) return;
  uint32_t count = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i % kBlock == 0) continuation_.push_back(count);
    if (ContinuesCharacter(bytes[i])) ++count;
  }
}

size_t LineTable::ContinuationBytesBefore(size_t offset) const {
  if (continuation_.empty()) return 0;
  const size_t block = std::min(offset / kBlock, continuation_.size() - 1);
  const std::string_view part =
      bytes_.substr(block * kBlock, offset - block * kBlock);
  const auto more = std::count_if(part.begin(), part.end(), ContinuesCharacter);
  return continuation_[block] + static_cast<size_t>(more);
}

Position LineTable::At(size_t offset) const {
  const auto next =
      std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  const size_t start = *(next - 1);
  const size_t column = offset - start - ContinuationBytesBefore(offset) +
                        ContinuationBytesBefore(start) + 1;
  const auto line = static_cast<size_t>(next - line_starts_.begin()) - 1;
  const size_t before = line == 0 ? first_.column - 1 : 0;  // characters
  return {static_cast<uint32_t>(first_.line + line),
          static_cast<uint32_t>(before + column)};
}

}  // namespace portcullis
