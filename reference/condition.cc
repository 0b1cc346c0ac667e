// condition: (operator, key, values) + context -> bool.
#include <algorithm>

#include "policy/values.h"
#include "reference/lookup.h"
#include "reference/matching.h"

namespace portcullis::reference {
namespace {

// How one request value compares with one policy value, or with all of them.
enum class Outcome {
  kNo,
  kYes,
  kUnreadable,  // S-79: a value is not of the operator's type
};

Outcome ToOutcome(bool yes) { return yes ? Outcome::kYes : Outcome::kNo; }

// S-72, S-73: `order` is that of the request value to the policy value.
bool OrderHolds(Comparison comparison, std::strong_ordering order) {
  switch (comparison) {
    case Comparison::kNumericLessThan:
    case Comparison::kDateLessThan: return order < 0;
    case Comparison::kNumericLessThanEquals:
    case Comparison::kDateLessThanEquals: return order <= 0;
    case Comparison::kNumericGreaterThan:
    case Comparison::kDateGreaterThan: return order > 0;
    case Comparison::kNumericGreaterThanEquals:
    case Comparison::kDateGreaterThanEquals: return order >= 0;
    default: return order == 0;  // ...Equals, ...NotEquals
  }
}

// S-27: a policy value that is not of the type compares with nothing; as it
// would then count as different, it spoils a negated operator.
Outcome NotComparable(Comparison comparison) {
  return IsNegated(comparison) ? Outcome::kUnreadable : Outcome::kNo;
}

// S-72
Outcome CompareNumber(Comparison comparison, const std::string& value,
                      const std::string& policy) {
  const auto a = ParseNumber(value);
  const auto b = ParseNumber(policy);
  if (!a) return Outcome::kUnreadable;
  if (!b) return NotComparable(comparison);
  return ToOutcome(OrderHolds(comparison, CompareNumbers(*a, *b)));
}

// S-73
Outcome CompareDate(Comparison comparison, const std::string& value,
                    const std::string& policy) {
  const auto a = ParseDate(value);
  const auto b = ParseDate(policy);
  if (!a) return Outcome::kUnreadable;
  if (!b) return NotComparable(comparison);
  return ToOutcome(OrderHolds(comparison, *a <=> *b));
}

// S-77
Outcome CompareAddress(Comparison comparison, const std::string& value,
                       const std::string& policy) {
  const auto address = ParseAddress(value);
  const auto block = ParseAddressBlock(policy);
  if (!address) return Outcome::kUnreadable;
  if (!block) return NotComparable(comparison);
  return ToOutcome(Contains(*block, *address));
}

// S-75
Outcome CompareBinary(const std::string& value, const std::string& policy) {
  const auto bytes = ParseBase64(value);
  if (!bytes) return Outcome::kUnreadable;
  return ToOutcome(bytes == ParseBase64(policy));
}

// S-74. `policy` is absent when its variable has no value (S-56).
Outcome CompareBool(const std::string& value,
                    const std::optional<Pattern>& policy) {
  const auto truth = ParseBool(value);
  if (!truth) return Outcome::kUnreadable;
  return ToOutcome(policy && truth == ParseBool(PlainText(*policy)));
}

// S-78
Outcome CompareArn(const std::string& value,
                   const std::optional<Pattern>& policy) {
  if (!IsArn(value)) return Outcome::kUnreadable;
  return ToOutcome(policy && MatchesArn(*policy, value));
}

// The positive sense of the operator, on one request value and one policy
// value; variables work in String, Arn and Bool operators only (S-54).
Outcome Compare(Comparison comparison, const std::string& value,
                const std::string& text, bool variables,
                const Context& context) {
  const std::optional<Pattern> policy = Resolve(text, variables, context);
  switch (comparison) {
    case Comparison::kStringEquals:
    case Comparison::kStringNotEquals:  // S-69
      return ToOutcome(policy && PlainText(*policy) == value);
    case Comparison::kStringEqualsIgnoreCase:
    case Comparison::kStringNotEqualsIgnoreCase:  // S-70
      return ToOutcome(policy &&
                       FoldLetters(PlainText(*policy)) == FoldLetters(value));
    case Comparison::kStringLike:
    case Comparison::kStringNotLike:  // S-71
      return ToOutcome(policy && MatchesText(*policy, value));
    case Comparison::kArnEquals:
    case Comparison::kArnLike:
    case Comparison::kArnNotEquals:
    case Comparison::kArnNotLike: return CompareArn(value, policy);
    case Comparison::kBool: return CompareBool(value, policy);
    case Comparison::kBinaryEquals: return CompareBinary(value, text);
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress:
      return CompareAddress(comparison, value, text);
    case Comparison::kDateEquals:
    case Comparison::kDateNotEquals:
    case Comparison::kDateLessThan:
    case Comparison::kDateLessThanEquals:
    case Comparison::kDateGreaterThan:
    case Comparison::kDateGreaterThanEquals:
      return CompareDate(comparison, value, text);
    default: return CompareNumber(comparison, value, text);
  }
}

// S-62: one request value against all policy values, negation included.
Outcome Satisfies(const Condition& pair, const std::string& value,
                  bool variables, const Context& context) {
  bool any = false;
  for (const Text& policy : pair.values) {
    const Outcome outcome =
        Compare(pair.op.comparison, value, policy.text, variables, context);
    if (outcome == Outcome::kUnreadable) return outcome;
    any = any || outcome == Outcome::kYes;
  }
  return ToOutcome(any != IsNegated(pair.op.comparison));
}

// S-76
bool NullHolds(const Condition& pair, bool empty) {
  return std::ranges::any_of(pair.values, [empty](const Text& value) {
    return Fold(value.text) == (empty ? "true" : "false");
  });
}

}  // namespace

bool Holds(const Condition& pair, Effect effect, bool variables,
           const Context& context) {
  const ContextValue* value = Find(context, pair.key);
  const bool empty = value == nullptr || value->texts.empty();
  if (pair.op.comparison == Comparison::kNull) return NullHolds(pair, empty);
  if (pair.op.prefix == SetPrefix::kNone && empty) {  // S-63, S-64
    return pair.op.if_exists || IsNegated(pair.op.comparison);
  }
  if (pair.op.prefix == SetPrefix::kNone && value->is_list)
    return false;    // S-68
  bool all = true;   // S-65
  bool any = false;  // S-66
  for (const std::string& text :
       empty ? std::vector<std::string>{} : value->texts) {
    const bool ignored = text.empty() && value->is_list &&
                         pair.op.prefix == SetPrefix::kForAllValues;
    if (ignored) continue;  // S-67
    const Outcome outcome = Satisfies(pair, text, variables, context);
    if (outcome == Outcome::kUnreadable && effect == Effect::kDeny) return true;
    all = all && outcome == Outcome::kYes;
    any = any || outcome == Outcome::kYes;
  }
  return pair.op.prefix == SetPrefix::kForAllValues ? all : any;
}

}  // namespace portcullis::reference
