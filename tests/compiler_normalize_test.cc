// stage 5: documents -> statements, over the dump of what comes out.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "compiler/normalize.h"
#include "policy/policy_set.h"
#include "policy/print.h"

namespace portcullis {
namespace {

const CanonicalAccounts kCanonicalAccounts = {
    {"7a9f000000000000000000000000000000000000000000000000000000000001",
     "111122223333"}};

Document Parse(const std::string& json, PolicyType type) {
  Issues issues;
  Document document = LoadDocument({"p.json", json}, type, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return document;
}

std::string Wrap(const std::string& statements, const char* version) {
  return std::string(R"({"Version":")") + version + R"(","Statement":[)" +
         statements + "]}";
}

struct Row {
  const char* name;
  const char* statements;
  const char* dump;
  PolicyType type = PolicyType::kIdentity;
  const char* version = "2012-10-17";
};
void PrintTo(const Row& row, std::ostream* os) { *os << row.statements; }

constexpr Row kRows[] = {
    {"scalar_is_list",
     R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"*"})",
     "allow action{s3:getobject} resource{*}\n"},
    {"list_of_one",
     R"({"Effect":"Allow","Action":["s3:GetObject"],"Resource":["*"]})",
     "allow action{s3:getobject} resource{*}\n"},
    {"deny", R"({"Effect":"Deny","Action":"s3:*","Resource":"*"})",
     "deny action{s3:*} resource{*}\n"},
    {"not_action", R"({"Effect":"Allow","NotAction":["s3:*"],"Resource":"*"})",
     "allow !action{s3:*} resource{*}\n"},
    {"actions_fold_and_resources_do_not",
     R"({"Effect":"Allow","Action":"S3:GETobject",
         "Resource":"arn:aws:s3:::B"})",
     "allow action{s3:getobject} resource{arn:aws:s3:::B}\n"},
    {"only_ascii_folds",
     R"({"Effect":"Allow","Action":"s3:Get\u00C9","Resource":"*"})",
     "allow action{s3:get\xC3\x89} resource{*}\n"},
    {"lists_are_sorted",
     R"({"Effect":"Allow","Action":["s3:b","s3:a"],
         "Resource":["arn:aws:s3:::b","arn:aws:s3:::a"]})",
     "allow action{s3:a, s3:b} resource{arn:aws:s3:::a, arn:aws:s3:::b}\n"},
    {"duplicates_go",
     R"({"Effect":"Allow","Action":["s3:a","S3:A","s3:a"],
         "Resource":["arn:aws:s3:::a","arn:aws:s3:::a"]})",
     "allow action{s3:a} resource{arn:aws:s3:::a}\n"},
    {"star_star_collapses",
     R"({"Effect":"Allow","Action":"s3:Get**",
         "Resource":"arn:aws:s3:::a**b***"})",
     "allow action{s3:get*} resource{arn:aws:s3:::a*b*}\n"},
    {"star_question_star_stays",
     R"({"Effect":"Allow","Action":"s3:*?*","Resource":"arn:aws:s3:::*?*"})",
     "allow action{s3:*?*} resource{arn:aws:s3:::*?*}\n"},
    {"all_stars_are_one",
     R"({"Effect":"Allow","Action":"***","Resource":"****"})",
     "allow action{*} resource{*}\n"},
    {"star_colon_star_is_star",
     R"({"Effect":"Allow","Action":"*:*","Resource":"*"})",
     "allow action{*} resource{*}\n"},
    {"a_star_takes_the_list",
     R"({"Effect":"Allow","Action":["s3:a","*"],
         "Resource":["arn:aws:s3:::a","*"]})",
     "allow action{*} resource{*}\n"},
    {"not_action_star_takes_the_list",
     R"({"Effect":"Allow","NotAction":["s3:a","*"],"Resource":"*"})",
     "allow !action{*} resource{*}\n"},
    {"not_resource_keeps_what_stands_beside_a_star",
     R"({"Effect":"Deny","Action":"*",
         "NotResource":["arn:aws:s3:::${aws:username}","*"]})",
     "deny action{*} !resource{*, arn:aws:s3:::${aws:username}}\n"},
    {"variables_stay_as_written",
     R"({"Effect":"Allow","Action":"s3:*",
         "Resource":"arn:aws:s3:::**${aws:UserName, '**'}**"})",
     "allow action{s3:*} resource{arn:aws:s3:::*${aws:UserName, '**'}*}\n"},
    {"literal_star_beside_a_star",
     R"({"Effect":"Allow","Action":"s3:*",
         "Resource":"arn:aws:s3:::*${*}${*}*"})",
     "allow action{s3:*} resource{arn:aws:s3:::*${*}${*}*}\n"},
    {"a_brace_that_never_closes_is_text",
     R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${a**b"})",
     "allow action{s3:*} resource{arn:aws:s3:::${a*b}\n"},
    {"old_version_no_variables",
     R"({"Effect":"Allow","Action":"s3:*",
         "Resource":"arn:aws:s3:::${aws:username**}"})",
     "allow action{s3:*} resource{arn:aws:s3:::${aws:username*}}\n",
     PolicyType::kIdentity, "2008-10-17"},
    {"keys_fold_and_values_do_not",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"stringequals":{"AWS:UserName":["Eve","Bob","Eve"]}}})",
     "allow action{*} resource{*} if StringEquals aws:username {Bob, Eve}\n"},
    {"truths_fold",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"Bool":{"a":["TRUE",true,"False"]},
                      "Null":{"b":"True"}}})",
     "allow action{*} resource{*} if Bool a {false, true} if Null b {true}\n"},
    {"a_truth_with_a_variable_does_not_fold",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"Bool":{"a":"${A, 'TRUE'}"}}})",
     "allow action{*} resource{*} if Bool a {${A, 'TRUE'}}\n"},
    {"operators_with_prefix_and_suffix",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"foranyvalue:StringLikeIfExists":{"k":"x*"},
                      "ForAllValues:NumericEquals":{"k":[1,2.50]}}})",
     "allow action{*} resource{*} if ForAnyValue:StringLikeIfExists k {x*}"
     " if ForAllValues:NumericEquals k {1, 2.50}\n"},
    {"conditions_are_sorted_by_operator",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"Null":{"z":"true"},"StringEquals":{"b":"1","a":"2"}}})",
     "allow action{*} resource{*} if StringEquals a {2} if StringEquals b {1}"
     " if Null z {true}\n"},
    {"empty_condition",
     R"({"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"StringEquals":{}}})",
     "allow action{*} resource{*}\n"},
    {"statements_keep_their_order",
     R"({"Effect":"Deny","Action":"b:b","Resource":"*"},
        {"Effect":"Allow","Action":"a:a","Resource":"*"})",
     "deny action{b:b} resource{*}\nallow action{a:a} resource{*}\n"},
    {"no_statements", "", ""},
    {"resource_left_out",
     R"({"Effect":"Allow","Principal":"*","Action":"s3:*"})",
     "allow principal{everyone *} action{s3:*}\n", PolicyType::kResource},
    {"star_under_aws_is_everyone",
     R"({"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"s3:*"})",
     "allow principal{everyone *} action{s3:*}\n", PolicyType::kResource},
    {"a_root_arn_is_its_account_in_its_partition",
     R"({"Effect":"Allow","Action":"s3:*","Principal":{
         "AWS":["111122223333","arn:aws:iam::111122223333:root"]}})",
     "allow principal{account 111122223333, account 111122223333:aws}"
     " action{s3:*}\n",
     PolicyType::kResource},
    {"principals_by_kind",
     R"({"Effect":"Allow","Action":"s3:*","Principal":{
         "Federated":"cognito-identity.amazonaws.com",
         "Service":["s3.amazonaws.com","ec2.amazonaws.com"],
         "AWS":["AIDAEXAMPLE","arn:aws:iam::111122223333:user/root"]}})",
     "allow principal{arn arn:aws:iam::111122223333:user/root, id AIDAEXAMPLE,"
     " service ec2.amazonaws.com, service s3.amazonaws.com,"
     " federated cognito-identity.amazonaws.com} action{s3:*}\n",
     PolicyType::kResource},
    {"canonical_users_become_accounts",
     R"({"Effect":"Allow","Action":"s3:*","Principal":{"CanonicalUser":[
 "7a9f000000000000000000000000000000000000000000000000000000000001",
 "7a9f000000000000000000000000000000000000000000000000000000000002"]}})",
     "allow principal{account 111122223333, nobody "
     "7a9f000000000000000000000000000000000000000000000000000000000002}"
     " action{s3:*}\n",
     PolicyType::kResource},
    {"not_principal",
     R"({"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},
         "Action":"s3:*","NotResource":"arn:aws:s3:::b"})",
     "deny !principal{account 111122223333} action{s3:*}"
     " !resource{arn:aws:s3:::b}\n",
     PolicyType::kResource},
};

class NormalizeTest : public testing::TestWithParam<Row> {};

TEST_P(NormalizeTest, Dump) {
  const Row& row = GetParam();
  const Document document = Parse(Wrap(row.statements, row.version), row.type);
  EXPECT_EQ(DumpNormalPolicy(Normalize(document, kCanonicalAccounts)),
            row.dump);
}

// A normal policy as a document again normalizes to itself.
TEST_P(NormalizeTest, TwiceIsOnce) {
  const Row& row = GetParam();
  const NormalPolicy normal = Normalize(
      Parse(Wrap(row.statements, row.version), row.type), kCanonicalAccounts);
  const NormalPolicy again = Normalize(ToDocument(normal), kCanonicalAccounts);
  EXPECT_EQ(DumpNormalPolicy(again), row.dump);
  EXPECT_EQ(again.type, normal.type);
  EXPECT_EQ(again.variables, normal.variables);
}

// The statement with its lists and pairs the other way round.
TEST_P(NormalizeTest, OrderDoesNotMatter) {
  const Row& row = GetParam();
  Document document = Parse(Wrap(row.statements, row.version), row.type);
  for (Statement& s : document.statements) {
    std::reverse(s.actions.begin(), s.actions.end());
    std::reverse(s.resources.begin(), s.resources.end());
    std::reverse(s.principals.begin(), s.principals.end());
    std::reverse(s.conditions.begin(), s.conditions.end());
    for (Condition& condition : s.conditions) {
      std::reverse(condition.values.begin(), condition.values.end());
    }
  }
  EXPECT_EQ(DumpNormalPolicy(Normalize(document, kCanonicalAccounts)),
            row.dump);
}

INSTANTIATE_TEST_SUITE_P(Table, NormalizeTest, testing::ValuesIn(kRows),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

// What is printed of a normal policy parses, and normalizes to the same.
TEST(NormalizeDocumentTest, PrintsAsAPolicy) {
  const Document document =
      Parse(Wrap(R"({"Sid":"A","Effect":"Allow","NotAction":["S3:**","ec2:Run"],
               "Resource":["arn:aws:s3:::${aws:username}/**"],
               "Condition":{"Bool":{"AWS:SecureTransport":"TRUE"},
                            "ArnLike":{"aws:PrincipalArn":["b","a"]}}})",
                 "2012-10-17"),
            PolicyType::kIdentity);
  const NormalPolicy normal = Normalize(document, {});
  const Document printed =
      Parse(PrintDocument(ToDocument(normal)), PolicyType::kIdentity);
  EXPECT_EQ(DumpNormalPolicy(Normalize(printed, {})), DumpNormalPolicy(normal));
}

TEST(CollapseStarsTest, Table) {
  struct {
    const char* text;
    bool variables;
    const char* collapsed;
  } constexpr kCases[] = {
      {"", true, ""},
      {"*", true, "*"},
      {"**", true, "*"},
      {"a**b*c***", true, "a*b*c*"},
      {"*?*?**", true, "*?*?*"},
      {"${**}", true, "${**}"},
      {"${**}", false, "${*}"},
      {"**${*}**", true, "*${*}*"},
      {"${**", true, "${*"},
      {"${a}}**}", true, "${a}}*}"},
  };
  for (const auto& row : kCases) {
    EXPECT_EQ(CollapseStars(row.text, row.variables), row.collapsed)
        << row.text;
  }
}

}  // namespace
}  // namespace portcullis
