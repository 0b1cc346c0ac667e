// Internal: use session.h. The operations of the token service. Each asks what
// it needs of the engine and fills call.session(), or leaves a problem.
#ifndef PORTCULLIS_SESSION_OPERATIONS_H_
#define PORTCULLIS_SESSION_OPERATIONS_H_

#include "session/call.h"

namespace portcullis {

// AssumeRole, AssumeRoleWithWebIdentity, AssumeRoleWithSAML.
void AssumeRole(Call& call);
void AssumeRoot(Call& call);
void GetFederationToken(Call& call);
void GetSessionToken(Call& call);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_OPERATIONS_H_
