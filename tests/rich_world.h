// rich_world.h -- a policy set with something of everything, and thousands of
// varied requests, for tests that hold for every image and every decision.
#ifndef PORTCULLIS_TESTS_RICH_WORLD_H_
#define PORTCULLIS_TESTS_RICH_WORLD_H_

#include <gtest/gtest.h>

#include <deque>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "runtime/request.h"

namespace portcullis {

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.is_open()) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

// A policy value for every condition operator, and the values that the requests
// bring: below, equal, above, malformed.
struct OperatorSample {
  const char* name;
  const char* policy;
};
inline constexpr OperatorSample kOperatorSamples[] = {
    {"StringEquals", R"(["b", "${aws:username}"])"},
    {"StringNotEquals", R"(["b", "${k:Absent}"])"},
    {"StringEqualsIgnoreCase", R"(["B", "\u00C9", "${aws:userid}x"])"},
    {"StringNotEqualsIgnoreCase", R"("B")"},
    {"StringLike", R"(["b*", "?", "*${aws:username}*"])"},
    {"StringNotLike", R"(["b*", "*1"])"},
    {"NumericEquals", R"(["5", "-0.5e1"])"},
    {"NumericNotEquals", R"("5")"},
    {"NumericLessThan", R"(["5", "${k:Number}"])"},
    {"NumericLessThanEquals", R"("5")"},
    {"NumericGreaterThan", R"("5")"},
    {"NumericGreaterThanEquals", R"("5")"},
    {"DateEquals", R"("2026-01-01T00:00:00Z")"},
    {"DateNotEquals", R"("2026-01-01T00:00:00.5Z")"},
    {"DateLessThan", R"("2026-01-01T00:00:00Z")"},
    {"DateLessThanEquals", R"("2026-01-01T00:00:00Z")"},
    {"DateGreaterThan", R"("2026-01-01T00:00:00Z")"},
    {"DateGreaterThanEquals", R"("2026-01-01T00:00:00Z")"},
    {"Bool", R"(["true", "${k:Truth}"])"},
    {"BinaryEquals", R"(["QUJD", "QQ=="])"},
    {"IpAddress", R"(["10.0.0.0/8", "2001:db8::/32"])"},
    {"NotIpAddress", R"("10.0.0.0/8")"},
    {"ArnEquals", R"("arn:aws:iam::*:user/*")"},
    {"ArnNotEquals", R"("arn:aws:iam::1:user/${aws:username}")"},
    {"ArnLike", R"("arn:aws:s3:::b*")"},
    {"ArnNotLike", R"("arn:aws:s3:::b*")"},
    {"Null", R"("true")"},
    {"ForAllValues:StringEquals", R"(["b", "c"])"},
    {"ForAnyValue:StringNotLike", R"("b*")"},
    {"ForAllValues:NumericLessThan", R"("5")"},
    {"ForAnyValue:IpAddress", R"("10.0.0.0/8")"},
    {"ForAllValues:ArnLikeIfExists", R"("arn:aws:s3:::b*")"},
    {"StringEqualsIfExists", R"("b")"},
    {"NumericEqualsIfExists", R"("5")"},
    {"BoolIfExists", R"("false")"},
};
inline constexpr const char* kOperatorValues[] = {"b",
                                                  "B",
                                                  "4",
                                                  "5.0",
                                                  "6e0",
                                                  "2025-12-31",
                                                  "2026-01-01T00:00:00Z",
                                                  "true",
                                                  "QUJD",
                                                  "10.1.2.3",
                                                  "2001:db8::1",
                                                  "arn:aws:s3:::bucket",
                                                  "arn:aws:iam::1:user/maya",
                                                  "",
                                                  "\xC3\xA9"};

inline constexpr char kMaya[] = "arn:aws:iam::210987654321:user/edge/maya";

// A statement for each operator: allows `edge:opI`, denies `edge:noI`.
inline std::string OperatorStatements() {
  std::string text;
  for (size_t i = 0; i < std::size(kOperatorSamples); ++i) {
    for (const char* kind :
         {"Allow\",\"Action\":\"edge:op", "Deny\",\"Action\":\"edge:no"}) {
      text += text.empty() ? "" : ",";
      text += std::string(R"({"Effect":")") + kind + std::to_string(i) +
              R"(","Resource":"*","Condition":{")" + kOperatorSamples[i].name +
              R"(":{"k:Value":)" + kOperatorSamples[i].policy + "}}}";
    }
  }
  return text + R"(,{"Effect":"Allow","Action":"edge:no*","Resource":"*"})";
}

// One list that is long enough for a trie of its own, and statements enough for
// a row's: stars, question marks, variables, parts that cross colons.
inline std::string TrieStatements() {
  std::string list;
  std::string statements;
  const char* const kTails[] = {"/*",    "?x",         "/${aws:username}/*",
                                "*a*b*", "\xC3\xA9/?", "/${k:Absent}"};
  for (size_t i = 0; i < 40; ++i) {
    const std::string rest = std::to_string(i) + kTails[i % std::size(kTails)];
    list += (i == 0 ? "\"" : ",\"") + ("arn:aws:edge:::list" + rest) + '"';
    const std::string field = i % 3 == 0 ? "eu-*" : i % 3 == 1 ? "*" : "e?";
    statements += std::string(R"(,{"Effect":")") +
                  (i % 5 == 0 ? "Deny" : "Allow") +
                  R"(","Action":["edge:Get*","edge:P?t"],"Resource":)" +
                  "\"arn:aws:edge:" + field + "::row" + rest + "\"}";
  }
  return R"({"Effect":"Allow","Action":"edge:Get*","Resource":[)" + list +
         R"(]},{"Effect":"Deny","Action":"edge:List*","NotResource":[)" + list +
         "]}" + statements;
}

inline std::string EdgeSet() {
  const auto policy = [](const char* name, const std::string& statements) {
    return std::string(R"({"name":")") + name +
           R"(","document":{"Version":"2012-10-17","Statement":[)" +
           statements + "]}}";
  };
  return R"({"principals":[{"arn":")" + std::string(kMaya) +
         R"(","tags":{"team":"edge"},"policies":[)" +
         policy("Operators", OperatorStatements()) + "," +
         policy("Tries", TrieStatements()) +
         R"(]}],"resources":[{"arn":"arn:aws:edge:::shared","account":)"
         R"("210987654321","policy":{"Version":"2012-10-17","Statement":[)"
         R"({"Effect":"Allow","NotPrincipal":{"AWS":"321098765432"},)"
         R"("Action":"edge:Get*"},{"Effect":"Deny","Principal":{"Service":)"
         R"("edge.amazonaws.com"},"Action":"edge:Put"}]}}]})";
}

// The corpus's account and organisation with the set above.
inline PolicySet RichSet() {
  const std::string corpus =
      std::string(PORTCULLIS_SOURCE_DIR) + "/corpora/policies/";
  const std::string account = ReadFile(corpus + "account-export.json");
  const std::string organization = ReadFile(corpus + "organization.json");
  const std::string edge = EdgeSet();
  Issues issues;
  PolicySet set = LoadPolicySet({{"account-export.json", account},
                                 {"organization.json", organization},
                                 {"edge.json", edge}},
                                issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return set;
}

// An inline session policy.
inline Policy RichSessionPolicy() {
  Issues issues;
  Policy policy;
  policy.name = "session-policy-1";
  policy.document = LoadDocument({"session.json",
                                  R"({"Version":"2012-10-17","Statement":[
 {"Effect":"Allow","Action":"*","Resource":"*",
  "Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"x"}}},
 {"Effect":"Deny","Action":"s3:Put*",
  "Resource":"arn:aws:s3:::*/${aws:username, 'AIDA'}",
  "Condition":{"DateLessThan":{"aws:CurrentTime":"2030-01-01T00:00:00Z"}}}]})"},
                                 PolicyType::kSession, issues);
  EXPECT_TRUE(issues.ok());
  return policy;
}

// 2026-03-02T00:00:00Z
inline constexpr int64_t kRichNow = 1772409600'000'000'000;

// Requests of every kind of caller on every kind of resource, in every kind of
// context. Owns all their parts.
class RichRequests {
 public:
  // `session_policies` is the image of an inline session policy.
  explicit RichRequests(const ImageView& session_policies) {
    AddContexts();
    AddSessions(session_policies);
    for (const Caller& caller : kCallers) AddCaller(caller);
    AddOperatorRequests();
  }

  const std::vector<Request>& all() const { return requests_; }

 private:
  struct Caller {
    PrincipalForm form;
    const char* name;
  };
  static constexpr Caller kCallers[] = {
      {PrincipalForm::kArn, kMaya},
      {PrincipalForm::kArn, "arn:aws:iam::210987654321:user/staff/ingrid.falk"},
      {PrincipalForm::kArn, "arn:aws:iam::210987654321:user/staff/amara.obi"},
      {PrincipalForm::kArn,
       "arn:aws:sts::210987654321:assumed-role/deployer/release-12"},
      {PrincipalForm::kArn, "arn:aws:sts::210987654321:assumed-role/nobody/s"},
      {PrincipalForm::kArn,
       "arn:aws:iam::321098765432:user/brokers/nadia.kern"},
      {PrincipalForm::kArn, "arn:aws:iam::210987654321:root"},
      {PrincipalForm::kArn, "arn:aws:sts::210987654321:federated-user/fay"},
      {PrincipalForm::kService, "edge.amazonaws.com"},
      {PrincipalForm::kFederated, "ci.brackwater.example"},
      {PrincipalForm::kAnonymous, ""},
      {PrincipalForm::kArn, "arn:aws:iam::210987654321:group/g"},
  };
  static constexpr const char* kActions[] = {"s3:GetObject",
                                             "S3:PUTOBJECT",
                                             "edge:GetThing",
                                             "edge:Put",
                                             "edge:ListThings",
                                             "sts:AssumeRole",
                                             "sts:GetCallerIdentity",
                                             "kms:Decrypt",
                                             "iam:ListAccessKeys",
                                             "none:Such",
                                             "malformed"};
  static constexpr char kKmsKey[] =
      "arn:aws:kms:eu-north-1:210987654321:key/"
      "3f6c1a52-77aa-4c0e-9d10-b0c5e1a9d001";
  static constexpr const char* kResources[] = {
      "*",
      "arn:aws:s3:::brackwater-manifests/exchange/AIDA",
      "arn:aws:edge:::list2/maya/x",
      "arn:aws:edge:eu-1:x::row3a-b-",
      "arn:aws:edge:::shared/part",
      "arn:aws:edge:::list4\xC3\xA9/\xC3\xA9",
      kKmsKey,
      "arn:aws:iam::210987654321:role/app/yard-planner",
      "arn:aws:iam::210987654321:user/staff/amara.obi",
      "arn:aws-cn:s3:::elsewhere",
      "arn:aws:short"};

  ContextEntry Entry(const char* key, std::vector<std::string_view> values,
                     bool is_list = false) {
    values_.push_back(std::move(values));
    return {key, values_.back(), is_list};
  }

  void AddContexts() {
    contexts_.push_back({});
    contexts_.push_back({Entry("aws:SourceIp", {"198.51.100.7"}),
                         Entry("aws:SecureTransport", {"true"}),
                         Entry("aws:RequestedRegion", {"eu-north-1"}),
                         Entry("aws:RequestTag/Team", {"edge"}),
                         Entry("aws:TagKeys", {"team"}, true)});
    contexts_.push_back({Entry("aws:SourceIp", {"no address"}),
                         Entry("aws:SecureTransport", {"maybe"}),
                         Entry("aws:SourceVpce", {"vpce-0harbour"}),
                         Entry("aws:CalledVia", {"a", "b"}, true)});
    contexts_.push_back({Entry("aws:username", {"somebody"})});
    contexts_.push_back({Entry("K:a", {"1"}), Entry("k:A", {"2"})});
    std::vector<ContextEntry>& many = contexts_.emplace_back();
    for (int i = 0; i < 40; ++i) {
      names_.push_back("aws:RequestTag/key" + std::to_string(i));
      many.push_back(Entry(names_.back().c_str(), {"v"}));
    }
  }

  void AddSessions(const ImageView& session_policies) {
    sessions_.resize(3);
    tags_ = {{"Team", "edge"}, {"other", "x"}};
    sessions_[0].policies = &session_policies;
    sessions_[0].tags = tags_;
    sessions_[0].mfa = true;
    sessions_[0].mfa_at = kRichNow - 90'000'000'000;
    sessions_[0].issued_at = kRichNow - 100'000'000'000;
    sessions_[0].expires_at = kRichNow + 100'000'000'000;
    sessions_[0].parent = kMaya;
    sessions_[0].source_identity = "maya";
    sessions_[1].policy_arns = arns_;
    sessions_[1].federated_provider = "ci.brackwater.example";
    sessions_[2].expires_at = kRichNow;
  }

  void AddCaller(const Caller& caller) {
    Request request;
    request.form = caller.form;
    request.principal = caller.name;
    request.now = kRichNow;
    for (const char* action : kActions) {
      request.action = action;
      for (const char* resource : kResources) {
        request.resource = resource;
        for (size_t c = 0; c < contexts_.size(); ++c) {
          request.context = contexts_[c];
          request.endpoint = c == 5 ? "vpce-0harbour" : "";
          request.derive = c != 3;
          request.session = nullptr;
          requests_.push_back(request);
          request.session = &sessions_[(c + 2) % sessions_.size()];
          requests_.push_back(request);
        }
      }
    }
  }

  // Each operator with one value, two, and none.
  void AddOperatorRequests() {
    Request request;
    request.principal = kMaya;
    request.resource = "*";
    for (size_t i = 0; i < std::size(kOperatorSamples); ++i) {
      for (const char* kind : {"edge:op", "edge:no"}) {
        names_.push_back(kind + std::to_string(i));
        request.action = names_.back();
        request.context = {};
        requests_.push_back(request);
        for (const char* value : kOperatorValues) AddValues(value, request);
      }
    }
  }

  void AddValues(const char* value, Request request) {
    contexts_.push_back({Entry("k:VALUE", {value})});
    request.context = contexts_.back();
    requests_.push_back(request);
    contexts_.push_back({Entry("k:value", {"b", value}, true)});
    request.context = contexts_.back();
    requests_.push_back(request);
  }

  // Deques: what the requests borrow must not move.
  std::deque<std::vector<std::string_view>> values_;
  std::deque<std::string> names_;
  std::deque<std::vector<ContextEntry>> contexts_;
  std::vector<SessionTag> tags_;
  const std::vector<std::string_view> arns_ = {
      "arn:aws:iam::210987654321:policy/operations/TerminalReadOnly"};
  std::vector<SessionInfo> sessions_;
  std::vector<Request> requests_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_TESTS_RICH_WORLD_H_
