// session_policies.h -- the inline policies that a session carries: documents
// for the reference, an image of their own for the runtime.
#ifndef PORTCULLIS_CLI_SESSION_POLICIES_H_
#define PORTCULLIS_CLI_SESSION_POLICIES_H_

#include <optional>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "policy/issue.h"
#include "policy/json_reader.h"
#include "policy/policy_set.h"
#include "runtime/image_view.h"

namespace portcullis::cli {

struct SessionPolicies {
  std::vector<Policy> policies;  // named session-policy-N (S-121)
  ImageBytes image;
  std::optional<ImageView> view;  // of `image`
};

// Requests of one session come with the same policies again and again: the last
// ones are kept compiled.
class SessionPolicyCache {
 public:
  // The policies of the array `value`, a part of `json`; null, with `error`,
  // when one of them is not a legal session policy. Lifetime: until the next
  // call. Requires. `value` is an array.
  const SessionPolicies* Get(const JsonDocument& json, const JsonValue& value,
                             std::string& error);

 private:
  std::string source_;  // JSON text of what last_ holds
  std::optional<SessionPolicies> last_;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_SESSION_POLICIES_H_
