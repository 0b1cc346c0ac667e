#include "fuzz/property.h"

#include <memory>
#include <utility>
#include <vector>

#include "cli/answer.h"
#include "runtime/scratch.h"

namespace portcullis::fuzz {
namespace {

using testing::EngineAnswer;

// One compiled image with its set.
struct Compiled {
  explicit Compiled(PolicySet from) : set(std::move(from)) {
    const ImageView::Opened opened = ImageView::Open(BytesOf(bytes));
    Require(opened.view.has_value(), "compiled image: " + opened.error.message);
    view = opened.view;
    scratch = std::make_unique<Scratch>(*view);
  }

  const PolicySet set;
  const ImageBytes bytes = Compile(set).bytes;
  std::optional<ImageView> view;
  std::unique_ptr<Scratch> scratch;
};

}  // namespace

testing::AskEngines QuickEngines(PolicySet set) {
  auto compiled = std::make_shared<Compiled>(std::move(set));
  return [compiled](const cli::RequestReader& reader) {
    const Request& request = reader.request();
    return std::vector<EngineAnswer>{
        {"reference",
         cli::AskReference(compiled->set, request, reader.session_policies())},
        {"image from memory",
         cli::AskImage(*compiled->view, request, *compiled->scratch)},
        {"explain",
         cli::AskExplain(*compiled->view, request, *compiled->scratch)}};
  };
}

void RequireAgreement(const testing::MakeEngines& make,
                      const std::string& policy_set,
                      const std::string& request) {
  const auto found = testing::Compare(make, policy_set, request);
  // What RE2 cannot hold, the reference cannot judge.
  if (!found || found->actual.engine == "an engine threw") return;
  const testing::Difference least = testing::Shrink(make, *found);
  Require(false, "engines differ\n" + testing::Describe(least, "fuzzed"));
}

void RequireAgreement(const testing::AskEngines& ask,
                      const std::string& policy_set,
                      const std::string& request) {
  std::vector<EngineAnswer> answers;
  try {
    answers = testing::AskText(ask, request);
  } catch (const std::runtime_error&) {
    return;
  }
  if (answers.empty()) return;
  const EngineAnswer* const other = testing::FirstDifference(answers);
  if (other == nullptr) return;
  // Made anew where it can be, so that it shrinks; else as it stands.
  RequireAgreement(QuickEngines, policy_set, request);
  RequireAgreement(testing::AllEngines, policy_set, request);
  Require(false,
          "engines differ, with what was asked before\n" +
              testing::Describe({policy_set, request, answers.front(), *other},
                                "fuzzed"));
}

}  // namespace portcullis::fuzz
