// Internal: use decide.h. The decision formula (S-1, S-2, S-99 to S-119): which
// layers take part for whom, and how their answers combine. Decide() gives it
// the layers' answers as they are asked for, Explain() all of them at once.
#ifndef PORTCULLIS_RUNTIME_FORMULA_H_
#define PORTCULLIS_RUNTIME_FORMULA_H_

#include <cstdint>

#include "runtime/action.h"
#include "runtime/context.h"
#include "runtime/decision.h"
#include "runtime/principal.h"

namespace portcullis {

// Facts of the request that the formula branches on.
struct Situation {
  bool same_account = false;
  bool outsider = false;  // service, provider or anonymous: no identity side
  bool always = false;    // S-112, S-113
  bool needs_resource_policy = false;  // S-110
  bool scp_applies = false;            // S-100
  bool rcp_applies = false;            // S-101
  bool resource_denies_count = true;   // false: S-115
  bool needs_session = false;       // nothing without session policies: S-106,
                                    // S-107
  Layer refused_by = Layer::kNone;  // S-114, S-116, S-117
};
void Classify(const Context& context, const ActionRank& action,
              Situation& situation);

// The layers a decision asks, in report order (S-119).
inline constexpr Layer kReportOrder[] = {
    Layer::kRcp,      Layer::kScp,      Layer::kEndpoint, Layer::kResource,
    Layer::kIdentity, Layer::kBoundary, Layer::kSession};

struct Outcome {
  Verdict verdict = Verdict::kImplicitDeny;
  Layer decided_by = Layer::kNone;
  bool identity_grants = false;  // the identity layer's allows count (S-120)
  uint8_t resource_grants = 0;   // GrantLevel bits whose allows count
};

// Combines the layers. `Layers` answers:
//   Layer FirstDeny(bool resource)  the first layer in report order of which
//                               some Deny matches, or kNone; the resource layer
//                               only with `resource`
//   Layer FirstSilentGuard()    the first of RCPs, SCPs and endpoint policy
//                               that takes part and does not allow, or kNone
//   bool Allows(Layer)          the layer is absent or allows; of identity,
//                               boundary and session
//   bool Present(Layer)         the layer takes part
//   uint8_t ResourceLevels()    GrantLevel bits of matching Allows of the
//                               resource policy
// Each is asked only when its answer matters; a deny found is final.
template <typename Layers>
class Formula {
 public:
  Formula(const Context& context, const Situation& situation, Layers& layers)
      : caller_(context.caller()), situation_(situation), layers_(layers) {}

  Outcome Run() {
    if (situation_.always) return {Verdict::kAllowed, Layer::kAlways, false, 0};
    const Layer deny = layers_.FirstDeny(situation_.resource_denies_count);
    if (deny != Layer::kNone) return {Verdict::kExplicitDeny, deny, false, 0};
    const Layer guard = layers_.FirstSilentGuard();
    if (guard != Layer::kNone) return Fail(guard);  // S-103
    if (situation_.refused_by != Layer::kNone) {
      return Fail(situation_.refused_by);
    }
    if (situation_.outsider) return Outsider();
    return situation_.same_account ? SameAccount() : CrossAccount();
  }

 private:
  static Outcome Fail(Layer layer) {
    return {Verdict::kImplicitDeny, layer, false, 0};
  }

  bool IdentityAllows() {
    return caller_.HasRootGrant() || (layers_.Present(Layer::kIdentity) &&
                                      layers_.Allows(Layer::kIdentity));
  }
  bool BoundaryAllows() { return layers_.Allows(Layer::kBoundary); }
  bool SessionAllows() {
    if (situation_.needs_session && !layers_.Present(Layer::kSession)) {
      return false;
    }
    return layers_.Allows(Layer::kSession);
  }

  // S-108.
  Outcome Outsider() {
    const uint8_t levels = layers_.ResourceLevels();
    if ((levels & kGrantDirect) == 0) return Fail(Layer::kResource);
    return Granted(false, kGrantDirect);
  }

  // S-109: both sides must allow; nothing bypasses the caller's side.
  Outcome CrossAccount() {
    const uint8_t levels = layers_.ResourceLevels();
    if (levels == 0) return Fail(Layer::kResource);
    if (!IdentityAllows()) return Fail(Layer::kIdentity);
    if (!BoundaryAllows()) return Fail(Layer::kBoundary);
    if (!SessionAllows()) return Fail(Layer::kSession);
    return Granted(!caller_.HasRootGrant(), levels);
  }

  // S-104 to S-107, S-110.
  Outcome SameAccount() {
    const uint8_t levels = layers_.ResourceLevels();
    const bool identity = IdentityAllows();
    const bool delegated =
        !situation_.needs_resource_policy || (levels & kGrantAccount) != 0;
    const bool by_identity = identity && delegated;
    const bool by_entity = (levels & kGrantEntity) != 0;
    const bool limits_allow =
        (by_identity || by_entity) && BoundaryAllows() && SessionAllows();
    uint8_t granting = levels & kGrantDirect;
    if (limits_allow && by_entity) granting |= kGrantEntity;
    if (limits_allow && by_identity && situation_.needs_resource_policy) {
      granting |= kGrantAccount;
    }
    const bool identity_grants = limits_allow && by_identity;
    if (granting != 0 || identity_grants) {
      return Granted(identity_grants && !caller_.HasRootGrant(), granting);
    }
    return FailedSameAccount(levels, by_identity || by_entity);
  }

  Outcome FailedSameAccount(uint8_t levels, bool identity_side) {
    if (situation_.needs_resource_policy && levels == 0) {
      return Fail(Layer::kResource);
    }
    if (!identity_side) return Fail(Layer::kIdentity);
    return Fail(BoundaryAllows() ? Layer::kSession : Layer::kBoundary);
  }

  Outcome Granted(bool identity, uint8_t resource_levels) {
    const Layer layer = resource_levels != 0 ? Layer::kResource
                        : identity           ? Layer::kIdentity
                                             : Layer::kRoot;
    return {Verdict::kAllowed, layer, identity, resource_levels};
  }

  const Caller& caller_;
  const Situation& situation_;
  Layers& layers_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_FORMULA_H_
