// Requests on the reference: refusals and derived keys (S-142, S-170 to S-178).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/reference_world.h"

namespace portcullis::reference {
namespace {

constexpr char kUnknownRole[] = "arn:aws:sts::222222222222:assumed-role/x/s";

const char* const kSet = R"({
  "organization": {"id": "o-x", "root": {"id": "r-y", "units": [
      {"id": "ou-a", "accounts": ["111111111111"]}]}},
  "principals": [
    {"arn": "arn:aws:iam::111111111111:user/team/alice", "id": "AIDAALICE",
     "tags": {"Team": "blue", "cost": "1"}},
    {"arn": "arn:aws:iam::111111111111:role/app/web", "id": "AROAWEB",
     "tags": {"Team": "red", "cost": "2"}},
    {"arn": "arn:aws:iam::111111111111:user/no-id"}],
  "resources": [
    {"arn": "arn:aws:s3:::bucket", "account": "222222222222"},
    {"arn": "arn:aws:s3:::bucket/key", "tags": {"Class": "public"}}]})";

// A request with a session of these tags.
Ask WithTags(std::vector<SessionTag>& tags) {
  Ask ask{.principal = kSession};
  ask.session.emplace().tags = tags;
  return ask;
}

// Supplies `key`, and tells whether the engine refuses it as derived.
bool Refuses(const PolicySet& set, Ask ask, const Key& key) {
  ask.context.push_back(key);
  return Decide(set, ask).refusal == Refusal::kDerivedKey;
}

// Of a key that the engine derives as `value`, only that may be supplied.
void ExpectValue(const PolicySet& set, const Ask& ask, const char* key,
                 const std::string& value) {
  EXPECT_FALSE(Refuses(set, ask, {key, {value}})) << key << " = " << value;
  EXPECT_TRUE(Refuses(set, ask, {key, {value + "x"}})) << key;
  EXPECT_TRUE(Refuses(set, ask, {key, {value}, true})) << key << " as a list";
}

void ExpectAbsent(const PolicySet& set, const Ask& ask, const char* key) {
  EXPECT_TRUE(Refuses(set, ask, {key, {"x"}})) << key;
  EXPECT_TRUE(Refuses(set, ask, {key, {""}})) << key;
}

void ExpectFree(const PolicySet& set, const Ask& ask, const char* key) {
  EXPECT_FALSE(Refuses(set, ask, {key, {"x"}})) << key;
  EXPECT_FALSE(Refuses(set, ask, {key, {"y"}})) << key;
}

struct Row {
  const char* name;
  Ask ask;
  Refusal refusal;
};

TEST(ReferenceRequestTest, Refusals) {
  const auto principal = [](const char* arn) { return Ask{.principal = arn}; };
  const auto resource = [](const char* arn) { return Ask{.resource = arn}; };
  const auto action = [](const char* text) { return Ask{.action = text}; };
  Ask expired;
  expired.session.emplace().expires_at = kNow;
  Ask alive;
  alive.session.emplace().expires_at = kNow + 1;
  Ask supplied_time = alive;
  supplied_time.context = {{"aws:currenttime", {"2026-01-01T00:00:01Z"}}};
  Ask past = expired;
  past.context = {{"aws:CurrentTime", {"2025-12-31T23:59:59Z"}}};
  const Ask same_key = {.context = {{"a:B", {"1"}}, {"A:b", {"1"}}}};
  Ask no_date = alive;
  no_date.context = {{"aws:CurrentTime", {"now"}}};
  const std::string_view arns[] = {"arn:aws:iam::aws:policy/None"};
  Ask missing_policy;
  missing_policy.session.emplace().policy_arns = arns;
  using enum Refusal;
  const std::vector<Row> rows = {
      {"good", {}, kNone},
      {"no service", action(":Get"), kAction},
      {"no name", action("s3:"), kAction},
      {"no colon", action("GetObject"), kAction},
      {"wildcard service", action("s*:Get"), kAction},
      {"star", action("*"), kAction},
      {"account id", principal("111111111111"), kPrincipal},
      {"group", principal("arn:aws:iam::111111111111:group/g"), kPrincipal},
      {"no name", principal("arn:aws:iam::111111111111:user/"), kPrincipal},
      {"no account", principal("arn:aws:iam:::user/u"), kPrincipal},
      {"role without session",
       principal("arn:aws:sts::111111111111:assumed-role/web"), kPrincipal},
      {"empty session",
       principal("arn:aws:sts::111111111111:assumed-role/web/"), kPrincipal},
      {"S3 as principal", principal("arn:aws:s3:::b"), kPrincipal},
      {"empty service",
       {.form = PrincipalForm::kService, .principal = ""},
       kPrincipal},
      {"no resource", resource(""), kResource},
      {"five parts", resource("arn:aws:s3::b"), kResource},
      {"no ARN", resource("bucket"), kResource},
      {"two stars", resource("**"), kResource},
      {"S-172", same_key, kDuplicateKey},
      {"S-142", expired, kExpired},
      {"S-142 before the end", alive, kNone},
      {"S-142 supplied time", supplied_time, kExpired},
      {"S-142 supplied time before", past, kNone},
      {"S-144", missing_policy, kSessionPolicy},
      {"S-142 a time that is no date", no_date, kExpired},
  };
  const PolicySet set = Load("{}");
  for (const Row& row : rows) {
    const Answer answer = Decide(set, row.ask);
    EXPECT_EQ(answer.refusal, row.refusal) << row.name;
    if (row.refusal == kNone) continue;
    EXPECT_EQ(answer.verdict, Verdict::kImplicitDeny) << row.name;
    EXPECT_EQ(answer.decided_by, Layer::kNone) << row.name;
  }
}

TEST(ReferenceRequestTest, SessionTagsThatFoldToOne) {
  std::vector<SessionTag> tags = {{"a", "1"}, {"A", "2"}};
  EXPECT_EQ(Decide(Load(kSet), WithTags(tags)).refusal, Refusal::kDuplicateKey);
}

TEST(ReferenceRequestTest, UserKeys) {
  const PolicySet set = Load(kSet);
  const Ask ask;
  ExpectValue(set, ask, "aws:PrincipalArn", kUser);
  ExpectValue(set, ask, "AWS:principalaccount", "111111111111");
  ExpectValue(set, ask, "aws:username", "alice");
  ExpectValue(set, ask, "aws:userid", "AIDAALICE");
  ExpectValue(set, ask, "aws:PrincipalType", "User");
  ExpectValue(set, ask, "aws:PrincipalTag/team", "blue");
  ExpectAbsent(set, ask, "aws:PrincipalTag/other");
  ExpectValue(set, ask, "aws:PrincipalIsAWSService", "false");
  ExpectAbsent(set, ask, "aws:PrincipalServiceName");
  ExpectAbsent(set, ask, "aws:PrincipalServiceNamesList");
  ExpectAbsent(set, ask, "aws:TokenIssueTime");
  ExpectAbsent(set, ask, "aws:MultiFactorAuthPresent");
  ExpectAbsent(set, ask, "aws:MultiFactorAuthAge");
  ExpectAbsent(set, ask, "aws:SourceIdentity");
  ExpectAbsent(set, ask, "aws:FederatedProvider");
  ExpectAbsent(set, ask, "aws:AssumedRoot");
  ExpectFree(set, ask, "aws:SourceIp");
  const Ask no_id{.principal = "arn:aws:iam::111111111111:user/no-id"};
  ExpectFree(set, no_id, "aws:userid");
}

TEST(ReferenceRequestTest, RoleSessionKeys) {
  const PolicySet set = Load(kSet);
  std::vector<SessionTag> tags = {{"TEAM", "green"}, {"new", ""}};
  Ask ask = WithTags(tags);
  ask.session->issued_at = kNow;
  ask.session->source_identity = "bob";
  ask.session->federated_provider = "accounts.google.com";
  ExpectValue(set, ask, "aws:PrincipalArn", kRole);
  ExpectAbsent(set, ask, "aws:username");
  ExpectValue(set, ask, "aws:userid", "AROAWEB:s1");
  ExpectValue(set, ask, "aws:PrincipalType", "AssumedRole");
  ExpectValue(set, ask, "aws:PrincipalTag/Team", "green");
  ExpectValue(set, ask, "aws:PrincipalTag/cost", "2");
  ExpectValue(set, ask, "aws:PrincipalTag/new", "");
  ExpectValue(set, ask, "aws:TokenIssueTime", "2026-01-01T00:00:00Z");
  ExpectValue(set, ask, "aws:MultiFactorAuthPresent", "false");
  ExpectAbsent(set, ask, "aws:MultiFactorAuthAge");
  ExpectValue(set, ask, "aws:SourceIdentity", "bob");
  ExpectValue(set, ask, "aws:FederatedProvider", "accounts.google.com");
  const Ask bare{.principal = kRole};
  ExpectFree(set, bare, "aws:userid");
  ExpectFree(set, bare, "aws:TokenIssueTime");
  ExpectValue(set, bare, "aws:MultiFactorAuthPresent", "false");
  const Ask unknown{.principal = kUnknownRole};
  ExpectValue(set, unknown, "aws:PrincipalArn",
              "arn:aws:iam::222222222222:role/x");
  ExpectFree(set, unknown, "aws:PrincipalTag/Team");
}

TEST(ReferenceRequestTest, MultiFactorKeys) {
  const PolicySet set = Load(kSet);
  Ask ask;
  ask.session.emplace().mfa = true;
  ExpectValue(set, ask, "aws:MultiFactorAuthPresent", "true");
  ExpectFree(set, ask, "aws:MultiFactorAuthAge");
  ask.session->mfa_at = kNow - 90'000'000'000;
  ExpectValue(set, ask, "aws:MultiFactorAuthAge", "90");
  ask.context = {{"aws:CurrentTime", {"2025-12-31T23:58:40.9Z"}}};
  ExpectValue(set, ask, "aws:MultiFactorAuthAge", "10");
  ask.context = {{"aws:CurrentTime", {"2025-12-31"}}};
  ExpectAbsent(set, ask, "aws:MultiFactorAuthAge");
  ask.context = {{"aws:CurrentTime", {"now"}}};
  ExpectFree(set, ask, "aws:MultiFactorAuthAge");
}

TEST(ReferenceRequestTest, OtherCallers) {
  const PolicySet set = Load(kSet);
  const Ask root{.principal = kRoot};
  ExpectValue(set, root, "aws:PrincipalArn", kRoot);
  ExpectValue(set, root, "aws:userid", "111111111111");
  ExpectValue(set, root, "aws:PrincipalType", "Account");
  Ask federated{.principal = kFederated};
  federated.session.emplace().parent = kUser;
  ExpectValue(set, federated, "aws:PrincipalArn", kFederated);
  ExpectValue(set, federated, "aws:userid", "111111111111:carol");
  ExpectValue(set, federated, "aws:PrincipalType", "FederatedUser");
  ExpectValue(set, federated, "aws:PrincipalTag/Team", "blue");
  ExpectAbsent(set, federated, "aws:username");
  const Ask service{.form = PrincipalForm::kService,
                    .principal = "sns.amazonaws.com"};
  ExpectAbsent(set, service, "aws:PrincipalArn");
  ExpectAbsent(set, service, "aws:PrincipalOrgID");
  ExpectValue(set, service, "aws:PrincipalIsAWSService", "true");
  ExpectValue(set, service, "aws:PrincipalServiceName", "sns.amazonaws.com");
  EXPECT_FALSE(
      Refuses(set, service,
              {"aws:PrincipalServiceNamesList", {"sns.amazonaws.com"}, true}));
  const Ask anonymous{.form = PrincipalForm::kAnonymous, .principal = ""};
  ExpectAbsent(set, anonymous, "aws:PrincipalArn");
  ExpectAbsent(set, anonymous, "aws:PrincipalIsAWSService");
  ExpectValue(set, anonymous, "aws:PrincipalAccount", "anonymous");
  ExpectValue(set, anonymous, "aws:PrincipalType", "Anonymous");
  ExpectValue(set, anonymous, "aws:userid", "anonymous");
}

TEST(ReferenceRequestTest, OrganizationAndResourceKeys) {
  const PolicySet set = Load(kSet);
  Ask ask;
  ExpectValue(set, ask, "aws:PrincipalOrgID", "o-x");
  const Key path = {"aws:PrincipalOrgPaths", {"o-x/r-y/ou-a/"}, true};
  EXPECT_FALSE(Refuses(set, ask, path));
  const Ask stranger{.principal = kUnknownRole};
  ExpectFree(set, stranger, "aws:PrincipalOrgID");
  EXPECT_TRUE(Refuses(set, stranger, {"aws:PrincipalOrgID", {"o-x"}}));
  EXPECT_TRUE(Refuses(set, stranger, path));
  ExpectFree(Load("{}"), ask, "aws:PrincipalOrgID");
  ExpectFree(Load("{}"), ask, "aws:ResourceOrgPaths");
  ExpectValue(set, ask, "aws:ResourceAccount", "222222222222");
  ExpectFree(set, ask, "aws:ResourceOrgID");
  EXPECT_TRUE(Refuses(set, ask, {"aws:ResourceOrgID", {"o-x"}}));
  ExpectValue(set, ask, "aws:ResourceTag/class", "public");
  ExpectAbsent(set, ask, "aws:ResourceTag/other");
  ask.resource = "arn:aws:s3:::bucket";
  ExpectFree(set, ask, "aws:ResourceTag/class");
  ask.resource_account = "111111111111";
  ExpectValue(set, ask, "aws:ResourceAccount", "111111111111");
  ExpectValue(set, ask, "aws:ResourceOrgID", "o-x");
  const Ask role{.action = "sts:AssumeRole", .resource = kRole};
  ExpectValue(set, role, "aws:ResourceTag/Team", "red");
  const Ask none{.action = "s3:ListAllMyBuckets", .resource = "*"};
  ExpectValue(set, none, "aws:ResourceAccount", "111111111111");
  const Ask managed{.action = "iam:GetPolicy",
                    .resource = "arn:aws:iam::aws:policy/P"};
  ExpectValue(set, managed, "aws:ResourceAccount", "111111111111");
}

TEST(ReferenceRequestTest, Clock) {
  const PolicySet set = Load(kSet);
  Ask ask;
  ExpectValue(set, ask, "aws:EpochTime", "1767225600");
  EXPECT_FALSE(Refuses(set, ask, {"aws:CurrentTime", {"2030-01-01"}}));
  ask.context = {{"aws:CurrentTime", {"1970-01-01T00:01:00.5Z"}}};
  ExpectValue(set, ask, "aws:EpochTime", "60");
  ask.context = {{"aws:CurrentTime", {"now"}}};
  ExpectFree(set, ask, "aws:EpochTime");
}

TEST(ReferenceRequestTest, ListsFromOtherKeys) {
  const PolicySet set = Load(kSet);
  Ask ask;
  ExpectFree(set, ask, "aws:TagKeys");
  ExpectFree(set, ask, "aws:CalledViaFirst");
  ExpectFree(set, ask, "aws:ViaAWSService");
  ask.context = {{"aws:RequestTag/A", {"1"}}, {"AWS:requesttag/b", {"2"}}};
  EXPECT_FALSE(Refuses(set, ask, {"aws:TagKeys", {"B", "a"}, true}));
  EXPECT_TRUE(Refuses(set, ask, {"aws:TagKeys", {"a"}, true}));
  EXPECT_TRUE(Refuses(set, ask, {"aws:TagKeys", {"a", "b", "c"}, true}));
  ask.context = {{"aws:CalledVia", {"x", "y", "z"}, true}};
  ExpectValue(set, ask, "aws:CalledViaFirst", "x");
  ExpectValue(set, ask, "aws:CalledViaLast", "z");
  ExpectValue(set, ask, "aws:ViaAWSService", "true");
}

// S-174: nothing is derived, the clock included, and every key may stand.
TEST(ReferenceRequestTest, WithoutDerivation) {
  const PolicySet set = Load(kSet);
  Ask ask{.context = {{"aws:PrincipalArn", {"arn:aws:iam::1:user/other"}}},
          .derive = false};
  EXPECT_EQ(Decide(set, ask).refusal, Refusal::kNone);
  ask.session.emplace().expires_at = kNow;
  EXPECT_EQ(Decide(set, ask).refusal, Refusal::kExpired);
}

// S-173: policies see derived values.
TEST(ReferenceRequestTest, PoliciesSeeDerivedKeys) {
  const PolicySet set = Load(
      R"({"principals":[{"arn":")" + std::string(kUser) + R"(","policies":[)" +
      Named("home", Doc(Statement1("Allow", "s3:*",
                                   "arn:aws:s3:::bucket/${aws:username}/*"))) +
      "]}]}");
  Ask ask{.resource = "arn:aws:s3:::bucket/alice/x"};
  EXPECT_EQ(Decide(set, ask).verdict, Verdict::kAllowed);
  ask.derive = false;
  EXPECT_EQ(Decide(set, ask).verdict, Verdict::kImplicitDeny);
}

// S-144: managed session policies by ARN, attached or not.
TEST(ReferenceRequestTest, ManagedSessionPolicies) {
  const std::string all = Doc(Statement1("Allow", "*", "*"));
  const PolicySet set = Load(
      R"({"policies":[{"arn":"arn:aws:iam::aws:policy/Ec2","document":)" +
      Doc(Statement1("Allow", "ec2:*", "*")) + R"(}],"principals":[{"arn":")" +
      std::string(kRole) + R"(","policies":[)" + Named("all", all) + "]}]}");
  const std::string_view arns[] = {"arn:aws:iam::aws:policy/Ec2"};
  Ask ask{.principal = kSession};
  ask.session.emplace().policy_arns = arns;
  EXPECT_EQ(Decide(set, ask).decided_by, Layer::kSession);
  ask.action = "ec2:RunInstances";
  EXPECT_EQ(Decide(set, ask).verdict, Verdict::kAllowed);
  ask.session_documents = {Doc(Statement1("Allow", "s3:*", "*"))};
  ask.action = "s3:GetObject";
  EXPECT_EQ(Decide(set, ask).verdict, Verdict::kAllowed);  // S-93
}

}  // namespace
}  // namespace portcullis::reference
