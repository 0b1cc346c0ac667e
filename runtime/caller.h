// Internal to this repository; embedders use decide.h. Who is asking: the
// request's principal, resolved against the image (S-170, S-176).
#ifndef PORTCULLIS_RUNTIME_CALLER_H_
#define PORTCULLIS_RUNTIME_CALLER_H_

#include <string_view>

#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/lookup.h"
#include "runtime/request.h"
#include "runtime/text.h"

namespace portcullis {

enum class CallerKind : uint8_t {
  kUser,           // long-term keys, or a GetSessionToken session
  kRole,           // a session of a role
  kFederatedUser,  // from GetFederationToken
  kRoot,
  kService,
  kProvider,  // an identity provider's caller
  kAnonymous,
};

struct Caller {
  CallerKind kind = CallerKind::kAnonymous;
  bool temporary = false;       // temporary credentials
  bool service_linked = false;  // a session of a service-linked role
  bool of_root = false;        // a federated user whose parent is the root user
  std::string_view partition;  // empty for kinds without an ARN
  std::string_view account_id;    // likewise
  std::string_view arn;           // as the request names it
  std::string_view name;          // of a federated user or of a session's role;
                                  // of a user with or without its path
  std::string_view session_name;  // roles; may be empty
  // What the entity behind a federated user or a role session is looked up by:
  // the parent, or the ARN without the session's name; may be empty.
  std::string_view key;
  Probe key_probe;
  bool by_session = false;  // `key` is of the form `assumed-role/NAME`
  const EntityRecord* entity = nullptr;  // the user or role; for a federated
                                         // user its parent; null: unknown
  std::string_view entity_arn;  // of `entity`, or the ARN the request gives for
                                // it; empty when only a session ARN is known
  const AccountRecord* account = nullptr;  // null: the set says nothing of it

  // S-106, S-107: what the root user may do needs no identity policy.
  bool HasRootGrant() const { return kind == CallerKind::kRoot || of_root; }
};

// The text of a request's principal and where it is looked up.
struct CallerKey {
  std::string_view text;  // empty for forms without an ARN
  Probe probe;
  uint32_t hint = kNoIndex;  // the entity that a handle names, unproved; `text`
                             // has no probe then
};
// Makes the key, and asks for its slot or, with a handle, for the entity.
inline CallerKey KeyCaller(const ImageTables& tables, const Request& request) {
  const std::string_view text = request.principal;
  if (request.form != PrincipalForm::kArn || text.size() > kMaxPrincipalBytes) {
    return {};
  }
  const auto hint = static_cast<uint32_t>(request.principal_handle);
  if (hint < tables.entities.size()) {
    Prefetch(&tables.entities[hint]);
    return {text, {}, hint};
  }
  const Probe probe = ProbeFor(tables.entity_slots, HashText(text));
  Prefetch(&tables.entity_slots.slots[probe.slot]);
  return {text, probe, kNoIndex};
}

// FindKeyed() for a key with a hint.
const EntityRecord* FindHinted(const ImageTables& tables, const CallerKey& key);
// The user or role that the image holds under the very text of the key, or
// null.
inline const EntityRecord* FindKeyed(const ImageTables& tables,
                                     const CallerKey& key) {
  return key.hint == kNoIndex ? FindEntity(tables, key.text, key.probe)
                              : FindHinted(tables, key);
}

// Fills `caller`, who needs no parsing as a user or role that was found.
// Result. kPrincipal for a principal of no known form.
// Requires. `found` is what FindKeyed() says.
Refusal FindCaller(const ImageTables& tables, const Request& request,
                   const EntityRecord* found, Caller& caller);

// All of them.
Refusal ResolveCaller(const ImageTables& tables, const Request& request,
                      Caller& caller);

// The account record of a 12-digit id, or null.
const AccountRecord* FindAccount(const ImageTables& tables,
                                 std::string_view id);

// Twelve digits.
bool IsTwelveDigits(std::string_view text);

// The first colons of an ARN.
struct ArnColons {
  static constexpr size_t kCount = 5;
  size_t at[kCount] = {};  // byte positions, ascending
  bool valid = false;      // begins `arn:` and has five colons
};
// Fills `colons`, which must be as made.
void FindColons(std::string_view text, ArnColons& colons);
inline ArnColons SplitArn(std::string_view text) {
  ArnColons colons;
  FindColons(text, colons);
  return colons;
}
// Part `i` of 1 (partition) to 5 (the rest).
// Requires. Valid colons of this text.
inline std::string_view ArnPart(std::string_view text, const ArnColons& colons,
                                size_t i) {
  const size_t begin = colons.at[i - 1] + 1;
  const size_t end = i == ArnColons::kCount ? text.size() : colons.at[i];
  return {text.data() + begin, end - begin};
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_CALLER_H_
