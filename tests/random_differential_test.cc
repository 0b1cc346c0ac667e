// Generated worlds, decided by every engine. A difference is made small and
// printed with all that replays it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/decide.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "tests/differential/difference.h"
#include "tests/generators/features.h"
#include "tests/generators/world.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using testing::Difference;
using testing::EngineAnswer;
using testing::World;

uint64_t NumberFrom(const char* variable, uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

World WorldOf(uint64_t seed) {
  testing::Entropy entropy(seed);
  return testing::MakeWorld(entropy);
}

struct Totals {
  size_t worlds = 0;
  size_t requests = 0;
  size_t answers = 0;
  size_t verdicts[3] = {};
  size_t refused = 0;

  double Share(Verdict verdict) const {
    return 100.0 * static_cast<double>(verdicts[static_cast<int>(verdict)]) /
           static_cast<double>(requests);
  }
  void Count(const std::vector<EngineAnswer>& given) {
    ++requests;
    answers += given.size();
    const cli::Answer& judged = given.front().answer;
    ++(judged.refused() ? refused : verdicts[static_cast<int>(judged.verdict)]);
  }
};

void Report(uint64_t seed, const std::string& policy_set,
            const std::string& request) {
  const std::string name = "seed " + std::to_string(seed);
  const auto found = testing::Compare(testing::AllEngines, policy_set, request);
  if (!found) {
    ADD_FAILURE() << name << ": differs only after the requests before it\n"
                  << policy_set << "\n"
                  << request;
    return;
  }
  const Difference least = testing::Shrink(testing::AllEngines, *found);
  ADD_FAILURE() << name << " differs; made smaller:\n"
                << testing::Describe(least, name)
                << "replay: PORTCULLIS_SEED=" << seed
                << " PORTCULLIS_WORLDS=1 build/release/tests/"
                   "random_differential_test\n";
}

// Compares all engines on all requests of one world.
void CheckWorld(uint64_t seed, Totals& totals) {
  const World world = WorldOf(seed);
  PolicySet set = LoadSet(world.policy_set);
  if (::testing::Test::HasFailure()) return;
  const testing::AskEngines ask = testing::AllEngines(std::move(set));
  ++totals.worlds;
  for (const std::string& request : world.requests) {
    const auto answers = testing::AskText(ask, request);
    ASSERT_FALSE(answers.empty()) << seed << ": " << request;
    totals.Count(answers);
    if (testing::FirstDifference(answers) != nullptr) {
      Report(seed, world.policy_set, request);
    }
  }
}

TEST(RandomDifferentialTest, EnginesAgree) {
  const uint64_t first = NumberFrom("PORTCULLIS_SEED", 1);
  const uint64_t worlds =
      NumberFrom("PORTCULLIS_WORLDS", kSanitized ? 200 : 1500);
  Totals totals;
  for (uint64_t seed = first; seed < first + worlds; ++seed) {
    CheckWorld(seed, totals);
    if (HasFailure()) return;
  }
  std::cout << totals.worlds << " worlds, " << totals.requests << " requests, "
            << totals.answers << " answers: " << totals.Share(Verdict::kAllowed)
            << " % allowed, " << totals.Share(Verdict::kExplicitDeny)
            << " % explicitDeny, " << totals.Share(Verdict::kImplicitDeny)
            << " % implicitDeny, " << totals.refused << " refused\n";
  EXPECT_EQ(totals.worlds, worlds);
  if (worlds < 100) return;  // a replay
  for (const Verdict verdict :
       {Verdict::kAllowed, Verdict::kExplicitDeny, Verdict::kImplicitDeny}) {
    EXPECT_GE(totals.Share(verdict), 5.0) << VerdictName(verdict);
  }
}

// ---- what the worlds test ---------------------------------------------------

// How many decisions of a world change without the feature.
size_t Changed(const testing::Feature& feature, const PolicySet& set,
               std::vector<cli::RequestReader>& readers,
               const std::vector<Decision>& before) {
  PolicySet without = set;
  feature.remove_from_set(without);
  SmallImage image(without);
  size_t changed = 0;
  for (size_t i = 0; i < readers.size(); ++i) {
    Request request = readers[i].request();
    SessionInfo session;
    if (request.session != nullptr && feature.remove_from_session != nullptr) {
      session = *request.session;
      feature.remove_from_session(session);
      request.session = &session;
    }
    changed += image.Ask(request).verdict != before[i].verdict ? 1 : 0;
  }
  return changed;
}

// Each feature decides something.
TEST(RandomDifferentialTest, EveryFeatureDecides) {
  const std::span<const testing::Feature> features = testing::AllFeatures();
  std::vector<size_t> changed(features.size());
  size_t requests = 0;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    const World world = WorldOf(seed);
    const PolicySet set = LoadSet(world.policy_set);
    SmallImage image(set);
    std::vector<cli::RequestReader> readers(world.requests.size());
    std::vector<Decision> before;
    for (size_t i = 0; i < readers.size(); ++i) {
      ASSERT_TRUE(readers[i].ReadText("request.json", world.requests[i]));
      readers[i].SetNow(testing::kComparisonTime);
      before.push_back(image.Ask(readers[i].request()));
    }
    requests += readers.size();
    for (size_t i = 0; i < features.size(); ++i) {
      changed[i] += Changed(features[i], set, readers, before);
    }
  }
  std::cout << requests << " requests; decisions that change without\n";
  for (size_t i = 0; i < features.size(); ++i) {
    std::cout << "  " << features[i].name << ": "
              << 100.0 * static_cast<double>(changed[i]) /
                     static_cast<double>(requests)
              << " %\n";
    EXPECT_GT(changed[i], 0u) << features[i].name;
  }
}

// ---- the shrinker -----------------------------------------------------------

// The reference, and an engine that knows no Deny.
testing::AskEngines WithoutDenies(PolicySet set) {
  PolicySet wrong = set;
  for (Policy& policy : wrong.policies) {
    std::erase_if(policy.document.statements,
                  [](const Statement& s) { return s.effect == Effect::kDeny; });
  }
  return [set = std::move(set), wrong = std::move(wrong)](
             const cli::RequestReader& reader) -> std::vector<EngineAnswer> {
    const auto ask = [&reader](const PolicySet& one) {
      return cli::AskReference(one, reader.request(),
                               reader.session_policies());
    };
    return {{"reference", ask(set)}, {"without denies", ask(wrong)}};
  };
}

std::optional<Difference> PlantedDifference(uint64_t seed) {
  const World world = WorldOf(seed);
  for (const std::string& request : world.requests) {
    auto found = testing::Compare(WithoutDenies, world.policy_set, request);
    if (found) return found;
  }
  return std::nullopt;
}

TEST(ShrinkTest, APlantedDifferenceBecomesSmall) {
  size_t found = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const std::optional<Difference> difference = PlantedDifference(seed);
    if (!difference) continue;
    ++found;
    const Difference least = testing::Shrink(WithoutDenies, *difference);
    SCOPED_TRACE(testing::Describe(least, "least"));
    EXPECT_EQ(least.actual.engine, "without denies");
    EXPECT_EQ(least.expected.answer.verdict, Verdict::kExplicitDeny);
    // One policy of one statement, and a bare request.
    EXPECT_LT(least.policy_set.size(), 450u);
    EXPECT_LT(least.request.size(), 350u);
    EXPECT_NE(least.policy_set.find("Deny"), std::string::npos);
    EXPECT_TRUE(
        testing::Compare(WithoutDenies, least.policy_set, least.request));
  }
  EXPECT_GT(found, 5u);
}

TEST(ShrinkTest, ADifferenceIsPrintedAsACase) {
  const std::string set =
      DocumentJson(R"({"Effect":"Deny","Action":"*","Resource":"*"})");
  const auto difference = testing::Compare(
      WithoutDenies, SetOfAna(set),
      R"({"principal":"arn:aws:iam::111122223333:user/ana","action":"a:b",)"
      R"("resource":"*"})");
  ASSERT_TRUE(difference);
  const std::string text = testing::Describe(*difference, "planted");
  EXPECT_EQ(text.rfind("reference: explicitDeny by identity, statement "
                       "`p#1`, matched {`p#1`}\n"
                       "without denies: implicitDeny by identity, matched {}\n"
                       "policy set: {",
                       0),
            0u)
      << text;
  EXPECT_NE(text.find("\ncase: {\"name\":\"planted\",\"policySet\":{"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"expect\":\"explicitDeny\""), std::string::npos);
}

// Engines that agree, and texts that cannot be read, are no difference; an
// engine that throws is one.
TEST(ShrinkTest, WhatIsADifference) {
  const std::string set = SetOfAna(
      DocumentJson(R"({"Effect":"Allow","Action":"*","Resource":"*"})"));
  const std::string request =
      R"({"principal":"arn:aws:iam::111122223333:user/ana","action":"a:b",)"
      R"("resource":"*"})";
  EXPECT_FALSE(testing::Compare(WithoutDenies, set, request));
  EXPECT_FALSE(testing::Compare(WithoutDenies, "{}", request));
  EXPECT_FALSE(testing::Compare(WithoutDenies, set, "{}"));
  const testing::MakeEngines broken = [](PolicySet) -> testing::AskEngines {
    throw std::logic_error("broken");
  };
  const auto thrown = testing::Compare(broken, set, request);
  ASSERT_TRUE(thrown);
  EXPECT_EQ(thrown->actual.answer.statement, "broken");
}

}  // namespace
}  // namespace portcullis
