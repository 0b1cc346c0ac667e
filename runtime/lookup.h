// Internal: use decide.h. Probes of the image's hash tables.
#ifndef PORTCULLIS_RUNTIME_LOOKUP_H_
#define PORTCULLIS_RUNTIME_LOOKUP_H_

#include <span>
#include <string_view>

#include "runtime/image_view.h"

namespace portcullis {

// The index whose text is `key`, or kNoIndex. `text_of(index)` gives the text
// of an index. Requires a verified table: a power of two of slots, one empty.
template <typename TextOf>
uint32_t FindIndex(std::span<const uint32_t> slots, uint64_t hash,
                   std::string_view key, TextOf text_of) {
  const size_t mask = slots.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    const uint32_t index = slots[at];
    if (index == kNoIndex || text_of(index) == key) return index;
  }
}

inline uint64_t HashText(std::string_view text) {
  return HashBytes(text.data(), text.size());
}

inline uint32_t FindService(const ImageTables& t, std::string_view folded) {
  return FindIndex(t.service_slots, HashText(folded), folded,
                   [&t](uint32_t i) { return t.Text(t.services[i].name); });
}

inline uint32_t FindEndpoint(const ImageTables& t, std::string_view id) {
  return FindIndex(t.endpoint_slots, HashText(id), id,
                   [&t](uint32_t i) { return t.Text(t.endpoints[i].id); });
}

inline uint32_t FindManagedPolicy(const ImageTables& t, std::string_view arn) {
  return FindIndex(
      t.managed_policy_slots, HashText(arn), arn,
      [&t](uint32_t i) { return t.Text(t.managed_policies[i].arn); });
}

inline const EntityRecord* FindEntity(const ImageTables& t,
                                      std::string_view text) {
  const size_t mask = t.entity_slots.size() - 1;
  for (size_t at = HashText(text) & mask;; at = (at + 1) & mask) {
    const EntitySlotRecord& slot = t.entity_slots[at];
    if (slot.entity == kNoIndex) return nullptr;
    if (t.Text(slot.text) == text) return &t.entities[slot.entity];
  }
}

// The row of (rule set, service), or kNoIndex.
inline uint32_t FindRow(const ImageTables& t, uint32_t rule_set,
                        uint32_t service) {
  const size_t mask = t.row_slots.size() - 1;
  for (size_t at = HashRow(rule_set, service) & mask;; at = (at + 1) & mask) {
    const RowSlotRecord& slot = t.row_slots[at];
    if (slot.row == kNoIndex) return kNoIndex;
    if (slot.rule_set == rule_set && slot.service == service) return slot.row;
  }
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_LOOKUP_H_
