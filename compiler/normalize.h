// Internal: use compile.h. Stage 5: documents -> statements.
//
// One form for everything that means the same: complement flags, folded action
// and key names, collapsed stars, sorted lists without duplicates.
#ifndef PORTCULLIS_COMPILER_NORMALIZE_H_
#define PORTCULLIS_COMPILER_NORMALIZE_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "policy/document.h"
#include "policy/policy_set.h"
#include "runtime/image_format.h"

namespace portcullis {

struct NormalCondition {
  Operator op;
  std::string key;                  // folded
  std::vector<std::string> values;  // sorted, unique; Bool and Null folded

  friend bool operator==(const NormalCondition& a,
                         const NormalCondition& b) = default;
  friend bool operator<(const NormalCondition& a, const NormalCondition& b);
};

struct NormalStatement {
  bool deny = false;
  bool not_action = false;
  std::vector<std::string> actions;  // folded, sorted, unique; {"*"} for all
  bool has_resource = false;         // false: the element was left out
  bool not_resource = false;
  std::vector<std::string> resources;  // sorted, unique; {"*"} for all
  bool has_principal = false;
  bool not_principal = false;
  // Sorted, unique: how to compare, and with what.
  std::vector<std::pair<PrincipalMatch, std::string>> principals;
  std::vector<NormalCondition> conditions;  // sorted, unique
  uint32_t index = 0;                       // in its document
};

struct NormalPolicy {
  PolicyType type = PolicyType::kIdentity;
  bool variables = false;
  std::vector<NormalStatement> statements;  // in document order
};

// S3 canonical user ids with their accounts.
using CanonicalAccounts = std::vector<std::pair<std::string, std::string>>;
CanonicalAccounts CanonicalAccountsOf(const PolicySet& set);

// Requires. `document` came from the parser without errors.
NormalPolicy Normalize(const Document& document,
                       const CanonicalAccounts& canonical_accounts);

// The policy as a document again, so that it can be printed as policy JSON and
// decided by the reference. Positions are lost.
Document ToDocument(const NormalPolicy& policy);

// One line a statement: `allow action{s3:get*} resource{*} if ...`.
std::string DumpNormalPolicy(const NormalPolicy& policy);

// Collapses runs of stars outside ${...}.
std::string CollapseStars(const std::string& text, bool variables);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_NORMALIZE_H_
