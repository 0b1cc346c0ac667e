#include "runtime/caller.h"

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

void SetKey(const ImageTables& tables, std::string_view key, Caller& caller) {
  caller.key = key;
  caller.key_probe = ProbeFor(tables.entity_slots, HashText(key));
}

// `arn:P:iam::A:` user/..., role/... or root.
Refusal ParseIam(std::string_view rest, bool has_session, Caller& caller) {
  if (rest == "root") {
    caller.kind = CallerKind::kRoot;
    caller.temporary = has_session;
    return Refusal::kNone;
  }
  const bool is_role = Consume(rest, "role/");
  if (!is_role && !Consume(rest, "user/")) return Refusal::kPrincipal;
  caller.kind = is_role ? CallerKind::kRole : CallerKind::kUser;
  caller.temporary = is_role || has_session;
  caller.name = rest;
  caller.entity_arn = caller.arn;
  return rest.empty() || rest.back() == '/' ? Refusal::kPrincipal
                                            : Refusal::kNone;
}

// `arn:P:sts::A:assumed-role/NAME/SESSION`: the role by its name (S-176).
Refusal ParseAssumedRole(const ImageTables& tables, std::string_view rest,
                         Caller& caller) {
  const size_t slash = rest.find('/');
  caller.kind = CallerKind::kRole;
  caller.temporary = true;
  if (slash == 0 || slash >= rest.size() - 1) return Refusal::kPrincipal;
  caller.name = Slice(rest, 0, slash);
  caller.session_name = Slice(rest, slash + 1);
  caller.by_session = true;
  std::string_view key = caller.arn;
  key.remove_suffix(caller.session_name.size() + 1);
  SetKey(tables, key, caller);
  return Refusal::kNone;
}

// `user/...` or `root` of a parent's ARN of the caller's own account and
// partition; empty when it is none (S-139).
std::string_view ParentName(std::string_view parent, const Caller& caller) {
  const ArnColons colons = SplitArn(parent);
  if (!colons.valid || ArnPart(parent, colons, 1) != caller.partition ||
      ArnPart(parent, colons, 2) != "iam" ||
      !ArnPart(parent, colons, 3).empty() ||
      ArnPart(parent, colons, 4) != caller.account_id) {
    return {};
  }
  const std::string_view name = ArnPart(parent, colons, 5);
  return name == "root" || StartsWith(name, "user/") ? name
                                                     : std::string_view();
}

// The parent, which the session names, gives the policies (S-139).
Refusal ParseFederatedUser(const ImageTables& tables, std::string_view name,
                           const SessionInfo* session, Caller& caller) {
  caller.kind = CallerKind::kFederatedUser;
  caller.temporary = true;
  caller.name = name;
  const std::string_view parent = session == nullptr
                                      ? std::string_view()
                                      : ParentName(session->parent, caller);
  if (!parent.empty()) {
    caller.entity_arn = session->parent;
    SetKey(tables, session->parent, caller);
    caller.of_root = parent == "root";
  }
  return name.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

// Sets the key that is to be looked up next; none for a user or role, whose
// text was looked up and is not there.
Refusal ParseArn(const ImageTables& tables, const Request& request,
                 Caller& caller) {
  const std::string_view arn = request.principal;
  const ArnColons colons = SplitArn(arn);
  if (!colons.valid) return Refusal::kPrincipal;
  const std::string_view service = ArnPart(arn, colons, 2);
  std::string_view rest = ArnPart(arn, colons, 5);
  caller.arn = arn;
  caller.partition = ArnPart(arn, colons, 1);
  caller.account_id = ArnPart(arn, colons, 4);
  if (caller.partition.empty() || !ArnPart(arn, colons, 3).empty() ||
      !IsTwelveDigits(caller.account_id)) {
    return Refusal::kPrincipal;
  }
  const SessionInfo* session = request.session;
  if (service == "iam") {
    return ParseIam(rest, session != nullptr, caller);
  }
  if (service != "sts") return Refusal::kPrincipal;
  if (Consume(rest, "assumed-role/")) {
    return ParseAssumedRole(tables, rest, caller);
  }
  if (Consume(rest, "federated-user/")) {
    return ParseFederatedUser(tables, rest, session, caller);
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

// Is `entity` the role whose sessions' ARNs begin `arn:P:sts::A:` as the
// caller's does (S-176)?
bool IsRoleOfSession(const ImageTables& t, const EntityRecord& entity,
                     const Caller& caller) {
  std::string_view arn = t.Text(entity.arn);
  return (entity.flags & kEntityRole) != 0 &&
         SameText(t.Text(entity.name), caller.name) && Consume(arn, "arn:") &&
         Consume(arn, caller.partition) && Consume(arn, ":iam::") &&
         Consume(arn, caller.account_id) && Consume(arn, ":role/");
}

void FindCallerEntity(const ImageTables& t, Caller& caller) {
  const uint32_t index =
      FindIndex(t.entity_slots, caller.key_probe, [&](uint32_t i) {
        return caller.by_session
                   ? IsRoleOfSession(t, t.entities[i], caller)
                   : SameText(t.Text(t.entities[i].arn), caller.key);
      });
  if (index == kNoIndex) return;
  caller.entity = &t.entities[index];
  caller.entity_arn = t.Text(caller.entity->arn);
}

// A user or role that is named by its own ARN.
void FillFromEntity(const ImageTables& t, const Request& request,
                    const EntityRecord& entity, Caller& caller) {
  const bool is_role = (entity.flags & kEntityRole) != 0;
  caller.kind = is_role ? CallerKind::kRole : CallerKind::kUser;
  caller.temporary = is_role || request.session != nullptr;
  caller.service_linked = (entity.flags & kEntityServiceLinked) != 0;
  caller.arn = request.principal;
  const char* const arn = caller.arn.data();  // of the form that was verified
  caller.partition = {arn + 4, entity.partition_size};
  caller.account_id = {arn + EntityAccountBegin(entity), 12};
  caller.name = t.Text(entity.name);
  caller.entity = &entity;
  caller.entity_arn = caller.arn;
  caller.account = &t.accounts[entity.account];
}

// Takes the colons from the bits of an ARN's first 64 bytes, where nearly every
// ARN has all five; false when these are fewer.
bool TakeColons(uint64_t hits, ArnColons& colons) {
  uint64_t fifth = hits;
  for (size_t i = 1; i < ArnColons::kCount; ++i) fifth &= fifth - 1;
  if (fifth == 0) return false;
  for (size_t& at : colons.at) {
    at = LowestBit(hits);
    hits &= hits - 1;
  }
  colons.valid = true;
  return true;
}

// The top nibble of each byte.
constexpr uint64_t kHighNibbles = kEveryByte * 0xF0;
// Are all bytes digits? No byte above 0xF9 can pass the first test, so that the
// sum does not carry.
bool AreDigits(uint64_t word) {
  return (word & kHighNibbles) == kEveryByte * 0x30 &&
         ((word + kEveryByte * 6) & kHighNibbles) == kEveryByte * 0x30;
}

// A caller whose ARN is none of the image's entities. Apart from its caller,
// which most requests do not need it for.
[[gnu::noinline]] Refusal FindOther(const ImageTables& tables,
                                    const Request& request, Caller& caller) {
  const Refusal refusal = ParseArn(tables, request, caller);
  if (refusal != Refusal::kNone) return refusal;
  if (!caller.key.empty()) FindCallerEntity(tables, caller);
  caller.account = FindAccount(tables, caller.account_id);
  caller.service_linked = IsServiceLinked(caller);
  return Refusal::kNone;
}

Refusal FindArn(const ImageTables& tables, const Request& request,
                const EntityRecord* found, Caller& caller) {
  if (found == nullptr) return FindOther(tables, request, caller);
  FillFromEntity(tables, request, *found, caller);
  return Refusal::kNone;
}

// S-117: a provider that is named by its ARN has a partition.
[[gnu::noinline]] void SetProvider(const Request& request, Caller& caller) {
  caller.kind = CallerKind::kProvider;
  const ArnColons colons = SplitArn(request.principal);
  if (colons.valid) caller.partition = ArnPart(request.principal, colons, 1);
}

}  // namespace

bool IsTwelveDigits(std::string_view text) {
  return text.size() == 12 && AreDigits(LoadWord(text.data())) &&
         AreDigits(LoadWord(text.data() + 4));
}

void FindColons(std::string_view text, ArnColons& colons) {
  if (!StartsWith(text, "arn:")) return;
  if (TakeColons(FindByte(text, ':'), colons)) return;
  size_t found = 0;
  for (size_t begin = 0; begin < text.size(); begin += 64) {
    uint64_t hits = FindByte(Slice(text, begin), ':');
    for (; hits != 0; hits &= hits - 1) {
      colons.at[found++] = begin + LowestBit(hits);
      if (found < ArnColons::kCount) continue;
      colons.valid = true;
      return;
    }
  }
}

const AccountRecord* FindAccount(const ImageTables& tables,
                                 std::string_view id) {
  const uint32_t index =
      FindIndex(tables.account_slots, HashText(id), [&](uint32_t i) {
        return SameText(tables.Text(tables.accounts[i].id), id);
      });
  return index == kNoIndex ? nullptr : &tables.accounts[index];
}

// The entity that the handle names, if its ARN is the text; else as without a
// handle.
const EntityRecord* FindHinted(const ImageTables& tables,
                               const CallerKey& key) {
  const EntityRecord& hinted = tables.entities[key.hint];
  return SameText(tables.Text(hinted.arn), key.text)
             ? &hinted
             : FindEntity(tables, key.text);
}

Refusal FindCaller(const ImageTables& tables, const Request& request,
                   const EntityRecord* found, Caller& caller) {
  if (request.principal.size() > kMaxPrincipalBytes) return Refusal::kPrincipal;
  switch (request.form) {
    case PrincipalForm::kAnonymous: return Refusal::kNone;
    case PrincipalForm::kService: caller.kind = CallerKind::kService; break;
    case PrincipalForm::kFederated: SetProvider(request, caller); break;
    case PrincipalForm::kArn: return FindArn(tables, request, found, caller);
  }
  caller.arn = request.principal;
  return caller.arn.empty() ? Refusal::kPrincipal : Refusal::kNone;
}

Refusal ResolveCaller(const ImageTables& tables, const Request& request,
                      Caller& caller) {
  caller = Caller{};
  const EntityRecord* found = FindKeyed(tables, KeyCaller(tables, request));
  return FindCaller(tables, request, found, caller);
}

}  // namespace portcullis
