// parse.h -- stage 2: JSON values -> documents (S-7 to S-26).
#ifndef PORTCULLIS_POLICY_PARSE_H_
#define PORTCULLIS_POLICY_PARSE_H_

#include "policy/document.h"
#include "policy/reporter.h"

namespace portcullis {

// The document that `value` says, read by the grammar of `type`.
//
// Errors. Every place that breaks the grammar gives an issue; with an error
// among them the result must not be used. What needs more than grammar is
// ValidateDocument()'s.
Document ParseDocument(const JsonValue& value, PolicyType type,
                       const Reporter& report);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_PARSE_H_
