// Explanations in words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cli/explain_text.h"
#include "cli/request_reader.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

using ::portcullis::testing::Engines;
using ::portcullis::testing::LoadSet;
using ::portcullis::testing::Quotes;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kSet = R"({
 "organization": {"id": "o-a", "root": {"id": "r-a", "units": [
   {"id": "ou-x", "accounts": ["111122223333"], "scps": [
     {"name": "S", "document": {"Version": "2012-10-17", "Statement": [
       {"Sid": "Most", "Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"},
       {"Sid": "Never", "Effect": "Deny", "Action": "s3:DeleteBucket",
        "Resource": "*"}]}}]}]}},
 "principals": [
  {"arn": "arn:aws:iam::111122223333:user/ana",
   "boundary": {"name": "B", "document": {"Version": "2012-10-17", "Statement": [
     {"Sid": "Wide", "Effect": "Allow", "Action": ["s3:*", "ec2:*", "sns:*"],
      "Resource": "*"},
     {"Sid": "NoAcl", "Effect": "Deny", "Action": "s3:PutBucketAcl",
      "Resource": "*"}]}},
   "policies": [{"name": "P", "document": {"Version": "2012-10-17", "Statement": [
     {"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "sqs:*"],
      "Resource": "arn:aws:s3:::docs/*",
      "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"},
                    "StringEquals": {"app:Mode": ["a", "b"]}}},
     {"Effect": "Allow", "Action": ["s3:PutBucketAcl", "s3:DeleteBucket",
      "ec2:Run*", "dynamodb:*"], "NotResource": "arn:aws:s3:::secret/*"}]}}]},
  {"arn": "arn:aws:iam::111122223333:user/ben"}],
 "resources": [{"arn": "arn:aws:s3:::open", "policy": {"Version": "2012-10-17",
   "Statement": {"Sid": "Svc", "Effect": "Allow",
     "Principal": {"Service": "s3.amazonaws.com", "AWS": "111122223333"},
     "Action": "s3:*", "Resource": "*"}}}]})";

constexpr const char* kVariables = R"({"principals": [
 {"arn": "arn:aws:iam::111122223333:user/ana", "tags": {"Team": "red"},
  "policies": [{"name": "P", "document": {"Version": "2012-10-17", "Statement": [
   {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
    "Condition": {"StringEquals": {"k": "${aws:PrincipalTag/none}"}}},
   {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
    "Condition": {"StringLike": {"k": "${aws:PrincipalTag/team}*"}}},
   {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {
    "ArnLike": {"arn": "arn:aws:s3:::${aws:PrincipalTag/team}/${k}${k}"}}},
   {"Effect": "Allow", "Action": "sqs:*", "Resource": ["arn:aws:sqs:::${k}",
    "arn:aws:sqs:::${aws:PrincipalTag/team, 'q'}"]},
   {"Effect": "Allow", "Action": "*", "Resource": "s3:b/x"},
   {"Effect": "Allow", "Action": "*",
    "NotResource": "arn:aws:sqs:::${none}"}]}}]}]})";

class ExplainTextTest : public ::testing::Test {
 protected:
  explicit ExplainTextTest(const std::string& set = kSet)
      : engines_(LoadSet(set)) {}

  std::string Explained(const std::string& principal, const std::string& action,
                        const std::string& resource,
                        const std::string& more = "", bool json = false) {
    text_ = Quotes("{'id': 'q', 'principal': " + principal + ", 'action': '" +
                   action + "', 'resource': '" + resource + "'" + more + "}");
    EXPECT_TRUE(reader_.ReadText("", text_)) << reader_.error();
    engines_.AskAll(text_);
    Scratch scratch(engines_.image());
    const Explanation explanation =
        Explain(engines_.image(), reader_.request(), scratch);
    const cli::Explained all{engines_.image(), reader_.request(), explanation};
    return json ? ExplainJson(reader_.id(), all) : ExplainText(all);
  }

  std::string Ana(const std::string& action, const std::string& resource,
                  const std::string& more = "") {
    return Explained("'arn:aws:iam::111122223333:user/ana'", action, resource,
                     more);
  }

  Engines engines_;
  RequestReader reader_;
  std::string text_;
};

TEST_F(ExplainTextTest, AnAllowNamesItsStatement) {
  const std::string text =
      Ana("s3:GetObject", "arn:aws:s3:::docs/a",
          ", 'context': {'aws:SourceIp': '10.1.2.3', 'app:Mode': 'b'}");
  EXPECT_THAT(text, StartsWith("decision: allowed\n"
                               "decided by: identity: an allow in an "
                               "identity-based policy\n"
                               "statement: `P#Read`\n"
                               "matched: `P#Read`\n"));
  EXPECT_THAT(text, HasSubstr("  allow `P#Read` (set.json:16:6): matches\n"));
  EXPECT_THAT(text, HasSubstr("holds: `aws:sourceip` is `10.1.2.3`"));
  EXPECT_THAT(text, HasSubstr("scp: allows\n  at `ou-x`: allows\n"
                              "    allow `S#Most` (set.json:5:8): matches\n"));
  EXPECT_THAT(text, HasSubstr("endpoint: takes no part"));
}

TEST_F(ExplainTextTest, ConditionsTellTheValueSeen) {
  const std::string text =
      Ana("s3:GetObject", "arn:aws:s3:::docs/a",
          ", 'context': {'aws:SourceIp': '11.1.2.3', 'app:Mode': ['a']}");
  EXPECT_THAT(text, StartsWith("decision: implicitDeny\ndecided by: identity: "
                               "no identity-based policy allows the action "
                               "`s3:GetObject`\n"));
  EXPECT_THAT(text, HasSubstr("no match: 2 conditions do not hold"));
  EXPECT_THAT(text, HasSubstr("does not hold: `aws:sourceip` is `11.1.2.3`"));
  EXPECT_THAT(text, HasSubstr("does not hold: `app:mode` is the list `a`"));
}

TEST_F(ExplainTextTest, ConditionsTellTheMissingKeyAndTheMalformedValue) {
  const std::string text = Ana("s3:GetObject", "arn:aws:s3:::docs/a",
                               ", 'context': {'aws:SourceIp': 'here'}");
  EXPECT_THAT(text, HasSubstr("`app:mode` is absent"));
  EXPECT_THAT(text, HasSubstr("`aws:sourceip` is `here`, and `here` is not of "
                              "the operator's type"));
}

TEST_F(ExplainTextTest, ActionsAndResources) {
  const std::string text = Ana("s3:PutBucketAcl", "arn:aws:s3:::secret/x");
  EXPECT_THAT(text, HasSubstr("action `s3:PutBucketAcl` is none of `s3:get*`, "
                              "`sqs:*`"));
  EXPECT_THAT(text, HasSubstr("resource `arn:aws:s3:::secret/x` is one of "
                              "NotResource `arn:aws:s3:::secret/*`"));
}

// What variables stand for, of conditions and of resources.
class ExplainVariablesTest : public ExplainTextTest {
 protected:
  ExplainVariablesTest() : ExplainTextTest(kVariables) {}
};

TEST_F(ExplainVariablesTest, OfConditionsAreNamedWithTheirValues) {
  const std::string text =
      Ana("s3:Get", "arn:aws:s3:::b/x", ", 'context': {'k': 'blue'}");
  EXPECT_THAT(text, HasSubstr("{${aws:principaltag/none}}` does not hold: `k` "
                              "is `blue`; `aws:principaltag/none` is absent"));
  EXPECT_THAT(text, HasSubstr("does not hold: `k` is `blue`; "
                              "`aws:principaltag/team` is `red`\n"));
  EXPECT_THAT(text, HasSubstr("does not hold: `arn` is absent; "
                              "`aws:principaltag/team` is `red`, `k` is "
                              "`blue`\n"));
}

TEST_F(ExplainVariablesTest, OfResourcesAreNamedWithTheirPattern) {
  const std::string text =
      Ana("sqs:Get", "arn:aws:sqs:::q", ", 'context': {'k': ['a', 'b']}");
  EXPECT_THAT(
      text,
      HasSubstr("`arn:aws:sqs:::${k}`; in `arn:aws:sqs:::${k}` `k` is the list "
                "`a`, `b`; in `arn:aws:sqs:::${aws:principaltag/team, 'q'}` "
                "`aws:principaltag/team` is `red`\n"));
  EXPECT_THAT(text, HasSubstr("NotResource holds a pattern that can never "
                              "match, or whose variable has no value (S-46): "
                              "`arn:aws:sqs:::${none}`; in "
                              "`arn:aws:sqs:::${none}` `none` is absent\n"));
  EXPECT_THAT(text, HasSubstr("`(never matches)`; a pattern can never match"));
}

TEST_F(ExplainVariablesTest, InJson) {
  const std::string json =
      Explained("'arn:aws:iam::111122223333:user/ana'", "s3:Get",
                "arn:aws:s3:::b/x", ", 'context': {'k': 'blue'}", true);
  EXPECT_THAT(json,
              HasSubstr(Quotes("'values': ['blue'], 'variables': [{'key': "
                               "'aws:principaltag/none', 'present': false, "
                               "'list': false, 'values': []}]")));
  EXPECT_THAT(json,
              HasSubstr(Quotes("'patterns': [{'pattern': "
                               "'arn:aws:sqs:::${none}', 'usable': false, "
                               "'variables': [{'key': 'none', 'present': "
                               "false")));
  Issues issues;
  EXPECT_TRUE(ReadJson("", json, issues).has_value());
}

TEST_F(ExplainTextTest, TheLayerInWords) {
  EXPECT_THAT(Ana("s3:PutBucketAcl", "arn:aws:s3:::docs"),
              HasSubstr("decided by: boundary: an explicit deny in a "
                        "permissions boundary\nstatement: `B#NoAcl`"));
  EXPECT_THAT(Ana("dynamodb:GetItem", "arn:aws:dynamodb:::table/t"),
              HasSubstr("decided by: boundary: no permissions boundary allows "
                        "the action `dynamodb:GetItem`"));
  EXPECT_THAT(Ana("ec2:RunInstances", "arn:aws:ec2:::i/1"),
              HasSubstr("decided by: scp: no service control policy at `ou-x` "
                        "allows the action `ec2:RunInstances`"));
  EXPECT_THAT(Ana("s3:DeleteBucket", "arn:aws:s3:::docs"),
              HasSubstr("decided by: scp: an explicit deny in a service "
                        "control policy at `ou-x`\nstatement: `S#Never`"));
}

TEST_F(ExplainTextTest, NothingAttached) {
  EXPECT_THAT(Explained("'arn:aws:iam::111122223333:user/ben'", "s3:GetObject",
                        "arn:aws:s3:::docs/a"),
              HasSubstr("no identity-based policy allows the action "
                        "`s3:GetObject`; there is none"));
}

TEST_F(ExplainTextTest, PrincipalsOfResourcePolicies) {
  EXPECT_THAT(Explained("'*'", "s3:GetObject", "arn:aws:s3:::open/k"),
              HasSubstr("principal `*` is none of `111122223333`, "
                        "`s3.amazonaws.com`"));
  EXPECT_THAT(Explained("{'Service': 's3.amazonaws.com'}", "s3:GetObject",
                        "arn:aws:s3:::open/k"),
              StartsWith("decision: allowed\ndecided by: resource: an allow in "
                         "a resource-based policy\n"
                         "statement: `arn:aws:s3:::open#Svc`"));
}

TEST_F(ExplainTextTest, WhatNoPolicyAllows) {
  EXPECT_THAT(Ana("s3:GetObject", "arn:aws-cn:s3:::docs/a"),
              HasSubstr("the caller and the resource are in different "
                        "partitions"));
  EXPECT_THAT(Ana("sts:GetCallerIdentity", "*"),
              HasSubstr("decided by: always: the action is allowed to every "
                        "such caller"));
  EXPECT_THAT(Explained("'arn:aws:iam::999988887777:root'", "s3:GetObject",
                        "arn:aws:s3:::mine/a"),
              HasSubstr("decided by: root: the root user may do everything"));
  EXPECT_THAT(Explained("'arn:aws:iam::111122223333:root'", "sts:AssumeRole",
                        "arn:aws:iam::111122223333:role/r"),
              HasSubstr("decided by: identity: no policy can allow the root "
                        "user, or its federated user, this action (S-116)\n"));
  EXPECT_THAT(
      Explained("'arn:aws:iam::111122223333:user/ben'",
                "iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/ReadOnly"),
      HasSubstr("decided by: identity: no policy can allow this caller this "
                "action on this resource (S-114)\n"));
}

TEST_F(ExplainTextTest, SessionPoliciesHaveTheirOwnNames) {
  const std::string text =
      Ana("s3:GetObject", "arn:aws:s3:::docs/a",
          ", 'session': {'policies': [{'Version': '2012-10-17', 'Statement': {"
          "'Effect': 'Deny', 'Action': 's3:*', 'Resource': '*'}}]}");
  EXPECT_THAT(text, HasSubstr("an explicit deny in a session policy"));
  EXPECT_THAT(text, HasSubstr("deny `session-policy-1#1`"));
}

TEST_F(ExplainTextTest, Json) {
  const std::string json =
      Explained("'arn:aws:iam::111122223333:user/ana'", "s3:GetObject",
                "arn:aws:s3:::docs/a", ", 'context': {'app:Mode': 'b'}", true);
  EXPECT_THAT(json, StartsWith(Quotes("{'id': 'q', 'decision': 'implicitDeny', "
                                      "'decidedBy': 'identity', 'reason': ")));
  EXPECT_THAT(json, HasSubstr(Quotes("'file': 'set.json', 'line': 16")));
  EXPECT_THAT(json, HasSubstr(Quotes("'mismatch': 'condition'")));
  EXPECT_THAT(json, HasSubstr(Quotes("'key': 'app:mode', 'holds': true, "
                                     "'present': true, 'list': false, "
                                     "'values': ['b']")));
  Issues issues;
  EXPECT_TRUE(ReadJson("", json, issues).has_value());
  EXPECT_TRUE(issues.ok());
}

}  // namespace
}  // namespace portcullis::cli
