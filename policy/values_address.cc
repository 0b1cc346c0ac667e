// IP addresses and blocks of condition values (S-77).
#include <algorithm>

#include "policy/values.h"

namespace portcullis {
namespace {

// A decimal number without leading zeros of at most three digits.
std::optional<int> ParseSmallNumber(std::string_view text, int limit) {
  if (text.empty() || text.size() > 3) return std::nullopt;
  if (text.size() > 1 && text[0] == '0') return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  if (value > limit) return std::nullopt;
  return value;
}

bool ParseOctets(std::string_view text, uint8_t* bytes) {
  for (int i = 0; i < 4; ++i) {
    const size_t dot = i < 3 ? text.find('.') : text.size();
    if (dot == std::string_view::npos) return false;
    const std::optional<int> octet = ParseSmallNumber(text.substr(0, dot), 255);
    if (!octet) return false;
    bytes[i] = static_cast<uint8_t>(*octet);
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

// Bytes of one side of `::`.
struct Groups {
  std::array<uint8_t, 16> bytes{};
  size_t size = 0;  // bytes
};

bool AppendGroup(std::string_view text, Groups& groups) {
  if (text.empty() || text.size() > 4 || groups.size + 2 > 16) return false;
  int value = 0;
  for (const char c : text) {
    const int digit = HexValue(c);
    if (digit < 0) return false;
    value = value * 16 + digit;
  }
  groups.bytes[groups.size++] = static_cast<uint8_t>(value >> 8);
  groups.bytes[groups.size++] = static_cast<uint8_t>(value & 0xff);
  return true;
}

bool AppendOctets(std::string_view text, Groups& groups) {
  if (groups.size + 4 > 16) return false;
  if (!ParseOctets(text, groups.bytes.data() + groups.size)) return false;
  groups.size += 4;
  return true;
}

// Groups between single colons; the last may be an IPv4 address when `last`.
bool ParseGroups(std::string_view text, bool last, Groups& groups) {
  if (text.empty()) return true;
  while (true) {
    const size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool final_group = colon == std::string_view::npos;
    const bool octets = group.find('.') != std::string_view::npos;
    if (octets && !(last && final_group)) return false;
    if (!(octets ? AppendOctets(group, groups) : AppendGroup(group, groups)))
      return false;
    if (final_group) return true;
    text.remove_prefix(colon + 1);
  }
}

std::optional<std::array<uint8_t, 16>> ParseV6(std::string_view text) {
  const size_t gap = text.find("::");
  Groups head;
  if (gap == std::string_view::npos) {
    if (!ParseGroups(text, true, head) || head.size != 16) return std::nullopt;
    return head.bytes;
  }
  Groups tail;
  if (!ParseGroups(text.substr(0, gap), false, head) ||
      !ParseGroups(text.substr(gap + 2), true, tail) ||
      head.size + tail.size > 14)
    return std::nullopt;
  std::copy_n(tail.bytes.begin(), tail.size, head.bytes.end() - tail.size);
  return head.bytes;
}

void ClearHostBits(AddressBlock& block) {
  for (size_t i = 0; i < block.bytes.size(); ++i) {
    const int kept =
        std::clamp(block.prefix_bits - static_cast<int>(i) * 8, 0, 8);
    block.bytes[i] &= static_cast<uint8_t>(0xff << (8 - kept));
  }
}

}  // namespace

std::optional<AddressBlock> ParseAddress(std::string_view text) {
  AddressBlock block;
  if (text.find(':') == std::string_view::npos) {
    block.prefix_bits = 32;
    if (!ParseOctets(text, block.bytes.data())) return std::nullopt;
    return block;
  }
  const std::optional<std::array<uint8_t, 16>> bytes = ParseV6(text);
  if (!bytes) return std::nullopt;
  block.is_v6 = true;
  block.prefix_bits = 128;
  block.bytes = *bytes;
  return block;
}

std::optional<AddressBlock> ParseAddressBlock(std::string_view text) {
  const size_t slash = text.find('/');
  std::optional<AddressBlock> block = ParseAddress(text.substr(0, slash));
  if (!block || slash == std::string_view::npos) return block;
  const std::optional<int> length =
      ParseSmallNumber(text.substr(slash + 1), block->prefix_bits);
  if (!length) return std::nullopt;
  block->prefix_bits = static_cast<uint8_t>(*length);
  ClearHostBits(*block);
  return block;
}

bool Contains(const AddressBlock& block, const AddressBlock& address) {
  if (block.is_v6 != address.is_v6 || block.prefix_bits > address.prefix_bits)
    return false;
  AddressBlock masked = address;
  masked.prefix_bits = block.prefix_bits;
  ClearHostBits(masked);
  return masked == block;
}

}  // namespace portcullis
