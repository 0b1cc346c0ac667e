#include "bench/interpreter.h"

#include <algorithm>
#include <array>
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

// What the hash map's look-up takes.
absl::string_view ViewOf(std::string_view text) {
  return {text.data(), text.size()};
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

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

}  // namespace

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

Interpreter::Interpreter(const PolicySet& set) {
  std::vector<std::vector<const Rule*>> rules_of_policy(set.policies.size());
  for (size_t i = 0; i < set.policies.size(); ++i) {
    for (const Statement& statement : set.policies[i].document.statements) {
      rules_.push_back(MakeRule(statement));
      rules_of_policy[i].push_back(&rules_.back());
    }
  }
  for (const Principal& principal : set.principals) {
    Caller& caller = callers_[principal.arn];
    caller.account = principal.account;
    for (const bool deny : {true, false}) {
      for (const PolicyIndex policy : IdentityPolicies(set, principal)) {
        for (const Rule* rule : rules_of_policy[policy]) {
          if (rule->deny == deny) AddRule(*rule, caller);
        }
      }
    }
  }
}

bool Interpreter::IsSupported(Comparison comparison) {
  switch (comparison) {
    case Comparison::kStringEquals:
    case Comparison::kStringNotEquals:
    case Comparison::kStringLike:
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress: return true;
    default: return false;
  }
}

Interpreter::Rule Interpreter::MakeRule(const Statement& statement) {
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

Interpreter::Test Interpreter::MakeTest(const Condition& condition) {
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

void Interpreter::AddRule(const Rule& rule, Caller& caller) {
  const auto is_general = [](const std::string& action) {
    return HasWildcard(action.substr(0, action.find(':')));
  };
  if (rule.not_action ||
      std::any_of(rule.actions.begin(), rule.actions.end(), is_general)) {
    caller.any_service.push_back(&rule);
    return;
  }
  for (const std::string& action : rule.actions) {
    Rules& rules = caller.by_service[action.substr(0, action.find(':'))];
    if (rules.empty() || rules.back() != &rule) rules.push_back(&rule);
  }
}

Verdict Interpreter::Decide(const Request& request) const {
  const auto found = callers_.find(ViewOf(request.principal));
  if (found == callers_.end()) return Verdict::kImplicitDeny;
  const Caller& caller = found->second;

  std::array<char, 256> buffer;
  const size_t size = std::min(request.action.size(), buffer.size());
  std::transform(request.action.data(), request.action.data() + size,
                 buffer.begin(), FoldByte);
  const std::string_view action(buffer.data(), size);

  const auto service =
      caller.by_service.find(ViewOf(action.substr(0, action.find(':'))));
  const Rules none;
  const Rules& own =
      service == caller.by_service.end() ? none : service->second;
  bool allowed = false;
  for (const Rules* rules : {&own, &caller.any_service}) {
    for (const Rule* rule : *rules) {
      if (allowed && !rule->deny) break;  // the denies stand first
      if (!Matches(*rule, caller, action, request)) continue;
      if (rule->deny) return Verdict::kExplicitDeny;
      allowed = true;
    }
  }
  return allowed ? Verdict::kAllowed : Verdict::kImplicitDeny;
}

bool Interpreter::Matches(const Rule& rule, const Caller& caller,
                          std::string_view folded_action,
                          const Request& request) {
  const auto some = [](const std::vector<std::string>& patterns,
                       std::string_view text) {
    return std::any_of(
        patterns.begin(), patterns.end(),
        [&](const std::string& pattern) { return MatchGlob(pattern, text); });
  };
  return some(rule.actions, folded_action) != rule.not_action &&
         some(rule.resources, request.resource) != rule.not_resource &&
         std::all_of(
             rule.tests.begin(), rule.tests.end(),
             [&](const Test& test) { return Holds(test, caller, request); });
}

bool Interpreter::Holds(const Test& test, const Caller& caller,
                        const Request& request) {
  std::optional<std::string_view> value;
  if (test.key == kPrincipalAccount) {
    value = caller.account;
  } else if (test.key == kResourceAccount) {
    const std::string_view account = ArnField(request.resource, 4);
    value = account.empty() ? caller.account : account;
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
                         text = caller.account;
                       return test.comparison == Comparison::kStringLike
                                  ? MatchGlob(text, *value)
                                  : text == *value;
                     }) != negated;
}

}  // namespace portcullis::bench
