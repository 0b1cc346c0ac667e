// Large policy sets compile in seconds, decide right, and give images in
// proportion to their text.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "tests/small_image.h"

namespace portcullis {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Generous: sanitizers and busy machines are slow, a quadratic step is slower.
constexpr double kSeconds = 60;

// Compiles and reports.
SmallImage Timed(const PolicySet& set, const CompileOptions& options = {}) {
  const auto start = Clock::now();
  CompiledImage compiled = Compile(set, options);
  const double seconds = SecondsSince(start);
  std::cout << compiled.stats.statements << " statements, "
            << compiled.stats.patterns << " patterns, " << compiled.stats.tries
            << " tries, " << compiled.stats.lists_without_trie
            << " lists without: " << compiled.stats.image_bytes << " bytes in "
            << seconds << " s\n";
  EXPECT_LT(seconds, kSeconds);
  return SmallImage(std::move(compiled));
}

constexpr int kMany = 10000;

// Patterns with a leading star; the number stands in the middle.
std::string LeadingStar(int i) {
  return "arn:aws:s3:::*/" + std::to_string(i) + "/x";
}
std::string WithVariable(int i) {
  return "arn:aws:s3:::*" + std::to_string(i) + "/${aws:username}/x";
}

std::vector<std::string> Patterns(std::string (*make)(int)) {
  std::vector<std::string> patterns;
  for (int i = 0; i < kMany; ++i) patterns.push_back(make(i));
  return patterns;
}

PolicySet OneStatement(std::string (*make)(int)) {
  return SetOfStatements({AllowStatement("s3:get", Patterns(make))});
}

PolicySet ManyStatements(std::string (*make)(int)) {
  std::vector<Statement> statements;
  for (const std::string& pattern : Patterns(make)) {
    statements.push_back(AllowStatement("s3:get", {pattern}));
  }
  return SetOfStatements(std::move(statements));
}

// The resources that the patterns above are about.
void ExpectLeadingStarDecisions(SmallImage& image) {
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::bucket/0/x"));
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::bucket/a/b/9999/x"));
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::/5000/x"));
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::/x/10/10/10/x"));
  EXPECT_FALSE(image.Allows("s3:get", "arn:aws:s3:::bucket/10000/x"));
  EXPECT_FALSE(image.Allows("s3:get", "arn:aws:s3:::bucket/7/y"));
  EXPECT_FALSE(image.Allows("s3:put", "arn:aws:s3:::bucket/7/x"));
  EXPECT_FALSE(image.Allows("s3:get", "*"));
}

void ExpectVariableDecisions(SmallImage& image) {
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::b0/ana/x"));
  EXPECT_TRUE(image.Allows("s3:get", "arn:aws:s3:::b9999/ana/x"));
  EXPECT_FALSE(image.Allows("s3:get", "arn:aws:s3:::b9999/bob/x"));
  EXPECT_FALSE(image.Allows("s3:get", "arn:aws:s3:::bucket/ana/x"));
}

CompileOptions WithoutTries() {
  CompileOptions options;
  options.trie_budget = 0;
  return options;
}

TEST(CompileScaleTest, OneStatementOfManyPatterns) {
  SmallImage image = Timed(OneStatement(LeadingStar));
  EXPECT_EQ(image.stats().tries, 1u);
  ExpectLeadingStarDecisions(image);
}

TEST(CompileScaleTest, OneStatementOfManyPatternsWithoutTries) {
  SmallImage image = Timed(OneStatement(LeadingStar), WithoutTries());
  EXPECT_EQ(image.stats().lists_without_trie, 2u);  // the list and its row
  ExpectLeadingStarDecisions(image);
}

TEST(CompileScaleTest, ManyStatementsOfOnePattern) {
  SmallImage image = Timed(ManyStatements(LeadingStar));
  EXPECT_EQ(image.stats().tries, 1u);
  ExpectLeadingStarDecisions(image);
}

TEST(CompileScaleTest, ManyStatementsOfOnePatternWithoutTries) {
  SmallImage image = Timed(ManyStatements(LeadingStar), WithoutTries());
  EXPECT_EQ(image.stats().lists_without_trie, 1u);
  ExpectLeadingStarDecisions(image);
}

TEST(CompileScaleTest, ManyVariables) {
  SmallImage one = Timed(OneStatement(WithVariable));
  ExpectVariableDecisions(one);
  SmallImage many = Timed(ManyStatements(WithVariable));
  ExpectVariableDecisions(many);
  SmallImage plain = Timed(ManyStatements(WithVariable), WithoutTries());
  ExpectVariableDecisions(plain);
}

// The same 1,000 statements in 100 policies: everything but the statement
// records is there once.
TEST(CompileScaleTest, EqualPolicies) {
  std::vector<Statement> statements;
  for (int i = 0; i < 1000; ++i) {
    statements.push_back(
        AllowStatement("s3:get" + std::to_string(i), {LeadingStar(i)}));
  }
  PolicySet set = SetOfStatements(statements);
  SmallImage once = Timed(set);
  const Policy policy = set.policies[0];
  set.policies.assign(100, policy);
  set.principals[0].policies.clear();
  for (uint32_t i = 0; i < 100; ++i) set.principals[0].policies.push_back(i);
  SmallImage image = Timed(set);
  EXPECT_EQ(image.stats().statements, 100'000u);
  EXPECT_EQ(image.stats().patterns, once.stats().patterns);
  for (SmallImage* either : {&once, &image}) {
    EXPECT_TRUE(either->Allows("s3:get7", "arn:aws:s3:::b/7/x"));
    EXPECT_FALSE(either->Allows("s3:get7", "arn:aws:s3:::b/8/x"));
  }
}

// 1,000 equal statements in one policy decide as one does (S-3).
TEST(CompileScaleTest, EqualStatements) {
  const Statement statement = AllowStatement("s3:get", {LeadingStar(1)});
  SmallImage one(SetOfStatements({statement}));
  SmallImage many =
      Timed(SetOfStatements(std::vector<Statement>(1000, statement)));
  EXPECT_EQ(many.stats().patterns, 1u);
  for (const char* resource : {"arn:aws:s3:::b/1/x", "arn:aws:s3:::b/2/x"}) {
    EXPECT_EQ(one.Allows("s3:get", resource), many.Allows("s3:get", resource));
  }
}

// Bytes of the image of one statement with so many actions and resources.
size_t ImageBytesOf(int actions, int resources) {
  Statement statement;
  for (int i = 0; i < actions; ++i) {
    statement.actions.push_back({"s3:act" + std::to_string(1000 + i), {}});
  }
  statement.has_resource = true;
  for (int i = 0; i < resources; ++i) {
    statement.resources.push_back(
        {"arn:aws:s3:::bucket-" + std::to_string(1000 + i) + "/*", {}});
  }
  SmallImage image(SetOfStatements({statement}));
  const std::string action = "s3:act" + std::to_string(1000 + actions - 1);
  const std::string resource =
      "arn:aws:s3:::bucket-" + std::to_string(1000 + resources - 1) + "/k";
  EXPECT_TRUE(image.Allows(action, resource));
  EXPECT_FALSE(image.Allows(action, "arn:aws:s3:::bucket-999/k"));
  EXPECT_FALSE(image.Allows("s3:act999", resource));
  return image.stats().image_bytes;
}

// Actions and resources add up; they do not multiply.
TEST(CompileScaleTest, ActionsTimesResources) {
  const size_t base = ImageBytesOf(1, 1);
  const size_t actions = ImageBytesOf(500, 1);
  const size_t resources = ImageBytesOf(1, 500);
  const size_t both = ImageBytesOf(500, 500);
  std::cout << base << " bytes, with 500 actions " << actions
            << ", with 500 resources " << resources << ", with both " << both
            << "\n";
  EXPECT_LT(both, actions + resources);
  EXPECT_LT(ImageBytesOf(250, 250), both);
  EXPECT_LT(both, 3 * ImageBytesOf(250, 250));
}

// 2,000 statements of 10 services each: rows are by service and have no more
// entries than the statements have actions.
TEST(CompileScaleTest, RowsDoNotMultiply) {
  const auto entries = [](int count) {
    std::vector<Statement> statements;
    for (int i = 0; i < count; ++i) {
      Statement statement = AllowStatement("s0:a", {LeadingStar(i)});
      for (int s = 1; s < 10; ++s) {
        statement.actions.push_back({"s" + std::to_string(s) + ":a", {}});
      }
      statements.push_back(statement);
    }
    CompileOptions options;  // the ten rows are equal, and would be one
    options.testing.share_rows = false;
    SmallImage image(SetOfStatements(std::move(statements)), options);
    const auto rows = image.view().tables().rows;
    uint64_t found = 0;
    for (size_t at = 0; at < rows.size(); at += ShapeOf(rows[at]).words) {
      found += ShapeOf(rows[at]).entries;
    }
    return found;
  };
  EXPECT_EQ(entries(100), 1000u);
  EXPECT_EQ(entries(2000), 20000u);
}

// Services are counted by the hundred thousand.
constexpr int kManyServices = kSanitized ? 50'000 : 400'000;

std::string ServiceNumber(int i) { return "s" + std::to_string(i); }

TEST(CompileScaleTest, OneStatementOfManyServices) {
  Statement statement = AllowStatement("s3:get", {"*"});
  for (int i = 0; i < kManyServices; ++i) {
    statement.actions.push_back({ServiceNumber(i) + ":a", {}});
  }
  SmallImage image = Timed(SetOfStatements({statement}));
  EXPECT_TRUE(image.Allows("s7:a", "*"));
  EXPECT_FALSE(image.Allows("s7:b", "*"));
}

TEST(CompileScaleTest, ManyServicesOfRcps) {
  PolicySet set = SetOfStatements({AllowStatement("s3:get", {"*"})});
  set.organization.emplace();
  set.organization->rcp_services.emplace();
  for (int i = 0; i < kManyServices; ++i) {
    set.organization->rcp_services->push_back(ServiceNumber(i));
  }
  SmallImage image = Timed(set);
  EXPECT_TRUE(image.Allows("s3:get", "*"));
}

}  // namespace
}  // namespace portcullis
