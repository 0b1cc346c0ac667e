// What a resource's ARN says of itself: its service, and whose it is (S-177).
#include <gtest/gtest.h>

#include <string>

#include "runtime/caller.h"
#include "runtime/target.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

TargetService ServiceOf(const std::string& arn) {
  Request request;
  request.resource = arn;
  Target target;
  EXPECT_EQ(ParseTarget(request, target), Refusal::kNone) << arn;
  return target.service;
}

TEST(TargetTest, ServicesByTheWholeName) {
  EXPECT_EQ(ServiceOf("arn:aws:s3:::b"), TargetService::kS3);
  EXPECT_EQ(ServiceOf("arn:aws:iam::111122223333:role/r"), TargetService::kIam);
  EXPECT_EQ(ServiceOf("arn:aws:kms:eu-west-1:111122223333:key/k"),
            TargetService::kKms);
  for (const char* name : {"", "s", "3", "s3x", "s3express", "as3", "i", "ia",
                           "iamx", "xiam", "km", "kmsx", "S3", "IAM"}) {
    EXPECT_EQ(ServiceOf("arn:aws:" + std::string(name) + ":::"),
              TargetService::kOther)
        << name;
  }
}

// Every digit of an account's id counts.
TEST(TargetTest, OwnersByTheWholeId) {
  const SmallImage image(LoadSet(SetOfAna(
      DocumentJson(R"({"Effect":"Allow","Action":"*","Resource":"*"})"))));
  const ImageTables& tables = image.view().tables();
  Request request;
  request.principal = kAna;
  Caller caller;
  ASSERT_EQ(ResolveCaller(tables, request, caller), Refusal::kNone);
  const auto owner = [&](const std::string& id) {
    const std::string arn = "arn:aws:sqs:eu-west-1:" + id + ":q";
    request.resource = arn;
    Target target;
    EXPECT_EQ(ParseTarget(request, target), Refusal::kNone);
    FindTarget(tables, request, caller, target);
    EXPECT_EQ(target.owner_account == caller.account,
              target.owner == caller.account_id);
    return std::string(target.owner);
  };
  const std::string own = "111122223333";
  EXPECT_EQ(owner(own), own);
  EXPECT_EQ(owner(""), own);
  EXPECT_EQ(owner("11112222333"), own);  // no id
  for (size_t i = 0; i < own.size(); ++i) {
    std::string other = own;
    other[i] = '9';
    EXPECT_EQ(owner(other), other);
  }
}

}  // namespace
}  // namespace portcullis
