// layer_world.h -- policy sets in which each layer is absent, silent, allows or
// denies, every kind of caller, and what must come of it: the formula of
// docs/semantics.md, section 5, written a second time and apart from both
// engines.
#ifndef PORTCULLIS_TESTS_DIFFERENTIAL_LAYER_WORLD_H_
#define PORTCULLIS_TESTS_DIFFERENTIAL_LAYER_WORLD_H_

#include <cstdint>
#include <span>
#include <string>

#include "runtime/decision.h"

namespace portcullis::testing {

// A layer that denies allows too, in another statement.
enum class LayerState : uint8_t { kAbsent, kSilent, kAllow, kDeny };
inline constexpr LayerState kLayerStates[] = {
    LayerState::kAbsent, LayerState::kSilent, LayerState::kAllow,
    LayerState::kDeny};

// How a resource policy names those it allows (S-96): everyone, all users and
// roles of the set, or all accounts.
enum class NamedBy : uint8_t { kEveryone, kEntities, kAccounts };

struct LayerWorld {
  LayerState identity = LayerState::kAbsent;
  LayerState boundary = LayerState::kAbsent;
  LayerState session = LayerState::kAbsent;  // of the request
  LayerState resource = LayerState::kAbsent;
  LayerState scp = LayerState::kAbsent;
  LayerState rcp = LayerState::kAbsent;  // silent is as good as allow (S-95)
  LayerState endpoint = LayerState::kAbsent;
  NamedBy named_by = NamedBy::kEveryone;
};

// A bucket, a KMS key and a role, all of one account (S-104, S-110).
enum class LayerTarget : uint8_t { kBucket, kKey, kRole };
inline constexpr LayerTarget kLayerTargets[] = {
    LayerTarget::kBucket, LayerTarget::kKey, LayerTarget::kRole};

enum class CallerClass : uint8_t {
  kUser,
  kRole,       // a role session
  kFederated,  // a federated user
  kRoot,
  kOutside,  // a service, an anonymous or an identity provider's caller
};

struct LayerCaller {
  const char* name;
  CallerClass kind;
  const char* principal;          // JSON
  const char* session = nullptr;  // members of its session; null: no session
  bool known = true;              // the set has the entity
  bool same_account = true;       // as the targets
  bool scps_apply = true;         // S-100
  bool rcps_apply = true;         // S-101
  bool assumed_root = false;
};

std::span<const LayerCaller> LayerCallers();

// The policy set of a world, in which everything but `session` stands; JSON.
std::string LayerSetText(const LayerWorld& world);
// The request of a caller with a session layer in the given state; JSON.
std::string LayerRequestText(const LayerCaller& caller, LayerTarget target,
                             LayerState session);

struct LayerOutcome {
  Verdict verdict = Verdict::kImplicitDeny;
  Layer decided_by = Layer::kNone;

  friend bool operator==(const LayerOutcome&, const LayerOutcome&) = default;
};

// What the rules say.
LayerOutcome ExpectedOutcome(const LayerWorld& world, const LayerCaller& caller,
                             LayerTarget target);

// One line, for failure messages.
std::string Describe(const LayerWorld& world);

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_DIFFERENTIAL_LAYER_WORLD_H_
