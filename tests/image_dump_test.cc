// runtime/image_dump.h: an image as text.
#include "runtime/image_dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/small_image.h"

namespace portcullis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A set of all kinds of things; `services` is the organisation's rcpServices.
std::string SetJson(const std::string& services) {
  return R"({"organization":{"id":"o-1",)" + services +
         R"("root":{"id":"r-1","accounts":["111122223333"],
             "scps":[{"name":"all","document":{"Version":"2012-10-17",
               "Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}}]}},
          "policies":[{"arn":"arn:aws:iam::aws:policy/Read","document":{
            "Version":"2012-10-17","Statement":{"Effect":"Allow",
            "Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}}],
          "principals":[{"arn":"arn:aws:iam::111122223333:role/web",
            "id":"AROA1","tags":{"team":"red"},"maxSessionDuration":7200,
            "policies":["arn:aws:iam::aws:policy/Read",
              {"name":"p","document":{"Version":"2012-10-17","Statement":{
              "Effect":"Deny","Action":"s3:Put*","Resource":"*","Condition":{
              "NumericLessThan":{"app:Level":"7"},
              "DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00.5Z"},
              "IpAddress":{"aws:SourceIp":["10.0.0.0/8","2001:db8::/32"]}}}}}]}],
          "resources":[{"arn":"arn:aws:s3:::b","account":"111122223333",
            "tags":{"class":"open"}}],
          "endpoints":[{"id":"vpce-1"}]})";
}

std::string Dumped(const std::string& json) {
  return DumpImage(SmallImage(LoadSet(json)).view());
}

TEST(ImageDumpTest, ShowsWhatAnImageHolds) {
  const std::string dump = Dumped(SetJson(""));
  EXPECT_THAT(dump, StartsWith("image version " +
                               std::to_string(kImageVersion) + ", "));
  for (const char* line :
       {"organization o-1\n", "RCPs reach every service\n",
        "statement 1 all#1: allow action{*} resource{*}\n",
        "if NumericLessThan app:level {7}",
        "if DateLessThan aws:currenttime {2026-01-01T00:00:00.5Z}",
        "if IpAddress aws:sourceip {10.0.0.0/8, 2001:db8:0:0:0:0:0:0/32}",
        "managed policy arn:aws:iam::aws:policy/Read: policy 0\n",
        "service 0 s3\n", "aws:currenttime: derived\n", "app:level\n",
        "action s3:getobject: service 0, rank 1\n",
        "entity 0 arn:aws:iam::111122223333:role/web: ",
        ", id AROA1, sessions of 7200 s, one row, tags {team=red}\n",
        "account 111122223333: path o-1/r-1/ scp r-1=",
        "resource arn:aws:s3:::b: account 111122223333, tags {class=open}\n",
        "endpoint vpce-1: policy -\n"}) {
    EXPECT_THAT(dump, HasSubstr(line));
  }
}

// Two sets that are decided differently are not dumped alike.
TEST(ImageDumpTest, RcpServices) {
  const std::string some = Dumped(SetJson(R"("rcpServices":["s3","kms"],)"));
  EXPECT_THAT(some, HasSubstr("service 0 kms: RCPs reach it\n"));
  EXPECT_THAT(some, HasSubstr("service 1 s3: RCPs reach it\n"));
  const std::string none = Dumped(SetJson(R"("rcpServices":[],)"));
  EXPECT_THAT(none, Not(HasSubstr("RCPs")));
}

TEST(ImageDumpTest, Tries) {
  std::string resources = R"("arn:aws:s3:::b/x?y*z","arn:aws:s3:::b/é")";
  for (int i = 0; i < 40; ++i) {
    resources += R"(,"arn:aws:s3:::b/k)" + std::to_string(i) + "\"";
  }
  const std::string dump = Dumped(SetOfAna(
      DocumentJson(R"({"Effect":"Allow","Action":"s3:Get","Resource":[)" +
                   resources + "]}")));
  EXPECT_THAT(dump, HasSubstr("trie 0: 1 targets\n  node 0:"));
  EXPECT_THAT(dump, HasSubstr(" `k` "));
  EXPECT_THAT(dump, HasSubstr(" \\xC3 "));
  EXPECT_THAT(dump, HasSubstr(": loops on every byte"));
  EXPECT_THAT(dump, HasSubstr(": loops inside a character"));
  EXPECT_THAT(dump, HasSubstr(" => 0 + 1"));
}

// The prose beside the format is of the format's version and sizes.
TEST(ImageFormatTest, DocumentIsUpToDate) {
  std::ifstream file(PORTCULLIS_SOURCE_DIR "/docs/image_format.md");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  for (const std::string& said :
       {"Version " + std::to_string(kImageVersion) + ".",
        "then " + std::to_string(kSectionCount) + " sections",
        "64 + 16 a section = " + std::to_string(sizeof(ImageHeader))}) {
    EXPECT_THAT(text, HasSubstr(said));
  }
}

}  // namespace
}  // namespace portcullis
