// Internal: use compile.h. Hash tables of the image, in which every key is
// found by one probe (runtime/image_format.h, SlotOf).
#ifndef PORTCULLIS_COMPILER_HASH_TABLE_H_
#define PORTCULLIS_COMPILER_HASH_TABLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/image_format.h"

namespace portcullis {

// Where the keys of some hashes go.
struct Placement {
  std::vector<uint32_t> slot_of;  // parallel to the hashes
  std::vector<uint32_t> seeds;
  size_t slots = 0;
};

// Chooses seeds so that no two keys meet; the same hashes get the same seeds.
// Cost. Expected linear.
Placement PlaceKeys(const std::vector<uint64_t>& hashes);

// The sections of one table; the empty one has its empty last slot.
template <typename Slot>
struct HashTableDraft {
  std::vector<Slot> slots;
  std::vector<uint32_t> seeds;
};

// A hash and what it leads to.
struct HashedIndex {
  uint64_t hash = 0;
  uint32_t index = 0;
};
HashTableDraft<SlotRecord> MakeTable(const std::vector<HashedIndex>& entries);
// Text i leads to i.
HashTableDraft<SlotRecord> MakeTable(
    const std::vector<std::string_view>& texts);
HashTableDraft<EntitySlotRecord> MakeTable(
    const std::vector<HashedIndex>& entries,
    const std::vector<EntityRecord>& entities);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_HASH_TABLE_H_
