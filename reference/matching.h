// matching.h -- does a statement match a request (S-30 to S-81)? Internal: use
// reference.h.
#ifndef PORTCULLIS_REFERENCE_MATCHING_H_
#define PORTCULLIS_REFERENCE_MATCHING_H_

#include "policy/document.h"
#include "reference/context.h"
#include "runtime/request.h"

namespace portcullis::reference {

// The action, resource and condition parts; the principal part is LevelOf().
bool Matches(const Document& document, const Statement& statement,
             const Request& request, const Context& context);

// One pair of a Condition element. `effect` is its statement's, which decides
// what a value that cannot be read means (S-79); `variables` tells whether its
// document has any (S-50).
bool Holds(const Condition& pair, Effect effect, bool variables,
           const Context& context);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_MATCHING_H_
