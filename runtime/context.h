// Internal: use decide.h. The values of context keys in one request: those the
// engine derives (S-173) and those the request brings.
#ifndef PORTCULLIS_RUNTIME_CONTEXT_H_
#define PORTCULLIS_RUNTIME_CONTEXT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/caller.h"
#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/lookup.h"
#include "runtime/request.h"
#include "runtime/scratch.h"
#include "runtime/target.h"
#include "runtime/value.h"

namespace portcullis {

// What one look at the request's keys leaves to be checked.
struct KeyGlance {
  bool same_size = false;  // two may have names of one size
  bool derived = false;  // one may be a derived key, of which the engine gives
                         // the value
};

// The request's side of everything that conditions and variables ask for.
// Lives for one decision; borrows all it is given.
class Context {
 public:
  // `tables` is the main image's.
  Context(const ImageTables& tables, const Request& request, Scratch& scratch)
      : main_(tables),
        request_(request),
        scratch_(scratch),
        key_(KeyCaller(tables, request)) {}

  // The steps that come before anything else, in this order but that the first
  // two, which need nothing of the image, may change places. They are apart so
  // that many requests can be taken through one step while memory answers; any
  // Refusal but kNone refuses the request.
  void ParseResource() { target_refusal_ = ParseTarget(request_, target_); }
  void GlanceAtKeys();
  // Looks the principal up by its text.
  void FindEntity() { entity_ = FindKeyed(main_, key_); }
  // True when only the identity layer has a say (S-1), whatever the action of
  // another service than `sts`: the caller is a user or role that nothing else
  // limits, and the resource, of its account, is governed by nothing.
  bool IsPlain() const;
  // Finds caller and resource in the image (S-170). A plain request does
  // without, until a derived key is asked for.
  Refusal Find() {
    caller_.emplace();
    const Refusal refusal = FindCaller(main_, request_, entity_, *caller_);
    if (refusal != Refusal::kNone) return refusal;
    if (target_refusal_ != Refusal::kNone) return target_refusal_;
    FindTarget(main_, request_, *caller_, target_);
    return Refusal::kNone;
  }
  // Find(), unless it was called: a plain request does without.
  void FindIfNotYet() {
    if (!caller_) Find();
  }
  // Checks the request's keys (S-142, S-171 to S-173). From here on the work
  // space belongs to this request.
  Refusal Check() {
    scratch_.BeginRequest();
    const bool usual = request_.session == nullptr && !glance_.same_size &&
                       !glance_.derived &&
                       request_.context.size() <= kMaxContextKeys;
    return usual ? Refusal::kNone : CheckMore();
  }

  // The context key for which Check() refused; empty when none is to blame.
  std::string_view KeyToBlame(Refusal refusal);

  Refusal Prepare() {
    ParseResource();
    GlanceAtKeys();
    FindEntity();
    const Refusal refusal = Find();
    return refusal == Refusal::kNone ? Check() : refusal;
  }

  const Request& request() const { return request_; }
  const CallerKey& key() const { return key_; }
  // What the principal's text names, or null. Requires. FindEntity().
  const EntityRecord* entity() const { return entity_; }
  // Requires. Find().
  const Caller& caller() const { return *caller_; }
  // What the image knows of it requires Find(), the rest ParseResource().
  const Target& target() const { return target_; }
  const ImageTables& tables() const { return main_; }
  Scratch& scratch() { return scratch_; }

  // The ARN of the user or role behind the caller: a federated user's parent, a
  // session's role, without a path when the set does not know the role (S-176).
  // Empty when there is none.
  std::string_view EntityArn();

  // The values of key record `key` of `tables`, which is the main image or a
  // session image.
  KeyValues Get(const ImageTables& tables, uint32_t key);

  // The key's single value, or nullopt (S-51, S-58).
  std::optional<std::string_view> Single(const ImageTables& tables,
                                         uint32_t key) {
    const KeyValues values = Get(tables, key);
    if (values.form != KeyForm::kSingle) return std::nullopt;
    return values.single;
  }

  // Values of a key by name, as the request brings it (not derived).
  KeyValues FindInRequest(std::string_view folded_name) const;

 private:
  // A derived value; kUnknown leaves the key to the request. `tag_key`, in any
  // case, is what follows the slash of a tag's context key.
  KeyValues Derive(KeyKind kind, std::string_view tag_key);
  KeyValues DerivePrincipal(KeyKind kind, std::string_view tag_key);
  KeyValues DeriveSession(KeyKind kind);
  KeyValues DeriveResource(KeyKind kind, std::string_view tag_key);
  KeyValues DeriveRequest(KeyKind kind);

  KeyValues PrincipalArn();
  KeyValues PrincipalTag(std::string_view tag_key);
  KeyValues PrincipalType() const;
  KeyValues UserId();
  KeyValues ResourceTag(std::string_view tag_key);
  std::optional<std::string_view> InheritedTag(std::string_view tag_key) const;
  bool IsInOrganization(const AccountRecord* account) const;
  bool ClaimsOrganization(KeyKind kind, const KeyValues& given) const;
  KeyValues OrganizationId(const AccountRecord* account) const;
  KeyValues OrganizationPath(const AccountRecord* account);
  KeyValues MfaAge();
  KeyValues CurrentTime();
  KeyValues EpochTime();
  KeyValues TagKeys();
  KeyValues CalledVia(bool first) const;
  KeyValues ViaAwsService() const;

  // The request's time (S-175); none when it brings one that is no date.
  std::optional<InstantValue> RequestTime();
  InstantValue Clock();
  [[gnu::noinline]] Refusal CheckMore();
  Refusal CheckKeys();
  // Apart from their callers, as most requests do without them.
  // The first key that has not the value the engine derives, and the first that
  // comes again; null when there is none.
  [[gnu::noinline]] const ContextEntry* FalseKey();
  [[gnu::noinline]] const ContextEntry* DuplicateKey() const;
  // Requires. The request has a session.
  bool HasDuplicateTag() const;
  // Requires. The session expires.
  bool IsExpired(const SessionInfo& session);
  KeyValues Resolve(const ImageTables& tables, const KeyRecord& key);

  const ImageTables& main_;
  const Request& request_;
  Scratch& scratch_;
  Refusal target_refusal_ = Refusal::kNone;
  KeyGlance glance_;
  const CallerKey key_;
  const EntityRecord* entity_ = nullptr;
  std::optional<Caller> caller_;  // by Find()
  Target target_;
  std::optional<int64_t> now_;  // nanoseconds; one reading a request (S-175)
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_CONTEXT_H_
