// merge.h -- Internal: use policy_set.h. Unites what several inputs say.
#ifndef PORTCULLIS_POLICY_MERGE_H_
#define PORTCULLIS_POLICY_MERGE_H_

#include "policy/draft.h"
#include "policy/issue.h"

namespace portcullis {

// Drops the later ones of equal definitions. The same ARN, account, unit or
// endpoint with different content is an error that names both places (S-153);
// so are entities whose names differ in case or path alone (S-154). Order of
// tags and attachments is no difference. A definition that differs from the
// first stays, so that its other problems can be found.
void MergeDraft(Draft& draft, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_MERGE_H_
