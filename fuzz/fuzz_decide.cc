// Bytes as the choices of a generated world: all engines agree on all of its
// requests.
#include "fuzz/property.h"
#include "tests/generators/world.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace portcullis;
  testing::Entropy entropy(std::span(data, size));
  testing::Knobs knobs;
  knobs.requests = 4;
  const testing::World world = testing::MakeWorld(entropy, knobs);
  Issues issues;
  PolicySet set = LoadPolicySet({{"world.json", world.policy_set}}, issues);
  fuzz::Require(issues.ok(), "a generated set has errors");
  const testing::AskEngines ask = testing::AllEngines(std::move(set));
  for (const std::string& request : world.requests) {
    fuzz::RequireAgreement(ask, world.policy_set, request);
  }
  return 0;
}
