// What a probe of a hash table takes for a name, and where it goes on. Texts
// whose hashes collide are too rare to wait for, so that slots are written by
// hand.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "runtime/lookup.h"

namespace portcullis {
namespace {

constexpr uint64_t kHash = uint64_t{7} << 32;
constexpr uint32_t kTag = HashTag(kHash);
constexpr SlotRecord kEmpty = {0, kNoIndex};

// The entry that is found from slot 1 on when the text of `real` alone is the
// one sought.
uint32_t Find(const std::vector<SlotRecord>& slots, uint32_t real) {
  return FindIndex(HashTable<SlotRecord>{slots, {}}, Probe{kHash, 1},
                   [real](uint32_t index) { return index == real; });
}

TEST(FindIndexTest, TheTextDecidesAndNotTheTag) {
  const std::vector<SlotRecord> slots = {kEmpty, {kTag, 1}, {kTag, 2}, kEmpty};
  EXPECT_EQ(Find(slots, 1), 1u);
  EXPECT_EQ(Find(slots, 2), 2u);
  EXPECT_EQ(Find(slots, 3), kNoIndex);
}

TEST(FindIndexTest, AnotherTagEndsTheSearch) {
  const std::vector<SlotRecord> slots = {
      {kTag, 4}, {kTag, 1}, {kTag + 1, 2}, {kTag, 3}, kEmpty};
  EXPECT_EQ(Find(slots, 1), 1u);
  EXPECT_EQ(Find(slots, 2), kNoIndex);
  EXPECT_EQ(Find(slots, 3), kNoIndex);
  EXPECT_EQ(Find(slots, 4), kNoIndex);
}

// The tag of an empty slot is one that a hash can have.
TEST(FindIndexTest, AnEmptySlotEndsTheSearch) {
  const std::vector<SlotRecord> slots = {kEmpty, {kTag, kNoIndex}, {kTag, 2}};
  EXPECT_EQ(Find(slots, 2), kNoIndex);
  EXPECT_EQ(Find(slots, kNoIndex), kNoIndex);
}

// The row of a service whose home is slot 1.
uint32_t FindRowFrom1(const std::vector<RowSlotRecord>& slots,
                      uint32_t service) {
  ImageTables tables;
  tables.row_slots = slots;
  return FindRow(tables, service, 1);
}

TEST(FindRowTest, TheServiceDecides) {
  const std::vector<RowSlotRecord> slots = {{5, 70}, {6, 80}, {7, 90}};
  EXPECT_EQ(FindRowFrom1(slots, 6), 80u);
  EXPECT_EQ(FindRowFrom1(slots, 5), kNoIndex);
  EXPECT_EQ(FindRowFrom1(slots, 7), kNoIndex);
  EXPECT_EQ(FindRowFrom1({kNoRowSlot, kNoRowSlot}, 7), kNoIndex);
}

TEST(FindRowTest, GoesOnWhileThereIsMore) {
  const std::vector<RowSlotRecord> slots = {
      kNoRowSlot,
      {6 | kRowSlotMore, 80},
      {kNoService | kRowSlotMore, kNoIndex},
      {8, 90},
      {9, 100}};
  EXPECT_EQ(FindRowFrom1(slots, 6), 80u);
  EXPECT_EQ(FindRowFrom1(slots, 8), 90u);
  EXPECT_EQ(FindRowFrom1(slots, 9), kNoIndex);
}

}  // namespace
}  // namespace portcullis
