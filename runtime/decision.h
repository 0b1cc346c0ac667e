// decision.h -- what a decision says.
#ifndef PORTCULLIS_RUNTIME_DECISION_H_
#define PORTCULLIS_RUNTIME_DECISION_H_

#include <cstdint>

namespace portcullis {

enum class Verdict : uint8_t {
  kImplicitDeny = 0,  // nothing allowed it; zero so that cleared memory denies
  kExplicitDeny = 1,  // at least one Deny statement matched (S-1)
  kAllowed = 2,       // every layer that must allow did, and no Deny matched
};

// In the order in which reasons are reported (S-119).
enum class Layer : uint8_t {
  kNone = 0,
  kRcp,
  kScp,
  kEndpoint,
  kResource,
  kIdentity,
  kBoundary,
  kSession,
  kRoot,    // the root user's implicit grant
  kAlways,  // an action that is always allowed (S-112, S-113)
};
inline constexpr int kLayerCount = 10;

// Why a request was refused without a decision; a refused request is denied.
enum class Refusal : uint8_t {
  kNone = 0,
  kAction,           // S-170: not `service:name`
  kPrincipal,        // S-170: of no known form
  kResource,         // S-170: no ARN of six parts, or too long
  kResourceAccount,  // S-170: not 12 digits
  kTooManyKeys,      // S-170
  kDuplicateKey,     // S-172
  kDerivedKey,       // S-173: a derivable key with another value
  kExpired,          // S-142
  kSessionPolicy,    // S-144: a session policy ARN that the set does not hold
  kEndpoint,         // S-102: a list of endpoints
  kSessionImage,     // SessionInfo::policies is not of CompileSession()
};

inline constexpr uint32_t kNoStatement = 0xFFFFFFFFu;

// Eight bytes, trivially copyable; a zeroed one denies.
struct Decision {
  uint32_t statement = kNoStatement;  // of the image; kNoStatement if none
  Layer decided_by = Layer::kNone;
  Verdict verdict = Verdict::kImplicitDeny;
  Refusal refusal = Refusal::kNone;
  bool in_session = false;  // `statement` is of the session's image

  friend bool operator==(const Decision&, const Decision&) = default;
};
static_assert(sizeof(Decision) == 8);

// "allowed", "explicitDeny", "implicitDeny".
constexpr const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAllowed: return "allowed";
    case Verdict::kExplicitDeny: return "explicitDeny";
    case Verdict::kImplicitDeny: break;
  }
  return "implicitDeny";
}

// "identity", "boundary", ...
constexpr const char* LayerName(Layer layer) {
  switch (layer) {
    case Layer::kRcp: return "rcp";
    case Layer::kScp: return "scp";
    case Layer::kEndpoint: return "endpoint";
    case Layer::kResource: return "resource";
    case Layer::kIdentity: return "identity";
    case Layer::kBoundary: return "boundary";
    case Layer::kSession: return "session";
    case Layer::kRoot: return "root";
    case Layer::kAlways: return "always";
    case Layer::kNone: break;
  }
  return "none";
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_DECISION_H_
