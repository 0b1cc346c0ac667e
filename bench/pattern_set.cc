#include "bench/pattern_set.h"

#include <re2/re2.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace portcullis::bench {
namespace {

RE2::Options SetOptions() {
  RE2::Options options;
  options.set_dot_nl(true);
  options.set_max_mem(int64_t{1} << 30);
  return options;
}

std::string ToRegex(std::string_view pattern) {
  std::string regex;
  for (const char c : pattern) {
    if (c == '*') {
      regex += ".*";
    } else if (c == '?') {
      regex += '.';
    } else {
      regex += RE2::QuoteMeta(std::string(1, c));
    }
  }
  return regex;
}

}  // namespace

PatternSet::PatternSet(const PolicySet& set)
    : patterns_(SetOptions(), RE2::ANCHOR_BOTH) {
  std::vector<std::vector<const SetRule*>> rules_of_policy;
  for (const Policy& policy : set.policies) {
    std::vector<const SetRule*>& rules = rules_of_policy.emplace_back();
    for (const Statement& statement : policy.document.statements) {
      SetRule& rule = rules_.emplace_back();
      rule.rule = MakeRule(statement);
      for (const std::string& pattern : rule.rule.resources) {
        rule.patterns.push_back(PatternId(pattern));
      }
      rules.push_back(&rule);
    }
  }
  for (const Principal& principal : set.principals) {
    Caller& caller = callers_[principal.arn];
    caller.account = principal.account;
    for (const bool deny : {true, false}) {
      for (const PolicyIndex policy : IdentityPolicies(set, principal)) {
        for (const SetRule* rule : rules_of_policy[policy]) {
          if (rule->rule.deny == deny) caller.rules.push_back(rule);
        }
      }
    }
  }
  is_matched_.resize(ids_.size());
  if (patterns_.Compile()) return;
  std::fprintf(stderr, "RE2::Set does not compile %zu patterns\n", ids_.size());
  std::abort();
}

int PatternSet::PatternId(const std::string& pattern) {
  const auto found = ids_.find(pattern);
  if (found != ids_.end()) return found->second;
  const int id = patterns_.Add(ToRegex(pattern), nullptr);
  if (id < 0) std::abort();
  ids_.emplace(pattern, id);
  return id;
}

bool PatternSet::Matches(const SetRule& rule, const Caller& caller,
                         std::string_view folded_action,
                         const Request& request) const {
  if (!MatchesAction(rule.rule, folded_action)) return false;
  const bool resource =
      std::any_of(rule.patterns.begin(), rule.patterns.end(),
                  [&](int id) { return is_matched_[static_cast<size_t>(id)]; });
  return resource != rule.rule.not_resource &&
         HoldsAll(rule.rule, caller.account, request);
}

Verdict PatternSet::Decide(const Request& request) {
  const auto found = callers_.find(ViewOf(request.principal));
  if (found == callers_.end()) return Verdict::kImplicitDeny;
  const Caller& caller = found->second;
  const FoldedAction action(request.action);

  for (const int id : matched_) is_matched_[static_cast<size_t>(id)] = false;
  matched_.clear();
  patterns_.Match({request.resource.data(), request.resource.size()},
                  &matched_);
  for (const int id : matched_) is_matched_[static_cast<size_t>(id)] = true;

  for (const SetRule* rule : caller.rules) {
    if (!Matches(*rule, caller, action.text(), request)) continue;
    return rule->rule.deny ? Verdict::kExplicitDeny : Verdict::kAllowed;
  }
  return Verdict::kImplicitDeny;
}

}  // namespace portcullis::bench
