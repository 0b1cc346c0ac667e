// Requests that no JSON text gives and an embedder can make: both engines say
// the same, and fail closed.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "reference/reference.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

// The decision of both engines.
class Engines {
 public:
  explicit Engines(const std::string& json)
      : set_(LoadSet(json)), image_(set_, {}) {}

  Decision Decide(const Request& request) {
    const Decision decision =
        portcullis::Decide(image_.view(), request, image_.scratch());
    const reference::Answer answer = reference::Decide(set_, request, {});
    EXPECT_EQ(answer.verdict, decision.verdict);
    EXPECT_EQ(answer.refusal, decision.refusal);
    return decision;
  }

 private:
  const PolicySet set_;
  SmallImage image_;
};

Request AskS3(const std::string& resource) {
  Request request;
  request.principal = kAna;
  request.action = "s3:GetObject";
  request.resource = resource;
  request.resource_account = "111122223333";
  return request;
}

// S-32: `?` takes a whole character, whatever stands before it; a value that
// begins within one does not follow it. Resources of all lengths, since those
// far away are searched in another way.
TEST(OddRequestsTest, ValuesThatBeginWithinACharacter) {
  for (const char* const pattern :
       {"*x?*${app:k}", "*x?${app:k}", "*x?${app:k}*", "*x?*?${app:k}"}) {
    Engines engines(SetOfAna(DocumentJson(
        R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/)" +
        std::string(pattern) + R"("})")));
    const std::string_view value = "\xA9";
    const ContextEntry context[] = {{"app:k", {&value, 1}}};
    for (size_t length = 0; length < 100; ++length) {
      const std::string resource =
          "arn:aws:s3:::b/" + std::string(length, 'n') + "x\xC3\xA9";
      Request request = AskS3(resource);
      request.context = context;
      EXPECT_EQ(engines.Decide(request).verdict, Verdict::kImplicitDeny)
          << pattern << " " << length;
    }
  }
}

// S-32: a condition's value may be longer than any resource, which the memory
// for segments of several parts is made for.
TEST(OddRequestsTest, ValuesLongerThanAnyResource) {
  std::string segment;
  std::string match;
  for (int i = 0; i < 40; ++i) {
    segment += "x?";
    match += "xa";
  }
  Engines engines(SetOfAna(DocumentJson(
      R"({"Effect":"Allow","Action":"*","Resource":"*","Condition":)"
      R"({"StringLike":{"app:k":"*)" +
      segment + R"(y*"}}})")));
  const std::string resource = "arn:aws:s3:::b/k";
  const auto ask = [&](const std::string& text) {
    const std::string_view value = text;
    const ContextEntry context[] = {{"app:k", {&value, 1}}};
    Request request = AskS3(resource);
    request.context = context;
    return engines.Decide(request).verdict;
  };
  for (const size_t distance : {kMaxResourceBytes, kMaxResourceBytes + 1}) {
    const std::string before(distance, 'n');
    EXPECT_EQ(ask(before + match + "y"), Verdict::kAllowed);
    EXPECT_EQ(ask(before + match + "z"), Verdict::kImplicitDeny);
  }
}

// S-102: a key without a value names no endpoint, as a list names none.
TEST(OddRequestsTest, EndpointKeyWithoutValue) {
  std::string set = SetOfAna(
      DocumentJson(R"({"Effect":"Allow","Action":"*","Resource":"*"})"));
  set.pop_back();
  Engines engines(set + R"(,"endpoints":[{"id":"vpce-1"}]})");
  const std::string resource = "arn:aws:s3:::b/k";
  Request request = AskS3(resource);
  EXPECT_EQ(engines.Decide(request).verdict, Verdict::kAllowed);
  const ContextEntry context[] = {{"aws:SourceVpce", {}, false}};
  request.context = context;
  EXPECT_EQ(engines.Decide(request).refusal, Refusal::kEndpoint);
}

// S-142, at both ends of what a time can be.
TEST(OddRequestsTest, SessionsOfAllTimes) {
  Engines engines(SetOfAna(
      DocumentJson(R"({"Effect":"Allow","Action":"*","Resource":"*"})")));
  const std::string resource = "arn:aws:s3:::b/k";
  const std::string_view now = "2026-01-01T00:00:00Z";
  const ContextEntry context[] = {{"aws:CurrentTime", {&now, 1}}};
  Request request = AskS3(resource);
  request.context = context;
  SessionInfo session;
  request.session = &session;
  session.expires_at = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(engines.Decide(request).refusal, Refusal::kExpired);
  session.expires_at = -1;
  EXPECT_EQ(engines.Decide(request).refusal, Refusal::kExpired);
  session.expires_at = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(engines.Decide(request).verdict, Verdict::kAllowed);
}

}  // namespace
}  // namespace portcullis
