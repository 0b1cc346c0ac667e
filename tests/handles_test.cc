// Handles are hints: they change what a decision costs and nothing else.
#include <gtest/gtest.h>

#include <string>

#include "tests/small_image.h"

namespace portcullis {
namespace {

std::string Conditional(const std::string& action) {
  return R"({"Effect":"Allow","Action":")" + action +
         R"(","Resource":"*","Condition":{"StringEquals":)"
         R"({"aws:PrincipalAccount":"111122223333","app:Colour":"red"}}})";
}

class HandlesTest : public ::testing::Test {
 protected:
  HandlesTest()
      : image_(LoadSet(SetOfAna(DocumentJson(
            Conditional("s3:GetObject") + "," + Conditional("s3:Put*") + "," +
            Conditional("ec2:" + std::string(600, 'x')))))) {
    entry_.key = "app:COLOUR";
    entry_.values = {&red_, 1};
    request_.principal = kAna;
    request_.action = "S3:getobject";
    request_.resource = "arn:aws:s3:::b/k";
    request_.context = {&entry_, 1};
  }

  const std::string_view red_ = "red";
  SmallImage image_;
  ContextEntry entry_;
  Request request_;
};

TEST_F(HandlesTest, NamesThatTheImageHolds) {
  const ImageView& view = image_.view();
  EXPECT_NE(view.FindPrincipal(kAna), PrincipalHandle::kNone);
  EXPECT_EQ(view.FindPrincipal("arn:aws:iam::111122223333:user/bob"),
            PrincipalHandle::kNone);
  EXPECT_EQ(view.FindPrincipal(""), PrincipalHandle::kNone);
  EXPECT_NE(view.FindAction("s3:GETOBJECT"), ActionHandle::kNone);
  EXPECT_EQ(view.FindAction("s3:GetObject"), view.FindAction("s3:getobject"));
  EXPECT_EQ(view.FindAction("s3:PutObject"), ActionHandle::kNone);
  EXPECT_EQ(view.FindAction(""), ActionHandle::kNone);
  EXPECT_EQ(view.FindAction("ec2:" + std::string(600, 'x')),
            ActionHandle::kNone);
  EXPECT_NE(view.FindKey("App:Colour"), KeyHandle::kNone);
  EXPECT_NE(view.FindKey("aws:principalaccount"), KeyHandle::kNone);
  EXPECT_EQ(view.FindKey("app:size"), KeyHandle::kNone);
}

// Every handle that the image has, and some that it has not.
TEST_F(HandlesTest, AnyHandleLeavesTheDecision) {
  for (const char* action : {"s3:GetObject", "s3:PutObject", "s3:DeleteObject",
                             "nothing", "s3:", ""}) {
    for (const char* principal :
         {kAna, "arn:aws:iam::111122223333:user/bob", "x"}) {
      request_.action = action;
      request_.principal = principal;
      request_.principal_handle = PrincipalHandle::kNone;
      request_.action_handle = ActionHandle::kNone;
      entry_.handle = KeyHandle::kNone;
      const Decision plain = image_.Ask(request_);
      for (const uint32_t handle :
           {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 8u, 9u, 1000u, 0xFFFFFFFEu}) {
        request_.principal_handle = PrincipalHandle{handle};
        request_.action_handle = ActionHandle{handle};
        entry_.handle = KeyHandle{handle};
        EXPECT_EQ(image_.Ask(request_), plain) << action << " " << handle;
      }
    }
  }
}

// A name longer than a request's may be is refused with a handle too (S-170).
TEST_F(HandlesTest, TooLongAName) {
  const std::string name = "ec2:" + std::string(600, 'x');
  request_.action = name;
  for (uint32_t handle = 0; handle < 20; ++handle) {
    request_.action_handle = ActionHandle{handle};
    EXPECT_EQ(image_.Ask(request_).refusal, Refusal::kAction);
  }
}

// A derived key that comes with another value than the engine's (S-173).
TEST_F(HandlesTest, KeysAreClassifiedByTheirHandles) {
  const std::string_view account = "999999999999";
  entry_.key = "aws:PrincipalAccount";
  entry_.values = {&account, 1};
  EXPECT_EQ(image_.Ask(request_).refusal, Refusal::kDerivedKey);
  entry_.handle = image_.view().FindKey(entry_.key);
  EXPECT_EQ(image_.Ask(request_).refusal, Refusal::kDerivedKey);
}

}  // namespace
}  // namespace portcullis
