// No option and no order of documents changes a decision (S-3): every image of
// one set answers every request alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "tests/rich_world.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

// A decision without the numbers of one image.
std::string Show(const SmallImage& image, const Decision& decision) {
  std::string text = std::string(VerdictName(decision.verdict)) + " by " +
                     LayerName(decision.decided_by) + ", refusal " +
                     std::to_string(static_cast<int>(decision.refusal));
  if (decision.statement != kNoStatement && !decision.in_session) {
    text += " " + StatementLabel(image.view(), decision.statement);
  }
  return text;
}

class CompileOptionsTest : public testing::Test {
 protected:
  // Holds `other` against the image that the defaults give.
  void ExpectSameDecisions(SmallImage& other, bool with_labels = true) {
    size_t failures = 0;
    for (const Request& request : requests_.all()) {
      const Decision ours = plain_.Ask(request);
      const Decision theirs = other.Ask(request);
      const bool same = with_labels ? Show(plain_, ours) == Show(other, theirs)
                                    : ours == theirs;
      if (same || ++failures > 5) continue;
      ADD_FAILURE() << request.principal << " " << request.action << " "
                    << request.resource << "\n"
                    << Show(plain_, ours) << "\n"
                    << Show(other, theirs);
    }
    std::cout << requests_.all().size() << " requests, " << failures
              << " failures\n";
    EXPECT_GT(requests_.all().size(), 10000u);
    EXPECT_EQ(failures, 0u);
  }

  void ExpectSameDecisions(const CompileOptions& options) {
    SmallImage other(set_, options);
    // Statements have the same numbers in both images.
    ExpectSameDecisions(other, false);
  }

  const PolicySet set_ = RichSet();
  SmallImage plain_{set_};
  const std::vector<Policy> session_policies_ = {RichSessionPolicy()};
  const SmallImage session_{CompileSession(session_policies_)};
  const RichRequests requests_{session_.view()};
};

TEST_F(CompileOptionsTest, WithoutRowTries) {
  CompileOptions options;
  options.testing.row_tries = false;
  ExpectSameDecisions(options);
}

TEST_F(CompileOptionsTest, WithoutListTries) {
  CompileOptions options;
  options.testing.list_tries = false;
  ExpectSameDecisions(options);
}

TEST_F(CompileOptionsTest, WithoutSharedRows) {
  CompileOptions options;
  options.testing.share_rows = false;
  ExpectSameDecisions(options);
}

TEST_F(CompileOptionsTest, WithoutPlainEntities) {
  CompileOptions options;
  options.testing.plain_entities = false;
  ExpectSameDecisions(options);
}

TEST_F(CompileOptionsTest, WithoutAnyOfThem) {
  CompileOptions options;
  options.testing = {false, false, false, false};
  ExpectSameDecisions(options);
}

TEST_F(CompileOptionsTest, WithoutTrieBudget) {
  CompileOptions options;
  options.trie_budget = 0;
  SmallImage other(set_, options);
  EXPECT_EQ(other.stats().tries, 0u);
  EXPECT_GT(other.stats().lists_without_trie, 1u);
  ExpectSameDecisions(other, false);
}

TEST_F(CompileOptionsTest, WithoutRowBudget) {
  CompileOptions options;
  options.row_budget = 0;
  SmallImage other(set_, options);
  EXPECT_EQ(other.stats().sets_without_rows, other.stats().rule_sets);
  EXPECT_EQ(other.stats().rows, 0u);
  ExpectSameDecisions(other, false);
}

// Some rule sets with rows, some without.
TEST_F(CompileOptionsTest, WithoutEnoughRowBudget) {
  CompileOptions options;
  options.row_budget = 400;
  SmallImage other(set_, options);
  EXPECT_GT(other.stats().sets_without_rows, 0u);
  EXPECT_LT(other.stats().sets_without_rows, other.stats().rule_sets);
  ExpectSameDecisions(other, false);
}

TEST_F(CompileOptionsTest, WithoutSources) {
  CompileOptions options;
  options.strip_sources = true;
  ExpectSameDecisions(options);
}

// Explain() finds every decision anew, without rows and tries.
TEST_F(CompileOptionsTest, Explained) {
  size_t failures = 0;
  for (const Request& request : requests_.all()) {
    const Decision decided = plain_.Ask(request);
    const Decision explained = plain_.Why(request).decision;
    if (decided == explained || ++failures > 5) continue;
    ADD_FAILURE() << request.principal << " " << request.action << " "
                  << request.resource << "\n"
                  << Show(plain_, decided) << "\n"
                  << Show(plain_, explained);
  }
  EXPECT_EQ(failures, 0u);
}

// What an earlier request left in the work space changes nothing.
TEST_F(CompileOptionsTest, WithAFreshWorkSpaceEachTime) {
  for (size_t i = 0; i < requests_.all().size(); i += 17) {
    Scratch fresh(plain_.view());
    const Request& request = requests_.all()[i];
    EXPECT_EQ(Decide(plain_.view(), request, fresh), plain_.Ask(request)) << i;
  }
}

// The policies of the set in another order, their indices put right.
PolicySet Reordered(PolicySet set) {
  const auto count = static_cast<uint32_t>(set.policies.size());
  const auto moved = [count](uint32_t index) { return count - 1 - index; };
  std::reverse(set.policies.begin(), set.policies.end());
  const auto move_all = [&](std::vector<PolicyIndex>& list) {
    for (PolicyIndex& index : list) index = moved(index);
    std::reverse(list.begin(), list.end());
  };
  const auto move_one = [&](std::optional<PolicyIndex>& index) {
    if (index) index = moved(*index);
  };
  for (Group& group : set.groups) move_all(group.policies);
  for (Principal& principal : set.principals) {
    move_all(principal.policies);
    move_one(principal.boundary);
    move_one(principal.trust);
  }
  for (OrganizationNode& node : set.organization->nodes) {
    if (node.scps) move_all(*node.scps);
    move_all(node.rcps);
  }
  for (Account& account : set.accounts) {
    if (account.scps) move_all(*account.scps);
    move_all(account.rcps);
  }
  for (Resource& resource : set.resources) move_one(resource.policy);
  for (Endpoint& endpoint : set.endpoints) move_one(endpoint.policy);
  std::reverse(set.principals.begin(), set.principals.end());
  std::reverse(set.resources.begin(), set.resources.end());
  return set;
}

TEST_F(CompileOptionsTest, DocumentsInAnotherOrder) {
  SmallImage other(Reordered(set_));
  ExpectSameDecisions(other);
}

// Each statement twice: positions change, and nothing else.
TEST_F(CompileOptionsTest, StatementsTwice) {
  PolicySet doubled = set_;
  for (Policy& policy : doubled.policies) {
    auto& statements = policy.document.statements;
    const std::vector<Statement> copy = statements;
    statements.insert(statements.end(), copy.begin(), copy.end());
    for (size_t i = 0; i < statements.size(); ++i) {
      statements[i].index = static_cast<uint32_t>(i);
    }
  }
  SmallImage other(doubled);
  EXPECT_EQ(other.stats().statements, 2 * plain_.stats().statements);
  EXPECT_EQ(other.stats().patterns, plain_.stats().patterns);
  EXPECT_EQ(other.stats().conditions, plain_.stats().conditions);
  ExpectSameDecisions(other);
}

}  // namespace
}  // namespace portcullis
