// caller.h -- who asks, and what a Principal element says about them.
// Internal: use reference.h.
#ifndef PORTCULLIS_REFERENCE_CALLER_H_
#define PORTCULLIS_REFERENCE_CALLER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "policy/policy_set.h"
#include "runtime/request.h"

namespace portcullis::reference {

enum class CallerKind : uint8_t {
  kUser,  // long-term keys, or a GetSessionToken session
  kRoleSession,
  kFederatedUser,
  kRoot,
  kService,
  kProvider,  // an identity provider's caller
  kAnonymous,
};

struct Caller {
  CallerKind kind = CallerKind::kAnonymous;
  std::string arn;         // as asked; a service's or provider's name
  std::string partition;   // empty for services, providers, anonymous callers
  std::string account;     // likewise
  std::string name;        // of the user, role or federated user
  std::string session;     // role sessions: the session's name, may be empty
  std::string entity_arn;  // of the user, the role with path, the parent user
  const Principal* entity = nullptr;  // null when the set does not know it
  bool temporary = false;             // has temporary credentials
  bool service_linked = false;        // a service-linked role's session
  bool of_root = false;  // a federated user whose parent is the root user

  bool HasAccount() const { return !account.empty(); }
  // S-106, S-107: what the root user may do needs no identity policy.
  bool HasRootGrant() const { return kind == CallerKind::kRoot || of_root; }
  bool HasBoundary() const { return entity != nullptr && entity->boundary; }
};

// nullopt for a principal of no known form (S-170).
std::optional<Caller> FindCaller(const PolicySet& set, const Request& request);

// Is it the session of an AssumeRoot call (S-141)?
inline bool IsAssumedRoot(const Caller& caller, const SessionInfo& session) {
  return caller.kind == CallerKind::kRoot && session.assumed_root;
}

// How strongly a Principal element names the caller (S-96).
enum class Level : uint8_t { kNone, kAccount, kEntity, kDirect };

// The level of the statement's Principal or NotPrincipal (S-97, S-98); kDirect
// for a statement without one.
Level LevelOf(const PolicySet& set, const Caller& caller,
              const Statement& statement);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_CALLER_H_
