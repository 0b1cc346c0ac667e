// Rows are searched 32 entries at a time, denies before allows: an entry is
// found wherever these boundaries fall.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <string>
#include <vector>

#include "runtime/row.h"
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
  constexpr size_t kCounts[] = {0,  1,  3,  4,  5,  15, 16,
                                31, 32, 33, 63, 64, 65, 129};
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

// S-35: a name that no policy has stands between those that some have, also
// where the first eight bytes of many are the same.
TEST(DecideRowsTest, NamesBetweenThePatterns) {
  std::vector<Statement> statements;
  for (const char* action :
       {"s3:describec*", "s3:describecats", "s3:describeg*", "s3:a*", "s3:z",
        "s3:describe", "s3:describex", "s3:describ*x"}) {
    statements.push_back(AllowStatement(action, {"*"}));
  }
  SmallImage image(SetOfStatements(std::move(statements)));
  const auto allows = [&](const std::string& name) {
    return Ask(image, "s3:" + name) == Verdict::kAllowed;
  };
  for (const char* name :
       {"DescribeC", "describecat", "describecatt", "describeczz", "describegg",
        "a", "abc", "describe", "z", "describex", "describyx", "describezzx"}) {
    EXPECT_TRUE(allows(name)) << name;
  }
  for (const char* name : {"describeb", "described", "describef", "describeh",
                           "descri", "describes", "b", "y", "zz", "0"}) {
    EXPECT_FALSE(allows(name)) << name;
  }
}

// The bits of the entries whose interval holds `rank`, one by one.
struct Interval {
  uint32_t low = 0x7FFF;  // none
  uint32_t high = 0;
};
uint64_t BitsOf(const std::vector<Interval>& intervals, uint32_t rank) {
  uint64_t bits = 0;
  for (size_t i = 0; i < intervals.size(); ++i) {
    if (intervals[i].low <= rank && rank <= intervals[i].high) {
      bits |= uint64_t{1} << (i / 4 * 8 + i % 4);
    }
  }
  return bits;
}

// As groups, with what may be read behind them.
std::vector<uint64_t> GroupsOf(const std::vector<Interval>& intervals) {
  const size_t words = (intervals.size() + 3) / 4 * 4;
  std::vector<uint64_t> groups(words + kBehindRows / sizeof(uint64_t));
  for (size_t i = 0; i < words; ++i) {
    const Interval interval = i < intervals.size() ? intervals[i] : Interval{};
    groups[i / 4 * 4] |= uint64_t{interval.low} << (i % 4 * 16);
    groups[i / 4 * 4 + 1] |= uint64_t{interval.high} << (i % 4 * 16);
  }
  return groups;
}

// Ranks at the ends of intervals and of what 15 bits hold, in every lane.
TEST(FindEntriesTest, BothFormsFindWhatOneByOneFinds) {
  const uint32_t kRanks[] = {0, 1, 2, 254, 255, 256, 0x7FFE, 0x7FFF};
  for (size_t count = 1; count <= kRowStep; ++count) {
    std::vector<Interval> intervals;
    for (size_t i = 0; i < count; ++i) {
      const uint32_t a = kRanks[i % 8];
      const uint32_t b = kRanks[(i * 3 + count) % 8];
      intervals.push_back({std::min(a, b), std::max(a, b)});
    }
    const std::vector<uint64_t> groups = GroupsOf(intervals);
    const size_t used = (count + 3) / 4;
    for (const uint32_t rank : kRanks) {
      const uint64_t expected = BitsOf(intervals, rank);
      const uint64_t all = BitsOfFirst(count);
      EXPECT_EQ(FindEntries(groups.data(), used, rank) & all, expected)
          << count << " " << rank;
      EXPECT_EQ(PortableFindEntries(groups.data(), used, rank) & all, expected)
          << count << " " << rank;
    }
  }
}

TEST(FindEntriesTest, BitsAndEntries) {
  uint64_t bits = 0;
  for (size_t i = 0; i < kRowStep; ++i) {
    const uint64_t bit = BitsOfFirst(i + 1) & ~BitsOfFirst(i);
    const auto place =
        static_cast<size_t>(std::countr_zero(bit & 0x0F0F0F0F0F0F0F0F));
    EXPECT_EQ(EntryOfBit(place), i);
    bits |= uint64_t{1} << place;
  }
  EXPECT_EQ(bits, 0x0F0F0F0F0F0F0F0Fu);
}

}  // namespace
}  // namespace portcullis
