// Every combination of the layers, each absent, silent, allowing or denying,
// with every kind of caller and target: Decide() on all of them against a
// formula that shares nothing with it, and the reference and Explain() on every
// so many (S-90 to S-119).
#include <gtest/gtest.h>

#include <cstdlib>
#include <deque>
#include <iostream>
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "tests/differential/difference.h"
#include "tests/differential/layer_world.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using testing::LayerCaller;
using testing::LayerOutcome;
using testing::LayerState;
using testing::LayerTarget;
using testing::LayerWorld;
using testing::NamedBy;

// One caller, target and session layer; the request is read once.
struct Question {
  const LayerCaller* caller;
  LayerTarget target;
  LayerState session;
  std::string text;  // that the request borrows
  cli::RequestReader reader;
};

std::deque<Question> AllQuestions() {
  std::deque<Question> questions;
  for (const LayerCaller& caller : testing::LayerCallers()) {
    for (const LayerTarget target : testing::kLayerTargets) {
      for (const LayerState session : testing::kLayerStates) {
        Question& one = questions.emplace_back();
        one.caller = &caller;
        one.target = target;
        one.session = session;
        one.text = testing::LayerRequestText(caller, target, session);
        EXPECT_TRUE(one.reader.ReadText("request", one.text))
            << one.reader.error();
        one.reader.SetNow(testing::kComparisonTime);
      }
    }
  }
  return questions;
}

// All worlds but for the session, which the questions bring. An allow of the
// resource policy comes in three forms; an RCP cannot allow.
std::vector<LayerWorld> AllWorlds() {
  std::vector<LayerWorld> worlds;
  LayerWorld world;
  const auto for_each = [](LayerState& layer, const auto& then) {
    for (const LayerState state : testing::kLayerStates) {
      layer = state;
      then();
    }
  };
  for_each(world.identity, [&] {
    for_each(world.boundary, [&] {
      for_each(world.scp, [&] {
        for_each(world.endpoint, [&] {
          for_each(world.rcp, [&] {
            if (world.rcp == LayerState::kAllow) return;
            for_each(world.resource, [&] {
              world.named_by = NamedBy::kEveryone;
              worlds.push_back(world);
              if (world.resource != LayerState::kAllow) return;
              world.named_by = NamedBy::kEntities;
              worlds.push_back(world);
              world.named_by = NamedBy::kAccounts;
              worlds.push_back(world);
            });
          });
        });
      });
    });
  });
  return worlds;
}

class Census {
 public:
  // Asks everything of one world; of both judges every `step`th.
  void Ask(const LayerWorld& world, size_t step) {
    const PolicySet set = LoadSet(testing::LayerSetText(world));
    SmallImage image(set);
    ++worlds_;
    for (Question& question : questions_) {
      LayerWorld whole = world;
      whole.session = question.session;
      const LayerOutcome expected =
          ExpectedOutcome(whole, *question.caller, question.target);
      ++verdicts_[static_cast<size_t>(expected.verdict)];
      const Decision decision = image.Ask(question.reader.request());
      Check("decide", whole, question, expected, decision.verdict,
            decision.decided_by, decision.refusal);
      if (++asked_ % step == 0) AskJudges(set, image, whole, question);
    }
  }

  void Report(size_t worlds, size_t step) const {
    std::cout << worlds_ << " worlds, " << asked_ << " requests, " << judged_
              << " of them on the reference and explained, " << failures_
              << " failures; allowed " << verdicts_[2] << ", explicitly denied "
              << verdicts_[1] << ", implicitly denied " << verdicts_[0] << "\n";
    EXPECT_EQ(worlds_, worlds);
    EXPECT_EQ(asked_, worlds * testing::LayerCallers().size() * 3 * 4);
    EXPECT_EQ(judged_, asked_ / step);
    EXPECT_EQ(failures_, 0u);
    for (const size_t count : verdicts_) EXPECT_GT(count, asked_ / 50);
  }

 private:
  void AskJudges(const PolicySet& set, SmallImage& image,
                 const LayerWorld& world, const Question& question) {
    ++judged_;
    const Request& request = question.reader.request();
    const cli::Answer judged =
        cli::AskReference(set, request, question.reader.session_policies());
    const cli::Answer decided =
        cli::AskImage(image.view(), request, image.scratch());
    const cli::Answer explained =
        cli::AskExplain(image.view(), request, image.scratch());
    Check("reference", world, question,
          ExpectedOutcome(world, *question.caller, question.target),
          judged.verdict, judged.decided_by, judged.refusal);
    const bool same =
        SameAnswer(judged, decided) && SameAnswer(judged, explained);
    if (same || ++failures_ > 10) return;
    ADD_FAILURE() << question.caller->name << ": " << Describe(world)
                  << "\nreference: " << AnswerText(judged)
                  << "\ndecide: " << AnswerText(decided)
                  << "\nexplain: " << AnswerText(explained);
  }

  void Check(const char* engine, const LayerWorld& world,
             const Question& question, const LayerOutcome& expected,
             Verdict verdict, Layer layer, Refusal refusal) {
    const LayerOutcome actual = {verdict, layer};
    if (actual == expected && refusal == Refusal::kNone) return;
    if (++failures_ > 10) return;
    ADD_FAILURE() << question.caller->name << " on target "
                  << static_cast<int>(question.target) << ": "
                  << Describe(world) << "\nexpected "
                  << VerdictName(expected.verdict) << " by "
                  << LayerName(expected.decided_by) << ", " << engine << ": "
                  << VerdictName(verdict) << " by " << LayerName(layer)
                  << ", refusal " << static_cast<int>(refusal);
  }

  std::deque<Question> questions_ = AllQuestions();
  size_t worlds_ = 0;
  size_t asked_ = 0;
  size_t judged_ = 0;
  size_t failures_ = 0;
  size_t verdicts_[3] = {};
};

// PORTCULLIS_JUDGE_EVERY=1 asks the reference everything.
size_t JudgeEvery() {
  const char* const text = std::getenv("PORTCULLIS_JUDGE_EVERY");
  return text == nullptr ? 13 : std::strtoull(text, nullptr, 10);
}

TEST(ExhaustiveLayersTest, EveryCombination) {
  constexpr size_t kStep = kSanitized ? 11 : 1;
  const std::vector<LayerWorld> worlds = AllWorlds();
  ASSERT_EQ(worlds.size(), 4u * 4 * 4 * 4 * 3 * 6);
  Census census;
  size_t asked = 0;
  for (size_t i = 0; i < worlds.size(); i += kStep) {
    census.Ask(worlds[i], JudgeEvery());
    ++asked;
  }
  census.Report(asked, JudgeEvery());
}

}  // namespace
}  // namespace portcullis
