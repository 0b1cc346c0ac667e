// Bytes as calls of the token service, each made with the session before it:
// refused with words, or the session that is issued is accepted and decided
// alike by both engines (S-130 to S-145).
#include <memory>

#include "cli/case_assume.h"
#include "fuzz/property.h"
#include "policy/json_reader.h"
#include "tests/generators/entropy.h"
#include "tests/generators/world.h"

namespace portcullis::fuzz {
namespace {

using testing::Entropy;

constexpr char kTask[] =
    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy";

// Everybody may, so that calls get as far as their parameters allow.
constexpr char kOpenSet[] = R"json({
 "organization": {"id": "o-1", "managementAccount": "333333333333",
  "root": {"id": "r-1", "accounts": ["333333333333", "111111111111", "222222222222"]}},
 "policies": [
  {"arn": "arn:aws:iam::111111111111:policy/sts", "document": {"Version": "2012-10-17",
   "Statement": {"Effect": "Allow", "Action": ["sts:*", "s3:*"], "Resource": "*"}}},
  {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy", "document": {"Version": "2012-10-17",
   "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}],
 "principals": [
  {"arn": "arn:aws:iam::111111111111:user/alice", "id": "AIDAALICE", "tags": {"team": "red"},
   "policies": ["arn:aws:iam::111111111111:policy/sts"]},
  {"arn": "arn:aws:iam::333333333333:user/admin", "policies": ["arn:aws:iam::111111111111:policy/sts"]},
  {"arn": "arn:aws:iam::111111111111:role/app/web", "id": "AROAWEB", "tags": {"team": "blue"},
   "policies": ["arn:aws:iam::111111111111:policy/sts"], "maxSessionDuration": 7200,
   "trustPolicy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*"}}},
  {"arn": "arn:aws:iam::222222222222:role/guest", "policies": ["arn:aws:iam::111111111111:policy/sts"],
   "trustPolicy": {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:*",
    "Condition": {"StringNotEquals": {"sts:ExternalId": "wrong"}}}}}]})json";

// A set with the image that issues sessions and engines that decide.
struct World {
  explicit World(std::string set_text) : text(std::move(set_text)) {
    Issues issues;
    PolicySet set = LoadPolicySet({{"set.json", text}}, issues);
    Require(issues.ok(), "the set has errors");
    bytes = Compile(set).bytes;
    view = ImageView::Open(BytesOf(bytes)).view;
    Require(view.has_value(), "the image does not open");
    ask = QuickEngines(std::move(set));
  }

  const std::string text;
  ImageBytes bytes;
  std::optional<ImageView> view;
  testing::AskEngines ask;
};

const World& WorldOf(bool open) {
  static const World* const worlds[] = {
      new World(kOpenSet), new World([] {
        Entropy entropy(4);
        testing::Knobs knobs;
        knobs.administrators = 80;
        return testing::MakeWorld(entropy, knobs).policy_set;
      }())};
  return *worlds[open ? 0 : 1];
}

// ---- calls ------------------------------------------------------------------

constexpr const char* kOperations[] = {
    "AssumeRole",         "AssumeRole",      "AssumeRoleWithWebIdentity",
    "AssumeRoleWithSAML", "GetSessionToken", "GetFederationToken",
    "AssumeRoot"};
constexpr const char* kCallers[] = {
    R"("arn:aws:iam::111111111111:user/alice")",
    R"("arn:aws:iam::111111111111:root")",
    R"("arn:aws:iam::333333333333:user/admin")",
    R"("arn:aws:sts::111111111111:assumed-role/web/s1")",
    R"("arn:aws:iam::222222222222:user/bob")",
    R"({"Service":"crane.example.com"})",
    R"("*")"};
constexpr const char* kRoles[] = {"arn:aws:iam::111111111111:role/app/web",
                                  "arn:aws:iam::222222222222:role/guest",
                                  "arn:aws:iam::111111111111:role/none", "x"};
constexpr const char* kNames[] = {"s1", "carol", "a", "bad name", ""};
constexpr const char* kTags[] = {R"({"team":"green"})", R"({"a":"1","b":""})",
                                 R"({"TEAM":"x","team":"y"})", "{}"};
constexpr const char* kTexts[] = {R"(["team"])", R"(["A","b"])", "[]"};
constexpr const char* kPolicies[] = {
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
    R"({"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}})",
    R"({"Statement":{"Effect":"Allow","Action":"sts:*","NotResource":"arn:aws:s3:::b"}})",
    R"({"Statement":[]})"};
constexpr const char* kWebClaims[] = {
    R"({"iss":"https://accounts.example.com","sub":"u1","aud":"app","amr":["a","b"]})",
    R"({"iss":"https://accounts.example.com","sub":"u1","aud":["x"],)"
    R"("https://aws.amazon.com/tags":{"principal_tags":{"team":["t"]},"transitive_tag_keys":["team"]}})",
    R"({"iss":"accounts.google.com","sub":"g","azp":"z","aud":"y",)"
    R"("https://aws.amazon.com/source_identity":"maya"})",
    "{}"};
constexpr const char* kSamlClaims[] = {
    R"({"sub":"u1","sub_type":"persistent","aud":"https://signin.example.com/saml","roleSessionName":"fay"})",
    R"({"sub":"u1","tags":{"team":"t"},"transitiveTagKeys":["team"],"sourceIdentity":"maya"})",
    "{}"};
constexpr const char* kDurations[] = {"900", "3600", "7200", "129600", "0"};

class CallText {
 public:
  explicit CallText(Entropy& entropy) : entropy_(entropy) {}

  // `credentials`, of the session before, make the call; else a caller of the
  // list.
  std::string Make(const std::string& credentials) {
    const std::string operation = entropy_.Pick(kOperations);
    text_ = R"({"now":"2026-01-01T00:00:00Z","operation":")" + operation + '"';
    const bool web = operation == "AssumeRoleWithWebIdentity";
    const bool saml = operation == "AssumeRoleWithSAML";
    if (!credentials.empty()) {
      text_ += credentials;
    } else if (!web && !saml) {
      Add("caller", entropy_.Pick(kCallers));
    }
    if (web) Add("claims", entropy_.Pick(kWebClaims));
    if (saml) AddSaml();
    AddTarget(operation);
    AddOptions();
    return text_ + "}";
  }

 private:
  void Add(const char* name, const std::string& json) {
    text_ += std::string(",\"") + name + "\":" + json;
  }
  void AddText(const char* name, const std::string& text) {
    Add(name, '"' + text + '"');
  }
  void AddSaml() {
    Add("claims", entropy_.Pick(kSamlClaims));
    AddText("provider", "arn:aws:iam::111111111111:saml-provider/corp");
  }
  void AddTarget(const std::string& operation) {
    if (operation.starts_with("AssumeRole") || entropy_.Percent(3)) {
      AddText("roleArn", entropy_.Pick(kRoles));
      if (entropy_.Percent(95)) {
        AddText("roleSessionName", entropy_.Pick(kNames));
      }
    }
    if (operation == "GetFederationToken") {
      AddText("name", entropy_.Pick(kNames));
    }
    if (operation == "AssumeRoot" || entropy_.Percent(3)) {
      AddText("targetPrincipal",
              entropy_.Percent(80) ? "111111111111" : "999999999999");
      AddText("taskPolicyArn", kTask);
    }
  }
  void AddOptions() {
    if (entropy_.Percent(20)) Add("tags", entropy_.Pick(kTags));
    if (entropy_.Percent(15)) {
      Add("transitiveTagKeys", entropy_.Pick(kTexts));
    }
    if (entropy_.Percent(15)) AddText("sourceIdentity", "maya");
    if (entropy_.Percent(10)) AddText("externalId", entropy_.Pick(kNames));
    if (entropy_.Percent(25)) Add("policy", entropy_.Pick(kPolicies));
    if (entropy_.Percent(10)) {
      Add("policyArns", R"(["arn:aws:iam::111111111111:policy/sts"])");
    }
    if (entropy_.Percent(15)) {
      Add("durationSeconds", entropy_.Pick(kDurations));
    }
    if (entropy_.Percent(10)) Add("mfa", "true");
    if (entropy_.Percent(5)) Add("providedContexts", "true");
    if (entropy_.Percent(10)) {
      Add("context", R"({"aws:SourceIp":"10.0.0.1"})");
    }
  }

  Entropy& entropy_;
  std::string text_;
};

// ---- checks -----------------------------------------------------------------

constexpr const char* kAsked[] = {
    R"("action":"s3:GetObject","resource":"arn:aws:s3:::bucket/key")",
    R"("action":"sts:GetCallerIdentity","resource":"*")",
    R"("action":"sts:AssumeRole","resource":"arn:aws:iam::222222222222:role/guest")",
    R"("action":"iam:GetRole","resource":"arn:aws:iam::111111111111:role/app/web")"};

void CheckCredentials(const World& world, const std::string& credentials,
                      const std::string& call) {
  for (const char* asked : kAsked) {
    const std::string request =
        credentials.substr(0, credentials.size() - 1) + "," + asked + "}";
    const auto answers = testing::AskText(world.ask, request);
    Require(!answers.empty(),
            "credentials are not read: " + request + "\nof " + call);
    const cli::Answer& answer = answers.front().answer;
    // AssumeRoot may issue a session of no seconds, which is over at once.
    const bool over = answer.refusal == Refusal::kExpired &&
                      call.find(R"("durationSeconds":0)") != call.npos;
    Require(!answer.refused() || over,
            AnswerText(answer) + "\n" + request + "\nof " + call);
    RequireAgreement(world.ask, world.text, request);
  }
}

// The members that make a later call with the credentials.
std::string AsCaller(const std::string& credentials) {
  Issues issues;
  const auto json = ReadJson("credentials", credentials, issues);
  const auto part = [&](const char* name) {
    const JsonValue* const value = json->root.Find(name);
    return value == nullptr ? std::string()
                            : std::string(json->bytes.substr(
                                  value->begin, value->end - value->begin));
  };
  const std::string session = part("session");
  return R"(,"caller":)" + part("principal") +
         (session.empty() ? "" : R"(,"session":)" + session);
}

void Check(Entropy& entropy) {
  const World& world = WorldOf(entropy.Percent(80));
  std::string credentials;
  for (uint32_t calls = 1 + entropy.Below(4); calls > 0; --calls) {
    const std::string call = CallText(entropy).Make(
        credentials.empty() ? "" : AsCaller(credentials));
    Issues issues;
    const auto json = ReadJson("call", call, issues);
    Require(json && issues.ok(), "a generated call is no JSON: " + call);
    const cli::AssumeOutcome outcome =
        cli::AskForSession(*json, json->root, *world.view);
    Require(!outcome.text.empty(), "no words about " + call);
    if (outcome.credentials.empty()) continue;
    CheckCredentials(world, outcome.credentials, call);
    credentials = outcome.credentials;
  }
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::testing::Entropy entropy(std::span(data, size));
  portcullis::fuzz::Check(entropy);
  return 0;
}
