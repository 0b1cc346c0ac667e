// Every key of a hash table is where one probe looks for it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/hash_table.h"
#include "compiler/tables.h"

namespace portcullis {
namespace {

// `keys` hashes of different texts.
std::vector<uint64_t> Hashes(size_t keys) {
  std::vector<uint64_t> hashes;
  for (size_t i = 0; i < keys; ++i) {
    const std::string text =
        "arn:aws:iam::123456789012:user/u" + std::to_string(i);
    hashes.push_back(HashBytes(text.data(), text.size()));
  }
  return hashes;
}

size_t FirstSlotOf(const Placement& placement, uint64_t hash) {
  const uint32_t seed = placement.seeds[SeedOf(hash, placement.seeds.size())];
  return SlotOf(hash, seed, placement.slots);
}

// No slot is used twice, and the last one is not used.
void ExpectDistinct(const Placement& placement) {
  std::vector<uint32_t> used = placement.slot_of;
  std::sort(used.begin(), used.end());
  EXPECT_EQ(std::adjacent_find(used.begin(), used.end()), used.end());
  if (!used.empty()) {
    EXPECT_LT(used.back(), placement.slots - 1);
  }
  EXPECT_EQ(placement.seeds.size(), SeedCount(placement.slots));
}

TEST(PlaceKeysTest, OneProbeFindsEachKey) {
  constexpr size_t kKeys[] = {0, 1, 2, 3, 15, 16, 17, 100, 5000, 60'000};
  for (const size_t keys : kKeys) {
    SCOPED_TRACE(keys);
    const std::vector<uint64_t> hashes = Hashes(keys);
    const Placement placement = PlaceKeys(hashes);
    ASSERT_EQ(placement.slot_of.size(), keys);
    ExpectDistinct(placement);
    for (size_t i = 0; i < keys; ++i) {
      ASSERT_EQ(FirstSlotOf(placement, hashes[i]), placement.slot_of[i]) << i;
    }
  }
}

TEST(PlaceKeysTest, IsDenseAndRepeatable) {
  const std::vector<uint64_t> hashes = Hashes(60'000);
  const Placement placement = PlaceKeys(hashes);
  EXPECT_EQ(placement.slots, hashes.size() + hashes.size() / 16 + 1);
  EXPECT_EQ(PlaceKeys(hashes).seeds, placement.seeds);
}

// What an attacker could make: texts of one hash, and of one seed and tag.
TEST(PlaceKeysTest, KeysThatNoSeedTellsApartFollowOneAnother) {
  std::vector<uint64_t> hashes = Hashes(1000);
  const uint64_t hash = hashes[7];
  for (uint64_t i = 0; i < 500; ++i) hashes.push_back(hash ^ i % 2);
  const Placement placement = PlaceKeys(hashes);
  ExpectDistinct(placement);
  std::vector<uint32_t> run = {placement.slot_of[7]};
  for (size_t i = 1000; i < hashes.size(); ++i) {
    run.push_back(placement.slot_of[i]);
  }
  std::sort(run.begin(), run.end());
  EXPECT_EQ(run.front(), FirstSlotOf(placement, hash));
  EXPECT_EQ(run.back() - run.front() + 1, run.size());
}

// Tags that differ in one bit, and all in the part of one seed.
TEST(PlaceKeysTest, LikeHashes) {
  std::vector<uint64_t> hashes;
  for (int bit = 32; bit < 64; ++bit) hashes.push_back(uint64_t{1} << bit);
  for (uint64_t i = 0; i < 200; ++i) hashes.push_back(i << 32 | 12345);
  const Placement placement = PlaceKeys(hashes);
  ExpectDistinct(placement);
}

TEST(MakeTableTest, EmptyTableHasAnEmptySlot) {
  const auto table = MakeTable(std::vector<std::string_view>{});
  ASSERT_EQ(table.slots.size(), 1u);
  EXPECT_EQ(table.slots[0].index, kNoIndex);
  EXPECT_EQ(table.seeds.size(), 1u);
}

TEST(MakeTableTest, EntitiesHoldTheirRows) {
  std::vector<EntityRecord> entities(2);
  entities[0].rows = {5, 6, 7};
  entities[1].rows = kNoRowTable;
  const auto table =
      MakeTable({{1u << 20, 0}, {uint64_t{7} << 40, 1}}, entities);
  for (const EntitySlotRecord& slot : table.slots) {
    EXPECT_TRUE(slot.rows ==
                (slot.index == 0 ? RowTable{5, 6, 7} : kNoRowTable));
  }
}

// What has the hash of something else is neither taken for it nor lost.
TEST(ByContentTest, ContentsOfOneHash) {
  std::vector<std::string> section;
  ByContent<size_t> places;
  const auto add = [&](const std::string& text, uint64_t hash) {
    return places.FindOrAdd(
        hash, [&](size_t place) { return section[place] == text; },
        [&] {
          section.push_back(text);
          return section.size() - 1;
        });
  };
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(add("a", 7), 0u);
    EXPECT_EQ(add("b", 7), 1u);
    EXPECT_EQ(add("c", 8), 2u);  // where `b` has gone
    EXPECT_EQ(add("d", 7), 3u);
  }
  EXPECT_EQ(section.size(), 4u);
}

}  // namespace
}  // namespace portcullis
