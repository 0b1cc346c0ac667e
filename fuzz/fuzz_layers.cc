// Bytes as the states of the layers: both engines and the formula agree for
// some callers and targets (S-90 to S-119).
#include "fuzz/property.h"
#include "tests/differential/layer_world.h"
#include "tests/generators/entropy.h"

namespace portcullis::fuzz {
namespace {

using testing::LayerWorld;

LayerWorld WorldOf(testing::Entropy& entropy) {
  LayerWorld world;
  for (testing::LayerState* state :
       {&world.identity, &world.boundary, &world.session, &world.resource,
        &world.scp, &world.rcp, &world.endpoint}) {
    *state = entropy.Pick(testing::kLayerStates);
  }
  world.named_by = static_cast<testing::NamedBy>(entropy.Below(3));
  return world;
}

constexpr int kQuestions = 6;  // of the callers and targets, a world

void Check(testing::Entropy& entropy) {
  const LayerWorld world = WorldOf(entropy);
  const std::string text = LayerSetText(world);
  Issues issues;
  PolicySet set = LoadPolicySet({{"set.json", text}}, issues);
  Require(issues.ok(), "a set of layers has errors");
  const testing::AskEngines ask = QuickEngines(std::move(set));
  const auto callers = testing::LayerCallers();
  for (int i = 0; i < kQuestions; ++i) {
    const testing::LayerCaller& caller =
        callers[entropy.Below(static_cast<uint32_t>(callers.size()))];
    const testing::LayerTarget target = entropy.Pick(testing::kLayerTargets);
    const std::string request = LayerRequestText(caller, target, world.session);
    RequireAgreement(ask, text, request);
    const cli::Answer answer = testing::AskText(ask, request).front().answer;
    const testing::LayerOutcome expected =
        ExpectedOutcome(world, caller, target);
    Require(!answer.refused() && answer.verdict == expected.verdict &&
                answer.decided_by == expected.decided_by,
            std::string(caller.name) + ": " + Describe(world) + "\nanswered " +
                AnswerText(answer) + ", expected " +
                VerdictName(expected.verdict) + " by " +
                LayerName(expected.decided_by));
  }
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::testing::Entropy entropy(std::span(data, size));
  portcullis::fuzz::Check(entropy);
  return 0;
}
