// Internal to this repository; embedders use decide.h. Probes of the image's
// hash tables.
#ifndef PORTCULLIS_RUNTIME_LOOKUP_H_
#define PORTCULLIS_RUNTIME_LOOKUP_H_

#include <cstdint>
#include <string_view>

#include "runtime/image_view.h"
#include "runtime/text.h"

namespace portcullis {

// A hash and its slot in a table.
struct Probe {
  uint64_t hash = 0;
  size_t slot = 0;
};
template <typename Slot>
Probe ProbeFor(const HashTable<Slot>& table, uint64_t hash) {
  const uint32_t seed = table.seeds[SeedOf(hash, table.seeds.size())];
  return {hash, SlotOf(hash, seed, table.slots.size())};
}

// The index that `is(index)` accepts among those of the hash, or kNoIndex.
// Requires a verified table: its last slot is empty.
template <typename Slot, typename Is>
uint32_t FindIndex(const HashTable<Slot>& table, Probe probe, Is is) {
  const uint32_t tag = HashTag(probe.hash);
  for (const Slot* slot = &table.slots[probe.slot];
       slot->tag == tag && slot->index != kNoIndex; ++slot) {
    if (is(slot->index)) return slot->index;
  }
  return kNoIndex;
}
template <typename Is>
uint32_t FindIndex(const HashTable<SlotRecord>& table, uint64_t hash, Is is) {
  return FindIndex(table, ProbeFor(table, hash), is);
}

// ---- hints: they change nothing but what is in the cache -------------------

inline void Prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#endif
}
// Reads a byte. A prefetch may come to nothing; the loads of a loop that does
// nothing else are in flight together, and what they have read is there.
inline void Touch(const void* address) {
  static_cast<void>(*static_cast<const volatile char*>(address));
}
// The cache lines from that of `address` on, whatever lies there.
inline void PrefetchLines(const void* address, size_t lines) {
  const auto first = reinterpret_cast<uintptr_t>(address);
  for (size_t i = 0; i < lines; ++i) {
    Prefetch(reinterpret_cast<const void*>(first + 64 * i));
  }
}
// What FindIndex() will most likely find.
template <typename Slot>
uint32_t GuessIndex(const HashTable<Slot>& table, Probe probe) {
  return table.slots[probe.slot].index;
}

// ---- look-ups --------------------------------------------------------------

inline uint64_t HashText(std::string_view text) {
  return HashBytes(text.data(), text.size());
}

inline uint32_t FindService(const ImageTables& t, std::string_view folded) {
  return FindIndex(t.service_slots, HashText(folded), [&](uint32_t i) {
    return SameText(t.Text(t.services[i].name), folded);
  });
}

inline uint32_t FindEndpoint(const ImageTables& t, std::string_view id) {
  return FindIndex(t.endpoint_slots, HashText(id), [&](uint32_t i) {
    return SameText(t.Text(t.endpoints[i].id), id);
  });
}

inline uint32_t FindManagedPolicy(const ImageTables& t, std::string_view arn) {
  return FindIndex(t.managed_policy_slots, HashText(arn), [&](uint32_t i) {
    return SameText(t.Text(t.managed_policies[i].arn), arn);
  });
}

// The entity of an ARN whose place is known, or null.
inline const EntityRecord* FindEntity(const ImageTables& t,
                                      std::string_view arn, Probe probe) {
  const uint32_t index = FindIndex(t.entity_slots, probe, [&](uint32_t i) {
    return SameText(t.Text(t.entities[i].arn), arn);
  });
  return index == kNoIndex ? nullptr : &t.entities[index];
}
inline const EntityRecord* FindEntity(const ImageTables& t,
                                      std::string_view arn) {
  return FindEntity(t, arn, ProbeFor(t.entity_slots, HashText(arn)));
}

// Where the search for a service's row begins.
// Requires. A table of at least one row.
inline size_t HomeSlot(RowTable table, uint32_t service) {
  return size_t{table.begin} + HomeOf(table, service);
}
// The row of the service whose home slot is given, or kNoIndex.
// Requires verified slots: in the last one there is no more.
inline uint32_t FindRow(const ImageTables& t, uint32_t service, size_t home) {
  for (const RowSlotRecord* slot = &t.row_slots[home];; ++slot) {
    if ((slot->service & ~kRowSlotMore) == service) return slot->row;
    if ((slot->service & kRowSlotMore) == 0) return kNoIndex;
  }
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_LOOKUP_H_
