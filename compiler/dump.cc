// The stages between documents and image as stable text.
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "compiler/automaton.h"
#include "compiler/compile.h"
#include "compiler/normalize.h"
#include "compiler/pattern.h"
#include "compiler/statements.h"
#include "compiler/tables.h"

namespace portcullis {
namespace {

std::string DumpStatements(const PolicySet& set) {
  const CanonicalAccounts accounts = CanonicalAccountsOf(set);
  std::string dump;
  for (const Policy& policy : set.policies) {
    absl::StrAppend(&dump, "policy ", policy.name, " ",
                    PolicyTypeName(policy.document.type), "\n",
                    DumpNormalPolicy(Normalize(policy.document, accounts)));
  }
  return dump;
}

std::string DumpPatterns(const Tables& tables) {
  std::string dump;
  for (uint32_t i = 0; i < tables.all_patterns.size(); ++i) {
    absl::StrAppend(&dump, "pattern ", i, ": ",
                    DumpPattern(tables.ParsedPattern(i)), "\n");
  }
  return dump;
}

std::string DumpAutomaton(const CompiledPolicies& policies,
                          const ActionIndex& actions, const Tables& tables) {
  std::string dump;
  for (size_t i = 0; i < tables.action_points.size(); ++i) {
    absl::StrAppend(&dump, "point ", i, ": ",
                    std::string(tables.Text(tables.action_points[i].text)),
                    "\n");
  }
  for (size_t s = 0; s < policies.statements.size(); ++s) {
    absl::StrAppend(&dump, "statement ", s, ":");
    for (const ActionRanges& ranges :
         actions.RangesOf(policies.statements[s])) {
      absl::StrAppend(&dump, " ",
                      ranges.service.empty() ? "any" : ranges.service);
      for (const ActionInterval& interval : ranges.intervals) {
        absl::StrAppend(&dump, " ", interval.lo, "..", interval.hi);
      }
      if (ranges.check) absl::StrAppend(&dump, " check");
    }
    absl::StrAppend(&dump, "\n");
  }
  return dump;
}

}  // namespace

std::string DumpStage(const PolicySet& set, std::string_view stage) {
  if (stage == "statements") return DumpStatements(set);
  Tables tables;
  const CompiledPolicies policies =
      CompilePolicies(set.policies, CanonicalAccountsOf(set), true, tables);
  if (stage == "patterns") return DumpPatterns(tables);
  if (stage != "automaton") return "";
  const ActionIndex actions(policies, RcpServices(set), tables);
  return DumpAutomaton(policies, actions, tables);
}

}  // namespace portcullis
