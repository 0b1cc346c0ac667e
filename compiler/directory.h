// Internal: use compile.h. Stage 8, for everything that is not a policy:
// principals, accounts with their organisation, resources, endpoints and
// managed policies -> look-up tables
#ifndef PORTCULLIS_COMPILER_DIRECTORY_H_
#define PORTCULLIS_COMPILER_DIRECTORY_H_

#include "compiler/automaton.h"
#include "compiler/compile.h"
#include "compiler/statements.h"
#include "compiler/tables.h"
#include "policy/policy_set.h"

namespace portcullis {

// Writes the look-up tables of `set`; adds the rule sets they refer to.
void AddDirectory(const PolicySet& set, const CompiledPolicies& policies,
                  const CompileOptions& options, RuleSetBuilder& rule_sets,
                  Tables& tables);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_DIRECTORY_H_
