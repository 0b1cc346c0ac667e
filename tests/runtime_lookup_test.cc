// What a probe of a hash table takes for a name, and where it goes on. Texts
// whose hashes collide are too rare to wait for, so that slots are written by
// hand.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "runtime/lookup.h"

namespace portcullis {
namespace {

constexpr uint64_t kHash = uint64_t{7} << 32 | 0xFFFFFFFF;  // the last slot
constexpr SlotRecord kEmpty = {0, kNoIndex};

// The entry that is found when the text of `real` alone is the one sought.
uint32_t Find(const std::vector<SlotRecord>& slots, uint32_t real) {
  return FindIndex(slots, kHash,
                   [real](uint32_t index) { return index == real; });
}

TEST(FindIndexTest, TheTextDecidesAndNotTheTag) {
  const uint32_t tag = HashTag(kHash);
  const std::vector<SlotRecord> slots = {{tag, 2}, kEmpty, kEmpty, {tag, 1}};
  EXPECT_EQ(Find(slots, 1), 1u);
  EXPECT_EQ(Find(slots, 2), 2u);
  EXPECT_EQ(Find(slots, 3), kNoIndex);
}

TEST(FindIndexTest, GoesOnFromTheLastSlotToTheFirst) {
  const uint32_t tag = HashTag(kHash);
  const std::vector<SlotRecord> slots = {
      {tag + 1, 3}, {tag, 4}, kEmpty, {tag - 1, 2}};
  EXPECT_EQ(Find(slots, 4), 4u);
  EXPECT_EQ(Find(slots, 5), kNoIndex);
}

TEST(FindIndexTest, AnEmptySlotEndsTheSearch) {
  const uint32_t tag = HashTag(kHash);
  const std::vector<SlotRecord> slots = {kEmpty, {tag, 1}, kEmpty, {tag, 2}};
  EXPECT_EQ(Find(slots, 1), kNoIndex);
  EXPECT_EQ(Find(slots, 2), 2u);
}

}  // namespace
}  // namespace portcullis
