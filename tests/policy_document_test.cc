// Names of operators and policy types, ARNs, suggestions, and the places and
// contents of parsed documents.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/arn.h"
#include "policy/document.h"
#include "policy/nearest.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

using testing::ElementsAre;

TEST(OperatorNameTest, EveryNameParsesBack) {
  int names = 0;
  for (const SetPrefix prefix :
       {SetPrefix::kNone, SetPrefix::kForAllValues, SetPrefix::kForAnyValue}) {
    for (const bool if_exists : {false, true}) {
      for (int i = 0; i < kComparisonCount; ++i) {
        const Operator op{static_cast<Comparison>(i), prefix, if_exists};
        if (op.comparison == Comparison::kNull && if_exists) continue;
        ++names;
        EXPECT_EQ(ParseOperatorName(OperatorName(op)), op) << OperatorName(op);
      }
    }
  }
  EXPECT_EQ(names, 159);
}

TEST(OperatorNameTest, UnknownNames) {
  for (const char* name :
       {"", "IfExists", "ForAllValues:", "StringEqual", "NullIfExists",
        "ForAllValues:ForAllValues:Bool", "BoolIfExistsIfExists", "Bool ",
        "ForAllValuesBool", "NotBool", "StringLikeIgnoreCase"})
    EXPECT_EQ(ParseOperatorName(name), std::nullopt) << name;
}

TEST(IsNegatedTest, FollowsTheName) {
  for (int i = 0; i < kComparisonCount; ++i) {
    const auto comparison = static_cast<Comparison>(i);
    const std::string name = OperatorName({comparison, {}, false});
    EXPECT_EQ(IsNegated(comparison), name.find("Not") != std::string::npos)
        << name;
  }
}

TEST(TakesVariablesTest, StringArnAndBool) {
  for (int i = 0; i < kComparisonCount; ++i) {
    const auto comparison = static_cast<Comparison>(i);
    const std::string name = OperatorName({comparison, {}, false});
    const bool expected =
        name.starts_with("String") || name.starts_with("Arn") || name == "Bool";
    EXPECT_EQ(TakesVariables(comparison), expected) << name;
  }
}

TEST(PolicyTypeNameTest, EveryNameParsesBack) {
  for (const char* name : {"identity", "boundary", "session", "scp", "rcp",
                           "resource", "endpoint", "trust"})
    EXPECT_STREQ(PolicyTypeName(*ParsePolicyType(name)), name);
  EXPECT_EQ(ParsePolicyType("Identity"), std::nullopt);
}

TEST(SplitArnTest, CutsAtFiveColons) {
  EXPECT_THAT(SplitArn("arn:aws:s3:::b:c:d", false),
              ElementsAre("arn", "aws", "s3", "", "", "b:c:d"));
  EXPECT_THAT(SplitArn("a:b", true), ElementsAre("a", "b"));
  EXPECT_THAT(SplitArn("", true), ElementsAre(""));
  EXPECT_THAT(SplitArn("arn:${a:b}:c", true),
              ElementsAre("arn", "${a:b}", "c"));
  EXPECT_THAT(SplitArn("arn:${a:b}:c", false),
              ElementsAre("arn", "${a", "b}", "c"));
  EXPECT_THAT(SplitArn("${a:b", true), ElementsAre("${a", "b"));
}

TEST(ParseEntityArnTest, Parts) {
  const auto arn = ParseEntityArn("arn:aws-cn:iam::111122223333:role/a/b/c");
  ASSERT_TRUE(arn);
  EXPECT_EQ(arn->partition, "aws-cn");
  EXPECT_EQ(arn->account, "111122223333");
  EXPECT_EQ(arn->kind, "role");
  EXPECT_EQ(arn->path, "/a/b/");
  EXPECT_EQ(arn->name, "c");
  EXPECT_EQ(ParseEntityArn("arn:aws:iam::1:root")->kind, "root");
  for (const char* text :
       {"", "arn:aws:iam::1:role", "arn:aws:iam::1:role/",
        "arn:aws:iam:::role/r", "arn:aws:iam:eu:1:role/r", "arn::iam::1:role/r",
        "arn:aws:s3::1:role/r", "arn:aws:sts::1:root", "arn:aws:iam::1:root/x",
        "arn:aws:iam::1:/r"})
    EXPECT_FALSE(ParseEntityArn(text)) << text;
}

TEST(EditDistanceTest, Table) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("abc", ""), 3u);
  EXPECT_EQ(EditDistance("Effect", "effect"), 0u);
  EXPECT_EQ(EditDistance("Efect", "Effect"), 1u);
  EXPECT_EQ(EditDistance("Effcet", "Effect"), 1u);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3u);
  EXPECT_EQ(EditDistance(std::string(1000, 'a'), "b"), 64u);
}

TEST(DocumentTest, ContentsAndPlaces) {
  Issues issues;
  const Document document =
      LoadDocument({"p.json", R"({"Version": "2012-10-17", "Statement": [
  {"Sid": "A", "Effect": "Deny", "Action": ["s3:Get*", "S3:Put*"],
   "NotResource": "arn:aws:s3:::b/${aws:username}",
   "Condition": {"numericLESSthan": {"s3:max-keys": [10, "1e1"]}}}]})"},
                   PolicyType::kIdentity, issues);
  EXPECT_EQ(Lines(issues), "");
  EXPECT_TRUE(document.has_version);
  EXPECT_TRUE(document.variables);
  EXPECT_EQ(document.file, "p.json");
  EXPECT_EQ(document.position, (Position{1, 1}));
  const Statement& statement = document.statements.at(0);
  EXPECT_EQ(statement.sid, "A");
  EXPECT_EQ(statement.effect, Effect::kDeny);
  EXPECT_FALSE(statement.has_principal);
  EXPECT_FALSE(statement.not_action);
  EXPECT_EQ(statement.actions.at(1).text, "S3:Put*");
  EXPECT_EQ(statement.actions.at(1).position, (Position{2, 56}));
  EXPECT_TRUE(statement.has_resource);
  EXPECT_TRUE(statement.not_resource);
  EXPECT_EQ(statement.begin, (Position{2, 3}));
  EXPECT_EQ(statement.end, (Position{4, 67}));
  const Condition& condition = statement.conditions.at(0);
  EXPECT_EQ(OperatorName(condition.op), "NumericLessThan");
  EXPECT_EQ(condition.key, "s3:max-keys");
  EXPECT_EQ(condition.position, (Position{4, 38}));
  EXPECT_EQ(condition.values.at(0).text, "10");
  EXPECT_EQ(condition.values.at(1).position, (Position{4, 58}));
}

TEST(DocumentTest, WithoutVersionVariablesAreOff) {
  Issues issues;
  const Document document = LoadDocument({"p.json", R"({"Statement": []})"},
                                         PolicyType::kIdentity, issues);
  EXPECT_FALSE(document.has_version);
  EXPECT_FALSE(document.variables);
}

}  // namespace
}  // namespace portcullis
