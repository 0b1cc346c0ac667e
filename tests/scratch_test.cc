// The work space: which images it fits, and that it forgets.
#include "runtime/scratch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/small_image.h"

namespace portcullis {
namespace {

Statement Conditioned(Statement statement, const std::string& key) {
  Condition condition;
  condition.key = key;
  condition.values.push_back({"v", {}});
  statement.conditions.push_back(condition);
  return statement;
}

std::vector<std::string> Patterns(int count) {
  std::vector<std::string> patterns;
  for (int i = 0; i < count; ++i) {
    patterns.push_back("arn:aws:s3:::bucket" + std::to_string(i));
  }
  return patterns;
}

TEST(ScratchTest, Fits) {
  const Statement plain = AllowStatement("s3:get", {"*"});
  SmallImage small(SetOfStatements({plain}));
  SmallImage keyed(SetOfStatements({Conditioned(plain, "k")}));
  SmallImage two(
      SetOfStatements({Conditioned(plain, "k"), Conditioned(plain, "other")}));
  SmallImage trie(SetOfStatements({AllowStatement("s3:get", Patterns(20))}));
  SmallImage larger(SetOfStatements({AllowStatement("s3:get", Patterns(40))}));
  for (SmallImage* image : {&small, &keyed, &two, &trie, &larger}) {
    EXPECT_TRUE(image->scratch().Fits(image->view()));
    EXPECT_TRUE(image->scratch().Fits(small.view()));
  }
  EXPECT_FALSE(small.scratch().Fits(keyed.view()));
  EXPECT_FALSE(keyed.scratch().Fits(two.view()));
  EXPECT_TRUE(two.scratch().Fits(keyed.view()));
  EXPECT_FALSE(keyed.scratch().Fits(trie.view()));
  EXPECT_FALSE(trie.scratch().Fits(larger.view()));
  EXPECT_TRUE(larger.scratch().Fits(trie.view()));
}

// A row's trie has one target a statement: they need room too.
TEST(ScratchTest, FitsTheTargetsOfRows) {
  std::vector<Statement> few;
  std::vector<Statement> many;
  for (const std::string& pattern : Patterns(100)) {
    if (few.size() < 30) few.push_back(AllowStatement("s3:get", {pattern}));
    many.push_back(AllowStatement("s3:get", {"arn:aws:s3:::b*"}));
  }
  SmallImage long_trie(SetOfStatements(few));
  SmallImage many_targets(SetOfStatements(many));
  EXPECT_FALSE(long_trie.scratch().Fits(many_targets.view()));
  EXPECT_FALSE(many_targets.scratch().Fits(long_trie.view()));
}

// After 2^32 requests the counter starts again, and nothing of then is taken
// for something of now.
TEST(ScratchTest, TheGenerationWraps) {
  SmallImage image(
      SetOfStatements({Conditioned(AllowStatement("s3:get", {"*"}), "k")}));
  const std::vector<std::string_view> values = {"v"};
  const std::vector<ContextEntry> context = {{"k", values, false}};
  Request request;
  request.principal = kAna;
  request.action = "s3:get";
  request.resource = "*";
  request.context = context;
  EXPECT_EQ(image.Ask(request).verdict, Verdict::kAllowed);
  image.scratch().generation = ~0u;
  request.context = {};
  EXPECT_EQ(image.Ask(request).verdict, Verdict::kImplicitDeny);
  EXPECT_EQ(image.scratch().generation, 1u);
}

}  // namespace
}  // namespace portcullis
