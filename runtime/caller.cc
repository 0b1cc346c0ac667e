#include "runtime/caller.h"

#include <algorithm>

#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

constexpr std::string_view kServiceLinkedPath = "role/aws-service-role/";

// Removes `prefix` from the front of `text`.
bool Consume(std::string_view& text, std::string_view prefix) {
  if (!StartsWith(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::string_view AfterLastSlash(std::string_view path) {
  return Slice(path, path.rfind('/') + 1);
}

void SetEntity(const ImageTables& tables, std::string_view key,
               Caller& caller) {
  caller.entity = FindEntity(tables, key);
  if (caller.entity != nullptr) {
    caller.entity_arn = tables.Text(caller.entity->arn);
  }
}

// `arn:P:iam::A:` user/..., role/... or root.
Refusal ResolveIam(const ImageTables& tables, std::string_view rest,
                   bool has_session, Caller& caller) {
  if (rest == "root") {
    caller.kind = CallerKind::kRoot;
    caller.temporary = has_session;
    return Refusal::kNone;
  }
  const bool is_role = Consume(rest, "role/");
  if (!is_role && !Consume(rest, "user/")) return Refusal::kPrincipal;
  caller.kind = is_role ? CallerKind::kRole : CallerKind::kUser;
  caller.temporary = is_role || has_session;
  caller.name = AfterLastSlash(rest);
  caller.entity_arn = caller.arn;
  SetEntity(tables, caller.arn, caller);
  return caller.name.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

// `arn:P:sts::A:assumed-role/NAME[/SESSION]`: the role by its name (S-176).
Refusal ResolveAssumedRole(const ImageTables& tables, std::string_view rest,
                           Caller& caller) {
  const size_t slash = rest.find('/');
  caller.kind = CallerKind::kRole;
  caller.temporary = true;
  caller.name = Slice(rest, 0, slash);
  std::string_view key = caller.arn;
  if (slash != rest.npos) {
    caller.session_name = Slice(rest, slash + 1);
    key.remove_suffix(caller.session_name.size() + 1);
    if (caller.session_name.empty()) return Refusal::kPrincipal;
  }
  SetEntity(tables, key, caller);
  return caller.name.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

// The parent, which the session names, gives the policies (S-139).
Refusal ResolveFederatedUser(const ImageTables& tables, std::string_view name,
                             const SessionInfo* session, Caller& caller) {
  caller.kind = CallerKind::kFederatedUser;
  caller.temporary = true;
  caller.name = name;
  if (session != nullptr && !session->parent.empty()) {
    caller.entity_arn = session->parent;
    SetEntity(tables, session->parent, caller);
  }
  return name.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

Refusal ResolveArn(const ImageTables& tables, const Request& request,
                   Caller& caller) {
  const std::string_view arn = request.principal;
  const ArnColons colons = SplitArn(arn);
  if (!colons.valid) return Refusal::kPrincipal;
  const std::string_view service = ArnPart(arn, colons, 2);
  std::string_view rest = ArnPart(arn, colons, 5);
  caller.arn = arn;
  caller.partition = ArnPart(arn, colons, 1);
  caller.account_id = ArnPart(arn, colons, 4);
  if (!ArnPart(arn, colons, 3).empty() || !IsTwelveDigits(caller.account_id)) {
    return Refusal::kPrincipal;
  }
  const SessionInfo* session = request.session;
  if (service == "iam") {
    return ResolveIam(tables, rest, session != nullptr, caller);
  }
  if (service != "sts") return Refusal::kPrincipal;
  if (Consume(rest, "assumed-role/")) {
    return ResolveAssumedRole(tables, rest, caller);
  }
  if (Consume(rest, "federated-user/")) {
    return ResolveFederatedUser(tables, rest, session, caller);
  }
  return Refusal::kPrincipal;
}

// S-100: by the role's path; a session ARN alone does not tell.
bool IsServiceLinked(const Caller& caller) {
  if (caller.kind != CallerKind::kRole) return false;
  if (caller.entity != nullptr) {
    return (caller.entity->flags & kEntityServiceLinked) != 0;
  }
  const ArnColons colons = SplitArn(caller.entity_arn);
  return colons.valid &&
         StartsWith(ArnPart(caller.entity_arn, colons, 5), kServiceLinkedPath);
}

}  // namespace

bool IsTwelveDigits(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) {
           return c >= '0' && c <= '9';
         });
}

ArnColons SplitArn(std::string_view text) {
  ArnColons colons;
  if (!StartsWith(text, "arn:")) return colons;
  size_t from = 0;
  for (size_t& at : colons.at) {
    at = text.find(':', from);
    if (at == text.npos) return colons;
    from = at + 1;
  }
  colons.valid = true;
  return colons;
}

const AccountRecord* FindAccount(const ImageTables& tables,
                                 std::string_view id) {
  const uint32_t index = FindIndex(
      tables.account_slots, HashText(id), id,
      [&tables](uint32_t i) { return tables.Text(tables.accounts[i].id); });
  return index == kNoIndex ? nullptr : &tables.accounts[index];
}

Refusal ResolveCaller(const ImageTables& tables, const Request& request,
                      Caller& caller) {
  caller = Caller{};
  if (request.principal.size() > kMaxPrincipalBytes) return Refusal::kPrincipal;
  switch (request.form) {
    case PrincipalForm::kAnonymous: return Refusal::kNone;
    case PrincipalForm::kService: caller.kind = CallerKind::kService; break;
    case PrincipalForm::kFederated: caller.kind = CallerKind::kProvider; break;
    case PrincipalForm::kArn: {
      const Refusal refusal = ResolveArn(tables, request, caller);
      if (refusal != Refusal::kNone) return refusal;
      caller.account = FindAccount(tables, caller.account_id);
      caller.service_linked = IsServiceLinked(caller);
      return Refusal::kNone;
    }
  }
  caller.arn = request.principal;
  return caller.arn.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

}  // namespace portcullis
