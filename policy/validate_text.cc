// stage 4: texts and constants of conditions.
#include "policy/validate_text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/arn.h"
#include "policy/values.h"
#include "policy/variable.h"

namespace portcullis {
namespace {

// The `<name>` in `text`, brackets included; empty for none.
std::string_view FindPlaceholder(std::string_view text) {
  const size_t open = text.find('<');
  if (open == std::string_view::npos) return {};
  const size_t close = text.find('>', open);
  if (close == std::string_view::npos || close == open + 1) return {};
  return text.substr(open, close - open + 1);
}

enum class Family { kString, kNumeric, kDate, kBool, kBinary, kIp, kArn };

Family FamilyOf(Comparison comparison) {
  if (comparison <= Comparison::kStringNotLike) return Family::kString;
  if (comparison <= Comparison::kNumericGreaterThanEquals)
    return Family::kNumeric;
  if (comparison <= Comparison::kDateGreaterThanEquals) return Family::kDate;
  switch (comparison) {
    case Comparison::kBinaryEquals: return Family::kBinary;
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress: return Family::kIp;
    case Comparison::kArnEquals:
    case Comparison::kArnNotEquals:
    case Comparison::kArnLike:
    case Comparison::kArnNotLike: return Family::kArn;
    default: return Family::kBool;  // Bool and Null
  }
}

// What a constant of the family must be; null when it parses.
const char* ExpectedForm(Family family, std::string_view text) {
  switch (family) {
    case Family::kNumeric: return ParseNumber(text) ? nullptr : "a number";
    case Family::kDate:
      return ParseDate(text) ? nullptr
                             : "a date such as `2026-01-31T12:00:00Z`";
    case Family::kBool: return ParseBool(text) ? nullptr : "`true` or `false`";
    case Family::kBinary: return ParseBase64(text) ? nullptr : "base64";
    case Family::kIp:
      return ParseAddressBlock(text) ? nullptr
                                     : "an IP address or a CIDR block";
    case Family::kString:
    case Family::kArn: break;
  }
  return nullptr;
}

// S-27. True when the value parses.
bool CheckConstant(const Condition& condition, const Text& value,
                   const TextChecker& check) {
  const char* expected =
      ExpectedForm(FamilyOf(condition.op.comparison), value.text);
  if (expected == nullptr) return true;
  std::string hint = std::string("expected ") + expected;
  if (!FindPlaceholder(value.text).empty())
    hint += "; it looks like a placeholder";
  check.Error(
      value, "S-27",
      "value of `" + OperatorName(condition.op) + "` is " + Quoted(value.text),
      hint);
  return false;
}

void CheckZone(const Text& value, const TextChecker& check) {
  bool zone_missing = false;
  if (ParseDate(value.text, &zone_missing) && zone_missing)
    check.Warning(value, "S-73", Quoted(value.text) + " has no time zone",
                  "it is read as UTC");
}

// S-77. `::ffff:0:0/96` holds the IPv4 addresses, but no IPv4 address is in it.
void CheckFamily(const Text& value, const TextChecker& check) {
  constexpr std::array<uint8_t, 12> kMapped = {0, 0, 0, 0, 0,    0,
                                               0, 0, 0, 0, 0xFF, 0xFF};
  const std::optional<AddressBlock> block = ParseAddressBlock(value.text);
  if (!block || !block->is_v6 || block->prefix_bits < 96 ||
      !std::equal(kMapped.begin(), kMapped.end(), block->bytes.begin())) {
    return;
  }
  check.Warning(value, "S-77",
                Quoted(value.text) + " is an IPv4 address as IPv6",
                "it matches no IPv4 address; write it as one");
}

// S-78.
void CheckArnPattern(const Text& value, const TextChecker& check) {
  if (IsArn(SplitArn(value.text, check.document().variables))) return;
  check.Warning(value, "S-78",
                Quoted(value.text) + " is not an ARN of six parts",
                "it matches no value");
}

void CheckValue(const Condition& condition, const Text& value,
                const TextChecker& check) {
  const Comparison comparison = condition.op.comparison;
  const bool takes_variables = TakesVariables(comparison);
  if (takes_variables) check.Variables(value);
  const Family family = FamilyOf(comparison);
  if (family == Family::kArn) CheckArnPattern(value, check);
  if (HasVariable(value.text, check.document().variables)) {
    if (takes_variables) return;
    check.Warning(value, "S-54",
                  "variable in a value of `" + OperatorName(condition.op) + "`",
                  "variables have no effect there");
    return;
  }
  if (!CheckConstant(condition, value, check)) return;
  if (family == Family::kDate) CheckZone(value, check);
  if (family == Family::kIp) CheckFamily(value, check);
  check.Placeholder(value);
}

}  // namespace

void TextChecker::Error(const Text& text, const char* rule, std::string message,
                        std::string hint) const {
  issues_.AddError(document_.file, text.position, rule, std::move(message),
                   std::move(hint));
}

void TextChecker::Warning(const Text& text, const char* rule,
                          std::string message, std::string hint) const {
  issues_.AddWarning(document_.file, text.position, rule, std::move(message),
                     std::move(hint));
}

void TextChecker::Variables(const Text& text) const {
  std::string error;
  SplitVariables(text.text, document_.variables, &error);
  if (!error.empty()) {
    Error(text, "S-52", error, "expected `${key}` or `${key, 'default'}`");
  }
  if (document_.variables || !HasVariable(text.text, true)) return;
  Warning(text, "S-50", "variable in a document that is not of 2012-10-17",
          "it is ordinary text; write `\"Version\": \"2012-10-17\"`");
}

void TextChecker::NoVariables(const Text& text, const char* place) const {
  if (!HasVariable(text.text, true)) return;
  Warning(text, "S-54", std::string("variable in ") + place,
          "variables have no effect there");
}

void TextChecker::Placeholder(const Text& text) const {
  const std::string_view found = FindPlaceholder(text.text);
  if (found.empty()) return;
  Warning(text, "S-33", Quoted(found) + " looks like a placeholder",
          "it matches this very text alone");
}

void CheckCondition(const Condition& condition, const TextChecker& check) {
  check.NoVariables({condition.key, condition.position},
                    "the name of a condition key");
  for (const Text& value : condition.values)
    CheckValue(condition, value, check);
}

}  // namespace portcullis
