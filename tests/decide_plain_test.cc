// Requests that only the identity layer decides take a way of their own: they,
// and those that differ from them in one thing, are answered as without it.
#include <gtest/gtest.h>

#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/small_image.h"

namespace portcullis {
namespace {

constexpr char kQueue[] = "arn:aws:sqs:eu-west-1:111122223333:q";

// A set of ana, who may do all but delete, and of bea of the same account, with
// more members of the set.
std::string SetJson(const std::string& members, const std::string& of_ana) {
  const std::string document = DocumentJson(
      R"({"Effect":"Allow","Resource":"*",)"
      R"("Action":["sqs:*","s3:*","kms:*","iam:*","sts:*"]},)"
      R"({"Effect":"Deny","Action":"sqs:Delete*","Resource":"*"})");
  const std::string policies =
      R"("policies":[{"name":"p","document":)" + document + "}]";
  return R"({"principals":[{"arn":")" + std::string(kAna) + R"(",)" + of_ana +
         policies + R"(},{"arn":"arn:aws:iam::111122223333:user/bea",)" +
         policies + "}]" + members + "}";
}

class PlainTest : public ::testing::Test {
 protected:
  explicit PlainTest(const std::string& members = "",
                     const std::string& of_ana = "")
      : PlainTest(LoadSet(SetJson(members, of_ana))) {}

  // Is ana marked?
  static bool IsPlain(const SmallImage& image) {
    return (image.view().tables().entities[0].flags & kEntityPlain) != 0;
  }

  explicit PlainTest(const PolicySet& set) : image_(set), other_(set, Off()) {
    EXPECT_FALSE(IsPlain(other_));
  }

  static CompileOptions Off() {
    CompileOptions options;
    options.testing.plain_entities = false;
    return options;
  }

  // The decision on ana's request after `change`, in which both agree.
  Decision Ask(const std::function<void(Request&)>& change) {
    Request request;
    request.principal = kAna;
    request.action = "sqs:SendMessage";
    request.resource = kQueue;
    change(request);
    const Decision decision = image_.Ask(request);
    EXPECT_EQ(decision, other_.Ask(request));
    return decision;
  }
  Verdict AskAbout(const std::string& action, const std::string& resource) {
    return Ask([&](Request& request) {
             request.action = action;
             request.resource = resource;
           })
        .verdict;
  }

  SmallImage image_;
  SmallImage other_;
};

TEST_F(PlainTest, IsDecidedByTheIdentityLayer) {
  EXPECT_TRUE(IsPlain(image_));
  EXPECT_EQ(AskAbout("sqs:SendMessage", kQueue), Verdict::kAllowed);
  EXPECT_EQ(AskAbout("sqs:DeleteQueue", kQueue), Verdict::kExplicitDeny);
  EXPECT_EQ(AskAbout("sqs:SendMessage", "*"), Verdict::kAllowed);
  EXPECT_EQ(AskAbout("s3:GetObject", "arn:aws:s3:::b/k"), Verdict::kAllowed);
  const Decision decision = Ask([](Request&) {});
  EXPECT_EQ(decision.decided_by, Layer::kIdentity);
  EXPECT_NE(decision.statement, kNoStatement);
}

// S-109, S-117, S-110, S-114: what a resource's ARN alone changes.
TEST_F(PlainTest, ResourcesThatAreNot) {
  EXPECT_EQ(AskAbout("sqs:SendMessage", "arn:aws:sqs:eu-west-1:444455556666:q"),
            Verdict::kImplicitDeny);
  for (size_t i = 0; i < 12; ++i) {
    std::string arn = kQueue;
    arn[arn.find("1111") + i] = '9';
    EXPECT_EQ(AskAbout("sqs:SendMessage", arn), Verdict::kImplicitDeny) << arn;
  }
  for (const char* partition : {"aws-cn", "awt", "aw", "", "xaws"}) {
    const std::string arn =
        "arn:" + std::string(partition) + ":sqs:eu-west-1:111122223333:q";
    EXPECT_EQ(AskAbout("sqs:SendMessage", arn), Verdict::kImplicitDeny) << arn;
  }
  EXPECT_EQ(AskAbout("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/k"),
            Verdict::kImplicitDeny);
  EXPECT_EQ(AskAbout("iam:DeletePolicy", "arn:aws:iam::aws:policy/P"),
            Verdict::kImplicitDeny);
  EXPECT_EQ(AskAbout("iam:DeleteRole",
                     "arn:aws:iam::111122223333:role/aws-reserved/r"),
            Verdict::kImplicitDeny);
  EXPECT_EQ(AskAbout("iam:DeleteRole", "arn:aws:iam::111122223333:role/r"),
            Verdict::kAllowed);
  EXPECT_EQ(AskAbout("sts:AssumeRole", "arn:aws:iam::111122223333:role/r"),
            Verdict::kImplicitDeny);
}

// S-112, S-177, S-170, S-106: what the rest of a request changes.
TEST_F(PlainTest, RequestsThatAreNot) {
  EXPECT_EQ(
      Ask([](Request& r) { r.action = "sts:GetCallerIdentity"; }).decided_by,
      Layer::kAlways);
  EXPECT_EQ(
      Ask([](Request& r) { r.resource_account = "444455556666"; }).verdict,
      Verdict::kImplicitDeny);
  SessionInfo session;
  const std::string_view unknown = "arn:aws:iam::aws:policy/Unknown";
  session.policy_arns = {&unknown, 1};
  EXPECT_EQ(Ask([&](Request& r) { r.session = &session; }).refusal,
            Refusal::kSessionPolicy);
  EXPECT_EQ(Ask([](Request& r) { r.resource = "queue"; }).refusal,
            Refusal::kResource);
  EXPECT_EQ(Ask([](Request& r) { r.action = "sqs"; }).refusal,
            Refusal::kAction);
  EXPECT_EQ(Ask([](Request& r) {
              r.principal = "arn:aws:iam::111122223333:root";
            }).decided_by,
            Layer::kRoot);
  EXPECT_EQ(Ask([](Request& r) {
              r.principal = "arn:aws:iam::111122223333:user/dan";
            }).verdict,
            Verdict::kImplicitDeny);
}

// S-171 to S-173: context keys are checked whoever decides.
TEST_F(PlainTest, ContextKeysAreChecked) {
  const std::string_view value = "x";
  const ContextEntry twice[] = {{"app:a", {&value, 1}}, {"APP:A", {&value, 1}}};
  EXPECT_EQ(Ask([&](Request& r) { r.context = twice; }).refusal,
            Refusal::kDuplicateKey);
  const ContextEntry derived[] = {{"aws:PrincipalArn", {&value, 1}}};
  EXPECT_EQ(Ask([&](Request& r) { r.context = derived; }).refusal,
            Refusal::kDerivedKey);
}

// Explain() names the key, whatever others derive from it or it from others.
TEST_F(PlainTest, TheKeyToBlame) {
  const std::string_view value = "x";
  const std::string_view tags[] = {"a", "b"};
  const auto key = [&](const char* name) {
    return ContextEntry{name, {&value, 1}};
  };
  const auto blamed = [&](std::span<const ContextEntry> context) {
    Request request;
    request.principal = kAna;
    request.action = "sqs:SendMessage";
    request.resource = kQueue;
    request.context = context;
    return std::string(image_.Why(request).refused_key);
  };
  const ContextEntry twice[] = {key("app:a"), key("app:b"), key("APP:A")};
  EXPECT_EQ(blamed(twice), "APP:A");
  const ContextEntry derived[] = {key("aws:RequestTag/a"),
                                  {"aws:TagKeys", tags, true},
                                  key("aws:RequestTag/b"),
                                  key("aws:username")};
  EXPECT_EQ(blamed(derived), "aws:username");
  EXPECT_EQ(blamed(std::span(derived).first(3)), "");
  std::vector<std::string> names;
  std::vector<ContextEntry> many;
  for (int i = 0; i < 40; ++i) names.push_back("app:" + std::to_string(i % 39));
  for (const std::string& name : names) many.push_back(key(name.c_str()));
  EXPECT_EQ(blamed(many), "app:0");
}

// What stands beside a principal's policies in the set.
void ExpectNotPlain(const std::string& members, const std::string& of_ana) {
  const SmallImage image(LoadSet(SetJson(members, of_ana)));
  EXPECT_EQ(image.view().tables().entities[0].flags & kEntityPlain, 0u);
}
TEST(PlainEntityTest, NothingStandsBesideThem) {
  const std::string allow =
      DocumentJson(R"({"Effect":"Allow","Action":"*","Resource":"*"})");
  ExpectNotPlain("", R"("boundary":{"name":"b","document":)" + allow + "},");
  ExpectNotPlain(R"(,"resources":[{"arn":"arn:aws:s3:::b"}])", "");
  ExpectNotPlain(R"(,"endpoints":[{"id":"vpce-1"}])", "");
  const auto organization = [&](const std::string& guard) {
    return R"(,"organization":{"id":"o-1","root":{"id":"r-1",)" + guard +
           R"("accounts":["111122223333"]}})";
  };
  const auto deny = [](const std::string& principal) {
    const std::string statement = R"({"Effect":"Deny","Action":"sqs:*",)" +
                                  principal + R"("Resource":"*"})";
    return R"([{"name":"g","document":)" + DocumentJson(statement) + "}],";
  };
  ExpectNotPlain(organization(R"("scps":)" + deny("")), "");
  ExpectNotPlain(organization(R"("rcps":)" + deny(R"("Principal":"*",)")), "");
}

}  // namespace
}  // namespace portcullis
