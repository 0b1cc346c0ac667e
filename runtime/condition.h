// Internal: use decide.h. Evaluates the pairs of Condition elements (S-60 to
// S-81).
#ifndef PORTCULLIS_RUNTIME_CONDITION_H_
#define PORTCULLIS_RUNTIME_CONDITION_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/context.h"
#include "runtime/image_view.h"

namespace portcullis {

// A pair can hold in a Deny and not in an Allow: a request value that does not
// parse fails closed (S-79).
enum OutcomeBits : uint8_t {
  kHoldsInAllow = 1,
  kHoldsInDeny = 2,
};

// The outcome of one pair, remembered for the request when `tables` is the main
// image's, in the context's work space.
uint8_t EvaluateCondition(const ImageTables& tables, uint32_t condition,
                          Context& context);

// True when all pairs of the statement hold (S-60).
bool ConditionsHold(const ImageTables& tables, const StatementRecord& statement,
                    Context& context);

// The request value of the pair that does not parse as the operator's type, or
// nullopt; for Explain().
std::optional<std::string_view> MalformedValue(const ImageTables& tables,
                                               const ConditionRecord& condition,
                                               Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_CONDITION_H_
