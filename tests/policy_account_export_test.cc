// Stage 3: account exports.
#include <algorithm>
#include <ostream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "policy/input.h"
#include "policy/print.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

using testing::ElementsAre;

constexpr const char* kExport = R"({
 "UserDetailList": [
  {"Path": "/", "UserName": "ana", "UserId": "AIDA1",
   "Arn": "arn:aws:iam::111122223333:user/ana", "CreateDate": "2026-01-01",
   "UserPolicyList": [{"PolicyName": "own", "PolicyDocument":
     "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}],
   "GroupList": ["devs"], "AttachedManagedPolicies": [],
   "PermissionsBoundary": {"PermissionsBoundaryType": "Policy",
     "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/Limit"},
   "Tags": [{"Key": "team", "Value": "blue"}, {"Key": "empty", "Value": ""}]}],
 "GroupDetailList": {
   "Path": "/x/", "GroupName": "devs", "GroupId": "AGPA1",
   "Arn": "arn:aws:iam::111122223333:group/x/devs",
   "AttachedManagedPolicies": {"PolicyName": "Limit",
                               "PolicyArn": "arn:aws:iam::aws:policy/Limit"},
   "GroupPolicyList": []},
 "RoleDetailList": [
  {"Path": "/", "RoleName": "app", "RoleId": "AROA1",
   "Arn": "arn:aws:iam::111122223333:role/app",
   "AssumeRolePolicyDocument": "%7B%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22a+b.example%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D",
   "InstanceProfileList": [], "RolePolicyList": [],
   "AttachedManagedPolicies": [], "RoleLastUsed": {}}],
 "Policies": [
  {"PolicyName": "Limit", "PolicyId": "ANPA1",
   "Arn": "arn:aws:iam::aws:policy/Limit", "DefaultVersionId": "v2",
   "PolicyVersionList": [
    {"VersionId": "v3", "IsDefaultVersion": false, "Document":
      {"Statement": {"Sid": "three", "Effect": "Allow", "Action": "*",
                     "Resource": "*"}}},
    {"VersionId": "v2", "IsDefaultVersion": true, "Document":
      {"Statement": {"Sid": "two", "Effect": "Allow", "Action": "*",
                     "Resource": "*"}}}]}]
})";

PolicySet Load(const std::string& json) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"p.json", json}}, issues);
  EXPECT_EQ(Lines(issues), "");
  return set;
}

TEST(PolicyAccountExportContentTest, User) {
  const PolicySet set = Load(kExport);
  const Principal& user = set.principals.at(0);
  EXPECT_EQ(user.arn, "arn:aws:iam::111122223333:user/ana");
  EXPECT_EQ(user.unique_id, "AIDA1");
  EXPECT_THAT(user.tags, ElementsAre(Tag{"team", "blue"}, Tag{"empty", ""}));
  ASSERT_EQ(user.policies.size(), 1u);
  EXPECT_EQ(set.policies[user.policies[0]].name, "own");
  EXPECT_EQ(set.policies[*user.boundary].name, "Limit");
  ASSERT_THAT(user.groups, ElementsAre(0u));
  EXPECT_EQ(set.groups[0].arn, "arn:aws:iam::111122223333:group/x/devs");
  EXPECT_EQ(set.groups[0].policies.size(), 1u);
}

// The role with these elements of InstanceProfileList.
std::string RoleExport(const std::string& profiles) {
  return R"j({"RoleDetailList": [
  {"RoleName": "r", "Arn": "arn:aws:iam::111122223333:role/r",
   "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": {
     "Effect": "Allow", "Principal": {"AWS": "111122223333"},
     "Action": "sts:AssumeRole"}},
   "InstanceProfileList": [)j" +
         profiles + "]}]}";
}

// An instance profile with a role of that name and duration.
std::string Profile(const std::string& role, const std::string& seconds) {
  return R"({"Roles": [{"Arn": "arn:aws:iam::111122223333:role/)" + role +
         R"(", "MaxSessionDuration": )" + seconds + "}]}";
}

TEST(PolicyAccountExportContentTest, InstanceProfileTellsSessionDuration) {
  const PolicySet set = Load(RoleExport(
      Profile("other", "43200") + "," + Profile("r", "7200") +
      R"(,{"Roles": [{"Arn": "arn:aws:iam::111122223333:role/r"}]},)" +
      Profile("r", "7200")));
  EXPECT_EQ(set.principals.at(0).max_session_duration, 7200u);
}

TEST(PolicyAccountExportContentTest, SessionDurationIsOneAndInRange) {
  EXPECT_EQ(SetIssues(RoleExport(Profile("r", "7200") + ",\n" +
                                 Profile("r", "3600"))),
            "p.json:7:78: error[S-161]: `MaxSessionDuration` of "
            "`arn:aws:iam::111122223333:role/r` is 3600 here and 7200 "
            "before\n");
  EXPECT_EQ(SetIssues(RoleExport("\n" + Profile("r", "60"))),
            "p.json:7:78: error[S-134]: `MaxSessionDuration` is `60`; "
            "expected 3600 to 43200 seconds\n");
}

TEST(PolicyAccountExportContentTest, DefaultVersionCounts) {
  const PolicySet set = Load(kExport);
  const auto limit =
      std::find_if(set.policies.begin(), set.policies.end(),
                   [](const Policy& policy) { return policy.name == "Limit"; });
  ASSERT_NE(limit, set.policies.end());
  EXPECT_EQ(limit->document.statements.at(0).sid, "two");
  EXPECT_EQ(limit->arn, "arn:aws:iam::aws:policy/Limit");
}

TEST(PolicyAccountExportContentTest, PlusIsAPlusInEncodedDocuments) {
  const PolicySet set = Load(kExport);
  const Principal& role = set.principals.at(1);
  const Document& trust = set.policies[*role.trust].document;
  EXPECT_EQ(trust.type, PolicyType::kTrust);
  EXPECT_EQ(trust.statements.at(0).principals.at(0).value, "a+b.example");
}

TEST(PolicyAccountExportContentTest, PlacesInTextsAreThatOfTheString) {
  const PolicySet set = Load(kExport);
  const Document& own = set.policies[set.principals.at(0).policies[0]].document;
  EXPECT_EQ(own.position, (Position{6, 6}));
  EXPECT_EQ(own.statements.at(0).begin, own.position);
  EXPECT_EQ(own.statements.at(0).actions.at(0).position, own.position);
}

TEST(PolicyAccountExportContentTest, AllEncodingsSayTheSame) {
  const std::string document =
      R"({"Statement":[{"Sid":"A+%41","Effect":"Allow","Action":"s3:*","Resource":"*"}]})";
  std::string encoded;
  for (const char c : document) {
    constexpr char kHex[] = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    encoded += std::string("%") + kHex[byte >> 4] + kHex[byte & 15];
  }
  const auto printed = [](const std::string& value) {
    Issues issues;
    const PolicySet set =
        LoadPolicySet({{"p.json", R"({"GroupDetailList": {"GroupName": "g",
            "Arn": "arn:aws:iam::111122223333:group/g",
            "GroupPolicyList": {"PolicyName": "p", "PolicyDocument": )" +
                                      value + "}}}"}},
                      issues);
    return PrintDocument(set.policies.at(0).document);
  };
  EXPECT_EQ(printed(JsonString(document)), printed(document));
  EXPECT_EQ(printed(JsonString(encoded)), printed(document));
}

TEST(PolicyAccountExportContentTest, NestsInPolicySetDocuments) {
  const PolicySet set =
      Load(std::string(R"({"accounts": [{"id": "111122223333", "export": )") +
           kExport + "}]}");
  EXPECT_EQ(set.principals.size(), 2u);
  EXPECT_EQ(set.accounts.at(0).id, "111122223333");
}

struct SetCase {
  const char* name;
  const char* json;
  const char* issues;  // one a line, after an empty line
};
void PrintTo(const SetCase& c, std::ostream* os) {
  *os << c.name << ": " << c.json;
}

constexpr SetCase kCases[] = {
    {"empty_lists",
     R"j({"UserDetailList":[],"GroupDetailList":[],"RoleDetailList":[],"Policies":[]})j",
     R"j(
)j"},
    {"user",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u"}]})j",
     R"j(
)j"},
    {"truncated", R"j({"UserDetailList":[],"IsTruncated":true,"Marker":"x"})j",
     R"j(
p.json:1:36: error[S-150]: `IsTruncated` is true: the export is not whole; export all pages
)j"},
    {"default_version_twice",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","DefaultVersionId":"v2","PolicyVersionList":[{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v2"},{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v2"}]}]})j",
     R"j(
p.json:1:352: error[S-151]: version `v2` stands there twice
)j"},
    {"members_of_a_policy_set",
     R"j({"UserDetailList":[],"organization":{},"endpoints":[]})j",
     R"j(
p.json:1:22: error[S-155]: `organization` of a policy set document stands in an account export; write it into a file of its own
p.json:1:40: error[S-155]: `endpoints` of a policy set document stands in an account export; write it into a file of its own
)j"},
    {"members_of_a_policy_document",
     R"j({"Version":"2012-10-17","UserDetailList":[],"Id":"x","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})j",
     R"j(
p.json:1:2: error[S-155]: `Version` of a policy document stands in an account export; write it into a file of its own
p.json:1:45: warning[S-155]: unknown member `Id` of `account export` is ignored
p.json:1:54: error[S-155]: `Statement` of a policy document stands in an account export; write it into a file of its own
)j"},
    {"not_truncated", R"j({"UserDetailList":[],"IsTruncated":false})j",
     R"j(
)j"},
    {"unknown_members_warn_once",
     R"j({"New":1,"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:user/u","Fresh":1},{"Arn":"arn:aws:iam::111122223333:user/v","Fresh":1}]})j",
     R"j(
p.json:1:2: warning[S-155]: unknown member `New` of `account export` is ignored
p.json:1:70: warning[S-155]: unknown member `Fresh` of `UserDetailList` is ignored
)j"},
    {"wrong_kinds", R"j({"UserDetailList":"x","Policies":[7]})j",
     R"j(
p.json:1:19: error[S-12]: `UserDetailList` is a string; expected an array
p.json:1:35: error[S-12]: `Policies` is a number; expected an object
)j"},
    {"bad_arns",
     R"j({"UserDetailList":[{"Arn":"arn:aws:iam::111122223333:role/u"},{}],"RoleDetailList":[{"Arn":"arn:aws:iam::111122223333:user/u"}],"GroupDetailList":[{"Arn":"arn:aws:iam::111122223333:user/u"}],"Policies":[{"Arn":"arn:aws:iam::111122223333:user/u"}]})j",
     R"j(
p.json:1:27: error[S-159]: `arn:aws:iam::111122223333:role/u` is not the ARN of a user; expected `arn:aws:iam::ACCOUNT:user/NAME`
p.json:1:63: error[S-155]: no `Arn` in `UserDetailList`
p.json:1:85: error[S-155]: no `AssumeRolePolicyDocument` in `RoleDetailList`
p.json:1:92: error[S-159]: `arn:aws:iam::111122223333:user/u` is not the ARN of a role; expected `arn:aws:iam::ACCOUNT:role/NAME`
p.json:1:155: error[S-159]: `arn:aws:iam::111122223333:user/u` is not the ARN of a group; expected `arn:aws:iam::ACCOUNT:group/NAME`
p.json:1:204: error[S-155]: no `DefaultVersionId` in `Policies`
p.json:1:211: error[S-159]: `arn:aws:iam::111122223333:user/u` is not the ARN of a managed policy; expected `arn:aws:iam::ACCOUNT:policy/NAME`
)j"},
    {"all_problems_of_entities_without_arn",
     R"j({"UserDetailList":[
{"Arn":"x","UserId":"AIDA1","GroupList":["gone"],"Tags":[{"Key":"a"}],
"UserPolicyList":[{"PolicyName":"p"}],
"AttachedManagedPolicies":[{"PolicyName":"gone","PolicyArn":"arn:aws:iam::aws:policy/gone"}],
"PermissionsBoundary":{"PermissionsBoundaryArn":"arn:aws:iam::aws:policy/limit"}},
{"UserId":"AIDA1"}],
"RoleDetailList":[{"RoleName":"r",
"InstanceProfileList":[{"Roles":[{"MaxSessionDuration":1}]}]},
{"Arn":7,"AssumeRolePolicyDocument":{"Statement":7}}],
"GroupDetailList":[{"GroupName":"g",
"GroupPolicyList":[{"PolicyName":"p"}]},
{"Arn":"arn:aws:iam::111122223333:user/u",
"AttachedManagedPolicies":[{"PolicyArn":"arn:aws:iam::aws:policy/gone"}]}],
"Policies":[{"PolicyName":"p",
"PolicyVersionList":[{"VersionId":"v1"}]},
{"Arn":"y","DefaultVersionId":"v1",
"PolicyVersionList":[{"VersionId":"v1","Document":{"Statement":7}}]}]})j",
     R"j(
p.json:2:8: error[S-159]: `x` is not the ARN of a user; expected `arn:aws:iam::ACCOUNT:user/NAME`
p.json:2:58: error[S-155]: no `Value` in `Tags`
p.json:3:19: error[S-155]: no `PolicyDocument` in `UserPolicyList`
p.json:4:28: error[S-150]: policy `arn:aws:iam::aws:policy/gone` is in no input; add it under `policies`, or export it with the account
p.json:5:23: error[S-150]: permissions boundary `arn:aws:iam::aws:policy/limit` is in no input; add it under `policies`, or export it with the account
p.json:6:1: error[S-155]: no `Arn` in `UserDetailList`
p.json:7:19: error[S-155]: no `Arn` in `RoleDetailList`
p.json:7:19: error[S-155]: no `AssumeRolePolicyDocument` in `RoleDetailList`
p.json:9:8: error[S-12]: `Arn` is a number; expected a string
p.json:9:50: error[S-12]: `Statement` is a number; expected an object or an array of objects
p.json:10:20: error[S-155]: no `Arn` in `GroupDetailList`
p.json:11:20: error[S-155]: no `PolicyDocument` in `GroupPolicyList`
p.json:12:8: error[S-159]: `arn:aws:iam::111122223333:user/u` is not the ARN of a group; expected `arn:aws:iam::ACCOUNT:group/NAME`
p.json:13:28: error[S-150]: policy `arn:aws:iam::aws:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
p.json:14:13: error[S-155]: no `Arn` in `Policies`
p.json:14:13: error[S-155]: no `DefaultVersionId` in `Policies`
p.json:16:8: error[S-159]: `y` is not the ARN of a managed policy; expected `arn:aws:iam::ACCOUNT:policy/NAME`
p.json:17:64: error[S-12]: `Statement` is a number; expected an object or an array of objects
)j"},
    {"name_differs_from_arn",
     R"j({"UserDetailList":[{"UserName":"w","Arn":"arn:aws:iam::111122223333:user/u"}]})j",
     R"j(
p.json:1:32: error[S-159]: `UserName` is `w`, but `Arn` says `u`
)j"},
    {"missing_attached_policy",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","AttachedManagedPolicies":[{"PolicyName":"gone","PolicyArn":"arn:aws:iam::aws:policy/gone"}]}]})j",
     R"j(
p.json:1:121: error[S-150]: policy `arn:aws:iam::aws:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
)j"},
    {"missing_boundary",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","PermissionsBoundary":{"PermissionsBoundaryType":"Policy","PermissionsBoundaryArn":"arn:aws:iam::aws:policy/gone"}}]})j",
     R"j(
p.json:1:116: error[S-150]: permissions boundary `arn:aws:iam::aws:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
)j"},
    {"missing_group",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","GroupList":["gone"]}]})j",
     R"j(
p.json:1:107: error[S-150]: group `gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `groups`, or export it with the account
)j"},
    {"group_of_other_partition",
     R"j({"UserDetailList":[{"UserName":"u","Arn":"arn:aws:iam::111122223333:user/u",
"GroupList":["g","h"]}],
"GroupDetailList":[{"GroupName":"g","Arn":"arn:aws-cn:iam::111122223333:group/x/g"},
{"GroupName":"h","Arn":"arn:aws:iam::111122223333:group/h"}]})j",
     R"j(
p.json:2:14: warning[S-150]: group `arn:aws-cn:iam::111122223333:group/x/g` of `arn:aws:iam::111122223333:user/u` is of another account or partition; it counts, which AWS would not let it
)j"},
    {"inline_without_document",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p"}]}]})j",
     R"j(
p.json:1:112: error[S-155]: no `PolicyDocument` in `UserPolicyList`
)j"},
    {"inline_object",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]}]})j",
     R"j(
)j"},
    {"inline_bare_object",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}}]})j",
     R"j(
)j"},
    {"inline_json_text",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}]}]})j",
     R"j(
)j"},
    {"inline_percent_encoded",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p","PolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"}]}]})j",
     R"j(
)j"},
    {"problem_in_object",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":{"Statement":[{"Effect":"Alow","Action":"s3:*","Resource":"*"}]}}]}]})j",
     R"j(
p.json:2:42: error[S-11]: `Effect` is `Alow`; expected `Allow` or `Deny`
)j"},
    {"problem_in_text",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":"{\n \"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Alow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}"}]}]})j",
     R"j(
p.json:2:18: error[S-11]: `Effect` is `Alow` (at 3:27 of the JSON text in this string); expected `Allow` or `Deny`
)j"},
    {"problem_in_percent_encoded_text",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":"%7B%22Statement%22%3A%5B%5D%2C%22x%22%3A1%7D"}]}]})j",
     R"j(
p.json:2:18: error[S-7]: unknown element `x` (at 1:17 of the JSON text in this string); expected one of `Version`, `Id`, `Statement`
p.json:2:18: warning[S-9]: `Statement` is empty (at 1:14 of the JSON text in this string); the policy matches nothing
)j"},
    {"text_is_no_json",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":"hello"}]}]})j",
     R"j(
p.json:2:18: error[S-4]: not valid JSON: invalid literal (at 1:1 of the JSON text in this string)
)j"},
    {"text_is_badly_encoded",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":"%7B%2"}]}]})j",
     R"j(
p.json:2:18: error[S-4]: not valid JSON: invalid literal (at 1:1 of the JSON text in this string)
)j"},
    {"text_is_empty",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":""}]}]})j",
     R"j(
p.json:2:18: error[S-160]: the input is empty; expected one JSON object
)j"},
    {"document_is_number",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"p",
"PolicyDocument":7}]}]})j",
     R"j(
p.json:2:18: error[S-12]: policy document is a number; expected an object
)j"},
    {"role_without_trust",
     R"j({"RoleDetailList":[{"RoleName":"r","Arn":"arn:aws:iam::111122223333:role/r"}]})j",
     R"j(
p.json:1:20: error[S-155]: no `AssumeRolePolicyDocument` in `RoleDetailList`
)j"},
    {"tags_twice",
     R"j({"UserDetailList":[{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","Tags":[{"Key":"a","Value":"b"},{"Key":"A","Value":"c"}]}]})j",
     R"j(
p.json:1:101: error[S-61]: tags `a` and `A` differ at most in case; expected each tag key once
)j"},
    {"no_default_version",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","PolicyVersionList":[{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v1","IsDefaultVersion":true}]}]})j",
     R"j(
p.json:1:14: error[S-155]: no `DefaultVersionId` in `Policies`
)j"},
    {"default_version_missing",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","DefaultVersionId":"v2","PolicyVersionList":[{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v1","IsDefaultVersion":false}]}]})j",
     R"j(
p.json:1:14: error[S-151]: default version `v2` is not in `PolicyVersionList`
)j"},
    {"default_version_disagrees",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","DefaultVersionId":"v2","PolicyVersionList":[{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v1","IsDefaultVersion":true},{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"VersionId":"v2","IsDefaultVersion":false}]}]})j",
     R"j(
p.json:1:257: error[S-151]: `IsDefaultVersion` of `v1` is `true`, but `DefaultVersionId` is `v2`
p.json:1:400: error[S-151]: `IsDefaultVersion` of `v2` is `false`, but `DefaultVersionId` is `v2`
)j"},
    {"default_version_without_document",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","DefaultVersionId":"v1","PolicyVersionList":{"VersionId":"v1"}}]})j",
     R"j(
p.json:1:119: error[S-155]: no `Document` in `PolicyVersionList`
)j"},
    {"other_versions_do_not_count",
     R"j({"Policies":[{"PolicyName":"x","Arn":"arn:aws:iam::111122223333:policy/x","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},{"VersionId":"v2","Document":{"nonsense":1}}]}]})j",
     R"j(
)j"},
};

class PolicyAccountExportTest : public testing::TestWithParam<SetCase> {};

TEST_P(PolicyAccountExportTest, ReportsExactly) {
  EXPECT_EQ("\n" + SetIssues(GetParam().json), GetParam().issues);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyAccountExportTest,
                         testing::ValuesIn(kCases), [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
