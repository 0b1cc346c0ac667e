#include "bench/rules.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

namespace portcullis::bench {
namespace {

constexpr std::string_view kPrincipalAccount = "aws:principalaccount";
constexpr std::string_view kPrincipalAccountVariable =
    "${aws:PrincipalAccount}";
constexpr std::string_view kResourceAccount = "aws:resourceaccount";

char FoldByte(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsFolded(std::string_view text, std::string_view folded) {
  return text.size() == folded.size() &&
         std::equal(text.begin(), text.end(), folded.begin(),
                    [](char a, char b) { return FoldByte(a) == b; });
}

std::string_view ArnField(std::string_view arn, int index) {
  for (int i = 0; i < index; ++i) {
    const size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return arn.substr(0, arn.find(':'));
}

bool IsSupported(Comparison comparison) {
  switch (comparison) {
    case Comparison::kStringEquals:
    case Comparison::kStringNotEquals:
    case Comparison::kStringLike:
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress: return true;
    default: return false;
  }
}

Test MakeTest(const Condition& condition) {
  Test test;
  test.comparison = condition.op.comparison;
  if (!IsSupported(test.comparison) || condition.op.if_exists ||
      condition.op.prefix != SetPrefix::kNone) {
    std::fprintf(stderr, "the interpreter yardstick does not know %s\n",
                 OperatorName(condition.op).c_str());
    std::abort();
  }
  test.key = Fold(condition.key);
  for (const Text& value : condition.values) {
    test.texts.push_back(value.text);
    if (const auto block = ParseAddressBlock(value.text)) {
      test.blocks.push_back(*block);
    }
  }
  return test;
}

bool Holds(const Test& test, std::string_view own_account,
           const Request& request) {
  std::optional<std::string_view> value;
  if (test.key == kPrincipalAccount) {
    value = own_account;
  } else if (test.key == kResourceAccount) {
    const std::string_view account = ArnField(request.resource, 4);
    value = account.empty() ? own_account : account;
  } else {
    for (const ContextEntry& entry : request.context) {
      if (EqualsFolded(entry.key, test.key)) value = entry.values[0];
    }
  }
  const bool negated = IsNegated(test.comparison);
  if (!value) return negated;
  if (test.comparison == Comparison::kIpAddress ||
      test.comparison == Comparison::kNotIpAddress) {
    const auto address = ParseAddress(*value);
    if (!address) return false;
    return std::any_of(test.blocks.begin(), test.blocks.end(),
                       [&](const AddressBlock& block) {
                         return Contains(block, *address);
                       }) != negated;
  }
  return std::any_of(test.texts.begin(), test.texts.end(),
                     [&](std::string_view text) {
                       if (text == kPrincipalAccountVariable)
                         text = own_account;
                       return test.comparison == Comparison::kStringLike
                                  ? MatchGlob(text, *value)
                                  : text == *value;
                     }) != negated;
}

bool MatchesSome(const std::vector<std::string>& patterns,
                 std::string_view text) {
  return std::any_of(
      patterns.begin(), patterns.end(),
      [&](const std::string& pattern) { return MatchGlob(pattern, text); });
}

}  // namespace

FoldedAction::FoldedAction(std::string_view action)
    : size_(std::min(action.size(), buffer_.size())) {
  std::transform(action.data(), action.data() + size_, buffer_.begin(),
                 FoldByte);
}

Rule MakeRule(const Statement& statement) {
  Rule rule;
  rule.deny = statement.effect == Effect::kDeny;
  rule.not_action = statement.not_action;
  rule.not_resource = statement.not_resource;
  for (const Text& action : statement.actions) {
    rule.actions.push_back(Fold(action.text));
  }
  for (const Text& resource : statement.resources) {
    rule.resources.push_back(resource.text);
  }
  for (const Condition& condition : statement.conditions) {
    rule.tests.push_back(MakeTest(condition));
  }
  return rule;
}

bool MatchGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;  // the last one seen
  size_t restart = 0;                    // in the text, for that star
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      restart = t;
    } else if (p < pattern.size() &&
               (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++restart;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool MatchesAction(const Rule& rule, std::string_view folded_action) {
  return MatchesSome(rule.actions, folded_action) != rule.not_action;
}

bool MatchesResource(const Rule& rule, std::string_view resource) {
  return MatchesSome(rule.resources, resource) != rule.not_resource;
}

bool HoldsAll(const Rule& rule, std::string_view account,
              const Request& request) {
  return std::all_of(
      rule.tests.begin(), rule.tests.end(),
      [&](const Test& test) { return Holds(test, account, request); });
}

}  // namespace portcullis::bench
