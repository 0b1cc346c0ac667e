// values.h -- the typed values of condition operators: how a text is read as a
// number, a date, an address or bytes (S-72 to S-77). All functions but
// FoldLetters() are total: text that is not of the type gives nullopt.
// Thread-safe; cost linear in the text.
#ifndef PORTCULLIS_POLICY_VALUES_H_
#define PORTCULLIS_POLICY_VALUES_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis {

// An exact decimal: (-1)^negative * 0.DIGITS * 10^exponent.
// Canonical: digits has no leading or trailing zero; zero is
// {false, 0, ""}, so that equal numbers are equal structs.
struct Number {
  bool negative = false;
  int64_t exponent = 0;  // decimal; saturates at +-2^40
  std::string digits;    // '0'..'9', most significant first

  friend bool operator==(const Number&, const Number&) = default;
};
std::optional<Number> ParseNumber(std::string_view text);
std::strong_ordering CompareNumbers(const Number& a, const Number& b);

// An instant: seconds since 1970-01-01T00:00:00Z and nanoseconds after it.
struct Instant {
  int64_t seconds = 0;
  uint32_t nanoseconds = 0;  // 0..999,999,999; digits beyond are cut off

  friend auto operator<=>(const Instant&, const Instant&) = default;
};
// `zone_missing`, when given, tells whether the text had a time without zone.
std::optional<Instant> ParseDate(std::string_view text,
                                 bool* zone_missing = nullptr);

std::optional<bool> ParseBool(std::string_view text);

std::optional<std::string> ParseBase64(std::string_view text);

// An address block. Bytes beyond the family's length and host bits are zero.
struct AddressBlock {
  bool is_v6 = false;
  uint8_t prefix_bits = 0;  // 0..32 or 0..128
  std::array<uint8_t, 16> bytes{};

  friend bool operator==(const AddressBlock&, const AddressBlock&) = default;
};
// Policy side: an address or ADDRESS/LENGTH.
std::optional<AddressBlock> ParseAddressBlock(std::string_view text);
// Request side: an address alone; prefix_bits is 32 or 128.
std::optional<AddressBlock> ParseAddress(std::string_view text);
// False when the families differ.
bool Contains(const AddressBlock& block, const AddressBlock& address);

// Of a hexadecimal digit; -1 of another character.
int HexValue(char c);

// ASCII letters lowered, the rest as it is (*fold*).
std::string Fold(std::string_view text);
// S-70: UTF-8 text with every letter in simple lower case, as the C library has
// it; bytes that are no letter stay.
// Requires. The system has the locale C.UTF-8, as Debian does; else it throws
// std::runtime_error.
std::string FoldLetters(std::string_view text);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_VALUES_H_
