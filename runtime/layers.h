// Internal: use decide.h. The rule sets of each layer for one request.
#ifndef PORTCULLIS_RUNTIME_LAYERS_H_
#define PORTCULLIS_RUNTIME_LAYERS_H_

#include <cstdint>
#include <span>

#include "runtime/action.h"
#include "runtime/condition.h"
#include "runtime/context.h"
#include "runtime/decision.h"
#include "runtime/formula.h"
#include "runtime/image_view.h"
#include "runtime/pattern.h"

namespace portcullis {

// Which rule sets take part, by layer. Indices are of the main image but for
// the session layer's own image.
struct LayerSets {
  std::span<const LevelRecord> scps;  // empty: the layer is absent
  std::span<const LevelRecord> rcps;
  uint32_t endpoint = kNoIndex;
  uint32_t resource = kNoIndex;
  uint32_t identity = kNoIndex;
  uint32_t boundary = kNoIndex;
  bool session = false;                            // session policies take part
  const ImageTables* session_tables = nullptr;     // inline ones, or null
  std::span<const std::string_view> session_arns;  // managed ones
};

// Result. kSessionPolicy for a session policy ARN that the image does not hold,
// kEndpoint for a list of endpoints.
Refusal FindLayerSets(Context& context, const ActionRank& action,
                      const Situation& situation, LayerSets& sets);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_LAYERS_H_
