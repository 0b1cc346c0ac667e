// account_export.h -- Internal: use policy_set.h. Reads what `aws iam
// get-account-authorization-details` prints.
#ifndef PORTCULLIS_POLICY_ACCOUNT_EXPORT_H_
#define PORTCULLIS_POLICY_ACCOUNT_EXPORT_H_

#include <string_view>

#include "policy/draft.h"
#include "policy/reporter.h"

namespace portcullis {

// True when the object has a list that only account exports have.
bool LooksLikeAccountExport(const JsonValue& root);

// Adds the users, groups, roles and managed policies of an export to `draft`.
//
// Managed policies count by their default version (S-151), documents may be
// encoded (S-152), a bare object stands for a list of one (S-156). Members that
// are not known are ignored with a warning (S-155).
//
// `account`, when not empty, is the account that all users, groups, roles and
// managed policies but those of AWS must belong to.
void ReadAccountExport(const JsonValue& root, std::string_view account,
                       const Reporter& report, Draft& draft);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_ACCOUNT_EXPORT_H_
