#include <string>

#include "gtest/gtest.h"
#include "policy/issue.h"

namespace portcullis {
namespace {

TEST(FormatIssueTest, ErrorWithHint) {
  EXPECT_EQ(FormatIssue({Severity::kError,
                         "policy.json",
                         {12, 9},
                         "S-7",
                         "unknown element `Efect`",
                         "did you mean `Effect`?"}),
            "policy.json:12:9: error[S-7]: unknown element `Efect`; did you "
            "mean `Effect`?");
}

TEST(FormatIssueTest, WarningWithoutHint) {
  EXPECT_EQ(FormatIssue({Severity::kWarning, "-", {1, 2}, "S-9", "found", ""}),
            "-:1:2: warning[S-9]: found");
}

TEST(FormatIssueTest, WholeFile) {
  EXPECT_EQ(FormatIssue({Severity::kError, "a", {}, "S-160", "found", "x"}),
            "a: error[S-160]: found; x");
}

TEST(QuotedTest, EscapesControlCharacters) {
  EXPECT_EQ(Quoted("a\n\t\r\x01\x7f"), "`a\\n\\t\\r\\x01\\x7f`");
}

TEST(EscapedTest, IsQuotedWithoutQuotesAndLimit) {
  EXPECT_EQ(Escaped("a\x1b[1m`\\"), "a\\x1b[1m`\\");
  EXPECT_EQ(Escaped(std::string(200, 'a')), std::string(200, 'a'));
}

TEST(QuotedTest, CutsLongTextBetweenCharacters) {
  EXPECT_EQ(Quoted(std::string(120, 'a')), "`" + std::string(120, 'a') + "`");
  EXPECT_EQ(Quoted(std::string(121, 'a')),
            "`" + std::string(120, 'a') + "...`");
  const std::string two_bytes = "\xc3\xa4";
  EXPECT_EQ(Quoted(std::string(119, 'a') + two_bytes),
            "`" + std::string(119, 'a') + "...`");
}

TEST(IssuesTest, CountsAndSorts) {
  Issues issues;
  EXPECT_TRUE(issues.ok());
  issues.AddWarning("b", {1, 1}, "S-1", "1");
  issues.AddError("a", {2, 1}, "S-2", "2");
  issues.AddError("a", {1, 9}, "S-3", "3");
  issues.AddError("a", {1, 9}, "S-2", "4");
  issues.AddError("a", {1, 9}, "S-2", "5");
  EXPECT_FALSE(issues.ok());
  EXPECT_EQ(issues.error_count(), 4u);
  EXPECT_EQ(issues.warning_count(), 1u);
  issues.Sort();
  std::string order;
  for (const Issue& issue : issues.all()) order += issue.message;
  EXPECT_EQ(order, "45321");
}

}  // namespace
}  // namespace portcullis
