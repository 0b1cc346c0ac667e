// Rows are searched 64 entries at a time, denies before allows: an entry is
// found wherever these boundaries fall.
#include <gtest/gtest.h>

#include <string>

#include "tests/small_image.h"

namespace portcullis {
namespace {

// `denies` statements that deny s3:d0, s3:d1, ... and `allows` that allow
// s3:a0, s3:a1, ...
SmallImage RowOf(size_t denies, size_t allows) {
  std::vector<Statement> statements;
  for (size_t i = 0; i < denies + allows; ++i) {
    const bool deny = i < denies;
    const std::string number = std::to_string(deny ? i : i - denies);
    statements.push_back(
        AllowStatement((deny ? "s3:d" : "s3:a") + number, {"*"}));
    if (deny) statements.back().effect = Effect::kDeny;
  }
  return SmallImage(SetOfStatements(std::move(statements)));
}

Verdict Ask(SmallImage& image, const std::string& action) {
  Request request;
  request.principal = kAna;
  request.action = action;
  request.resource = "arn:aws:s3:::b";
  return image.Ask(request).verdict;
}

TEST(DecideRowsTest, EveryEntryAtEveryBoundary) {
  constexpr size_t kCounts[] = {0,  1,  3,  4,  5,   15,  16,
                                17, 63, 64, 65, 127, 128, 129};
  for (const size_t denies : kCounts) {
    for (const size_t allows : kCounts) {
      SCOPED_TRACE(std::to_string(denies) + " denies, " +
                   std::to_string(allows) + " allows");
      SmallImage image = RowOf(denies, allows);
      for (size_t i = 0; i < denies; ++i) {
        ASSERT_EQ(Ask(image, "s3:d" + std::to_string(i)),
                  Verdict::kExplicitDeny);
      }
      for (size_t i = 0; i < allows; ++i) {
        ASSERT_EQ(Ask(image, "s3:a" + std::to_string(i)), Verdict::kAllowed);
      }
      ASSERT_EQ(Ask(image, "s3:c"), Verdict::kImplicitDeny);
    }
  }
}

}  // namespace
}  // namespace portcullis
