// Internal: use decide.h. The request's action as a rank of an image (S-35).
#ifndef PORTCULLIS_RUNTIME_ACTION_H_
#define PORTCULLIS_RUNTIME_ACTION_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "runtime/image_view.h"
#include "runtime/text.h"

namespace portcullis {

// Folds `action` into `buffer`. Empty when it is not `service:name` (S-170) or
// longer than the buffer.
std::string_view FoldAction(std::string_view action, std::span<char> buffer);

// Where an action stands in one image.
struct ActionRank {
  std::string_view folded;  // "s3:getobject"
  uint32_t rank = 0;        // 2i+1: action point i; 2i: between i-1 and i
  uint32_t service =
      kNoIndex;  // service record; kNoIndex: no statement names it

  std::string_view service_name() const {
    return Slice(folded, 0, folded.find(':'));
  }
};

// Requires. `folded` came from FoldAction() and is not empty.
// Cost. One hash probe for a name that the image holds, else a binary search.
ActionRank RankAction(const ImageTables& tables, std::string_view folded);

// True when the statement's Action or NotAction matches (S-31).
class Context;
bool MatchAction(const ImageTables& tables, const StatementRecord& statement,
                 std::string_view folded, Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_ACTION_H_
