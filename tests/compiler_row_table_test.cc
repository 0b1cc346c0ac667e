// Every row of a rule set is where a search finds it, and no other row is.
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "compiler/row_table.h"
#include "runtime/lookup.h"

namespace portcullis {
namespace {

// Rows for `count` services, every `step`-th from `first` on.
std::vector<ServiceRow> Rows(uint32_t count, uint32_t first, uint32_t step) {
  std::vector<ServiceRow> rows;
  for (uint32_t i = 0; i < count; ++i) rows.push_back({first + i * step, i});
  return rows;
}

uint32_t Find(const std::vector<RowSlotRecord>& slots, RowTable table,
              uint32_t service) {
  ImageTables tables;
  tables.row_slots = slots;
  return FindRow(tables, service, HomeSlot(table, service));
}

TEST(RowTableTest, FindsItsRowsAndNoOthers) {
  constexpr uint32_t kCounts[] = {1, 2, 3, 10, 20, 32, 33, 400, 5000};
  for (const uint32_t count : kCounts) {
    for (const uint32_t step : {1u, 2u, 1024u}) {
      SCOPED_TRACE(testing::Message() << count << " rows, step " << step);
      std::vector<RowSlotRecord> slots;
      AddRowTable(Rows(3, 0, 1), slots);  // another rule set's, before it
      const RowTable table = AddRowTable(Rows(count, 5, step), slots);
      AddRowTable(Rows(3, 0, 1), slots);
      ASSERT_LE(size_t{table.begin} + table.homes, slots.size());
      EXPECT_EQ(slots.back().service & kRowSlotMore, 0u);
      for (uint32_t i = 0; i < count; ++i) {
        ASSERT_EQ(Find(slots, table, 5 + i * step), i) << i;
      }
      for (uint32_t service = 0; service < 5; ++service) {
        EXPECT_EQ(Find(slots, table, service), kNoIndex);
      }
      EXPECT_EQ(Find(slots, table, 5 + count * step), kNoIndex);
    }
  }
}

TEST(RowTableTest, NoRowsNeedNoSlots) {
  std::vector<RowSlotRecord> slots;
  EXPECT_TRUE(AddRowTable({}, slots) == kNoRowTable);
  EXPECT_TRUE(slots.empty());
}

// Of few rows each is found in the slot that is looked at first.
TEST(RowTableTest, FewRowsDoNotMeet) {
  for (uint32_t count = 1; count <= 10; ++count) {
    std::vector<RowSlotRecord> slots;
    const RowTable table = AddRowTable(Rows(count, 3, 7), slots);
    EXPECT_EQ(slots.size(), table.homes);
    for (const RowSlotRecord& slot : slots) {
      EXPECT_EQ(slot.service & kRowSlotMore, 0u) << count;
    }
  }
}

// More services than there can be homes, which share them.
TEST(RowTableTest, MoreServicesThanHomes) {
  constexpr uint32_t kCount = 70'000;
  std::vector<RowSlotRecord> slots;
  const RowTable table = AddRowTable(Rows(kCount, 0, 1), slots);
  EXPECT_EQ(table.homes, kMaxRowHomes);
  for (uint32_t i = 0; i < kCount; i += 7) {
    ASSERT_EQ(Find(slots, table, i), i);
  }
  EXPECT_EQ(Find(slots, table, kCount), kNoIndex);
}

}  // namespace
}  // namespace portcullis
