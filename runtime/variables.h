// Internal: use explain.h. The variables that patterns and conditions hold.
#ifndef PORTCULLIS_RUNTIME_VARIABLES_H_
#define PORTCULLIS_RUNTIME_VARIABLES_H_

#include <cstdint>
#include <vector>

#include "runtime/image_view.h"

namespace portcullis {

// The keys of all variables, each once, in the order in which they first stand.
// Cost. Linear in the tokens, times the keys.
std::vector<uint32_t> VariablesOf(const ImageTables& tables,
                                  const PatternRecord& pattern);
std::vector<uint32_t> VariablesOf(const ImageTables& tables,
                                  const ConditionRecord& condition);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_VARIABLES_H_
