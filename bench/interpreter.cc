#include "bench/interpreter.h"

#include <algorithm>

namespace portcullis::bench {

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
    for (const PolicyIndex policy : IdentityPolicies(set, principal)) {
      for (const Rule* rule : rules_of_policy[policy]) AddRule(*rule, caller);
    }
  }
}

void Interpreter::AddRule(const Rule& rule, Caller& caller) {
  const auto is_general = [](const std::string& action) {
    return action.substr(0, action.find(':')).find_first_of("*?") !=
           std::string::npos;
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

  const FoldedAction action(request.action);
  const auto service = caller.by_service.find(ViewOf(action.service()));
  const Rules none;
  const Rules& own =
      service == caller.by_service.end() ? none : service->second;
  bool allowed = false;
  for (const Rules* rules : {&own, &caller.any_service}) {
    for (const Rule* rule : *rules) {
      if (!MatchesAction(*rule, action.text()) ||
          !MatchesResource(*rule, request.resource) ||
          !HoldsAll(*rule, caller.account, request)) {
        continue;
      }
      if (rule->deny) return Verdict::kExplicitDeny;
      allowed = true;
    }
  }
  return allowed ? Verdict::kAllowed : Verdict::kImplicitDeny;
}

}  // namespace portcullis::bench
