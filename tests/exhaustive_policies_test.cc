// Every policy of up to two statements out of 200 kinds, on every one of nine
// requests: the reference, Decide() and Explain() agree on verdict, layer,
// deciding statement and matched set (S-1 to S-3, S-30, S-31, S-37, S-46).
#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

#include "reference/reference.h"
#include "runtime/image_dump.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

constexpr const char* kActions[] = {"*", "s3:*", "S3:Get*", "s3:GetObject",
                                    "ec2:R?n"};
// All, some, by variable, short, and one that can never match.
constexpr const char* kResources[] = {"*", "arn:aws:s3:::b/*",
                                      "arn:aws:s3:::${aws:username}",
                                      "arn:aws:s3", "b/k"};

constexpr const char* kAskedActions[] = {"s3:GetObject", "s3:PutObject",
                                         "ec2:Run"};
constexpr const char* kAskedResources[] = {"*", "arn:aws:s3:::b/k",
                                           "arn:aws:s3:::ana"};

std::vector<Statement> Kinds() {
  std::vector<Statement> kinds;
  for (const char* action : kActions) {
    for (const char* resource : kResources) {
      for (int bits = 0; bits < 8; ++bits) {
        Statement statement = AllowStatement(action, {resource});
        statement.effect = (bits & 1) != 0 ? Effect::kDeny : Effect::kAllow;
        statement.not_action = (bits & 2) != 0;
        statement.not_resource = (bits & 4) != 0;
        kinds.push_back(statement);
      }
    }
  }
  return kinds;
}

std::vector<Request> Requests() {
  std::vector<Request> requests;
  for (const char* action : kAskedActions) {
    for (const char* resource : kAskedResources) {
      Request request;
      request.principal = kAna;
      request.action = action;
      request.resource = resource;
      requests.push_back(request);
    }
  }
  return requests;
}

std::string Show(Verdict verdict, Layer layer, const std::string& statement,
                 const std::vector<std::string>& matched) {
  std::string text = std::string(VerdictName(verdict)) + " by " +
                     LayerName(layer) + " " + statement + " of";
  for (const std::string& label : matched) text += " " + label;
  return text;
}

std::string LabelOf(const SmallImage& image, const Decision& decision) {
  return decision.statement == kNoStatement
             ? ""
             : StatementLabel(image.view(), decision.statement);
}

// Asks the policies one after another and counts.
class Census {
 public:
  void Ask(std::vector<Statement> statements) {
    const PolicySet set = SetOfStatements(std::move(statements));
    SmallImage image(set);
    ++policies_;
    for (const Request& request : requests_) Compare(set, image, request);
  }

  // An empty or one-sided run cannot pass.
  void Report(size_t policies) const {
    std::cout << policies_ << " policies, " << asked_ << " requests, "
              << failures_ << " failures; allowed " << by_verdict_[2]
              << ", explicitly denied " << by_verdict_[1]
              << ", implicitly denied " << by_verdict_[0] << "\n";
    EXPECT_EQ(policies_, policies);
    EXPECT_EQ(asked_, 9 * policies);
    EXPECT_EQ(failures_, 0u);
    for (const size_t count : by_verdict_) EXPECT_GT(count, asked_ / 20);
  }

 private:
  void Compare(const PolicySet& set, SmallImage& image,
               const Request& request) {
    ++asked_;
    const reference::Answer answer = reference::Decide(set, request, {});
    const Decision decision = image.Ask(request);
    const Explanation explanation = image.Why(request);
    ++by_verdict_[static_cast<size_t>(answer.verdict)];
    const auto labels = image.Labels(explanation);
    const std::string expected = Show(answer.verdict, answer.decided_by,
                                      answer.statement, answer.matched);
    const std::string decided = Show(decision.verdict, decision.decided_by,
                                     LabelOf(image, decision), answer.matched);
    const std::string explained =
        Show(explanation.decision.verdict, explanation.decision.decided_by,
             LabelOf(image, explanation.decision), labels);
    if (decided == expected && explained == expected) return;
    if (++failures_ > 10) return;
    ADD_FAILURE() << request.action << " on " << request.resource
                  << "\nreference: " << expected << "\ndecide: " << decided
                  << "\nexplain: " << explained << "\n"
                  << StatementsText(image.view());
  }

  static std::string StatementsText(const ImageView& view) {
    std::string text;
    for (uint32_t i = 0; i < view.tables().statements.size(); ++i) {
      text += StatementText(view, i) + "\n";
    }
    return text;
  }

  const std::vector<Request> requests_ = Requests();
  size_t policies_ = 0;
  size_t asked_ = 0;
  size_t failures_ = 0;
  size_t by_verdict_[3] = {};
};

// All of one statement; of the pairs all, or under sanitizers every eighth.
TEST(ExhaustivePoliciesTest, UpToTwoStatements) {
  constexpr size_t kStep = kSanitized ? 8 : 1;
  const std::vector<Statement> kinds = Kinds();
  ASSERT_EQ(kinds.size(), 200u);
  Census census;
  census.Ask({});
  size_t pairs = 0;
  for (size_t i = 0; i < kinds.size(); ++i) {
    census.Ask({kinds[i]});
    for (size_t k = i; k < kinds.size(); ++k) {
      if (pairs++ % kStep == 0) census.Ask({kinds[i], kinds[k]});
    }
  }
  ASSERT_EQ(pairs, 200u * 201 / 2);
  census.Report(1 + 200 + (pairs + kStep - 1) / kStep);
}

}  // namespace
}  // namespace portcullis
