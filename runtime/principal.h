// Internal: use decide.h. Holds Principal elements against the caller (S-96 to
// S-98).
#ifndef PORTCULLIS_RUNTIME_PRINCIPAL_H_
#define PORTCULLIS_RUNTIME_PRINCIPAL_H_

#include <cstdint>

#include "runtime/context.h"
#include "runtime/image_view.h"

namespace portcullis {

// At which levels a statement's Principal names the caller; 0: not at all.
enum GrantLevel : uint8_t {
  kGrantDirect = 1,
  kGrantEntity = 2,
  kGrantAccount = 4,
};

// The grant levels of the statement's Principal or NotPrincipal. A statement of
// a layer without principals names everybody directly.
// Cost. A few binary searches in the statement's entries.
uint8_t GrantLevels(const ImageTables& tables, const StatementRecord& statement,
                    Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_PRINCIPAL_H_
