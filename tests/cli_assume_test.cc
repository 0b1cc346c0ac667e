// The verbs that issue sessions, and `decide --session` with what they print.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/command.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

using ::portcullis::testing::Quotes;
using ::portcullis::testing::TemporaryFolder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr const char* kSet = R"json({
  "policies": [{"arn": "arn:aws:iam::111122223333:policy/read", "document":
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}}],
  "principals": [
    {"arn": "arn:aws:iam::111122223333:user/ana", "policies": [{"name": "own", "document":
      {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["sts:*", "s3:*"], "Resource": "*"}}}]},
    {"arn": "arn:aws:iam::111122223333:role/app/web", "id": "AROAWEB",
     "policies": [{"name": "own", "document":
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["sts:*", "s3:*"], "Resource": "arn:aws:*:*:*:*${aws:PrincipalTag/team}*"},
        {"Effect": "Allow", "Action": "sts:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::home/${idp.example.com:sub}"}]}}],
     "trustPolicy": {"Version": "2012-10-17", "Statement":
       {"Effect": "Allow", "Principal": {"AWS": "111122223333", "Service": "ec2.amazonaws.com",
         "Federated": ["arn:aws:iam::111122223333:oidc-provider/idp.example.com",
                       "arn:aws:iam::111122223333:saml-provider/corp"]},
        "Action": "sts:*"}}},
    {"arn": "arn:aws:iam::111122223333:role/mfa", "trustPolicy": {"Version": "2012-10-17", "Statement":
       {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole",
        "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}}}]})json";
constexpr const char* kWeb = "arn:aws:iam::111122223333:role/app/web";
constexpr const char* kAna = "arn:aws:iam::111122223333:user/ana";
constexpr const char* kNow = "2026-01-01T00:00:00Z";

struct Result {
  int status = -1;
  std::string out;
  std::string err;
};

Result Portcullis(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"portcullis"};
  for (const std::string& argument : arguments) {
    argv.push_back(argument.c_str());
  }
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  Result result;
  result.status = RunCommand(static_cast<int>(argv.size()), argv.data());
  result.out = ::testing::internal::GetCapturedStdout();
  result.err = ::testing::internal::GetCapturedStderr();
  return result;
}

class AssumeTest : public ::testing::Test {
 protected:
  AssumeTest() : image_(folder_.Path("set.image")) {
    const Result compiled =
        Portcullis({"compile", folder_.Write("set.json", kSet), "-o", image_});
    EXPECT_EQ(compiled.status, 0) << compiled.err;
  }

  Result Issue(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1, image_);
    arguments.insert(arguments.end(), {"--now", kNow});
    return Portcullis(arguments);
  }
  Result AssumeWeb(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {
        "assume-role",         "--caller", kAna, "--role-arn", kWeb,
        "--role-session-name", "s1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Issue(arguments);
  }

  // `decide` with what a verb has printed, half an hour later.
  std::string Decide(const Result& issued, const std::string& action,
                     const std::string& resource) {
    return Portcullis({"decide", image_, "--session",
                       folder_.Write("session.json", issued.out), "--action",
                       action, "--resource", resource, "--context",
                       "aws:CurrentTime=2026-01-01T00:10:00Z"})
        .out;
  }

  TemporaryFolder folder_;
  const std::string image_;
};

TEST_F(AssumeTest, AssumeRolePrintsTheSession) {
  const Result result = AssumeWeb(
      {"--tags", "Key=team,Value=blue", "Key=note,Value=a,b", "--tags",
       "Key=stage,Value=prod", "--transitive-tag-keys", "team", "stage",
       "--source-identity", "ana", "--duration-seconds", "900", "--policy",
       "{\n \"Version\": \"2012-10-17\",\n \"Statement\": []}", "--policy-arns",
       "arn=arn:aws:iam::111122223333:policy/read", "--external-id", "x-1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(
      result.out,
      Quotes("{'principal': 'arn:aws:sts::111122223333:assumed-role/web/s1', "
             "'session': {'policies': [{'Version':'2012-10-17','Statement':[]}"
             "], 'policyArns': ['arn:aws:iam::111122223333:policy/read'], "
             "'tags': {'team': 'blue', 'note': 'a,b', 'stage': 'prod'}, "
             "'transitiveTagKeys': ['team', 'stage'], 'sourceIdentity': 'ana', "
             "'issuedAt': '2026-01-01T00:00:00Z', 'expiresAt': "
             "'2026-01-01T00:15:00Z'}}\n"));
}

TEST_F(AssumeTest, TagsDoNotTakeTheImage) {
  const Result result = Portcullis(
      {"assume-role", "--provided-contexts", "ProviderArn=p,ContextAssertion=c",
       "--tags", "Key=team,Value=blue", "Key=stage,Value=prod", image_,
       "--caller", kAna, "--role-arn", kWeb, "--role-session-name", "s1"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr(Quotes("'tags': {'team': 'blue', 'stage': "
                                           "'prod'}")));
}

TEST_F(AssumeTest, DecideTakesTheSession) {
  const Result issued =
      AssumeWeb({"--tags", "Key=team,Value=blue", "--policy-arns",
                 "arn:aws:iam::111122223333:policy/read"});
  EXPECT_THAT(Decide(issued, "s3:GetObject", "arn:aws:s3:::blue/k"),
              HasSubstr(Quotes("'decision': 'allowed'")));
  EXPECT_THAT(Decide(issued, "s3:PutObject", "arn:aws:s3:::blue/k"),
              HasSubstr(Quotes("'decidedBy': 'session'")));
  EXPECT_THAT(Decide(issued, "s3:GetObject", "arn:aws:s3:::red/k"),
              HasSubstr(Quotes("'decidedBy': 'identity'")));
}

TEST_F(AssumeTest, AChainByItsOutput) {
  const Result first = AssumeWeb(
      {"--tags", "Key=team,Value=blue", "--transitive-tag-keys", "team"});
  const std::string file = folder_.Write("first.json", first.out);
  const Result second = Issue({"assume-role", "--session", file, "--role-arn",
                               kWeb, "--role-session-name", "s2"});
  EXPECT_EQ(second.status, 0) << second.err;
  EXPECT_THAT(second.out, HasSubstr(Quotes("'tags': {'team': 'blue'}, "
                                           "'transitiveTagKeys': ['team']")));
  const Result late =
      Issue({"assume-role", "--session", file, "--role-arn", kWeb,
             "--role-session-name", "s2", "--duration-seconds", "3601"});
  EXPECT_EQ(late.status, 1);
  EXPECT_THAT(late.out, IsEmpty());
  EXPECT_THAT(late.err, HasSubstr("(S-135)"));
}

TEST_F(AssumeTest, PolicyFromFiles) {
  const std::string file =
      folder_.Write("policy.json",
                    "\xEF\xBB\xBF{\"Version\": \"2012-10-17\",\r\n"
                    "\"Statement\": [{\"Effect\": \"Allow\", \"Action\": "
                    "\"s3:Get*\", \"Resource\": \"arn:aws:s3:::a \\\" b\"}]}");
  for (const std::string& policy : {file, "file://" + file}) {
    const Result result = AssumeWeb({"--policy", policy});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr(R"("Resource":"arn:aws:s3:::a \" b")"));
  }
  EXPECT_EQ(AssumeWeb({"--policy", file + "x"}).status, 2);
  EXPECT_THAT(AssumeWeb({"--policy", "{}"}).err, HasSubstr("S-134"));
}

// No policy document, and not the absence of one either (S-134).
TEST_F(AssumeTest, AnEmptyPolicyIsRefused) {
  const Result flag = AssumeWeb({"--policy", ""});
  EXPECT_EQ(flag.status, 2);
  EXPECT_THAT(flag.out, IsEmpty());
  for (const char* text : {"", " \n"}) {
    const Result file = AssumeWeb({"--policy", folder_.Write("empty", text)});
    EXPECT_EQ(file.status, 1) << '"' << text << '"';
    EXPECT_THAT(file.out, IsEmpty());
  }
}

// A date at which no session is issued is a date all the same (S-142).
TEST_F(AssumeTest, TimesOutOfRangeAreCalledSo) {
  for (const char* now : {"1677-09-22", "1969-12-31T23:59:59Z", "2263-01-01"}) {
    const Result result = Portcullis(
        {"get-session-token", image_, "--caller", kAna, "--now", now});
    EXPECT_EQ(result.status, 2) << now;
    EXPECT_EQ(result.err, std::string("portcullis: --now: `") + now +
                              "` is out of range; expected 1970-01-01 to "
                              "2262-04-11T23:47:16Z (S-142)\n");
  }
  const Result late =
      Portcullis({"get-session-token", image_, "--caller", kAna, "--now",
                  "2262-04-11T20:47:16Z", "--duration-seconds", "10801"});
  EXPECT_EQ(late.status, 1);
  EXPECT_EQ(late.err,
            "portcullis: the session would end after 2262-04-11T23:47:16Z "
            "(S-142)\n");
  const Result soon = Portcullis(
      {"get-session-token", image_, "--caller", kAna, "--now", "soon"});
  EXPECT_THAT(soon.err, HasSubstr("`soon` is not a date; expected e.g. "));
}

TEST_F(AssumeTest, CodeAndContext) {
  const std::vector<std::string> call = {"assume-role",
                                         "--caller",
                                         kAna,
                                         "--role-arn",
                                         "arn:aws:iam::111122223333:role/mfa",
                                         "--role-session-name",
                                         "s1"};
  std::vector<std::string> with = call;
  with.insert(with.end(), {"--serial-number", "arn:aws:iam::111122223333:mfa/a",
                           "--token-code", "123456", "--context",
                           "aws:SourceIp=203.0.113.7"});
  const Result issued = Issue(with);
  EXPECT_EQ(issued.status, 0) << issued.err;
  EXPECT_THAT(issued.out, Not(HasSubstr("mfa\"")));
  const Result denied = Issue(call);
  EXPECT_EQ(denied.status, 1);
  EXPECT_THAT(denied.err,
              HasSubstr("is denied because no role trust or resource-based "
                        "policy allows it (S-130)"));
  with = call;
  with.insert(with.end(), {"--token-code", "123456"});
  EXPECT_EQ(Issue(with).status, 2);
}

TEST_F(AssumeTest, Services) {
  const std::vector<std::string> role = {"--role-arn", kWeb,
                                         "--role-session-name", "i-1"};
  std::vector<std::string> call = {"assume-role", "--caller-service",
                                   "ec2.amazonaws.com"};
  call.insert(call.end(), role.begin(), role.end());
  EXPECT_EQ(Issue(call).status, 0);
  call[2] = "lambda.amazonaws.com";
  EXPECT_EQ(Issue(call).status, 1);
}

TEST_F(AssumeTest, WebIdentity) {
  const std::string claims = folder_.Write(
      "token.json", Quotes("{'iss': 'https://idp.example.com', 'sub': 'zoe', "
                           "'aud': 'app', 'amr': ['otp']}"));
  const Result issued =
      Issue({"assume-role-with-web-identity", "--role-arn", kWeb,
             "--role-session-name", "s1", "--claims", claims});
  EXPECT_EQ(issued.status, 0) << issued.err;
  EXPECT_THAT(
      issued.out,
      HasSubstr(Quotes("'federatedProvider': "
                       "'arn:aws:iam::111122223333:oidc-provider/"
                       "idp.example.com', 'claims': {'idp.example.com:sub': "
                       "'zoe', 'idp.example.com:aud': 'app', "
                       "'idp.example.com:amr': ['otp']}")));
  EXPECT_THAT(Decide(issued, "s3:GetObject", "arn:aws:s3:::home/zoe"),
              HasSubstr(Quotes("'decision': 'allowed'")));
  EXPECT_THAT(Decide(issued, "s3:GetObject", "arn:aws:s3:::home/eve"),
              HasSubstr(Quotes("'decision': 'implicitDeny'")));
  EXPECT_EQ(Issue({"assume-role-with-web-identity", "--role-arn", kWeb,
                   "--role-session-name", "s1", "--claims", "/none"})
                .status,
            2);
}

TEST_F(AssumeTest, Saml) {
  const std::string claims = folder_.Write(
      "assertion.json", Quotes("{'roleSessionName': 'zoe', 'sub': 'zoe'}"));
  const Result issued = Issue(
      {"assume-role-with-saml", "--role-arn", kWeb, "--principal-arn",
       "arn:aws:iam::111122223333:saml-provider/corp", "--claims", claims});
  EXPECT_EQ(issued.status, 0) << issued.err;
  EXPECT_THAT(issued.out, HasSubstr("assumed-role/web/zoe"));
  EXPECT_THAT(issued.out, HasSubstr(Quotes("'claims': {'saml:sub': 'zoe'}")));
}

TEST_F(AssumeTest, FederationAndTokens) {
  const Result guest =
      Issue({"get-federation-token", "--caller", kAna, "--name", "guest",
             "--policy-arns", "arn:aws:iam::111122223333:policy/read"});
  EXPECT_EQ(guest.status, 0) << guest.err;
  EXPECT_THAT(guest.out, HasSubstr(Quotes("'parent': "
                                          "'arn:aws:iam::111122223333:user/"
                                          "ana'")));
  EXPECT_THAT(Decide(guest, "s3:GetObject", "arn:aws:s3:::b/k"),
              HasSubstr(Quotes("'decision': 'allowed'")));
  const Result token =
      Issue({"get-session-token", "--caller", kAna, "--serial-number", "d",
             "--token-code", "123456"});
  EXPECT_EQ(token.out,
            Quotes("{'principal': 'arn:aws:iam::111122223333:user/ana', "
                   "'session': {'issuedAt': '2026-01-01T00:00:00Z', "
                   "'expiresAt': '2026-01-01T12:00:00Z', 'mfa': true, "
                   "'mfaAuthenticatedAt': '2026-01-01T00:00:00Z'}}\n"));
  EXPECT_THAT(Decide(token, "s3:PutObject", "arn:aws:s3:::b/k"),
              HasSubstr(Quotes("'decision': 'allowed'")));
}

TEST_F(AssumeTest, AssumeRootSaysAllThatIsWrong) {
  const Result result =
      Issue({"assume-root", "--caller", kAna, "--target-principal", "1",
             "--task-policy-arn", "arn=arn:aws:iam::aws:policy/X"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(result.err, HasSubstr("not a member account"));
  EXPECT_THAT(result.err, HasSubstr("management account"));
  EXPECT_THAT(result.err, HasSubstr("not a root task policy"));
}

TEST_F(AssumeTest, WrongFlagsAreTwo) {
  const Result nobody = Issue({"get-session-token", "--session",
                               folder_.Write("bare.json", "{\"mfa\": true}")});
  EXPECT_EQ(nobody.status, 2);
  EXPECT_THAT(nobody.err, HasSubstr("--caller is required"));
  EXPECT_EQ(AssumeWeb({"--tags", "team=blue"}).status, 2);
  EXPECT_EQ(AssumeWeb({"--duration-seconds", "long"}).status, 2);
  EXPECT_EQ(
      Issue({"assume-role", "--role-arn", kWeb, "--role-session-name", "s1"})
          .status,
      2);
  EXPECT_EQ(Portcullis({"get-session-token", image_, "--caller", kAna, "--now",
                        "soon"})
                .status,
            2);
}

}  // namespace
}  // namespace portcullis::cli
