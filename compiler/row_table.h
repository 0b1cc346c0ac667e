// Internal: use compile.h. Where the rows of one rule set are found
// (runtime/image_format.h, RowTable).
#ifndef PORTCULLIS_COMPILER_ROW_TABLE_H_
#define PORTCULLIS_COMPILER_ROW_TABLE_H_

#include <cstdint>
#include <vector>

#include "runtime/image_format.h"

namespace portcullis {

// A row of a rule set, for the actions of one service.
struct ServiceRow {
  uint32_t service;
  uint32_t row;  // its first word
};

// Appends a table of the rows to `slots`. Up to a dozen rows are most often
// each found in the first slot looked at.
//
// Requires. Each service once.
//
// Cost. Linear, times up to 256 seeds for up to 32 rows.
RowTable AddRowTable(const std::vector<ServiceRow>& rows,
                     std::vector<RowSlotRecord>& slots);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_ROW_TABLE_H_
