// Bytes as a request of the command line: refused with words, or decided alike
// by both engines on a set with all layers (S-170 to S-178).
#include "fuzz/property.h"
#include "tests/generators/world.h"

namespace portcullis::fuzz {
namespace {

// A world in which every feature is likely.
const std::string& SetText() {
  static const std::string* const text = [] {
    testing::Entropy entropy(20260101);
    testing::Knobs knobs;
    knobs.organization = knobs.endpoints = knobs.resource_policies = 100;
    knobs.boundaries = knobs.administrators = 60;
    return new std::string(testing::MakeWorld(entropy, knobs).policy_set);
  }();
  return *text;
}

void Check(const std::string& request) {
  static const testing::AskEngines* const ask = [] {
    Issues issues;
    PolicySet set = LoadPolicySet({{"set.json", SetText()}}, issues);
    Require(issues.ok(), "the set has errors");
    return new testing::AskEngines(QuickEngines(std::move(set)));
  }();
  cli::RequestReader reader;
  if (!reader.ReadText("request.json", request)) {
    Require(!reader.error().empty(), "refused without words");
    return;
  }
  RequireAgreement(*ask, SetText(), request);
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::fuzz::Check(std::string(portcullis::fuzz::TextOf(data, size)));
  return 0;
}
