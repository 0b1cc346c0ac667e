// resolve.h -- Internal: use policy_set.h. Turns references into indices.
#ifndef PORTCULLIS_POLICY_RESOLVE_H_
#define PORTCULLIS_POLICY_RESOLVE_H_

#include "policy/draft.h"
#include "policy/issue.h"

namespace portcullis {

// The policy set of a merged draft. A reference to something that no input
// holds is an error (S-150), as is a second trust policy of a role (S-157).
// References go to the first definition of an ARN.
PolicySet ResolveDraft(Draft draft, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_RESOLVE_H_
