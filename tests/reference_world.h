// reference_world.h -- policy sets as JSON text, and requests that own their
// parts, for the tests of the reference interpreter.
#ifndef PORTCULLIS_TESTS_REFERENCE_WORLD_H_
#define PORTCULLIS_TESTS_REFERENCE_WORLD_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "reference/reference.h"

namespace portcullis::reference {

inline constexpr char kUser[] = "arn:aws:iam::111111111111:user/team/alice";
inline constexpr char kRole[] = "arn:aws:iam::111111111111:role/app/web";
inline constexpr char kSession[] =
    "arn:aws:sts::111111111111:assumed-role/web/s1";
inline constexpr char kFederated[] =
    "arn:aws:sts::111111111111:federated-user/carol";
inline constexpr char kRoot[] = "arn:aws:iam::111111111111:root";
inline constexpr char kObject[] = "arn:aws:s3:::bucket/key";
// 2026-01-01T00:00:00Z
inline constexpr int64_t kNow = 1767225600'000'000'000;

inline std::string Quote(const std::string& text) { return '"' + text + '"'; }

// `{"Effect": ..., "Action": ..., "Resource": ... MORE}`; an empty resource is
// left out. `more` begins with a comma.
inline std::string Statement1(const std::string& effect,
                              const std::string& action,
                              const std::string& resource,
                              const std::string& more = "") {
  return R"({"Effect":")" + effect + R"(","Action":")" + action + '"' +
         (resource.empty() ? "" : R"(,"Resource":)" + Quote(resource)) + more +
         '}';
}

inline std::string Doc(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

inline std::string Named(const std::string& name, const std::string& document) {
  return R"({"name":")" + name + R"(","document":)" + document + '}';
}

inline PolicySet Load(const std::string& text) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"set.json", text}}, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) {
      ADD_FAILURE() << FormatIssue(issue) << "\n" << text;
    }
  }
  return set;
}

inline Policy SessionPolicy(const std::string& document) {
  Issues issues;
  Policy policy;
  policy.name = "session-policy-1";
  policy.document =
      LoadDocument({"session.json", document}, PolicyType::kSession, issues);
  EXPECT_TRUE(issues.ok()) << document;
  return policy;
}

struct Key {
  std::string name;
  std::vector<std::string> values;
  bool is_list = false;
};

// A request that owns its parts.
struct Ask {
  PrincipalForm form = PrincipalForm::kArn;
  std::string principal = kUser;
  std::string action = "s3:GetObject";
  std::string resource = kObject;
  std::string resource_account = "";
  std::string endpoint = "";
  std::vector<Key> context = {};
  std::optional<SessionInfo> session = {};
  std::vector<std::string> session_documents = {};
  bool derive = true;
};

inline Answer Decide(const PolicySet& set, const Ask& ask) {
  std::vector<std::vector<std::string_view>> values;
  std::vector<ContextEntry> context;
  values.reserve(ask.context.size());
  for (const Key& key : ask.context) {
    values.emplace_back(key.values.begin(), key.values.end());
    context.push_back({key.name, values.back(), key.is_list});
  }
  std::vector<Policy> policies;
  for (const std::string& document : ask.session_documents) {
    policies.push_back(SessionPolicy(document));
  }
  Request request;
  request.form = ask.form;
  request.principal = ask.principal;
  request.action = ask.action;
  request.resource = ask.resource;
  request.resource_account = ask.resource_account;
  request.endpoint = ask.endpoint;
  request.context = context;
  request.session = ask.session ? &*ask.session : nullptr;
  request.derive = ask.derive;
  request.now = kNow;
  return Decide(set, request, policies);
}

}  // namespace portcullis::reference

#endif  // PORTCULLIS_TESTS_REFERENCE_WORLD_H_
