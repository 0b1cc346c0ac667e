// layers.h -- evaluates every layer that takes part in a decision (S-90 to
// S-102). Internal: use reference.h.
#ifndef PORTCULLIS_REFERENCE_LAYERS_H_
#define PORTCULLIS_REFERENCE_LAYERS_H_

#include <array>
#include <span>
#include <string>
#include <vector>

#include "policy/policy_set.h"
#include "reference/caller.h"
#include "reference/context.h"
#include "runtime/decision.h"
#include "runtime/request.h"

namespace portcullis::reference {

// Everything that a decision can depend on.
struct Scene {
  const PolicySet& set;
  const Request& request;
  std::span<const Policy> session_policies;
  Caller caller;
  std::string owner;   // of the resource; may be empty
  std::string action;  // folded
  Context context;
};

// A statement that matched.
struct Hit {
  Layer layer = Layer::kNone;
  bool inline_session = false;     // managed session policies come first
  const Policy* policy = nullptr;  // equal names: in the order of the set
  uint32_t index = 0;
  std::string label;  // "Policy#Sid"
  Level level = Level::kNone;
};

struct LayerResult {
  bool present = false;
  bool allows = false;
  std::vector<Hit> allow_hits;
  std::vector<Hit> deny_hits;

  // An absent layer imposes nothing.
  bool Passes() const { return !present || allows; }
};
using Layers = std::array<LayerResult, kLayerCount>;  // by Layer

Layers EvaluateLayers(const Scene& scene);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_LAYERS_H_
