// Internal: use decide.h. The request's action as a rank of an image (S-35).
#ifndef PORTCULLIS_RUNTIME_ACTION_H_
#define PORTCULLIS_RUNTIME_ACTION_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/image_view.h"
#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {

class Context;  // runtime/context.h

// Where an action stands in one image.
struct ActionRank {
  std::string_view folded;      // "s3:getobject"
  size_t colon = 0;             // where the service's name ends
  uint32_t rank = 0;            // within the service, at most kMaxRowRank
  uint32_t service = kNoIndex;  // service record; kNoIndex: no statement names
                                // it

  std::string_view service_name() const { return Slice(folded, 0, colon); }
};

// Where a name, in any case, is looked for.
inline Probe ProbeForAction(const ImageTables& tables, std::string_view name) {
  return ProbeFor(tables.action_slots, HashName(name.data(), name.size()));
}
// The action point of a name in any case, or kNoIndex.
inline uint32_t FindActionPoint(const ImageTables& tables,
                                std::string_view name, Probe probe) {
  return FindIndex(tables.action_slots, probe, [&](uint32_t i) {
    return EqualsFolded(name, tables.Text(tables.action_points[i].text));
  });
}

// Fills `action` from a point whose text the action's name folds to; false when
// no action has that name.
inline bool TakePoint(const ImageTables& tables, const ActionPointRecord& point,
                      ActionRank& action) {
  action.folded = tables.Text(point.text);
  action.colon = point.colon;
  action.rank = point.rank;
  action.service = point.service;
  return point.colon != 0;
}

// Fills `action` from the point that `handle` names when `name` is its text, in
// any case; false when it is not, or the point is no action of a service.
bool TakeHandle(const ImageTables& tables, ActionHandle handle,
                std::string_view name, ActionRank& action);

// RankAction() for a name that is none of the points. Apart from its caller, as
// most requests do without it.
[[gnu::noinline]] bool RankOther(const ImageTables& tables,
                                 std::string_view name,
                                 std::span<char, kMaxActionBytes> buffer,
                                 ActionRank& action);

// Fills `action`, whose text may lie in `buffer` then; false when `name`, whose
// probe it is, is not `service:name` of at most kMaxActionBytes (S-170).
// Cost. One hash probe for a name that the image holds, else a binary search.
inline bool RankAction(const ImageTables& tables, std::string_view name,
                       Probe probe, std::span<char, kMaxActionBytes> buffer,
                       ActionRank& action) {
  const uint32_t index = FindActionPoint(tables, name, probe);
  return (index != kNoIndex &&
          TakePoint(tables, tables.action_points[index], action)) ||
         RankOther(tables, name, buffer, action);
}

// True when the statement's Action or NotAction matches (S-31).
bool MatchAction(const ImageTables& tables, const StatementRecord& statement,
                 std::string_view folded, Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_ACTION_H_
