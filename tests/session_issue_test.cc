// Issuing of sessions, as values: who may, with which parameters, and what the
// session then is. The cases of corpora/conformance/sessions_*.json hold the
// rules end to end; here stand the limits and the fields of the result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "session/session.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kWeb[] = "arn:aws:iam::111122223333:role/app/web";
constexpr char kLong[] = "arn:aws:iam::111122223333:role/long";
constexpr char kJob[] = "arn:aws:sts::111122223333:assumed-role/job/s1";
constexpr char kRootUser[] = "arn:aws:iam::111122223333:root";
constexpr char kOps[] = "arn:aws:iam::777788889999:user/ops";
constexpr char kSaml[] = "arn:aws:iam::111122223333:saml-provider/corp";
constexpr char kTask[] =
    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";
constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNow = 1767225600 * kSecond;  // 2026-01-01T00:00:00Z

// Everybody trusts everybody, so that nothing but the parameters decides.
constexpr char kSet[] = R"json({
  "organization": {"id": "o-acme1", "managementAccount": "777788889999",
    "root": {"id": "r-ab12", "accounts": ["777788889999", "111122223333"]}},
  "policies": [
    {"arn": "arn:aws:iam::111122223333:policy/loose", "document":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}},
    {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy", "document":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}},
    {"arn": "arn:aws:iam::aws:policy/sts", "document":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}}],
  "principals": [
    {"arn": "arn:aws:iam::111122223333:user/ana", "id": "AIDAANA", "policies": ["arn:aws:iam::aws:policy/sts"]},
    {"arn": "arn:aws:iam::777788889999:user/ops", "policies": ["arn:aws:iam::aws:policy/sts"]},
    {"arn": "arn:aws:iam::111122223333:role/job", "policies": ["arn:aws:iam::aws:policy/sts"]},
    {"arn": "arn:aws:iam::111122223333:role/app/web", "id": "AROAWEB", "tags": {"team": "blue"}, "trustPolicy":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}},
    {"arn": "arn:aws:iam::111122223333:role/long", "maxSessionDuration": 43200, "trustPolicy":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}}]})json";

const ImageView& World() {
  static SmallImage* const image = new SmallImage(LoadSet(kSet));
  return image->view();
}

SessionRequest CallBy(SessionOperation operation, std::string_view caller) {
  SessionRequest call;
  call.operation = operation;
  call.caller = caller;
  call.now = kNow;
  return call;
}

SessionRequest RoleCall() {
  SessionRequest call = CallBy(SessionOperation::kAssumeRole, kAna);
  call.role_arn = kWeb;
  call.session_name = "s1";
  return call;
}

SessionRequest FederationCall() {
  SessionRequest call = CallBy(SessionOperation::kGetFederationToken, kAna);
  call.session_name = "guest";
  return call;
}

SessionRequest TokenCall() {
  return CallBy(SessionOperation::kGetSessionToken, kAna);
}

SessionRequest RootCall() {
  SessionRequest call = CallBy(SessionOperation::kAssumeRoot, kOps);
  call.target_principal = "111122223333";
  call.task_policy_arn = kTask;
  return call;
}

SessionRequest ProviderCall(SessionOperation operation,
                            const std::string& provider) {
  SessionRequest call = RoleCall();
  call.operation = operation;
  call.caller = {};
  call.provider = provider;
  return call;
}

// "issued", "denied LAYER RULE", or the rules of all problems.
std::string OutcomeOf(const SessionRequest& call) {
  const SessionResult result = IssueSession(World(), call);
  if (result.session) return "issued";
  std::string text;
  if (result.denied) {
    text = std::string("denied ") + LayerName(result.decision.decided_by);
  }
  for (const SessionProblem& problem : result.problems) {
    text += (text.empty() ? "" : " ") + problem.rule;
  }
  return text;
}

struct Row {
  const char* name;
  std::function<void(SessionRequest&)> change;
  const char* outcome;
};

void CheckRows(const SessionRequest& base, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SessionRequest call = base;
    row.change(call);
    EXPECT_EQ(OutcomeOf(call), row.outcome) << row.name;
  }
}

std::string Times(size_t count, const char* text = "x") {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::vector<Tag> Tags(size_t count) {
  std::vector<Tag> tags;
  for (size_t i = 0; i < count; ++i)
    tags.push_back({"k" + std::to_string(i), ""});
  return tags;
}

using Call = SessionRequest;

// Section 6.2, each limit at n and n + 1 (S-134).
TEST(SessionParameters, Names) {
  CheckRows(
      RoleCall(),
      {{"1", [](Call& c) { c.session_name = "x"; }, "S-134"},
       {"2", [](Call& c) { c.session_name = "xy"; }, "issued"},
       {"64", [](Call& c) { c.session_name = Times(64); }, "issued"},
       {"65", [](Call& c) { c.session_name = Times(65); }, "S-134"},
       {"all", [](Call& c) { c.session_name = "aZ09_+=,.@-"; }, "issued"},
       {"slash", [](Call& c) { c.session_name = "a/b"; }, "S-134"},
       {"none", [](Call& c) { c.session_name = ""; }, "S-134"},
       {"id 1", [](Call& c) { c.external_id = "x"; }, "S-134"},
       {"id 1224", [](Call& c) { c.external_id = Times(1224); }, "issued"},
       {"id 1225", [](Call& c) { c.external_id = Times(1225); }, "S-134"},
       {"id all", [](Call& c) { c.external_id = "a:/b"; }, "issued"},
       {"id empty", [](Call& c) { c.external_id = ""; }, "S-134"},
       {"source 1", [](Call& c) { c.source_identity = "x"; }, "S-134"},
       {"source 64", [](Call& c) { c.source_identity = Times(64); }, "issued"},
       {"source 65", [](Call& c) { c.source_identity = Times(65); }, "S-134"},
       {"source aws:", [](Call& c) { c.source_identity = "aws:a"; },
        "S-134 S-134"}});
  CheckRows(FederationCall(),
            {{"1", [](Call& c) { c.session_name = "x"; }, "S-134"},
             {"2", [](Call& c) { c.session_name = "xy"; }, "issued"},
             {"32", [](Call& c) { c.session_name = Times(32); }, "issued"},
             {"33", [](Call& c) { c.session_name = Times(33); }, "S-134"}});
}

TEST(SessionParameters, Durations) {
  CheckRows(RoleCall(),
            {{"899", [](Call& c) { c.duration_seconds = 899; }, "S-134"},
             {"900", [](Call& c) { c.duration_seconds = 900; }, "issued"},
             {"3600", [](Call& c) { c.duration_seconds = 3600; }, "issued"},
             {"3601", [](Call& c) { c.duration_seconds = 3601; }, "S-134"},
             {"43200",
              [](Call& c) {
                c.role_arn = kLong;
                c.duration_seconds = 43200;
              },
              "issued"},
             {"43201",
              [](Call& c) {
                c.role_arn = kLong;
                c.duration_seconds = 43201;
              },
              "S-134"},
             {"chain 3600",  // S-135
              [](Call& c) {
                c.caller = kJob;
                c.role_arn = kLong;
                c.duration_seconds = 3600;
              },
              "issued"},
             {"chain 3601",
              [](Call& c) {
                c.caller = kJob;
                c.role_arn = kLong;
                c.duration_seconds = 3601;
              },
              "S-135"},
             {"negative", [](Call& c) { c.duration_seconds = -1; }, "S-134"}});
  for (const SessionRequest& base : {FederationCall(), TokenCall()}) {
    CheckRows(
        base,
        {{"899", [](Call& c) { c.duration_seconds = 899; }, "S-134"},
         {"900", [](Call& c) { c.duration_seconds = 900; }, "issued"},
         {"129600", [](Call& c) { c.duration_seconds = 129600; }, "issued"},
         {"129601", [](Call& c) { c.duration_seconds = 129601; }, "S-134"},
         {"root 3600",
          [](Call& c) {
            c.caller = kRootUser;
            c.duration_seconds = 3600;
          },
          "issued"},
         {"root 3601",
          [](Call& c) {
            c.caller = kRootUser;
            c.duration_seconds = 3601;
          },
          "S-134"}});
  }
  CheckRows(RootCall(),
            {{"0", [](Call& c) { c.duration_seconds = 0; }, "issued"},
             {"900", [](Call& c) { c.duration_seconds = 900; }, "issued"},
             {"901", [](Call& c) { c.duration_seconds = 901; }, "S-134"}});
}

TEST(SessionParameters, Tags) {
  CheckRows(
      RoleCall(),
      {{"50", [](Call& c) { c.tags = Tags(50); }, "issued"},
       {"51", [](Call& c) { c.tags = Tags(51); }, "S-134"},
       {"key 0", [](Call& c) { c.tags = {{"", "v"}}; }, "S-134"},
       {"key 128", [](Call& c) { c.tags = {{Times(128), ""}}; }, "issued"},
       {"key 129", [](Call& c) { c.tags = {{Times(129), ""}}; }, "S-134"},
       {"key 128 characters",
        [](Call& c) { c.tags = {{Times(128, "\xC3\xA9"), ""}}; }, "issued"},
       {"value 256", [](Call& c) { c.tags = {{"k", Times(256)}}; }, "issued"},
       {"value 257", [](Call& c) { c.tags = {{"k", Times(257)}}; }, "S-134"},
       {"folded", [](Call& c) { c.tags = {{"k", ""}, {"K", ""}}; }, "S-134"},
       {"transitive, not passed",
        [](Call& c) {
          c.tags = {{"k", ""}};
          c.transitive_tag_keys = {"j"};
        },
        "S-134"},
       {"transitive 50",
        [](Call& c) {
          c.tags = {{"k", ""}};
          c.transitive_tag_keys.assign(50, "K");
        },
        "issued"},
       {"transitive 51",
        [](Call& c) {
          c.tags = {{"k", ""}};
          c.transitive_tag_keys.assign(51, "k");
        },
        "S-134"}});
}

// A legal policy of that many bytes.
std::string PolicyOf(size_t size) {
  const std::string begin =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*)";
  const std::string end = R"("}})";
  return begin + Times(size - begin.size() - end.size(), "*") + end;
}

TEST(SessionParameters, Policies) {
  const std::string loose = "arn:aws:iam::111122223333:policy/loose";
  CheckRows(
      RoleCall(),
      {{"text 2048", [](Call& c) { c.policy = PolicyOf(2048); }, "issued"},
       {"text 2049", [](Call& c) { c.policy = PolicyOf(2049); }, "S-134"},
       {"no JSON", [](Call& c) { c.policy = "{"; }, "S-134"},
       {"empty", [](Call& c) { c.policy = ""; }, "S-134"},
       {"arns 10", [&](Call& c) { c.policy_arns.assign(10, loose); }, "issued"},
       {"arns 11", [&](Call& c) { c.policy_arns.assign(11, loose); }, "S-134"},
       {"missing", [&](Call& c) { c.policy_arns = {loose + "r"}; }, "S-144"}});
}

// What is issued is printed as JSON.
TEST(SessionParameters, TextsAreUtf8) {
  const std::string bad = "a\xFF";
  CheckRows(
      RoleCall(),
      {{"tag key", [&](Call& c) { c.tags = {{bad, "v"}}; }, "S-134"},
       {"tag value", [&](Call& c) { c.tags = {{"k", bad}}; }, "S-134"},
       {"halves", [](Call& c) { c.tags = {{"\xC3", "\xA9"}}; }, "S-134 S-134"},
       {"transitive",
        [&](Call& c) {
          c.tags = {{"k", ""}};
          c.transitive_tag_keys = {bad};
        },
        "S-134"},
       {"name", [&](Call& c) { c.session_name = bad; }, "S-134"},
       {"id", [&](Call& c) { c.external_id = bad; }, "S-134"},
       {"source", [&](Call& c) { c.source_identity = bad; }, "S-134"},
       {"policy", [&](Call& c) { c.policy = "{\"" + bad + "\": 1}"; }, "S-134"},
       {"arns", [&](Call& c) { c.policy_arns = {kTask + bad}; }, "S-134"},
       {"role", [&](Call& c) { c.role_arn += bad; }, "S-134"},
       {"caller", [&](Call& c) { c.caller = bad; }, "S-134"}});
  CheckRows(
      ProviderCall(SessionOperation::kAssumeRoleWithSaml, kSaml),
      {{"provider", [&](Call& c) { c.provider += bad; }, "S-134"},
       {"claim key", [&](Call& c) { c.claims = {{bad, {"v"}}}; }, "S-134"},
       {"claim", [&](Call& c) { c.claims = {{"saml:sub", {bad}}}; }, "S-134"}});
  CheckRows(RootCall(),
            {{"target", [&](Call& c) { c.target_principal = bad; }, "S-134"},
             {"task", [&](Call& c) { c.task_policy_arn = bad; }, "S-134"}});
}

TEST(SessionParameters, CarriedTextsAreUtf8) {
  const std::vector<SessionTag> tags = {{"k", "a\xFF"}};
  SessionInfo session;
  session.tags = tags;
  SessionRequest call = RoleCall();
  call.caller = kJob;
  call.caller_session = &session;
  EXPECT_EQ(OutcomeOf(call), "S-134");
  session.tags = {};
  EXPECT_EQ(OutcomeOf(call), "issued");
  session.source_identity = "a\xFF";
  EXPECT_EQ(OutcomeOf(call), "S-134");
}

TEST(SessionParameters, OfOtherOperations) {
  CheckRows(
      TokenCall(),
      {{"role", [](Call& c) { c.role_arn = kWeb; }, "S-134"},
       {"name", [](Call& c) { c.session_name = "ab"; }, "S-134"},
       {"id", [](Call& c) { c.external_id = "ab"; }, "S-134"},
       {"source", [](Call& c) { c.source_identity = "ab"; }, "S-134"},
       {"tags", [](Call& c) { c.tags = Tags(1); }, "S-134"},
       {"policy", [](Call& c) { c.policy = PolicyOf(200); }, "S-134"},
       {"arns", [](Call& c) { c.policy_arns = {kTask}; }, "S-134"},
       {"contexts", [](Call& c) { c.provided_contexts = true; }, "S-134"},
       {"claims", [](Call& c) { c.claims = {{"a:b", {"c"}, false}}; }, "S-134"},
       {"provider", [](Call& c) { c.provider = kSaml; }, "S-134"},
       {"target", [](Call& c) { c.target_principal = "x"; }, "S-134"},
       {"task", [](Call& c) { c.task_policy_arn = kTask; }, "S-134"},
       {"no caller", [](Call& c) { c.caller = {}; }, "S-134"}});
  SessionRequest federation = FederationCall();
  federation.mfa = true;
  EXPECT_EQ(OutcomeOf(federation), "S-134");
}

TEST(SessionParameters, AllProblemsAtOnce) {
  SessionRequest call = RoleCall();
  call.session_name = "x";
  call.duration_seconds = 1;
  call.external_id = " ";
  EXPECT_EQ(OutcomeOf(call), "S-134 S-134 S-134 S-134");
}

// S-142, at both ends.
TEST(SessionParameters, TimesOfSessions) {
  constexpr int64_t kLast = std::numeric_limits<int64_t>::max();
  CheckRows(RoleCall(),
            {{"ends after it",
              [](Call& c) { c.now = kLast - 3600 * kSecond + 1; }, "S-142"},
             {"ends at it", [](Call& c) { c.now = kLast - 3600 * kSecond; },
              "issued"},
             {"1970", [](Call& c) { c.now = 0; }, "issued"},
             {"before", [](Call& c) { c.now = -1; }, "S-142"}});
}

TEST(SessionCallers, Refused) {
  CheckRows(
      RoleCall(),
      {{"root (S-116)", [](Call& c) { c.caller = kRootUser; },
        "denied identity S-116"},
       {"anonymous",
        [](Call& c) {
          c.caller_form = PrincipalForm::kAnonymous;
          c.caller = "*";
        },
        "S-130"},
       {"federated user",
        [](Call& c) {
          c.caller = "arn:aws:sts::111122223333:federated-user/guest";
        },
        "S-145"},
       {"no ARN", [](Call& c) { c.caller = "ana"; }, "S-170"},
       {"unknown role",
        [](Call& c) { c.role_arn = "arn:aws:iam::111122223333:role/none"; },
        "denied resource S-130"},
       {"no role", [](Call& c) { c.role_arn = kAna; }, "S-134"},
       {"code of a role",
        [](Call& c) {
          c.caller = kJob;
          c.mfa = true;
        },
        "S-134"}});
  for (const SessionRequest& base : {FederationCall(), TokenCall()}) {
    const char* rule = base.operation == SessionOperation::kGetSessionToken
                           ? "S-140"
                           : "S-139";
    CheckRows(base, {{"role session", [](Call& c) { c.caller = kJob; }, rule}});
  }
  CheckRows(RootCall(),
            {{"of a member", [](Call& c) { c.caller = kAna; }, "S-141"},
             {"management account",
              [](Call& c) { c.target_principal = "777788889999"; }, "S-141"},
             {"no task",
              [](Call& c) { c.task_policy_arn = "arn:aws:iam::aws:policy/A"; },
              "S-141"}});
}

TEST(SessionCallers, ExpiredSession) {
  SessionInfo session;
  SessionRequest call = RoleCall();
  call.caller = kJob;
  call.caller_session = &session;
  session.expires_at = kNow + 1;
  EXPECT_EQ(OutcomeOf(call), "issued");
  session.expires_at = kNow;
  EXPECT_EQ(OutcomeOf(call), "S-142");
}

// A supplied time may end a session, but makes none live longer.
TEST(SessionCallers, ExpiryByTheTimeOfTheCall) {
  SessionInfo session;
  SessionRequest call = RoleCall();
  call.caller = kJob;
  call.caller_session = &session;
  const std::string_view earlier = "2025-12-31T23:00:00Z";
  const std::string_view later = "2026-01-01T01:00:00Z";
  const std::vector<ContextEntry> past = {
      {"aws:CurrentTime", {&earlier, 1}, false}};
  const std::vector<ContextEntry> future = {
      {"aws:CurrentTime", {&later, 1}, false}};
  call.context = past;
  session.expires_at = kNow;
  EXPECT_EQ(OutcomeOf(call), "S-142");
  session.expires_at = kNow + 1;
  EXPECT_EQ(OutcomeOf(call), "issued");
  call.context = future;
  EXPECT_EQ(OutcomeOf(call), "S-142");
}

TEST(SessionCallers, KeysOfTheCallAreItsOwn) {
  const std::string_view value = "x";
  for (const char* key :
       {"sts:ExternalId", "STS:ROLESESSIONNAME", "sts:SourceIdentity",
        "sts:TransitiveTagKeys", "sts:TaskPolicyArn", "aws:TagKeys",
        "aws:RequestTag/k", "iam:ResourceTag/k"}) {
    const std::vector<ContextEntry> context = {{key, {&value, 1}, false}};
    SessionRequest call = RoleCall();
    call.context = context;
    EXPECT_EQ(OutcomeOf(call), "S-173") << key;
  }
}

// A chain carries tags and source identity (S-132).
TEST(SessionChain, WhatIsCarried) {
  const std::vector<SessionTag> tags = {{"team", "green"}, {"cost", "7"}};
  const std::vector<std::string_view> transitive = {"TEAM"};
  SessionInfo session;
  session.tags = tags;
  session.transitive_tag_keys = transitive;
  session.source_identity = "zoe";
  SessionRequest call = RoleCall();
  call.caller = kJob;
  call.caller_session = &session;
  call.tags = {{"stage", "prod"}};
  const SessionResult result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  EXPECT_THAT(result.session->tags,
              ElementsAre(Tag{"team", "green"}, Tag{"stage", "prod"}));
  EXPECT_THAT(result.session->transitive_tag_keys, ElementsAre("team"));
  EXPECT_EQ(result.session->source_identity, "zoe");

  CheckRows(
      call,
      {{"tag again", [](Call& c) { c.tags = {{"Team", "x"}}; }, "S-132"},
       {"49 more", [](Call& c) { c.tags = Tags(49); }, "issued"},
       {"50 more", [](Call& c) { c.tags = Tags(50); }, "S-134"},
       {"same source", [](Call& c) { c.source_identity = "zoe"; }, "issued"},
       {"other source", [](Call& c) { c.source_identity = "eve"; }, "S-132"}});
}

// S-136.
TEST(SessionResults, Role) {
  SessionRequest call = RoleCall();
  call.policy = PolicyOf(300);
  call.policy_arns = {"arn:aws:iam::111122223333:policy/loose"};
  call.tags = {{"team", "green"}};
  call.transitive_tag_keys = {"team"};
  call.mfa = true;
  const SessionResult result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  const IssuedSession& session = *result.session;
  EXPECT_EQ(session.principal, "arn:aws:sts::111122223333:assumed-role/web/s1");
  EXPECT_EQ(session.unique_id, "AROAWEB:s1");
  EXPECT_EQ(session.policy, call.policy);
  EXPECT_EQ(session.policy_arns, call.policy_arns);
  EXPECT_EQ(session.issued_at, kNow);
  EXPECT_EQ(session.expires_at, kNow + 3600 * kSecond);
  EXPECT_FALSE(session.mfa);
  EXPECT_FALSE(session.mfa_at.has_value());
  EXPECT_FALSE(session.assumed_root);
  EXPECT_THAT(session.parent, IsEmpty());
}

TEST(SessionResults, FederatedUser) {
  const SessionResult result = IssueSession(World(), FederationCall());
  ASSERT_TRUE(result.session.has_value());
  EXPECT_EQ(result.session->principal,
            "arn:aws:sts::111122223333:federated-user/guest");
  EXPECT_EQ(result.session->unique_id, "111122223333:guest");
  EXPECT_EQ(result.session->parent, kAna);
  EXPECT_EQ(result.session->expires_at, kNow + 43200 * kSecond);
}

TEST(SessionResults, SessionToken) {
  SessionRequest call = TokenCall();
  call.mfa = true;
  SessionResult result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  EXPECT_EQ(result.session->principal, kAna);
  EXPECT_TRUE(result.session->mfa);
  EXPECT_EQ(result.session->mfa_at, kNow);
  call.caller = kRootUser;
  result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  EXPECT_EQ(result.session->expires_at, kNow + 3600 * kSecond);
}

TEST(SessionResults, AssumedRoot) {
  const SessionResult result = IssueSession(World(), RootCall());
  ASSERT_TRUE(result.session.has_value());
  EXPECT_EQ(result.session->principal, kRootUser);
  EXPECT_TRUE(result.session->assumed_root);
  EXPECT_THAT(result.session->policy_arns, ElementsAre(kTask));
  EXPECT_EQ(result.session->expires_at, kNow + 900 * kSecond);
}

TEST(SessionResults, WhyNot) {
  SessionRequest call = RoleCall();
  call.role_arn = "arn:aws:iam::111122223333:role/job";
  const SessionResult result = IssueSession(World(), call);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].message,
            "sts:AssumeRole on arn:aws:iam::111122223333:role/job is denied "
            "because no role trust or resource-based policy allows it");
  EXPECT_EQ(result.decision.verdict, Verdict::kImplicitDeny);
}

// S-116 is not for want of a policy.
TEST(SessionResults, WhyNotTheRootUser) {
  SessionRequest call = RoleCall();
  call.caller = kRootUser;
  const SessionResult result = IssueSession(World(), call);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_EQ(result.problems[0].message,
            "sts:AssumeRole on arn:aws:iam::111122223333:role/app/web is "
            "denied because no policy can allow the root user to assume a "
            "role");
}

std::vector<std::string> Keys(const std::vector<Claim>& claims) {
  std::vector<std::string> keys;
  for (const Claim& claim : claims) {
    keys.push_back(claim.key + (claim.is_list ? "[]" : "") + "=");
    for (const std::string& value : claim.values) keys.back() += value;
  }
  return keys;
}

// S-137.
TEST(SessionClaims, Token) {
  SessionRequest call =
      ProviderCall(SessionOperation::kAssumeRoleWithWebIdentity, "");
  std::vector<SessionProblem> problems;
  ASSERT_TRUE(ReadWebIdentityClaims(
      R"({"iss": "https://idp.example.com/id/7", "sub": "zoe", "aud": ["app"],
          "amr": "otp", "exp": 1767229200, "nested": {"a": 1},
          "https://aws.amazon.com/tags": {"principal_tags": {"team": ["blue"]},
                                          "transitive_tag_keys": ["team"]},
          "https://aws.amazon.com/source_identity": "zoe"})",
      call, problems));
  EXPECT_EQ(call.provider,
            "arn:aws:iam::111122223333:oidc-provider/idp.example.com/id/7");
  EXPECT_THAT(
      Keys(call.claims),
      ElementsAre("idp.example.com/id/7:iss=https://idp.example.com/id/7",
                  "idp.example.com/id/7:sub=zoe",
                  "idp.example.com/id/7:aud=app",
                  "idp.example.com/id/7:amr[]=otp",
                  "idp.example.com/id/7:exp=1767229200"));
  EXPECT_THAT(call.tags, ElementsAre(Tag{"team", "blue"}));
  EXPECT_THAT(call.transitive_tag_keys, ElementsAre("team"));
  EXPECT_EQ(call.source_identity, "zoe");
  const SessionResult result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  EXPECT_EQ(result.session->federated_provider, call.provider);
  EXPECT_THAT(Keys(result.session->claims),
              ElementsAre("idp.example.com/id/7:sub=zoe",
                          "idp.example.com/id/7:aud=app",
                          "idp.example.com/id/7:amr[]=otp"));
}

TEST(SessionClaims, Google) {
  SessionRequest call = RoleCall();
  std::vector<SessionProblem> problems;
  ASSERT_TRUE(ReadWebIdentityClaims(
      R"({"iss": "accounts.google.com", "azp": "app", "aud": "back"})", call,
      problems));
  EXPECT_EQ(call.provider, "accounts.google.com");
  EXPECT_THAT(
      Keys(call.claims),
      ElementsAre("accounts.google.com:iss=accounts.google.com",
                  "accounts.google.com:azp=app", "accounts.google.com:aud=app",
                  "accounts.google.com:oaud=back"));
}

// All that names the issuer, and nothing else.
TEST(SessionClaims, ProviderOfTheToken) {
  struct Given {
    const char* provider;
    const char* problem;
  };
  constexpr char kArn[] =
      "arn:aws:iam::111122223333:oidc-provider/idp.example.com/a";
  for (const Given& given :
       {Given{"", ""}, Given{"idp.example.com/a", ""},
        Given{"https://idp.example.com/a", ""}, Given{kArn, ""},
        Given{"idp.example.com",
              "the token's issuer is `idp.example.com/a`, not "
              "`idp.example.com`"},
        Given{"arn:aws:iam::444455556666:oidc-provider/idp.example.com/a",
              "the token's issuer is "
              "`arn:aws:iam::111122223333:oidc-provider/idp.example.com/a`, "
              "not `arn:aws:iam::444455556666:oidc-provider/"
              "idp.example.com/a`"}}) {
    SessionRequest call = RoleCall();
    call.provider = given.provider;
    std::vector<SessionProblem> problems;
    ReadWebIdentityClaims(R"({"iss": "https://idp.example.com/a"})", call,
                          problems);
    EXPECT_EQ(problems.empty() ? "" : problems[0].message, given.problem);
    EXPECT_EQ(call.provider, kArn);
  }
  SessionRequest call = RoleCall();
  call.provider = "https://accounts.google.com";
  std::vector<SessionProblem> problems;
  EXPECT_TRUE(ReadWebIdentityClaims(R"({"iss": "https://accounts.google.com"})",
                                    call, problems));
  EXPECT_EQ(call.provider, "accounts.google.com");
}

// S-138.
TEST(SessionClaims, Assertion) {
  SessionRequest call =
      ProviderCall(SessionOperation::kAssumeRoleWithSaml, kSaml);
  std::vector<SessionProblem> problems;
  ASSERT_TRUE(ReadSamlClaims(
      R"({"roleSessionName": "s1", "sub": "zoe", "aud": "https://a",
          "eduPersonAffiliation": "staff", "sourceIdentity": "zoe",
          "urn:x:sub": "eve"})",
      call, problems));
  EXPECT_THAT(
      Keys(call.claims),
      ElementsAre("saml:doc=111122223333/corp", "saml:sub=zoe",
                  "saml:aud=https://a", "saml:eduPersonAffiliation[]=staff",
                  "saml:urn:x:sub=eve"));
  const SessionResult result = IssueSession(World(), call);
  ASSERT_TRUE(result.session.has_value());
  EXPECT_THAT(Keys(result.session->claims), ElementsAre("saml:sub=zoe"));
}

// However an assertion spells what belongs to the session, none of it is lost.
TEST(SessionClaims, AssertionInOtherSpellings) {
  SessionRequest call =
      ProviderCall(SessionOperation::kAssumeRoleWithSaml, kSaml);
  std::vector<SessionProblem> problems;
  ASSERT_TRUE(ReadSamlClaims(
      R"({"RoleSessionName": "s1", "saml:sub": "zoe",
          "https://aws.amazon.com/SAML/attributes/SOURCEIdentity": "zoe",
          "https://aws.amazon.com/SAML/Attributes/PrincipalTag:team": ["a"],
          "https://aws.amazon.com/SAML/Attributes/TransitiveTagKeys": ["team"],
          "TAGS": {"unit": "b"}})",
      call, problems));
  EXPECT_EQ(call.session_name, "s1");
  EXPECT_EQ(call.source_identity, "zoe");
  ASSERT_EQ(call.tags.size(), 2u);
  EXPECT_EQ(call.tags[0].key, "team");
  EXPECT_EQ(call.tags[0].value, "a");
  EXPECT_EQ(call.tags[1].key, "unit");
  EXPECT_THAT(call.transitive_tag_keys, ElementsAre("team"));
  EXPECT_THAT(Keys(call.claims),
              ElementsAre("saml:doc=111122223333/corp", "saml:sub=zoe"));
}

TEST(SessionClaims, Refused) {
  for (
      const char* token :
      {"", "[]", "{}", R"({"iss": 7})", R"({"iss": "http://idp.example.com"})",
       R"({"iss": "https://aws"})", R"({"iss": "https://"})",
       R"({"iss": "https://aws:x.y"})",
       R"({"iss": "https://a.b", "sub": "x", "sub": "y"})",
       R"({"iss": "https://a.b", "https://aws.amazon.com/tags": 7})",
       R"({"iss": "https://a.b", "https://aws.amazon.com/source_identity": 7})"}) {
    SessionRequest call = RoleCall();
    std::vector<SessionProblem> problems;
    EXPECT_FALSE(ReadWebIdentityClaims(token, call, problems)) << token;
    ASSERT_FALSE(problems.empty()) << token;
    EXPECT_EQ(problems[0].rule, "S-137") << token;
  }
  for (const char* assertion :
       {"[]", R"({"doc": "1/x"})", R"({"roleSessionName": "other"})",
        R"({"tags": []})", R"({"transitiveTagKeys": "team"})",
        R"({"sub": "zoe", "saml:SUB": "zoe"})"}) {
    SessionRequest call =
        ProviderCall(SessionOperation::kAssumeRoleWithSaml, kSaml);
    std::vector<SessionProblem> problems;
    EXPECT_FALSE(ReadSamlClaims(assertion, call, problems)) << assertion;
  }
}

TEST(IssueSession, ADenyNamesItsPolicyWithTheArticle) {
  const SmallImage image(LoadSet(R"json({"principals": [
    {"arn": "arn:aws:iam::111122223333:user/ana", "policies": [{"name": "p", "document":
      {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "sts:*", "Resource": "*"}}}]},
    {"arn": "arn:aws:iam::111122223333:role/app/web", "trustPolicy":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}},
    {"arn": "arn:aws:iam::111122223333:role/long", "trustPolicy":
      {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sts:*"}}}]})json"));
  SessionRequest call = RoleCall();
  SessionResult result = IssueSession(image.view(), call);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(result.problems[0].message,
              EndsWith("an explicit deny in an identity-based policy"));
  call.role_arn = kLong;
  result = IssueSession(image.view(), call);
  ASSERT_EQ(result.problems.size(), 1u);
  EXPECT_THAT(
      result.problems[0].message,
      EndsWith("an explicit deny in a role trust or resource-based policy"));
}

TEST(SessionOperations, Names) {
  for (const char* name :
       {"AssumeRole", "AssumeRoleWithWebIdentity", "AssumeRoleWithSAML",
        "GetFederationToken", "GetSessionToken", "AssumeRoot"}) {
    const auto operation = ParseSessionOperation(name);
    ASSERT_TRUE(operation.has_value()) << name;
    EXPECT_STREQ(SessionOperationName(*operation), name);
  }
  for (const char* name :
       {"assume-role", "assume-role-with-web-identity", "assume-role-with-saml",
        "get-federation-token", "get-session-token", "assume-root"}) {
    EXPECT_TRUE(ParseSessionOperation(name).has_value()) << name;
  }
  EXPECT_EQ(ParseSessionOperation("assume-role-with-saml"),
            SessionOperation::kAssumeRoleWithSaml);
  for (const char* name : {"assume-user", "a-s-s-ume-role", "assumerole",
                           "ASSUME-ROLE", "AssumeRole-", ""}) {
    EXPECT_FALSE(ParseSessionOperation(name).has_value()) << name;
  }
}

}  // namespace
}  // namespace portcullis
