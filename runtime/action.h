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

// Folds `action` into `buffer`; empty when it is longer than the buffer.
// `buffer` has room for eight bytes.
std::string_view FoldAction(std::string_view action, std::span<char> buffer);

// Where an action stands in one image.
struct ActionRank {
  std::string_view folded;      // "s3:getobject"
  size_t colon = 0;             // where the service's name ends
  uint32_t rank = 0;            // within the service, at most kMaxRowRank
  uint32_t service = kNoIndex;  // service record; kNoIndex: no statement names
                                // it

  std::string_view service_name() const { return Slice(folded, 0, colon); }
};

// Where a name that FoldAction() made is looked for.
inline Probe ProbeForAction(const ImageTables& tables,
                            std::string_view folded) {
  return ProbeFor(tables.action_slots, HashText(folded));
}
// The action point of a name, or kNoIndex.
uint32_t FindActionPoint(const ImageTables& tables, std::string_view folded,
                         Probe probe);

// Fills `action` from the point that `handle` names when `name` is its text, in
// any case; false when it is not, or the point is no action of a service.
bool TakeHandle(const ImageTables& tables, ActionHandle handle,
                std::string_view name, ActionRank& action);

// Fills `action`; false when `folded`, whose probe it is, is not `service:name`
// (S-170).
// Cost. One hash probe for a name that the image holds, else a binary search.
bool RankAction(const ImageTables& tables, std::string_view folded, Probe probe,
                ActionRank& action);

// True when the statement's Action or NotAction matches (S-31).
class Context;
bool MatchAction(const ImageTables& tables, const StatementRecord& statement,
                 std::string_view folded, Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_ACTION_H_
