// caller: the request's principal -> Caller; Principal elements -> Level.
#include "reference/caller.h"

#include <algorithm>
#include <string_view>

#include "policy/values.h"
#include "reference/lookup.h"

namespace portcullis::reference {
namespace {

// `path/name` -> `name`; empty when there is none.
std::string_view LastName(std::string_view path_and_name) {
  return path_and_name.substr(path_and_name.rfind('/') + 1);
}

bool ReadUser(const PolicySet& set, std::string_view rest, Caller& caller) {
  caller.kind = CallerKind::kUser;
  caller.name = LastName(rest);
  caller.entity_arn = caller.arn;
  caller.entity = FindEntity(set, EntityKind::kUser, caller.arn);
  return !caller.name.empty();
}

// S-176: a role ARN is a session without a name.
bool ReadRole(const PolicySet& set, std::string_view rest, Caller& caller) {
  caller.kind = CallerKind::kRoleSession;
  caller.name = LastName(rest);
  caller.entity_arn = caller.arn;
  caller.entity = FindEntity(set, EntityKind::kRole, caller.arn);
  return !caller.name.empty();
}

// S-176: `NAME` or `NAME/SESSION`, which do not tell the role's path.
bool ReadSession(const PolicySet& set, std::string_view rest, Caller& caller) {
  caller.kind = CallerKind::kRoleSession;
  const size_t slash = rest.find('/');
  if (slash == rest.npos) return false;
  caller.name = rest.substr(0, slash);
  caller.session = rest.substr(slash + 1);
  caller.entity =
      FindRoleByName(set, caller.partition, caller.account, caller.name);
  caller.entity_arn = caller.entity != nullptr ? caller.entity->arn
                                               : "arn:" + caller.partition +
                                                     ":iam::" + caller.account +
                                                     ":role/" + caller.name;
  return !caller.name.empty() && !caller.session.empty();
}

std::string RootArnOf(const Caller& caller) {
  return "arn:" + caller.partition + ":iam::" + caller.account + ":root";
}

// S-139: is it a user, or the root user, of the caller's own account?
bool IsParent(std::string_view arn, const Caller& caller) {
  if (!IsArn(arn)) return false;
  const std::vector<std::string_view> parts = ArnParts(arn);
  return parts[1] == caller.partition && parts[2] == "iam" &&
         parts[3].empty() && parts[4] == caller.account &&
         (parts[5] == "root" || parts[5].starts_with("user/"));
}

// S-139: the session carries the parent user; the name says nothing about it.
bool ReadFederatedUser(const PolicySet& set, const Request& request,
                       std::string_view rest, Caller& caller) {
  caller.kind = CallerKind::kFederatedUser;
  caller.name = rest;
  if (request.session == nullptr) return !caller.name.empty();
  const std::string_view parent = request.session->parent;
  if (!IsParent(parent, caller)) return !caller.name.empty();
  caller.of_root = parent == RootArnOf(caller);  // S-106
  caller.entity = FindEntity(set, EntityKind::kUser, parent);
  // S-118: as a Principal a root ARN means its account alone.
  if (!caller.of_root) caller.entity_arn = parent;
  return !caller.name.empty();
}

// What follows `prefix` in `text`; nullopt when it does not begin so.
std::optional<std::string_view> After(std::string_view text,
                                      std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

bool ReadIam(const PolicySet& set, std::string_view rest, Caller& caller) {
  if (const auto user = After(rest, "user/")) {
    return ReadUser(set, *user, caller);
  }
  if (const auto role = After(rest, "role/")) {
    return ReadRole(set, *role, caller);
  }
  caller.kind = CallerKind::kRoot;
  return rest == "root";
}

bool ReadSts(const PolicySet& set, const Request& request,
             std::string_view rest, Caller& caller) {
  if (const auto session = After(rest, "assumed-role/")) {
    return ReadSession(set, *session, caller);
  }
  const auto user = After(rest, "federated-user/");
  return user && ReadFederatedUser(set, request, *user, caller);
}

bool ReadArn(const PolicySet& set, const Request& request, Caller& caller) {
  if (!IsArn(caller.arn)) return false;
  const std::vector<std::string_view> parts = ArnParts(caller.arn);
  if (parts[1].empty() || !parts[3].empty() || !IsAccountId(parts[4])) {
    return false;
  }
  caller.partition = parts[1];
  caller.account = parts[4];
  if (parts[2] == "iam") return ReadIam(set, parts[5], caller);
  return parts[2] == "sts" && ReadSts(set, request, parts[5], caller);
}

// S-100: told by the role's path, which a session ARN does not hold.
bool IsServiceLinked(const Caller& caller) {
  return caller.kind == CallerKind::kRoleSession &&
         ArnParts(caller.entity_arn)[5].starts_with("role/aws-service-role/");
}

bool IsTemporary(const Caller& caller, const Request& request) {
  switch (caller.kind) {
    case CallerKind::kRoleSession:
    case CallerKind::kFederatedUser: return true;
    case CallerKind::kUser:
    case CallerKind::kRoot: return request.session != nullptr;
    default: return false;
  }
}

// S-96: user -> DIRECT, role and parent user -> ENTITY.
Level EntityLevel(const Caller& caller) {
  return caller.kind == CallerKind::kUser ? Level::kDirect : Level::kEntity;
}

// Entries under `AWS` but for `*`.
Level AwsLevel(const Caller& caller, const std::string& value) {
  if (!caller.HasAccount()) return Level::kNone;
  if (value == caller.account || value == RootArnOf(caller)) {
    return Level::kAccount;
  }
  const bool is_session =
      caller.kind == CallerKind::kFederatedUser || !caller.session.empty();
  if (is_session && value == caller.arn) return Level::kDirect;
  if (value == caller.entity_arn) return EntityLevel(caller);
  if (caller.entity != nullptr && value == caller.entity->unique_id) {
    return EntityLevel(caller);
  }
  return Level::kNone;
}

// S-96: the canonical user id stands for its account (project default K19).
Level CanonicalLevel(const PolicySet& set, const Caller& caller,
                     const std::string& value) {
  const Account* account = FindAccount(set, caller.account);
  return account != nullptr && account->canonical_id == Fold(value)
             ? Level::kAccount
             : Level::kNone;
}

Level EntryLevel(const PolicySet& set, const Caller& caller,
                 const PrincipalEntry& entry) {
  CallerKind named = CallerKind::kService;
  switch (entry.kind) {
    case PrincipalClass::kEveryone: return Level::kDirect;
    case PrincipalClass::kAws: return AwsLevel(caller, entry.value);
    case PrincipalClass::kCanonicalUser:
      return CanonicalLevel(set, caller, entry.value);
    case PrincipalClass::kService: break;
    case PrincipalClass::kFederated: named = CallerKind::kProvider; break;
  }
  return caller.kind == named && caller.arn == entry.value ? Level::kDirect
                                                           : Level::kNone;
}

}  // namespace

std::optional<Caller> FindCaller(const PolicySet& set, const Request& request) {
  Caller caller;
  caller.arn = request.principal;
  bool known = !caller.arn.empty();
  switch (request.form) {
    case PrincipalForm::kArn: known = ReadArn(set, request, caller); break;
    case PrincipalForm::kService: caller.kind = CallerKind::kService; break;
    case PrincipalForm::kFederated:
      caller.kind = CallerKind::kProvider;
      if (IsArn(caller.arn))
        caller.partition = ArnParts(caller.arn)[1];  // S-117
      break;
    case PrincipalForm::kAnonymous: known = true; break;
  }
  if (!known) return std::nullopt;
  caller.temporary = IsTemporary(caller, request);
  caller.service_linked = IsServiceLinked(caller);
  return caller;
}

Level LevelOf(const PolicySet& set, const Caller& caller,
              const Statement& statement) {
  if (!statement.has_principal) return Level::kDirect;
  Level level = Level::kNone;
  for (const PrincipalEntry& entry : statement.principals) {
    level = std::max(level, EntryLevel(set, caller, entry));
  }
  if (!statement.not_principal) return level;
  // S-98
  if (statement.effect == Effect::kDeny && caller.HasBoundary()) {
    return Level::kDirect;
  }
  return level == Level::kNone ? Level::kDirect : Level::kNone;
}

}  // namespace portcullis::reference
