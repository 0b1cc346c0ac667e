// Workloads `layers` and `deny`: decisions in which everything takes part, and
// decisions that guard rails deny.
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/random.h"
#include "bench/text.h"
#include "bench/workload.h"
#include "reference/reference.h"

namespace portcullis::bench {
namespace {

constexpr char kAccount[] = "111122223333";
constexpr size_t kRoles = 200;
constexpr size_t kBuckets = 60;
constexpr std::array<std::string_view, 8> kActions = {
    "s3:GetObject",        "s3:PutObject",    "s3:DeleteObject",
    "s3:GetObjectTagging", "sqs:SendMessage", "sqs:ReceiveMessage",
    "sqs:DeleteQueue",     "kms:Decrypt"};
constexpr std::array<std::string_view, 4> kRegions = {
    "eu-west-1", "eu-north-1", "us-east-1", "ap-south-1"};

constexpr char kAllowAll[] =
    R"({"Effect":"Allow","Action":"*","Resource":"*"})";

std::string Document(std::string_view statements) {
  return Cat({R"({"Version":"2012-10-17","Statement":[)", statements, "]}"});
}
std::string Named(std::string_view name, std::string_view statements) {
  return Cat(
      {R"({"name":")", name, R"(","document":)", Document(statements), "}"});
}

std::string RoleName(size_t role) {
  return Cat({"app-", std::to_string(role)});
}
std::string RoleArn(size_t role) {
  return Cat({"arn:aws:iam::", kAccount, ":role/", RoleName(role)});
}
std::string BucketArn(size_t bucket) {
  return Cat({"arn:aws:s3:::data-", std::to_string(bucket)});
}

// A resource that fits the action.
std::string ResourceFor(std::string_view action, Random& random) {
  const std::string region(random.Pick(kRegions));
  if (action.substr(0, 3) == "s3:") {
    return Cat({BucketArn(random.Below(kBuckets)),
                random.Percent(80) ? "/open/part-" : "/closed/part-",
                std::to_string(random.Below(1'000'000))});
  }
  const bool queue = action.substr(0, 4) == "sqs:";
  return Cat({"arn:aws:", queue ? "sqs:" : "kms:", region, ":", kAccount,
              queue ? ":jobs-" : ":key/", std::to_string(random.Below(5000))});
}

RequestText RequestOf(size_t role, Random& random) {
  RequestText request;
  request.principal =
      Cat({"arn:aws:sts::", kAccount, ":assumed-role/", RoleName(role), "/run-",
           std::to_string(random.Below(100))});
  request.action = random.Pick(kActions);
  request.resource = ResourceFor(request.action, random);
  request.context.emplace_back(
      "aws:RequestedRegion",
      kRegions[random.Percent(85) ? random.Below(2) : 2 + random.Below(2)]);
  request.context.emplace_back("aws:SecureTransport",
                               random.Percent(95) ? "true" : "false");
  request.context.emplace_back(
      "aws:SourceIp", Cat({"10.", std::to_string(random.Below(20)), ".0.",
                           std::to_string(random.Below(256))}));
  return request;
}

Verdict AskReference(const PolicySet& set, const RequestText& text) {
  return reference::Decide(set, TextRequest(text).request(), {}).verdict;
}

Workload Finish(std::string name, std::string json, size_t requests,
                const ShareTargets& shares,
                const std::function<RequestText(Random&)>& draw) {
  Workload workload;
  workload.name = std::move(name);
  workload.policy_set = std::move(json);
  workload.set = LoadSet(workload.name, workload.policy_set);
  Random random(23);
  workload.requests = DrawRequests(requests, shares, random, [&](Verdict) {
    RequestText request = draw(random);
    request.expected = AskReference(workload.set, request);
    return request;
  });
  return workload;
}

// ---- layers ----------------------------------------------------------------

constexpr char kSessionPolicy[] = "arn:aws:iam::111122223333:policy/Session";

// A level of SCPs: everything, but for what one Deny forbids.
std::string Scps(std::string_view deny) {
  return Cat({R"("scps":[)", Named("FullAWSAccess", kAllowAll), ",",
              Named("Guard", deny), "]"});
}

std::string LayersOrganization() {
  const std::string outside =
      R"({"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*",)"
      R"("Condition":{"StringNotEquals":{"aws:RequestedRegion":)"
      R"(["eu-west-1","eu-north-1"]}}})";
  const std::string closed = R"({"Effect":"Deny","Action":"s3:Delete*",)"
                             R"("Resource":"arn:aws:s3:::*/closed/*"})";
  const std::string queues =
      R"({"Effect":"Deny","Action":"sqs:DeleteQueue","Resource":"*",)"
      R"("Condition":{"ArnNotLike":{"aws:PrincipalArn":)"
      R"("arn:aws:iam::*:role/app-1*"}}})";
  const std::string plain =
      R"({"Effect":"Deny","Action":"kms:*","Resource":"*",)"
      R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}})";
  const std::string rcp =
      R"({"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",)"
      R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}})";
  return Cat({R"("organization":{"id":"o-bench","root":{"id":"r-1",)",
              Scps(outside), R"(,"rcps":[)", Named("Transport", rcp),
              R"(],"units":[{"id":"ou-1",)", Scps(closed),
              R"(,"units":[{"id":"ou-2",)", Scps(queues), R"(,"accounts":[")",
              kAccount, R"("]}]}]}},"accounts":[{"id":")", kAccount, R"(",)",
              Scps(plain), "}]"});
}

std::string LayersRole(size_t role) {
  const std::string bucket = BucketArn(role % kBuckets);
  const std::string identity =
      Cat({R"({"Effect":"Allow","Action":["s3:Get*","s3:Put*","s3:Delete*"],)",
           R"("Resource":["arn:aws:s3:::data-)", std::to_string(role % 6),
           R"(*","arn:aws:s3:::data-)", std::to_string(role % 10),
           R"(/*"]},{"Effect":"Allow","Action":"sqs:*","Resource":)",
           R"("arn:aws:sqs:*:111122223333:jobs-*"},)",
           R"({"Effect":"Allow","Action":"kms:Decrypt","Resource":)",
           R"("arn:aws:kms:*:${aws:PrincipalAccount}:key/*"},)",
           R"({"Effect":"Deny","Action":"s3:PutObject","Resource":")", bucket,
           R"(/closed/*"})"});
  const std::string boundary =
      R"({"Effect":"Allow","Action":["s3:*","sqs:*","kms:*"],"Resource":"*"},)"
      R"({"Effect":"Deny","Action":"sqs:*","Resource":"*","Condition":)"
      R"({"NotIpAddress":{"aws:SourceIp":["10.0.0.0/13","10.16.0.0/14"]}}})";
  return Cat({R"({"arn":")", RoleArn(role), R"(","policies":[)",
              Named("app", identity), R"(],"boundary":)",
              Named("limit", boundary), "}"});
}

std::string LayersBucket(size_t bucket) {
  const std::string arn = BucketArn(bucket);
  return Cat({R"({"arn":")", arn, R"(","account":")", kAccount,
              R"(","policy":)",
              Document(Cat({R"({"Effect":"Allow","Principal":{"AWS":")",
                            RoleArn(bucket), R"("},"Action":"s3:GetObject",)",
                            R"("Resource":")", arn, R"(/open/*"},)",
                            R"({"Effect":"Deny","Principal":"*",)",
                            R"("Action":"s3:DeleteObject","Resource":")", arn,
                            R"(/open/part-1*"})"})),
              "}"});
}

std::string LayersJson() {
  const std::string session =
      R"({"Effect":"Allow","Action":["s3:GetObject","s3:PutObject",)"
      R"("s3:DeleteObject","sqs:*","kms:Decrypt"],"Resource":"*"})";
  const std::string endpoint =
      R"({"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},)"
      R"({"Effect":"Deny","Principal":"*","Action":"s3:PutObject",)"
      R"("Resource":"arn:aws:s3:::data-5*/*"})";
  std::string json = Cat({"{", LayersOrganization(), R"(,"policies":[{"arn":")",
                          kSessionPolicy, R"(","document":)", Document(session),
                          R"(}],"endpoints":[{"id":)", R"("vpce-1","policy":)",
                          Document(endpoint), R"(}],"principals":[)"});
  for (size_t i = 0; i < kRoles; ++i) json += LayersRole(i) + ",";
  json.back() = ']';
  json += R"(,"resources":[)";
  for (size_t i = 0; i < kBuckets; ++i) json += LayersBucket(i) + ",";
  json.back() = ']';
  return json + "}";
}

// ---- deny ------------------------------------------------------------------

std::string GuardRails() {
  return R"({"Sid":"Region","Effect":"Deny","NotAction":["iam:*","sts:*"],)"
         R"("Resource":"*","Condition":{"StringNotEquals":)"
         R"({"aws:RequestedRegion":["eu-west-1","eu-north-1"]}}},)"
         R"({"Sid":"Transport","Effect":"Deny","Action":"*","Resource":"*",)"
         R"("Condition":{"Bool":{"aws:SecureTransport":"false"}}},)"
         R"({"Sid":"Network","Effect":"Deny","Action":["s3:*","kms:*"],)"
         R"("Resource":"*","Condition":{"NotIpAddress":)"
         R"({"aws:SourceIp":"10.0.0.0/14"}}},)"
         R"({"Sid":"Delete","Effect":"Deny","Action":["s3:Delete*",)"
         R"("sqs:Delete*","kms:ScheduleKeyDeletion"],"Resource":"*"},)"
         R"({"Sid":"Closed","Effect":"Deny","Action":"s3:*",)"
         R"("Resource":"arn:aws:s3:::*/closed/*"},)"
         R"({"Sid":"Queues","Effect":"Deny","Action":"sqs:*",)"
         R"("NotResource":"arn:aws:sqs:*:*:jobs-1*"},)"
         R"({"Sid":"Tags","Effect":"Deny","Action":"s3:*Tagging",)"
         R"("Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":)"
         R"("arn:aws:iam::*:role/app-7"}}})";
}

std::string DenyJson() {
  const std::string own =
      R"({"Effect":"Allow","Action":["s3:Get*","sqs:*","kms:Decrypt"],)"
      R"("Resource":"*"})";
  std::string json =
      Cat({R"({"organization":{"id":"o-bench","root":{"id":"r-1","scps":[)",
           Named("FullAWSAccess", kAllowAll), ",", Named("Rails", GuardRails()),
           R"(],"accounts":[")", kAccount, R"("]}},"policies":[{"arn":)",
           R"("arn:aws:iam::111122223333:policy/Rails","document":)",
           Document(GuardRails()), R"(}],"principals":[)"});
  for (size_t i = 0; i < kRoles; ++i) {
    json +=
        Cat({R"({"arn":")", RoleArn(i), R"(","policies":[)", Named("own", own),
             R"(,"arn:aws:iam::111122223333:policy/Rails"]},)"});
  }
  json.back() = ']';
  return json + "}";
}

}  // namespace

Workload MakeLayers(size_t requests) {
  return Finish("layers", LayersJson(), requests,
                {.allowed = 40, .explicit_deny = 30}, [](Random& random) {
                  RequestText request = RequestOf(random.Below(kRoles), random);
                  request.endpoint = "vpce-1";
                  request.session_policy_arns = {kSessionPolicy};
                  return request;
                });
}

Workload MakeDeny(size_t requests) {
  return Finish(
      "deny", DenyJson(), requests, {.allowed = 5, .explicit_deny = 90},
      [](Random& random) { return RequestOf(random.Below(kRoles), random); });
}

}  // namespace portcullis::bench
