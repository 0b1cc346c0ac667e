// Stage 3: policy set documents, merging and resolving.
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

constexpr const char* kFullSet = R"({
 "organization": {
  "id": "o-1", "managementAccount": "999900001111", "rcpServices": ["s3"],
  "root": {"id": "r-1",
   "scps": [{"name": "Full", "document": {"Version": "2012-10-17", "Statement":
     {"Effect": "Allow", "Action": "*", "Resource": "*"}}}],
   "accounts": ["999900001111"],
   "units": [
    {"id": "ou-a", "scps": [], "units": [
      {"id": "ou-a1", "accounts": ["111122223333"],
       "rcps": [{"name": "NoDelete", "document": {"Version": "2012-10-17",
         "Statement": {"Effect": "Deny", "Principal": "*",
                       "Action": "s3:DeleteBucket", "Resource": "*"}}}]}]},
    {"id": "ou-b"}]}},
 "accounts": [{"id": "111122223333", "scps": [],
   "canonicalId":
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}],
 "principals": [
  {"arn": "arn:aws:iam::111122223333:user/dev/ana", "id": "AIDA1",
   "policies": ["arn:aws:iam::aws:policy/service-role/Read",
    {"name": "own", "document": {"Statement":
      {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}}}],
   "groups": ["arn:aws:iam::111122223333:group/devs"],
   "boundary": "arn:aws:iam::aws:policy/service-role/Read",
   "tags": {"team": "blue"}},
  {"arn": "arn:aws:iam::111122223333:role/app", "maxSessionDuration": 7200,
   "trustPolicy": {"Version": "2012-10-17", "Statement":
    {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
     "Action": "sts:AssumeRole"}},
   "boundary": {"name": "limit", "document": {"Statement":
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}},
  {"arn": "arn:aws:iam::111122223333:role/plain"}],
 "groups": [{"arn": "arn:aws:iam::111122223333:group/devs",
   "policies": ["arn:aws:iam::aws:policy/service-role/Read",
                "arn:aws:iam::aws:policy/Late"]}],
 "policies": [
  {"arn": "arn:aws:iam::aws:policy/service-role/Read", "document": {"Statement":
    {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}},
  {"arn": "arn:aws:iam::aws:policy/Late", "document": {"Statement": []}},
  {"arn": "arn:aws:iam::aws:policy/Unattached", "document": {"Statement": []}}],
 "resources": [
  {"arn": "arn:aws:s3:::b", "account": "111122223333", "tags": {},
   "policy": {"Statement": {"Effect": "Allow", "Principal": "*",
                            "Action": "s3:*"}}},
  {"arn": "arn:aws:iam::111122223333:role/plain", "tags": {"a": "b"},
   "policy": {"Statement": {"Effect": "Allow", "Principal": "*",
                            "Action": "sts:AssumeRole", "Resource": "*"}}},
  {"arn": "arn:aws:iam::111122223333:role/unknown",
   "policy": {"Statement": {"Effect": "Allow", "Principal": "*",
                            "Action": "sts:AssumeRole"}}}],
 "endpoints": [{"id": "vpce-1", "policy": {"Statement":
   {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}},
  {"id": "vpce-2"}]
})";

PolicySet Load(const std::vector<Source>& sources) {
  Issues issues;
  PolicySet set = LoadPolicySet(sources, issues);
  EXPECT_TRUE(issues.ok()) << Lines(issues);
  return set;
}

std::vector<std::string> Names(const PolicySet& set,
                               const std::vector<PolicyIndex>& indices) {
  std::vector<std::string> names;
  for (const PolicyIndex index : indices)
    names.push_back(set.policies[index].name);
  return names;
}

TEST(PolicySetContentTest, User) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const Principal& user = set.principals.at(0);
  EXPECT_EQ(user.kind, EntityKind::kUser);
  EXPECT_EQ(user.arn, "arn:aws:iam::111122223333:user/dev/ana");
  EXPECT_EQ(user.partition, "aws");
  EXPECT_EQ(user.account, "111122223333");
  EXPECT_EQ(user.path, "/dev/");
  EXPECT_EQ(user.name, "ana");
  EXPECT_EQ(user.unique_id, "AIDA1");
  EXPECT_THAT(user.tags, ElementsAre(Tag{"team", "blue"}));
  EXPECT_THAT(Names(set, user.policies), ElementsAre("Read", "own"));
  EXPECT_THAT(user.groups, ElementsAre(0u));
  EXPECT_EQ(set.policies[*user.boundary].arn,
            "arn:aws:iam::aws:policy/service-role/Read");
  EXPECT_FALSE(user.trust);
  EXPECT_EQ(user.origin.file, "p.json");
  EXPECT_EQ(user.origin.position, (Position{19, 3}));
}

TEST(PolicySetContentTest, IdentityPoliciesAreOwnAndGroupsOnceAscending) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const std::vector<PolicyIndex> indices =
      IdentityPolicies(set, set.principals.at(0));
  EXPECT_TRUE(std::is_sorted(indices.begin(), indices.end()));
  EXPECT_THAT(Names(set, indices),
              testing::UnorderedElementsAre("Read", "Late", "own"));
}

TEST(PolicySetContentTest, Role) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const Principal& role = set.principals.at(1);
  EXPECT_EQ(role.kind, EntityKind::kRole);
  EXPECT_EQ(role.path, "/");
  EXPECT_EQ(role.max_session_duration, 7200u);
  const Policy& trust = set.policies[*role.trust];
  EXPECT_EQ(trust.name, role.arn);
  EXPECT_EQ(trust.document.type, PolicyType::kTrust);
  const Policy& boundary = set.policies[*role.boundary];
  EXPECT_EQ(boundary.name, "limit");
  EXPECT_EQ(boundary.document.type, PolicyType::kBoundary);
}

TEST(PolicySetContentTest, ResourcePolicyOfRoleIsItsTrustPolicy) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const Principal& role = set.principals.at(2);
  EXPECT_EQ(role.max_session_duration, 3600u);
  EXPECT_EQ(set.policies[*role.trust].document.type, PolicyType::kResource);
  EXPECT_EQ(set.policies[*role.trust].name, role.arn);
  const Resource& entry = set.resources.at(1);
  EXPECT_FALSE(entry.policy);
  EXPECT_THAT(*entry.tags, ElementsAre(Tag{"a", "b"}));
  EXPECT_TRUE(set.resources.at(2).policy) << "its role is not in the set";
}

TEST(PolicySetContentTest, Resources) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const Resource& bucket = set.resources.at(0);
  EXPECT_EQ(bucket.account, "111122223333");
  EXPECT_TRUE(bucket.tags && bucket.tags->empty());
  EXPECT_EQ(set.policies[*bucket.policy].name, "arn:aws:s3:::b");
  EXPECT_FALSE(set.resources.at(1).account);
  EXPECT_FALSE(set.resources.at(2).tags);
}

TEST(PolicySetContentTest, Endpoints) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  EXPECT_EQ(set.policies[*set.endpoints.at(0).policy].name, "vpce-1");
  EXPECT_FALSE(set.endpoints.at(1).policy);
}

TEST(PolicySetContentTest, OrganizationParentsComeFirst) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  const Organization& organization = *set.organization;
  EXPECT_EQ(organization.id, "o-1");
  EXPECT_EQ(organization.management_account, "999900001111");
  EXPECT_THAT(*organization.rcp_services, ElementsAre("s3"));
  std::vector<std::string> nodes;
  for (const OrganizationNode& node : organization.nodes) {
    nodes.push_back(
        node.id + " in " +
        (node.parent ? organization.nodes[*node.parent].id : "nothing") +
        (node.scps ? " scps " + std::to_string(node.scps->size()) : "") +
        " rcps " + std::to_string(node.rcps.size()));
  }
  EXPECT_THAT(nodes, ElementsAre("r-1 in nothing scps 1 rcps 0",
                                 "ou-a in r-1 scps 0 rcps 0",
                                 "ou-b in r-1 rcps 0", "ou-a1 in ou-a rcps 1"));
  EXPECT_THAT(organization.nodes[3].accounts, ElementsAre("111122223333"));
}

TEST(PolicySetContentTest, UnattachedPoliciesStay) {
  const PolicySet set = Load({{"p.json", kFullSet}});
  EXPECT_TRUE(std::any_of(
      set.policies.begin(), set.policies.end(),
      [](const Policy& policy) { return policy.name == "Unattached"; }));
}

TEST(PolicySetContentTest, RepeatedSourceChangesNothing) {
  const PolicySet once = Load({{"p.json", kFullSet}});
  const PolicySet twice = Load({{"p.json", kFullSet}, {"q.json", kFullSet}});
  EXPECT_EQ(once.policies.size(), twice.policies.size());
  EXPECT_EQ(once.principals.size(), twice.principals.size());
  EXPECT_EQ(once.groups.size(), twice.groups.size());
  EXPECT_EQ(once.resources.size(), twice.resources.size());
  EXPECT_EQ(once.organization->nodes.size(), twice.organization->nodes.size());
}

TEST(PolicySetContentTest, ReferencesResolveOverFiles) {
  const PolicySet set = Load(
      {{"a.json", R"({"principals": [
          {"arn": "arn:aws:iam::111122223333:user/u",
           "policies": ["arn:aws:iam::111122223333:policy/p"],
           "groups": ["arn:aws:iam::111122223333:group/g"]}]})"},
       {"b.json", R"({"groups": [{"arn": "arn:aws:iam::111122223333:group/g"}],
          "policies": [{"arn": "arn:aws:iam::111122223333:policy/p",
                        "document": {"Statement": []}}]})"}});
  EXPECT_THAT(Names(set, set.principals.at(0).policies), ElementsAre("p"));
  EXPECT_THAT(set.principals.at(0).groups, ElementsAre(0u));
  EXPECT_EQ(set.policies.at(0).document.file, "b.json");
}

TEST(PolicySetContentTest, ConflictNamesBothFiles) {
  Issues issues;
  LoadPolicySet(
      {{"a.json", R"({"endpoints": [{"id": "vpce-1"}]})"},
       {"b.json", R"({"endpoints": [{"id": "vpce-1", "policy": {"Statement":
          {"Effect": "Deny", "Principal": "*", "Action": "*",
           "Resource": "*"}}}]})"}},
      issues);
  EXPECT_EQ(Lines(issues),
            "b.json:1:16: error[S-153]: endpoint `vpce-1` is defined twice "
            "with different content; it is first defined at a.json:1:16\n");
}

TEST(PolicySetContentTest, CanonicalIdOfTwoFilesNamesBoth) {
  const std::string id(64, 'a');
  const std::string a =
      R"({"accounts": [{"id": "111122223333", "canonicalId": ")" + id + "\"}]}";
  const std::string b =
      R"({"accounts": [{"id": "444455556666", "canonicalId": ")" + id + "\"}]}";
  Issues issues;
  LoadPolicySet({{"a.json", a}, {"b.json", b}, {"c.json", a}}, issues);
  EXPECT_EQ(Lines(issues),
            "b.json:1:15: error[S-153]: canonical id `" + id +
                "` of `444455556666` is taken; `111122223333` has it at "
                "a.json:1:15\n");
}

TEST(PolicySetContentTest, OrganizationsMustAgree) {
  Issues issues;
  LoadPolicySet({{"a.json", R"({"organization": {"id": "o-1"}})"},
                 {"b.json", R"({"organization": {"id": "o-2"}})"}},
                issues);
  EXPECT_EQ(Lines(issues),
            "b.json:1:18: error[S-153]: organization `o-2` is defined twice "
            "with different content; it is first defined at a.json:1:18\n");
}

TEST(PolicySetContentTest, SecondOrganizationIsATreeToo) {
  Issues issues;
  LoadPolicySet(
      {{"a.json", R"({"organization": {"id": "o-1", "root": {"id": "r-1"}}})"},
       {"b.json",
        R"({"organization": {"id": "o-2", "root": {"accounts": ["111122223333",
"111122223333"], "units": [{"id": "ou-1"}, {"id": "ou-1"}]}},
"accounts": [{"id": "111122223333", "scps": []}]})"}},
      issues);
  EXPECT_EQ(
      Lines(issues),
      "b.json:1:18: error[S-153]: organization `o-2` is defined twice "
      "with different content; it is first defined at a.json:1:18\n"
      "b.json:2:1: error[S-153]: account `111122223333` stands twice in the "
      "organization; its first place is at b.json:1:54\n"
      "b.json:2:44: error[S-153]: unit `ou-1` stands twice in the "
      "organization; its first place is at b.json:2:28\n");
}

TEST(PolicySetContentTest, OrganizationsAgreeWhateverTheCaseOfServices) {
  Load({{"a.json", R"({"organization": {"rcpServices": ["s3", "KMS"]}})"},
        {"b.json", R"({"organization": {"rcpServices": ["kms", "S3"]}})"}});
  Issues issues;
  LoadPolicySet({{"a.json", R"({"organization": {"rcpServices": []}})"},
                 {"b.json", R"({"organization": {}})"}},
                issues);
  EXPECT_EQ(issues.error_count(), 1u);
}

TEST(PolicySetContentTest, IssuesOfAllFilesComeInOneRun) {
  Issues issues;
  LoadPolicySet({{"a.json", "["},
                 {"b.json", R"({"x": 1, "groups": []})"},
                 {"c.json", ""}},
                issues);
  EXPECT_EQ(Lines(issues),
            "a.json:1:2: error[S-4]: not valid JSON: unexpected end of input; "
            "expected `[`, `{`, or a literal\n"
            "b.json:1:2: error[S-155]: unknown member `x` of `policy set`; "
            "expected one of `organization`, `accounts`, `policies`, "
            "`groups`, `principals`, `resources`, `endpoints`\n"
            "c.json: error[S-160]: the input is empty; expected one JSON "
            "object\n");
}

TEST(InputTest, TellsKindsApart) {
  const auto kind = [](const char* json) -> std::optional<InputKind> {
    Issues issues;
    const std::optional<Input> input = ReadInput({"p.json", json}, issues);
    if (!input) return std::nullopt;
    return input->kind;
  };
  EXPECT_EQ(kind("{}"), InputKind::kPolicySet);
  EXPECT_EQ(kind(R"({"groups": [], "Statement": []})"), InputKind::kPolicySet);
  EXPECT_EQ(kind(R"({"policies": []})"), InputKind::kPolicySet);
  EXPECT_EQ(kind(R"({"Policies": []})"), InputKind::kAccountExport);
  EXPECT_EQ(kind(R"({"GroupDetailList": []})"), InputKind::kAccountExport);
  EXPECT_EQ(kind(R"({"Statement": []})"), InputKind::kPolicyDocument);
  EXPECT_EQ(kind(R"({"Version": "2012-10-17"})"), InputKind::kPolicyDocument);
  EXPECT_EQ(kind(R"({"statement": []})"), std::nullopt);
  EXPECT_EQ(kind("[]"), std::nullopt);
}

TEST(InputTest, IsReadOnceAndUsedAfterwards) {
  Issues issues;
  const std::string json = R"({"Statement": {"Effect": "Allow",
      "Action": "s3:*", "Resource": "*"}})";
  const std::optional<Input> input = ReadInput({"p.json", json}, issues);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->kind, InputKind::kPolicyDocument);
  const Document document = DocumentOf(*input, PolicyType::kIdentity, issues);
  EXPECT_EQ(document.statements.size(), 1u);
  EXPECT_TRUE(issues.ok());
  std::vector<Input> inputs;
  inputs.push_back(*ReadInput({"s.json", kFullSet}, issues));
  EXPECT_EQ(MergeInputs(inputs, issues).principals.size(), 3u);
  EXPECT_TRUE(issues.ok());
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
    {"empty", R"j({})j",
     R"j(
)j"},
    {"unknown_member", R"j({"principal":[],"groups":[]})j",
     R"j(
p.json:1:2: error[S-155]: unknown member `principal` of `policy set`; did you mean `principals`?
)j"},
    {"unknown_kind", R"j({"principls":[]})j",
     R"j(
p.json:1:1: error[S-160]: the file is of no known kind; did you mean `principals` for `principls`?
)j"},
    {"bare_statement", R"j({"Resource":"*","Effect":"Allow"})j",
     R"j(
p.json:1:1: error[S-160]: the file is of no known kind; it looks like a bare statement, which belongs into `Statement` of a policy document
)j"},
    {"unknown_kind_far", R"j({"hello":[]})j",
     R"j(
p.json:1:1: error[S-160]: the file is of no known kind; expected an account export, a policy set document or a policy document
)j"},
    {"document",
     R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
     R"j(
p.json:1:1: error[S-160]: the file holds a policy document that nothing attaches; expected an account export or a policy set document
)j"},
    {"member_of_wrong_kind",
     R"j({"principals":{},"groups":7,"organization":[]})j",
     R"j(
p.json:1:15: error[S-12]: `principals` is an object; expected an array
p.json:1:27: error[S-12]: `groups` is a number; expected an array
p.json:1:44: error[S-12]: `organization` is an array; expected an object
)j"},
    {"entry_of_wrong_kind", R"j({"principals":["x"],"policies":[null]})j",
     R"j(
p.json:1:16: error[S-12]: `principals` is a string; expected an object
p.json:1:33: error[S-12]: `policies` is null; expected an object
)j"},
    {"principal_unknown_member",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","polices":[]}]})j",
     R"j(
p.json:1:58: error[S-155]: unknown member `polices` of `principals`; did you mean `policies`?
)j"},
    {"principal_without_arn", R"j({"principals":[{"id":"AIDA"}]})j",
     R"j(
p.json:1:16: error[S-155]: no `arn` in `principals`
)j"},
    {"principal_bad_arn",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:root"},{"arn":"arn:aws:iam::1:user/u"},{"arn":"x"},{"arn":"arn:aws:iam::111122223333:group/g"},{"arn":""},{"arn":7}]})j",
     R"j(
p.json:1:23: error[S-159]: `arn:aws:iam::111122223333:root` is not the ARN of a user or role; expected `arn:aws:iam::ACCOUNT:user/NAME` or `arn:aws:iam::ACCOUNT:role/NAME`
p.json:1:64: error[S-159]: `arn:aws:iam::1:user/u` is not the ARN of a user or role; expected `arn:aws:iam::ACCOUNT:user/NAME` or `arn:aws:iam::ACCOUNT:role/NAME`
p.json:1:96: error[S-159]: `x` is not the ARN of a user or role; expected `arn:aws:iam::ACCOUNT:user/NAME` or `arn:aws:iam::ACCOUNT:role/NAME`
p.json:1:108: error[S-159]: `arn:aws:iam::111122223333:group/g` is not the ARN of a user or role; expected `arn:aws:iam::ACCOUNT:user/NAME` or `arn:aws:iam::ACCOUNT:role/NAME`
p.json:1:152: error[S-155]: `arn` is empty
p.json:1:163: error[S-12]: `arn` is a number; expected a string
)j"},
    {"user_with_role_members",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","trustPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]},"maxSessionDuration":3600}]})j",
     R"j(
p.json:1:58: error[S-155]: `trustPolicy` of a user; only roles have it
p.json:1:191: error[S-155]: `maxSessionDuration` of a user; only roles have it
)j"},
    {"role_with_groups",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/r","groups":[]}]})j",
     R"j(
p.json:1:58: error[S-155]: `groups` of a role; only users have it
)j"},
    {"session_duration",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/a","maxSessionDuration":43200},{"arn":"arn:aws:iam::111122223333:role/b","maxSessionDuration":3599},{"arn":"arn:aws:iam::111122223333:role/c","maxSessionDuration":43201},{"arn":"arn:aws:iam::111122223333:role/d","maxSessionDuration":3600.5},{"arn":"arn:aws:iam::111122223333:role/e","maxSessionDuration":"3600"}]})j",
     R"j(
p.json:1:149: error[S-134]: `maxSessionDuration` is `3599`; expected 3600 to 43200 seconds
p.json:1:218: error[S-134]: `maxSessionDuration` is `43201`; expected 3600 to 43200 seconds
p.json:1:288: error[S-134]: `maxSessionDuration` is `3600.5`; expected 3600 to 43200 seconds
p.json:1:359: error[S-12]: `maxSessionDuration` is a string; expected a number
)j"},
    {"tags",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","tags":{"a":1,"Team":"x","team":"y"}}]})j",
     R"j(
p.json:1:65: error[S-61]: tags `Team` and `team` differ at most in case; expected each tag key once
p.json:1:70: error[S-12]: `a` is a number; expected a string
)j"},
    {"missing_policy",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","policies":["arn:aws:iam::111122223333:policy/gone"]}]})j",
     R"j(
p.json:1:70: error[S-150]: policy `arn:aws:iam::111122223333:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
)j"},
    {"missing_boundary",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","boundary":"arn:aws:iam::111122223333:policy/gone"}]})j",
     R"j(
p.json:1:69: error[S-150]: permissions boundary `arn:aws:iam::111122223333:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
)j"},
    {"missing_group",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","groups":["arn:aws:iam::111122223333:group/gone"]}]})j",
     R"j(
p.json:1:68: error[S-150]: group `arn:aws:iam::111122223333:group/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `groups`, or export it with the account
)j"},
    {"policy_not_an_arn",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","policies":["ReadOnly",7,{"name":"x"},{"document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},{"name":"x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]},"x":1}]}]})j",
     R"j(
p.json:1:70: error[S-159]: `ReadOnly` is not the ARN of a managed policy; expected `arn:aws:iam::ACCOUNT:policy/NAME`
p.json:1:81: error[S-12]: policy is a number; expected an ARN or an object {name, document}
p.json:1:83: error[S-155]: no `document` in `policy`
p.json:1:96: error[S-155]: no `name` in `policy`
p.json:1:310: error[S-155]: unknown member `x` of `policy`; expected one of `name`, `document`
)j"},
    {"inline_document_problem",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","policies":[{"name":"p","document":{"Statement":[{"Effect":"Allow","Action":"s3"}]}}]}]})j",
     R"j(
p.json:1:107: error[S-28]: no `Resource`; a statement of an identity policy needs one
p.json:1:134: error[S-23]: `Action` is `s3`; expected `*` or `service:name`, the service without wildcards
)j"},
    {"policy_bad_arn",
     R"j({"policies":[{"arn":"arn:aws:iam::aws:role/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},{"arn":"arn:aws:iam::aws:policy/x"}]})j",
     R"j(
p.json:1:21: error[S-159]: `arn:aws:iam::aws:role/x` is not the ARN of a managed policy; expected `arn:aws:iam::ACCOUNT:policy/NAME`
p.json:1:148: error[S-155]: no `document` in `policies`
)j"},
    {"group_bad_arn",
     R"j({"groups":[{"arn":"arn:aws:iam::111122223333:user/x"}]})j",
     R"j(
p.json:1:19: error[S-159]: `arn:aws:iam::111122223333:user/x` is not the ARN of a group; expected `arn:aws:iam::ACCOUNT:group/NAME`
)j"},
    {"policy_twice_differs",
     R"j({"policies":[{"arn":"arn:aws:iam::111122223333:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::111122223333:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}}]})j",
     R"j(
p.json:2:1: error[S-153]: policy `arn:aws:iam::111122223333:policy/x` is defined twice with different content; it is first defined at p.json:1:14
)j"},
    {"policy_twice_same",
     R"j({"policies":[{"arn":"arn:aws:iam::111122223333:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"document":{"Statement":{"Resource":["*"],"Action":"s3:*","Effect":"Allow"},"Version":"2012-10-17"},"arn":"arn:aws:iam::111122223333:policy/x"}]})j",
     R"j(
)j"},
    {"principal_twice_differs",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u"},
{"arn":"arn:aws:iam::111122223333:user/u","tags":{"a":"b"}}]})j",
     R"j(
p.json:2:1: error[S-153]: principal `arn:aws:iam::111122223333:user/u` is defined twice with different content; it is first defined at p.json:1:16
)j"},
    {"principal_twice_same",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","tags":{"a":"b","c":"d"}},
{"arn":"arn:aws:iam::111122223333:user/u","tags":{"c":"d","a":"b"}}]})j",
     R"j(
)j"},
    {"group_twice_differs",
     R"j({"groups":[{"arn":"arn:aws:iam::111122223333:group/g","policies":[{"name":"p","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]},
{"arn":"arn:aws:iam::111122223333:group/g"}]})j",
     R"j(
p.json:2:1: error[S-153]: group `arn:aws:iam::111122223333:group/g` is defined twice with different content; it is first defined at p.json:1:12
)j"},
    {"resource_twice_differs",
     R"j({"resources":[{"arn":"arn:aws:s3:::b"},
{"arn":"arn:aws:s3:::b","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]}}]})j",
     R"j(
p.json:2:1: error[S-153]: resource `arn:aws:s3:::b` is defined twice with different content; it is first defined at p.json:1:15
)j"},
    {"endpoint_twice_differs",
     R"j({"endpoints":[{"id":"vpce-1"},
{"id":"vpce-1","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}}]})j",
     R"j(
p.json:2:1: error[S-153]: endpoint `vpce-1` is defined twice with different content; it is first defined at p.json:1:15
)j"},
    {"account_twice_differs",
     R"j({"accounts":[{"id":"111122223333"},
{"id":"111122223333","canonicalId":"0000000000000000000000000000000000000000000000000000000000000000"}]})j",
     R"j(
p.json:2:1: error[S-153]: account `111122223333` is defined twice with different content; it is first defined at p.json:1:14
)j"},
    {"names_differ_in_case",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/Bob"},
{"arn":"arn:aws:iam::111122223333:user/bob"},
{"arn":"arn:aws:iam::111122223333:role/bob"},
{"arn":"arn:aws:iam::111122223333:user/x/BOB"}],"groups":[{"arn":"arn:aws:iam::111122223333:group/bob"},
{"arn":"arn:aws:iam::111122223333:group/BOB"}]})j",
     R"j(
p.json:2:1: error[S-154]: the name of `arn:aws:iam::111122223333:user/bob` is taken: names of one account differ in more than case and path; `arn:aws:iam::111122223333:user/Bob` is defined at p.json:1:16
p.json:4:1: error[S-154]: the name of `arn:aws:iam::111122223333:user/x/BOB` is taken: names of one account differ in more than case and path; `arn:aws:iam::111122223333:user/Bob` is defined at p.json:1:16
p.json:5:1: error[S-154]: the name of `arn:aws:iam::111122223333:group/BOB` is taken: names of one account differ in more than case and path; `arn:aws:iam::111122223333:group/bob` is defined at p.json:4:59
)j"},
    {"role_with_two_trust_policies",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/r","trustPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}}],
"resources":[{"arn":"arn:aws:iam::111122223333:role/r","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}}]})j",
     R"j(
p.json:2:14: error[S-157]: role `arn:aws:iam::111122223333:role/r` has both a trust policy and a resource policy; the role is defined at p.json:1:16
)j"},
    {"resource_unknown_member",
     R"j({"resources":[{"arn":"arn:aws:s3:::b","polcy":{}}]})j",
     R"j(
p.json:1:39: error[S-155]: unknown member `polcy` of `resources`; did you mean `policy`?
)j"},
    {"resource_bad_account",
     R"j({"resources":[{"arn":"arn:aws:s3:::b","account":"1"}]})j",
     R"j(
p.json:1:49: error[S-159]: `1` is no account id; expected 12 digits
)j"},
    {"resource_no_arn",
     R"j({"resources":[{"arn":"*"},{"arn":"arn:aws:s3::b"}]})j",
     R"j(
p.json:1:22: error[S-159]: `*` is not an ARN; expected `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
p.json:1:34: error[S-159]: `arn:aws:s3::b` is not an ARN; expected `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`
)j"},
    {"account_bad",
     R"j({"accounts":[{"id":"1"},{"canonicalId":"xyz","id":"111122223333"},{}]})j",
     R"j(
p.json:1:20: error[S-159]: `1` is no account id; expected 12 digits
p.json:1:40: error[S-159]: `xyz` is no canonical user id; expected 64 hexadecimal digits
p.json:1:67: error[S-155]: no `id` in `accounts`
)j"},
    {"account_outside_organization",
     R"j({"accounts":[{"id":"111122223333","scps":[]}]})j",
     R"j(
p.json:1:14: warning[S-94]: account `111122223333` has control policies but stands in no organization; they have no effect
)j"},
    {"organization_bad",
     R"j({"organization":{"id":"o-1","management":"x","managementAccount":"5","rcpServices":["s3",1],"root":{"id":"r-1","accounts":["x",7],"unit":[],"scps":["x"],"units":[{"id":"ou-1","policies":[]}]}}})j",
     R"j(
p.json:1:29: error[S-155]: unknown member `management` of `organization`; did you mean `managementAccount`?
p.json:1:66: error[S-159]: `5` is no account id; expected 12 digits
p.json:1:90: error[S-12]: `rcpServices` is a number; expected a string
p.json:1:124: error[S-159]: `x` is no account id; expected 12 digits
p.json:1:128: error[S-12]: `accounts` is a number; expected a string
p.json:1:131: error[S-155]: unknown member `unit` of `root`; did you mean `units`?
p.json:1:149: error[S-12]: `policy` is a string; expected an object
p.json:1:176: error[S-155]: unknown member `policies` of `units`; expected one of `id`, `scps`, `rcps`, `accounts`, `units`
)j"},
    {"organization_unit_twice",
     R"j({"organization":{"root":{"id":"r-1","accounts":["111122223333"],"units":[{"id":"ou-1"},
{"id":"ou-1","accounts":["111122223333"]}]}}})j",
     R"j(
p.json:2:1: error[S-153]: unit `ou-1` stands twice in the organization; its first place is at p.json:1:74
p.json:2:26: error[S-153]: account `111122223333` stands twice in the organization; its first place is at p.json:1:49
)j"},
    {"scp_problem",
     R"j({"organization":{"root":{"scps":[{"name":"x","document":{"Statement":[]}}]}}})j",
     R"j(
p.json:1:57: error[S-8]: no `Version`; expected `2012-10-17` in an SCP
p.json:1:70: warning[S-9]: `Statement` is empty; the policy matches nothing
)j"},
    {"rcp_problem",
     R"j({"organization":{"root":{"rcps":[{"name":"x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]}}})j",
     R"j(
p.json:1:94: error[S-18]: no `Principal`; a statement of an RCP needs one
p.json:1:104: error[S-19]: `Effect` is `Allow`; expected `Deny` in an RCP
)j"},
    {"canonical_user",
     R"j({"accounts":[{"id":"111122223333","canonicalId":"abababababababababababababababababababababababababababababababab"}],"resources":[{"arn":"arn:aws:s3:::b","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"CanonicalUser":["abababababababababababababababababababababababababababababababab","cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd"]},"Action":"s3:*"}]}}]})j",
     R"j(
p.json:1:316: warning[S-96]: no account has the canonical id `cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd`; it matches no caller
)j"},
    {"nested_export_of_other_account",
     R"j({"accounts":[{"id":"444455556666","export":{"UserDetailList":[{"UserName":"u","Arn":"arn:aws:iam::111122223333:user/u"}]}}]})j",
     R"j(
p.json:1:85: error[S-159]: entity of account `111122223333` in the export of account `444455556666`
)j"},
    {"nested_export_with_policies",
     R"j({"accounts":[{"id":"444455556666","export":{"Policies":[
{"PolicyName":"p","Arn":"arn:aws:iam::aws:policy/p","DefaultVersionId":"v1","PolicyVersionList":{"VersionId":"v1","Document":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}}},
{"PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v1","PolicyVersionList":{"VersionId":"v1","Document":{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}}}]}}]})j",
     R"j(
p.json:3:25: error[S-159]: entity of account `111122223333` in the export of account `444455556666`
)j"},
    {"duplicate_key",
     R"j({"principals":[],
"principals":[]})j",
     R"j(
p.json:2:1: error[S-5]: duplicate key `principals`; it first stands at 1:2
)j"},
};

class PolicySetTest : public testing::TestWithParam<SetCase> {};

TEST_P(PolicySetTest, ReportsExactly) {
  EXPECT_EQ("\n" + SetIssues(GetParam().json), GetParam().issues);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicySetTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
