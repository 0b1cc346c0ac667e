// Internal: use decide.h. Probes of the image's hash tables.
#ifndef PORTCULLIS_RUNTIME_LOOKUP_H_
#define PORTCULLIS_RUNTIME_LOOKUP_H_

#include <span>
#include <string_view>

#include "runtime/image_view.h"
#include "runtime/text.h"

namespace portcullis {

// The index that `is(index)` accepts among those of the hash, or kNoIndex.
// Requires a verified table: one of the slots is empty.
template <typename Is>
uint32_t FindIndex(std::span<const SlotRecord> slots, uint64_t hash, Is is) {
  const uint32_t tag = HashTag(hash);
  size_t at = FirstSlot(hash, slots.size());
  while (slots[at].index != kNoIndex) {
    if (slots[at].tag == tag && is(slots[at].index)) return slots[at].index;
    at = at + 1 == slots.size() ? 0 : at + 1;
  }
  return kNoIndex;
}

// ---- hints: they change nothing but what is in the cache -------------------

inline void Prefetch(const void* address) {
#if defined(__GNUC__)
  __builtin_prefetch(address);
#endif
}
inline void PrefetchSlot(std::span<const SlotRecord> slots, uint64_t hash) {
  Prefetch(&slots[FirstSlot(hash, slots.size())]);
}
// What FindIndex() will most likely find.
inline uint32_t GuessIndex(std::span<const SlotRecord> slots, uint64_t hash) {
  return slots[FirstSlot(hash, slots.size())].index;
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

// The entity of an ARN whose hash is known, or null.
inline const EntityRecord* FindEntity(const ImageTables& t,
                                      std::string_view arn, uint64_t hash) {
  const uint32_t index = FindIndex(t.entity_slots, hash, [&](uint32_t i) {
    return SameText(t.Text(t.entities[i].arn), arn);
  });
  return index == kNoIndex ? nullptr : &t.entities[index];
}
inline const EntityRecord* FindEntity(const ImageTables& t,
                                      std::string_view arn) {
  return FindEntity(t, arn, HashText(arn));
}

// The row of (rule set, service), or kNoIndex.
inline uint32_t FindRow(const ImageTables& t, uint32_t rule_set,
                        uint32_t service) {
  const auto slots = t.row_slots;
  size_t at = FirstSlot(HashRow(rule_set, service), slots.size());
  for (;;) {
    const RowSlotRecord& slot = slots[at];
    if (slot.rule_set == rule_set && slot.service == service) return slot.row;
    if (slot.row == kNoIndex) return kNoIndex;
    at = at + 1 == slots.size() ? 0 : at + 1;
  }
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_LOOKUP_H_
