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

TEST(FindRowTest, BothPartsOfTheKeyCount) {
  const std::vector<RowSlotRecord> slots = {
      {5, 6, 70}, {5, 7, 80}, {kNoIndex, kNoIndex, kNoIndex}};
  ImageTables tables;
  tables.row_slots.slots = slots;
  const auto find = [&](uint32_t rule_set, uint32_t service) {
    return FindRow(tables, rule_set, service,
                   Probe{HashRow(rule_set, service), 0});
  };
  EXPECT_EQ(find(5, 6), 70u);
  EXPECT_EQ(find(5, 7), kNoIndex);
  EXPECT_EQ(find(4, 6), kNoIndex);
}

// With the upper half of the hash that the first slot's key has, the search
// goes on to the next slot.
TEST(FindRowTest, GoesOnBehindAKeyOfTheSameTag) {
  const std::vector<RowSlotRecord> slots = {
      {5, 6, 70}, {8, 9, 80}, {kNoIndex, kNoIndex, kNoIndex}};
  ImageTables tables;
  tables.row_slots.slots = slots;
  EXPECT_EQ(FindRow(tables, 8, 9, Probe{HashRow(5, 6), 0}), 80u);
}

}  // namespace
}  // namespace portcullis
