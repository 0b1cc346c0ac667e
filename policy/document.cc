#include "policy/document.h"

#include <array>

#include "policy/nearest.h"
#include "policy/values.h"

namespace portcullis {
namespace {

constexpr std::string_view kForAllValues = "ForAllValues:";
constexpr std::string_view kForAnyValue = "ForAnyValue:";
constexpr std::string_view kIfExists = "IfExists";

// In the order of Comparison.
constexpr std::array<const char*, kComparisonCount> kComparisonNames = {
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
};

// In the order of PolicyType.
constexpr std::array<const char*, 8> kPolicyTypeNames = {
    "identity", "boundary", "session",  "scp",
    "rcp",      "resource", "endpoint", "trust"};

bool ConsumePrefix(std::string_view prefix, std::string_view& folded) {
  const std::string folded_prefix = Fold(prefix);
  if (!folded.starts_with(folded_prefix)) return false;
  folded.remove_prefix(prefix.size());
  return true;
}

bool ConsumeSuffix(std::string_view suffix, std::string_view& folded) {
  const std::string folded_suffix = Fold(suffix);
  if (!folded.ends_with(folded_suffix)) return false;
  folded.remove_suffix(suffix.size());
  return true;
}

std::optional<Comparison> FindComparison(std::string_view folded) {
  for (size_t i = 0; i < kComparisonNames.size(); ++i) {
    if (Fold(kComparisonNames[i]) == folded) return static_cast<Comparison>(i);
  }
  return std::nullopt;
}

std::vector<std::string> AllOperatorNames() {
  std::vector<std::string> names;
  for (const SetPrefix prefix :
       {SetPrefix::kNone, SetPrefix::kForAllValues, SetPrefix::kForAnyValue}) {
    for (int i = 0; i < kComparisonCount; ++i) {
      const auto comparison = static_cast<Comparison>(i);
      names.push_back(OperatorName({comparison, prefix, false}));
      if (comparison == Comparison::kNull) continue;
      names.push_back(OperatorName({comparison, prefix, true}));
    }
  }
  return names;
}

}  // namespace

std::string OperatorName(const Operator& op) {
  std::string name;
  if (op.prefix == SetPrefix::kForAllValues) name = kForAllValues;
  if (op.prefix == SetPrefix::kForAnyValue) name = kForAnyValue;
  name += kComparisonNames[static_cast<size_t>(op.comparison)];
  if (op.if_exists) name += kIfExists;
  return name;
}

std::optional<Operator> ParseOperatorName(std::string_view name) {
  const std::string folded = Fold(name);
  std::string_view rest = folded;
  Operator op;
  if (ConsumePrefix(kForAllValues, rest)) {
    op.prefix = SetPrefix::kForAllValues;
  } else if (ConsumePrefix(kForAnyValue, rest)) {
    op.prefix = SetPrefix::kForAnyValue;
  }
  op.if_exists = ConsumeSuffix(kIfExists, rest);
  const std::optional<Comparison> comparison = FindComparison(rest);
  if (!comparison) return std::nullopt;
  if (*comparison == Comparison::kNull && op.if_exists) return std::nullopt;
  op.comparison = *comparison;
  return op;
}

std::string NearestOperatorName(std::string_view name) {
  static const std::vector<std::string> kNames = AllOperatorNames();
  return Nearest(name, {kNames.begin(), kNames.end()});
}

bool IsNegated(Comparison comparison) {
  switch (comparison) {
    case Comparison::kStringNotEquals:
    case Comparison::kStringNotEqualsIgnoreCase:
    case Comparison::kStringNotLike:
    case Comparison::kNumericNotEquals:
    case Comparison::kDateNotEquals:
    case Comparison::kNotIpAddress:
    case Comparison::kArnNotEquals:
    case Comparison::kArnNotLike: return true;
    default: return false;
  }
}

bool TakesVariables(Comparison comparison) {
  return comparison <= Comparison::kStringNotLike ||
         comparison == Comparison::kBool ||
         (comparison >= Comparison::kArnEquals &&
          comparison <= Comparison::kArnNotLike);
}

const char* PolicyTypeName(PolicyType type) {
  return kPolicyTypeNames[static_cast<size_t>(type)];
}

std::optional<PolicyType> ParsePolicyType(std::string_view name) {
  for (size_t i = 0; i < kPolicyTypeNames.size(); ++i) {
    if (name == kPolicyTypeNames[i]) return static_cast<PolicyType>(i);
  }
  return std::nullopt;
}

const char* EffectName(Effect effect) {
  return effect == Effect::kAllow ? "Allow" : "Deny";
}

const char* PrincipalKey(PrincipalClass kind) {
  switch (kind) {
    case PrincipalClass::kService: return "Service";
    case PrincipalClass::kFederated: return "Federated";
    case PrincipalClass::kCanonicalUser: return "CanonicalUser";
    case PrincipalClass::kEveryone:
    case PrincipalClass::kAws: break;
  }
  return "AWS";
}

}  // namespace portcullis
