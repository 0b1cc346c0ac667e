// Internal to this repository; embedders use decide.h. Reads request values as
// numbers, dates, addresses and bytes (S-72 to S-77) without allocating.
// policy/values.h reads the policy's side; the two share nothing, so that tests
// can hold one against the other.
#ifndef PORTCULLIS_RUNTIME_VALUE_H_
#define PORTCULLIS_RUNTIME_VALUE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/image_format.h"

namespace portcullis {

// A decimal whose digits stay in the text they came from.
struct DecimalView {
  bool negative = false;
  int64_t exponent = 0;     // value is 0.DIGITS * 10^exponent
  std::string_view digits;  // from first to last non-zero digit; may hold one
                            // '.', which does not count; empty for zero
};
std::optional<DecimalView> ReadDecimal(std::string_view text);

// Compares a request's number with a policy's, whose digits are `digits`.
std::strong_ordering CompareDecimal(const DecimalView& request,
                                    const NumberRecord& policy,
                                    std::string_view digits);

struct InstantValue {
  int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  uint32_t nanoseconds = 0;

  friend auto operator<=>(const InstantValue&, const InstantValue&) = default;
};
std::optional<InstantValue> ReadInstant(std::string_view text);

std::optional<bool> ReadBool(std::string_view text);

struct AddressValue {
  bool is_v6 = false;
  uint8_t bytes[16] = {};
};
std::optional<AddressValue> ReadAddress(std::string_view text);
bool BlockContains(const AddressRecord& block, const AddressValue& address);

// True when `text` is base64 (S-75).
bool IsBase64(std::string_view text);
// Orders the bytes that the base64 `text` stands for against `bytes`.
// Requires. IsBase64(text).
std::strong_ordering CompareBase64(std::string_view text,
                                   std::string_view bytes);

// Text forms of derived keys. Both write at most 32 bytes and return the text.
// An instant as `YYYY-MM-DDThh:mm:ssZ`, with the fraction of a second where it
// has one; years before 0 and after 9999 are written as these.
std::string_view FormatInstant(InstantValue instant, char* buffer);
std::string_view FormatInteger(int64_t value, char* buffer);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_VALUE_H_
