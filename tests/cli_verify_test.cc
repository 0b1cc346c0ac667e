// `compile --verify` on what is large: patterns beyond a request, and time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "cli/verify.h"
#include "compiler/compile.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

using ::portcullis::testing::LoadSet;
using ::portcullis::testing::Quotes;
using std::chrono::seconds;
using ::testing::IsEmpty;

std::string SetText(const std::string& action, const std::string& resource) {
  return Quotes(
      "{'principals': [{'arn': 'arn:aws:iam::111122223333:user/ana',"
      " 'policies': [{'name': 'p', 'document': {'Version': '2012-10-17',"
      " 'Statement': [{'Effect': 'Allow', 'Action': '" +
      action + "', 'Resource': '" + resource + "'}]}}]}]}");
}

Verification Verify(const std::string& set_text, seconds most_time) {
  const PolicySet set = LoadSet(set_text);
  const CompiledImage image = Compile(set);
  const ImageView::Opened opened = ImageView::Open(BytesOf(image.bytes));
  EXPECT_TRUE(opened.view) << opened.error.message;
  return VerifyImage(set, *opened.view, most_time);
}

TEST(VerifyImage, RequestsBeyondALimitAreLeftOut) {
  std::string wild = "arn:aws:s3:::";
  for (int i = 0; i < 500'000; ++i) wild += "a?";
  for (const std::string& text :
       {SetText("s3:get", wild),
        SetText("s3:" + std::string(600, 'x'), "arn:aws:s3:::docs/*")}) {
    const Verification result = Verify(text, seconds(1));
    EXPECT_THAT(result.difference, IsEmpty());
    EXPECT_GT(result.too_long, 0u);
  }
}

TEST(VerifyImage, TimeEndsIt) {
  const std::string text = SetText("s3:get", "arn:aws:s3:::docs/*");
  EXPECT_EQ(Verify(text, seconds(0)).requests, 1u);
  EXPECT_GT(Verify(text, kMostVerifyTime).requests, 1u);
}

// The reference compiles a pattern again for every request.
TEST(VerifyImage, LongPatternsTakeNoLonger) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  const Verification result = Verify(
      SetText("s3:get", "arn:aws:s3:::" + std::string(1000, '?')), seconds(2));
  EXPECT_THAT(result.difference, IsEmpty());
  EXPECT_LT(Clock::now() - begin, seconds(10));
}

}  // namespace
}  // namespace portcullis::cli
