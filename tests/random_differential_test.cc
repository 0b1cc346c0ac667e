// Generated worlds, decided by every engine. A difference prints the seed, the
// policy set and the request, so that it can be replayed with `portcullis
// test`.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "compiler/normalize.h"
#include "policy/policy_set.h"
#include "runtime/explain.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "tests/generators/world.h"

namespace portcullis {
namespace {

using cli::Answer;

// How many worlds: a quick run by default, more by hand.
uint64_t WorldCount() {
  const char* text = std::getenv("PORTCULLIS_WORLDS");
  return text == nullptr ? 1500 : std::strtoull(text, nullptr, 10);
}

// A compiled set with its view and work space.
struct Engine {
  explicit Engine(const PolicySet& set, const CompileOptions& options = {})
      : image(Compile(set, options)),
        opened(ImageView::Open(BytesOf(image.bytes))) {
    if (opened.view) scratch.emplace(*opened.view);
  }

  CompiledImage image;
  ImageView::Opened opened;
  std::optional<Scratch> scratch;
};

PolicySet Normalized(PolicySet set) {
  CanonicalAccounts accounts;
  for (const Account& account : set.accounts) {
    accounts.emplace_back(account.canonical_id, account.id);
  }
  for (Policy& policy : set.policies) {
    Document document = ToDocument(Normalize(policy.document, accounts));
    for (size_t i = 0; i < document.statements.size(); ++i) {
      document.statements[i].sid = policy.document.statements[i].sid;
    }
    policy.document = std::move(document);
  }
  return set;
}

CompileOptions WithoutOptimisations() {
  CompileOptions options;
  options.testing.row_tries = false;
  options.testing.list_tries = false;
  options.testing.share_rows = false;
  return options;
}

struct Totals {
  size_t worlds = 0;
  size_t requests = 0;
  size_t verdicts[3] = {};
  size_t refused = 0;

  double Share(Verdict verdict) const {
    return 100.0 * static_cast<double>(verdicts[static_cast<int>(verdict)]) /
           static_cast<double>(requests);
  }
};

class Comparison {
 public:
  Comparison(uint64_t seed, const testing::World& world)
      : seed_(seed), world_(world) {}

  // Compares all engines on all requests of the world.
  void Run(Totals& totals) {
    Issues issues;
    const PolicySet set =
        LoadPolicySet({{"world.json", world_.policy_set}}, issues);
    for (const Issue& issue : issues.all()) {
      if (issue.severity == Severity::kError) {
        ADD_FAILURE() << "seed " << seed_ << ": " << FormatIssue(issue);
      }
    }
    if (!issues.ok()) return;
    const PolicySet normalized = Normalized(set);
    Engine plain(set);
    Engine bare(set, WithoutOptimisations());
    ASSERT_TRUE(plain.opened.view) << plain.opened.error.message;
    ASSERT_TRUE(bare.opened.view) << bare.opened.error.message;
    ++totals.worlds;
    for (const std::string& text : world_.requests) {
      cli::RequestReader reader;
      ASSERT_TRUE(reader.ReadText("request.json", text))
          << reader.error() << "\n"
          << text;
      reader.SetNow(1767225600'000'000'000);
      const Answer judged =
          cli::AskReference(set, reader.request(), reader.session_policies());
      Check("normalized", judged,
            cli::AskReference(normalized, reader.request(),
                              reader.session_policies()),
            text);
      CheckImage("image", judged, plain, reader, text);
      CheckImage("image without optimisations", judged, bare, reader, text);
      ++totals.requests;
      if (judged.refusal != Refusal::kNone) {
        ++totals.refused;
      } else {
        ++totals.verdicts[static_cast<int>(judged.verdict)];
      }
    }
  }

 private:
  void Check(const char* engine, const Answer& expected, const Answer& actual,
             const std::string& request) {
    if (cli::SameAnswer(expected, actual)) return;
    ADD_FAILURE() << "seed " << seed_ << ", " << engine
                  << "\nreference: " << cli::AnswerText(expected) << "\n"
                  << engine << ": " << cli::AnswerText(actual)
                  << "\npolicy set: " << world_.policy_set
                  << "\nrequest: " << request;
  }

  // Decide() and Explain() as engines.
  void CheckImage(const char* engine, const Answer& judged, Engine& compiled,
                  const cli::RequestReader& reader, const std::string& text) {
    const ImageView& view = *compiled.opened.view;
    Check(engine, judged,
          cli::AskImage(view, reader.request(), *compiled.scratch), text);
    Check(engine, judged,
          cli::AskExplain(view, reader.request(), *compiled.scratch), text);
  }

  const uint64_t seed_;
  const testing::World& world_;
};

TEST(RandomDifferentialTest, EnginesAgree) {
  Totals totals;
  const uint64_t worlds = WorldCount();
  for (uint64_t seed = 1; seed <= worlds; ++seed) {
    testing::Entropy entropy(seed);
    const testing::World world = testing::MakeWorld(entropy);
    Comparison(seed, world).Run(totals);
    if (HasFailure()) break;
  }
  std::cout << totals.worlds << " worlds, " << totals.requests
            << " requests: " << totals.Share(Verdict::kAllowed)
            << " % allowed, " << totals.Share(Verdict::kExplicitDeny)
            << " % explicitDeny, " << totals.Share(Verdict::kImplicitDeny)
            << " % implicitDeny, " << totals.refused << " refused\n";
  EXPECT_EQ(totals.worlds, worlds);
  for (const Verdict verdict :
       {Verdict::kAllowed, Verdict::kExplicitDeny, Verdict::kImplicitDeny}) {
    EXPECT_GE(totals.Share(verdict), 5.0) << VerdictName(verdict);
  }
}

}  // namespace
}  // namespace portcullis
