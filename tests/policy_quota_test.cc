// AWS's quotas (S-6): silent at the quota, a warning one beyond it.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "policy/quota.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

constexpr const char* kIdentity =
    R"("Effect":"Allow","Action":"s3:*","Resource":"*")";
constexpr const char* kResource =
    R"("Effect":"Allow","Principal":"*","Action":"s3:*")";
constexpr const char* kRcp =
    R"("Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*")";
constexpr const char* kTrust =
    R"("Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole")";
constexpr size_t kSmall =
    150;  // characters of the document that `#` stands for

// A document with a statement of those elements and `size` characters.
std::string Padded(const std::string& elements, size_t size) {
  std::string text =
      R"({"Version":"2012-10-17","Statement":{)" + elements + R"(,"Sid":")";
  text.append(size - text.size() - 3, 'a');
  return text + "\"}}";
}

// `text` with `value` for the `mark` in it.
std::string Fill(std::string text, char mark, const std::string& value) {
  const size_t at = text.find(mark);
  return at == std::string::npos ? text : text.replace(at, 1, value);
}

struct SizeCase {
  const char* name;
  const char* set;  // `@` is the document; with `#`, another of kSmall
  const char* elements;
  size_t quota;
  const char* warning;  // one beyond the quota
};
void PrintTo(const SizeCase& c, std::ostream* os) {
  *os << c.name << ": " << c.set;
}

constexpr SizeCase kSizeCases[] = {
    {"managed_policy",
     R"j({"policies":[{"arn":"arn:aws:iam::111122223333:policy/p","document":
@}]})j",
     kIdentity, 6144,
     "p.json:2:1: warning[S-6]: managed policy `p` has 6145 characters without "
     "white space; the default AWS quota of a managed policy is 6144\n"},
    {"managed_policy_in_export",
     R"j({"Policies":[{"PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v1","PolicyVersionList":[{"VersionId":"v1","Document":
@}]}]})j",
     kIdentity, 6144,
     "p.json:2:1: warning[S-6]: managed policy `p` has 6145 characters without "
     "white space; the default AWS quota of a managed policy is 6144\n"},
    {"boundary_in_place",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","boundary":
{"name":"b","document":@}}]})j",
     kIdentity, 6144,
     "p.json:2:1: warning[S-6]: permissions boundary has 6145 characters "
     "without white space; the default AWS quota of a managed policy is "
     "6144\n"},
    {"user_inline",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:user/u","policies":
[{"name":"a","document":@},{"name":"b","document":#}]}]})j",
     kIdentity, 2048,
     "p.json:2:1: warning[S-6]: inline policy text has 2049 characters without "
     "white space; the default AWS quota of the inline policies of a user is "
     "2048\n"},
    {"user_inline_in_export",
     R"j({"UserDetailList":[
{"UserName":"u","UserId":"AIDA1","Arn":"arn:aws:iam::111122223333:user/u","UserPolicyList":[{"PolicyName":"a","PolicyDocument":@},{"PolicyName":"b","PolicyDocument":#}]}]})j",
     kIdentity, 2048,
     "p.json:2:1: warning[S-6]: inline policy text has 2049 characters without "
     "white space; the default AWS quota of the inline policies of a user is "
     "2048\n"},
    {"role_inline",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/r","policies":
[{"name":"a","document":@},{"name":"b","document":#}]}]})j",
     kIdentity, 10240,
     "p.json:2:1: warning[S-6]: inline policy text has 10241 characters "
     "without white space; the default AWS quota of the inline policies of a "
     "role is 10240\n"},
    {"group_inline",
     R"j({"groups":[{"arn":"arn:aws:iam::111122223333:group/g","policies":
[{"name":"a","document":@},{"name":"b","document":#}]}]})j",
     kIdentity, 5120,
     "p.json:2:1: warning[S-6]: inline policy text has 5121 characters without "
     "white space; the default AWS quota of the inline policies of a group is "
     "5120\n"},
    {"group_inline_in_export",
     R"j({"GroupDetailList":[
{"GroupName":"g","GroupId":"AGPA1","Arn":"arn:aws:iam::111122223333:group/g","GroupPolicyList":[{"PolicyName":"a","PolicyDocument":@},{"PolicyName":"b","PolicyDocument":#}]}]})j",
     kIdentity, 5120,
     "p.json:2:1: warning[S-6]: inline policy text has 5121 characters without "
     "white space; the default AWS quota of the inline policies of a group is "
     "5120\n"},
    {"trust_policy",
     R"j({"principals":[{"arn":"arn:aws:iam::111122223333:role/r","trustPolicy":
@}]})j",
     kTrust, 2048,
     "p.json:2:1: warning[S-6]: trust policy has 2049 characters without white "
     "space; the default AWS quota of a trust policy is 2048\n"},
    {"trust_policy_in_export",
     R"j({"RoleDetailList":[{"RoleName":"r","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/r","AssumeRolePolicyDocument":
@}]})j",
     kTrust, 2048,
     "p.json:2:1: warning[S-6]: trust policy has 2049 characters without white "
     "space; the default AWS quota of a trust policy is 2048\n"},
    {"trust_policy_as_resource_policy",
     R"j({"resources":[{"arn":"arn:aws:iam::111122223333:role/r","policy":
@}]})j",
     kTrust, 2048,
     "p.json:2:1: warning[S-6]: policy of `arn:aws:iam::111122223333:role/r` "
     "has 2049 characters without white space; the default AWS quota of a "
     "trust policy is 2048\n"},
    {"scp",
     R"j({"accounts":[{"id":"111122223333","scps":[
{"name":"s","document":@}]}],"organization":{"root":{"id":"r-1","accounts":["111122223333"]}}})j",
     kIdentity, 5120,
     "p.json:2:1: warning[S-6]: SCP `s` has 5121 characters with white space; "
     "the default AWS quota of an SCP is 5120\n"},
    {"rcp",
     R"j({"organization":{"root":{"id":"r-1","rcps":[
{"name":"s","document":@}]}}})j",
     kRcp, 5120,
     "p.json:2:1: warning[S-6]: RCP `s` has 5121 characters with white space; "
     "the default AWS quota of an RCP is 5120\n"},
    {"bucket_policy",
     R"j({"resources":[{"arn":"arn:aws-cn:s3:::b","policy":
@}]})j",
     kResource, 20480,
     "p.json:2:1: warning[S-6]: policy of `arn:aws-cn:s3:::b` has 20481 bytes "
     "with white space; the default AWS quota of a bucket policy is 20480\n"},
    {"key_policy",
     R"j({"resources":[{"arn":"arn:aws:kms:eu-west-1:111122223333:key/k","policy":
@}]})j",
     kResource, 32768,
     "p.json:2:1: warning[S-6]: policy of "
     "`arn:aws:kms:eu-west-1:111122223333:key/k` has 32769 bytes with white "
     "space; the default AWS quota of a KMS key policy is 32768\n"},
};

class PolicyQuotaTest : public testing::TestWithParam<SizeCase> {};

TEST_P(PolicyQuotaTest, WarnsOneBeyond) {
  const SizeCase& c = GetParam();
  const std::string set = Fill(c.set, '#', Padded(c.elements, kSmall));
  const size_t size = c.quota - (set == c.set ? 0 : kSmall);
  EXPECT_EQ(SetIssues(Fill(set, '@', Padded(c.elements, size))), "");
  EXPECT_EQ(SetIssues(Fill(set, '@', Padded(c.elements, size + 1))), c.warning);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyQuotaTest, testing::ValuesIn(kSizeCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

TEST(PolicyQuotaTest, WhiteSpaceCountsWhereAwsCountsIt) {
  const std::string blanks = "\n\t\r ";
  EXPECT_EQ(DocumentIssues(PolicyType::kTrust,
                           blanks + Padded(kTrust, 2047) + blanks),
            "");
  const std::string trust = Padded(kTrust, 2048);
  EXPECT_EQ(DocumentIssues(PolicyType::kTrust, Fill(trust, ':', ":" + blanks)),
            "");
  const std::string scp = Padded(kIdentity, 5120);
  EXPECT_EQ(DocumentIssues(PolicyType::kScp, Fill(scp, ':', ": ")),
            "p.json:1:1: warning[S-6]: document has 5121 characters with white "
            "space; the default AWS quota of an SCP is 5120\n");
}

TEST(PolicyQuotaTest, KilobytesAreBytes) {
  const std::string document = Padded(
      std::string(kResource) + R"(,"Resource":"arn:aws:s3:::b/#")", 20480);
  const auto issues = [&](const std::string& letter) {
    return SetIssues(R"({"resources":[{"arn":"arn:aws:s3:::b","policy":)" +
                     Fill(document, '#', letter) + "}]}");
  };
  EXPECT_EQ(issues("e"), "");
  EXPECT_NE(issues("\u00e9"), "");
}

TEST(PolicyQuotaTest, EncodedDocumentsCountDecoded) {
  const auto issues = [](size_t size) {
    std::string text;
    for (const char c : Padded(kTrust, size))
      text += c == '"' ? "%22" : std::string(1, c);
    return SetIssues(
        R"({"RoleDetailList":[{"RoleName":"r","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/r","AssumeRolePolicyDocument":")" +
        text + "\"}]}");
  };
  EXPECT_EQ(issues(2048), "");
  EXPECT_NE(issues(2049), "");
}

TEST(PolicyQuotaTest, NoQuotaIsKnown) {
  for (const char* arn :
       {"arn:aws:s3:::b/key", "arn:aws:s3:eu-west-1:111122223333:accesspoint/a",
        "arn:aws:kms:eu-west-1:111122223333:alias/k",
        "arn:aws:sqs:eu-west-1:111122223333:q",
        "arn:aws:iam::111122223333:oidc-provider/p"}) {
    EXPECT_EQ(SetIssues(std::string(R"({"resources":[{"arn":")") + arn +
                        R"(","policy":)" + Padded(kResource, 40000) + "}]}"),
              "")
        << arn;
  }
  EXPECT_EQ(
      SetIssues(
          R"({"policies":[{"arn":"arn:aws:iam::aws:policy/p","document":)" +
          Padded(kIdentity, 7000) + "}]}"),
      "");
}

TEST(PolicyQuotaTest, DocumentsThatStandAlone) {
  struct Case {
    PolicyType type;
    const char* elements;
    size_t quota;
    const char* tail;
  };
  for (const Case& c : {
           Case{PolicyType::kIdentity, kIdentity, 6144,
                "6145 characters without white space; the default AWS quota "
                "of a managed policy is 6144\n"},
           Case{PolicyType::kBoundary, kIdentity, 6144,
                "6145 characters without white space; the default AWS quota "
                "of a managed policy is 6144\n"},
           Case{PolicyType::kSession, kIdentity, 2048,
                "2049 characters with white space; the default AWS quota of "
                "session policies is 2048\n"},
           Case{PolicyType::kScp, kIdentity, 5120,
                "5121 characters with white space; the default AWS quota of "
                "an SCP is 5120\n"},
           Case{PolicyType::kRcp, kRcp, 5120,
                "5121 characters with white space; the default AWS quota of "
                "an RCP is 5120\n"},
           Case{PolicyType::kTrust, kTrust, 2048,
                "2049 characters without white space; the default AWS quota "
                "of a trust policy is 2048\n"},
       }) {
    EXPECT_EQ(DocumentIssues(c.type, Padded(c.elements, c.quota)), "");
    EXPECT_EQ(DocumentIssues(c.type, Padded(c.elements, c.quota + 1)),
              std::string("p.json:1:1: warning[S-6]: document has ") + c.tail);
  }
  EXPECT_EQ(DocumentIssues(PolicyType::kResource, Padded(kResource, 40000)),
            "");
}

// `count` times `text`, `#` in it being the number, with commas between.
std::string Repeated(size_t count, const std::string& text) {
  std::string list;
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) list += ',';
    list += Fill(text, '#', std::to_string(i));
  }
  return list;
}

struct CountCase {
  const char* name;
  const char* set;   // `@` is the list
  const char* item;  // of the list; `#` is its number
  size_t quota;
  const char* warning;  // one beyond the quota
};
void PrintTo(const CountCase& c, std::ostream* os) {
  *os << c.name << ": " << c.set;
}

constexpr const char* kPolicyArn = R"("arn:aws:iam::111122223333:policy/p#")";
constexpr const char* kInline =
    R"({"name":"s#","document":{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}})";
constexpr const char* kInlineRcp =
    R"({"name":"s#","document":{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}})";

constexpr CountCase kCountCases[] = {
    {"managed_policies_of_a_user",
     R"j({"principals":[
{"arn":"arn:aws:iam::111122223333:user/u","policies":[@]}]})j",
     kPolicyArn, 10,
     "p.json:2:1: warning[S-6]: `arn:aws:iam::111122223333:user/u` has 11 "
     "managed policies; the default AWS quota of a user is 10\n"},
    {"managed_policies_of_a_role_in_an_export",
     R"j({"accounts":[{"id":"111122223333","export":{"RoleDetailList":[
{"RoleName":"r","RoleId":"AROA1","Arn":"arn:aws:iam::111122223333:role/r","AssumeRolePolicyDocument":{"Statement":{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}},"AttachedManagedPolicies":[@]}]}}]})j",
     R"j({"PolicyName":"p","PolicyArn":"arn:aws:iam::111122223333:policy/p#"})j",
     10,
     "p.json:2:1: warning[S-6]: `arn:aws:iam::111122223333:role/r` has 11 "
     "managed policies; the default AWS quota of a role is 10\n"},
    {"managed_policies_of_a_group",
     R"j({"groups":[
{"arn":"arn:aws:iam::111122223333:group/x","policies":[@]}]})j",
     kPolicyArn, 10,
     "p.json:2:1: warning[S-6]: `arn:aws:iam::111122223333:group/x` has 11 "
     "managed policies; the default AWS quota of a group is 10\n"},
    {"groups_of_a_user",
     R"j({"principals":[
{"arn":"arn:aws:iam::111122223333:user/u","groups":[@]}]})j",
     R"("arn:aws:iam::111122223333:group/g#")", 10,
     "p.json:2:1: warning[S-6]: `arn:aws:iam::111122223333:user/u` has 11 "
     "groups; the default AWS quota of a user is 10\n"},
    {"scps_of_a_root", R"j({"organization":{"root":
{"id":"r-1","scps":[@]}}})j",
     kInline, 5,
     "p.json:2:1: warning[S-6]: `r-1` has 6 SCPs; the default AWS quota of a "
     "root, unit or account is 5\n"},
    {"scps_of_an_account",
     R"j({"organization":{"root":{"id":"r-1","accounts":["111122223333"]}},"accounts":[
{"id":"111122223333","scps":[@]}]})j",
     kInline, 5,
     "p.json:2:1: warning[S-6]: `111122223333` has 6 SCPs; the default AWS "
     "quota of a root, unit or account is 5\n"},
    {"rcps_of_a_unit",
     R"j({"organization":{"root":{"id":"r-1","units":[
{"id":"ou-1","rcps":[@]}]}}})j",
     kInlineRcp, 4,
     "p.json:2:1: warning[S-6]: `ou-1` has 6 RCPs with `RCPFullAWSAccess`; "
     "the default AWS quota of a root, unit or account is 5\n"},
    {"rcps_of_an_account",
     R"j({"organization":{"root":{"id":"r-1","accounts":["111122223333"]}},"accounts":[
{"id":"111122223333","rcps":[@]}]})j",
     kInlineRcp, 4,
     "p.json:2:1: warning[S-6]: `111122223333` has 6 RCPs with "
     "`RCPFullAWSAccess`; the default AWS quota of a root, unit or account is "
     "5\n"},
    {"versions_of_a_policy",
     R"j({"Policies":[
{"PolicyName":"p","Arn":"arn:aws:iam::111122223333:policy/p","DefaultVersionId":"v0","PolicyVersionList":[@]}]})j",
     R"j({"VersionId":"v#","Document":{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}})j",
     5,
     "p.json:2:1: warning[S-6]: `arn:aws:iam::111122223333:policy/p` has 6 "
     "versions; the default AWS quota of a managed policy is 5\n"},
    {"versions_of_a_policy_of_aws",
     R"j({"Policies":[
{"PolicyName":"p","Arn":"arn:aws:iam::aws:policy/p","DefaultVersionId":"v0","PolicyVersionList":[@]}]})j",
     R"j({"VersionId":"v#","Document":{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}})j",
     5, ""},
};

class PolicyCountQuotaTest : public testing::TestWithParam<CountCase> {};

// The issues of `set` beside what its references need.
std::string IssuesAmongAll(const std::string& set) {
  const std::string others =
      R"({"policies":[)" +
      Repeated(
          12,
          R"({"arn":"arn:aws:iam::111122223333:policy/p#","document":{"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}})") +
      R"(],"groups":[)" +
      Repeated(12, R"({"arn":"arn:aws:iam::111122223333:group/g#"})") + "]}";
  Issues issues;
  LoadPolicySet({{"p.json", set}, {"others.json", others}}, issues);
  return Lines(issues);
}

TEST_P(PolicyCountQuotaTest, WarnsOneBeyond) {
  const CountCase& c = GetParam();
  const bool export_of_policies = std::string(c.name).starts_with("versions");
  const auto issues = [&](size_t count) {
    const std::string set = Fill(c.set, '@', Repeated(count, c.item));
    return export_of_policies ? SetIssues(set) : IssuesAmongAll(set);
  };
  EXPECT_EQ(issues(c.quota), "");
  EXPECT_EQ(issues(c.quota + 1), c.warning);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyCountQuotaTest,
                         testing::ValuesIn(kCountCases), [](const auto& i) {
                           return std::string(i.param.name);
                         });

TEST(PolicyCountQuotaTest, OnlyDistinctManagedPoliciesOfItsOwnCount) {
  const std::string ten = Repeated(10, kPolicyArn);
  const std::string set =
      R"({"principals":[{"arn":"arn:aws:iam::111122223333:user/u",)"
      R"("groups":["arn:aws:iam::111122223333:group/x"],)"
      R"("boundary":"arn:aws:iam::111122223333:policy/p11","policies":[)" +
      ten + "," + ten + "," + Fill(kInline, '#', "") +
      R"(]}],"groups":[{"arn":"arn:aws:iam::111122223333:group/x",)"
      R"("policies":["arn:aws:iam::111122223333:policy/p11"]}]})";
  EXPECT_EQ(IssuesAmongAll(set), "");
}

}  // namespace
}  // namespace portcullis
