// Errors of policy sets: who may have what, and under which name. The rest is
// in policy_set_test.cc.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

struct ErrorCase {
  const char* name;
  const char* json;
  const char* issues;
};

void PrintTo(const ErrorCase& c, std::ostream* out) { *out << c.name; }

const ErrorCase kCases[] = {
    {"canonical_id_of_two_accounts",
     R"j({"accounts":[{"id":"111122223333","canonicalId":"abababababababababababababababababababababababababababababababab"},
{"id":"444455556666"},
{"id":"777788889999","canonicalId":"abababababababababababababababababababababababababababababababab"}]})j",
     R"j(
p.json:3:1: error[S-153]: canonical id `abababababababababababababababababababababababababababababababab` of `777788889999` is taken; `111122223333` has it at p.json:1:14
)j"},
    {"canonical_id_in_any_case",
     R"j({"accounts":[{"id":"111122223333","canonicalId":"abababababababababababababababababababababababababababababababab"},
{"id":"444455556666","canonicalId":"ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB"},
{"id":"111122223333","canonicalId":"AbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAbAb"}],
"resources":[{"arn":"arn:aws:s3:::b","policy":{"Statement":{"Effect":"Deny","Principal":{"CanonicalUser":"aBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaBaB"},"Action":"*"}}}]})j",
     R"j(
p.json:2:1: error[S-153]: canonical id `abababababababababababababababababababababababababababababababab` of `444455556666` is taken; `111122223333` has it at p.json:1:14
)j"},
    {"rcp_services",
     R"j({"organization":{"rcpServices":["s3","S3","secretsmanager","route53-recovery"]}})j",
     R"j(
)j"},
    {"rcp_services_bad",
     R"j({"organization":{"rcpServices":["*","s3:*","s3:","","a b","é","s3.amazonaws.com"]}})j",
     R"j(
p.json:1:33: error[S-101]: `*` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:37: error[S-101]: `s3:*` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:44: error[S-101]: `s3:` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:50: error[S-101]: `` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:53: error[S-101]: `a b` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:59: error[S-101]: `é` in `rcpServices` is no service; expected what actions begin with, as `s3`
p.json:1:63: error[S-101]: `s3.amazonaws.com` in `rcpServices` is no service; expected what actions begin with, as `s3`
)j"},
    {"policy_names_differ_in_case",
     R"j({"policies":[{"arn":"arn:aws:iam::111122223333:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::111122223333:policy/a/X","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::444455556666:policy/X","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::aws:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::aws:policy/a/X","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}]})j",
     R"j(
p.json:2:1: error[S-154]: the name of `arn:aws:iam::111122223333:policy/a/X` is taken: names of one account differ in more than case and path; `arn:aws:iam::111122223333:policy/x` is defined at p.json:1:14
)j"},
    {"unique_id_of_two_entities",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","id":"AIDA1"},
{"arn":"arn:aws:iam::111122223333:role/r","id":"aida1"},
{"arn":"arn:aws:iam::444455556666:role/r","id":"AIDA1"}]})j",
     R"j(
p.json:3:1: error[S-153]: unique id `AIDA1` of `arn:aws:iam::444455556666:role/r` is taken; `arn:aws:iam::111122223333:user/u` has it at p.json:1:16
)j"},
    {"characters_beyond_latin_1",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","policies":[
{"name":"中","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::ÿ\u0101","arn:aws:s3:::aĀ中"]}]}},
{"name":"b","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":"𝄞"}}}]}}]}],
"resources":[{"arn":"arn:aws:s3:::b","policy":{"Version":"2012-10-17","Statement":[{"Sid":"中","Effect":"Deny","Principal":"*","Action":"s3:*"}]}}],
"accounts":[{"id":"111122223333","export":{"GroupDetailList":[{"Arn":"arn:aws:iam::111122223333:group/g","GroupPolicyList":[{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::中"}]}}]}]}}]})j",
     R"j(
p.json:2:145: warning[S-4]: character beyond U+00FF; IAM takes TAB, LF, CR and U+0020 to U+00FF
p.json:3:144: warning[S-4]: character beyond U+00FF; IAM takes TAB, LF, CR and U+0020 to U+00FF
)j"},
    {"unique_id_empty",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","id":""}]})j",
     R"j(
p.json:1:63: error[S-159]: `id` is empty; leave it out when it is not known
)j"},
    {"attachments_of_other_accounts",
     R"j({"policies":[{"arn":"arn:aws:iam::444455556666:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws-cn:iam::aws:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}},
{"arn":"arn:aws:iam::aws:policy/x","document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}}],
"groups":[{"arn":"arn:aws:iam::111122223333:group/g",
"policies":["arn:aws:iam::444455556666:policy/x","arn:aws:iam::aws:policy/x"]},
{"arn":"arn:aws:iam::444455556666:group/g"}],
"principals":[{"arn":"arn:aws:iam::111122223333:user/u",
"groups":["arn:aws:iam::444455556666:group/g"],
"policies":["arn:aws-cn:iam::aws:policy/x"],
"boundary":"arn:aws:iam::444455556666:policy/x"}]})j",
     R"j(
p.json:5:13: warning[S-150]: policy `arn:aws:iam::444455556666:policy/x` of `arn:aws:iam::111122223333:group/g` is of another account or partition; it counts, which AWS would not let it
p.json:8:11: warning[S-150]: group `arn:aws:iam::444455556666:group/g` of `arn:aws:iam::111122223333:user/u` is of another account or partition; it counts, which AWS would not let it
p.json:9:13: warning[S-150]: policy `arn:aws-cn:iam::aws:policy/x` of `arn:aws:iam::111122223333:user/u` is of another account or partition; it counts, which AWS would not let it
p.json:10:12: warning[S-150]: permissions boundary `arn:aws:iam::444455556666:policy/x` of `arn:aws:iam::111122223333:user/u` is of another account or partition; it counts, which AWS would not let it
)j"},
    {"nothing_resolves_by_an_empty_arn",
     R"j({"policies":[{"document":{"Statement":[]}},{"document":{"Statement":7}}],
"groups":[{}],
"principals":[{"id":"AIDA1","groups":["","arn:aws:iam::111122223333:group/g"],
"policies":["arn:aws:iam::111122223333:policy/p"]},
{"id":"AIDA1","trustPolicy":{"Statement":[]}}],
"resources":[{"policy":{"Statement":[]}},{}]})j",
     R"j(
p.json:1:14: error[S-155]: no `arn` in `policies`
p.json:1:39: warning[S-9]: `Statement` is empty; the policy matches nothing
p.json:1:44: error[S-155]: no `arn` in `policies`
p.json:1:69: error[S-12]: `Statement` is a number; expected an object or an array of objects
p.json:2:11: error[S-155]: no `arn` in `groups`
p.json:3:15: error[S-155]: no `arn` in `principals`
p.json:3:39: error[S-150]: group `` is in no input; add it under `groups`, or export it with the account
p.json:3:42: error[S-150]: group `arn:aws:iam::111122223333:group/g` is in no input; add it under `groups`, or export it with the account
p.json:4:13: error[S-150]: policy `arn:aws:iam::111122223333:policy/p` is in no input; add it under `policies`, or export it with the account
p.json:5:1: error[S-155]: no `arn` in `principals`
p.json:5:42: warning[S-9]: `Statement` is empty; the policy matches nothing
p.json:6:14: error[S-155]: no `arn` in `resources`
p.json:6:37: warning[S-9]: `Statement` is empty; the policy matches nothing
p.json:6:42: error[S-155]: no `arn` in `resources`
)j"},
    {"second_definitions_resolve",
     R"j({"policies":[{"arn":"arn:aws:iam::111122223333:policy/p","document":{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}},
{"arn":"arn:aws:iam::111122223333:policy/p","document":{"Statement":[]}}],
"groups":[{"arn":"arn:aws:iam::111122223333:group/g"},
{"arn":"arn:aws:iam::111122223333:group/g",
"policies":["arn:aws:iam::111122223333:policy/p","arn:aws:iam::111122223333:policy/gone"]}],
"principals":[{"arn":"arn:aws:iam::111122223333:user/u","id":"AIDA1"},
{"arn":"arn:aws:iam::111122223333:user/u","id":"AIDA1",
"groups":["arn:aws:iam::111122223333:group/g","arn:aws:iam::111122223333:group/gone"],
"boundary":"arn:aws:iam::111122223333:policy/gone"},
{"arn":"arn:aws:iam::111122223333:user/v","id":"AIDA2"},
{"arn":"arn:aws:iam::111122223333:user/v","id":"AIDA1"}]})j",
     R"j(
p.json:2:1: error[S-153]: policy `arn:aws:iam::111122223333:policy/p` is defined twice with different content; it is first defined at p.json:1:14
p.json:2:69: warning[S-9]: `Statement` is empty; the policy matches nothing
p.json:4:1: error[S-153]: group `arn:aws:iam::111122223333:group/g` is defined twice with different content; it is first defined at p.json:3:11
p.json:5:50: error[S-150]: policy `arn:aws:iam::111122223333:policy/gone` of `arn:aws:iam::111122223333:group/g` is in no input; add it under `policies`, or export it with the account
p.json:7:1: error[S-153]: principal `arn:aws:iam::111122223333:user/u` is defined twice with different content; it is first defined at p.json:6:15
p.json:8:47: error[S-150]: group `arn:aws:iam::111122223333:group/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `groups`, or export it with the account
p.json:9:12: error[S-150]: permissions boundary `arn:aws:iam::111122223333:policy/gone` of `arn:aws:iam::111122223333:user/u` is in no input; add it under `policies`, or export it with the account
p.json:11:1: error[S-153]: principal `arn:aws:iam::111122223333:user/v` is defined twice with different content; it is first defined at p.json:10:1
p.json:11:1: error[S-153]: unique id `AIDA1` of `arn:aws:iam::111122223333:user/v` is taken; `arn:aws:iam::111122223333:user/u` has it at p.json:6:15
)j"},
    {"second_definitions_of_a_trust_policy",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/a"},
{"arn":"arn:aws:iam::111122223333:role/a","trustPolicy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
{"arn":"arn:aws:iam::111122223333:role/b","trustPolicy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
{"arn":"arn:aws:iam::111122223333:role/c"}],
"resources":[{"arn":"arn:aws:iam::111122223333:role/a","policy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
{"arn":"arn:aws:iam::111122223333:role/b"},
{"arn":"arn:aws:iam::111122223333:role/b","policy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
{"arn":"arn:aws:iam::111122223333:role/c","policy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}},
{"arn":"arn:aws:iam::111122223333:role/c","account":"111122223333","policy":{"Statement":{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}}]})j",
     R"j(
p.json:2:1: error[S-153]: principal `arn:aws:iam::111122223333:role/a` is defined twice with different content; it is first defined at p.json:1:16
p.json:5:14: error[S-157]: role `arn:aws:iam::111122223333:role/a` has both a trust policy and a resource policy; the role is defined at p.json:2:1
p.json:7:1: error[S-153]: resource `arn:aws:iam::111122223333:role/b` is defined twice with different content; it is first defined at p.json:6:1
p.json:7:1: error[S-157]: role `arn:aws:iam::111122223333:role/b` has both a trust policy and a resource policy; the role is defined at p.json:3:1
p.json:9:1: error[S-153]: resource `arn:aws:iam::111122223333:role/c` is defined twice with different content; it is first defined at p.json:8:1
)j"},
    {"path_differs_from_arn",
     R"j({"UserDetailList":[{"Path":"/x/","UserName":"u","Arn":"arn:aws:iam::111122223333:user/u"}],
"RoleDetailList":[{"Path":"/","RoleName":"r","Arn":"arn:aws:iam::111122223333:role/a/b/r","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}}],
"GroupDetailList":[{"Path":"/x","GroupName":"g","Arn":"arn:aws:iam::111122223333:group/x/g"},
{"Path":"/x/","GroupName":"h","Arn":"arn:aws:iam::111122223333:group/x/h"}],
"Policies":[{"Path":"/y/","PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}]}]})j",
     R"j(
p.json:1:28: error[S-159]: `Path` is `/x/`, but `Arn` says `/`
p.json:2:27: error[S-159]: `Path` is `/`, but `Arn` says `/a/b/`
p.json:3:28: error[S-159]: `Path` is `/x`, but `Arn` says `/x/`
p.json:5:21: error[S-159]: `Path` is `/y/`, but `Arn` says `/`
)j"},
    {"tag_without_value",
     R"j({"UserDetailList":[{"UserName":"u","Arn":"arn:aws:iam::111122223333:user/u","Tags":[{"Key":"a","Value":""},
{"Key":"b"}]}]})j",
     R"j(
p.json:2:1: error[S-155]: no `Value` in `Tags`
)j"},
};

class PolicySetErrorsTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(PolicySetErrorsTest, ReportsExactly) {
  EXPECT_EQ("\n" + SetIssues(GetParam().json), GetParam().issues);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicySetErrorsTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
