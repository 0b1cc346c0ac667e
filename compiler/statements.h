// Internal: use compile.h. Stages 6 and 7 for whole policies: normal statements
// -> statement records
#ifndef PORTCULLIS_COMPILER_STATEMENTS_H_
#define PORTCULLIS_COMPILER_STATEMENTS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "compiler/condition.h"
#include "compiler/normalize.h"
#include "compiler/tables.h"
#include "policy/policy_set.h"

namespace portcullis {

// A statement's actions as ranges of the sorted action points, found once all
// action names are known.
struct CompiledStatement {
  bool not_action = false;
  std::vector<std::string_view> actions;  // normal patterns, as `action_refs`
                                          // of CompiledPolicies has them
  // Of its Resource or NotResource: Tables::all_patterns, ascending.
  std::vector<uint32_t> patterns = {};
};

// All policies of a set as policy and statement records, sorted by policy name
// so that statement order is report order (S-120).
struct CompiledPolicies {
  std::vector<uint32_t> record_of;            // PolicyIndex -> policy record
  std::vector<CompiledStatement> statements;  // parallel to Tables::statements
  // Every distinct action pattern, and its glob.
  absl::node_hash_map<std::string, uint32_t> action_refs;
};

CompiledPolicies CompilePolicies(const std::vector<Policy>& policies,
                                 const CanonicalAccounts& canonical_accounts,
                                 bool with_sources, Tables& tables);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_STATEMENTS_H_
