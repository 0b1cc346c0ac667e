// validate.h -- stage 4: what is wrong with documents and policy sets though
// their grammar holds.
#ifndef PORTCULLIS_POLICY_VALIDATE_H_
#define PORTCULLIS_POLICY_VALIDATE_H_

#include "policy/document.h"
#include "policy/issue.h"
#include "policy/policy_set.h"

namespace portcullis {

// One document: constants of conditions (S-27, S-73, S-77, S-78), resource
// patterns (S-29, S-41, S-43, S-44), placeholders (S-33), variables (S-52,
// S-54), NotPrincipal (S-22), principals of endpoint policies (S-102).
void ValidateDocument(const Document& document, Issues& issues);

// What only the whole set shows: canonical users that no account has (S-96),
// control policies of accounts outside the organisation (S-94), more
// attachments than AWS's quotas allow (S-6).
void ValidatePolicySet(const PolicySet& set, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_VALIDATE_H_
