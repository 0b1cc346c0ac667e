// Internal: use decide.h. Holds Principal elements against the caller (S-96 to
// S-98).
#ifndef PORTCULLIS_RUNTIME_PRINCIPAL_H_
#define PORTCULLIS_RUNTIME_PRINCIPAL_H_

#include <cstdint>

#include "runtime/context.h"
#include "runtime/image_view.h"

namespace portcullis {

// At which level a statement's Principal names the caller, strongest first.
enum GrantLevel : uint8_t {
  kGrantDirect = 1,
  kGrantEntity = 2,
  kGrantAccount = 4,
};

// The strongest level at which the statement's Principal or NotPrincipal names
// the caller; 0: not at all. A statement of a layer without principals names
// everybody directly.
// Cost. A few binary searches in the statement's entries.
uint8_t GrantLevelOf(const ImageTables& tables,
                     const StatementRecord& statement, Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_PRINCIPAL_H_
