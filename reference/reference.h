// reference.h -- decides a request straight from the documents, by the rules of
// docs/semantics.md: slow, short, and meant to be held against that page. It
// judges the compiled path and shares nothing with it but the AST, the typed
// values of policy/ and the request and decision types
// (docs/decisions/0002-what-the-reference-shares.md).
#ifndef PORTCULLIS_REFERENCE_REFERENCE_H_
#define PORTCULLIS_REFERENCE_REFERENCE_H_

#include <span>
#include <string>
#include <vector>

#include "policy/policy_set.h"
#include "runtime/decision.h"
#include "runtime/request.h"

namespace portcullis::reference {

struct Answer {
  Verdict verdict = Verdict::kImplicitDeny;
  Layer decided_by = Layer::kNone;
  Refusal refusal = Refusal::kNone;
  std::string statement;             // "Policy#Sid" that decided, or empty
  std::vector<std::string> matched;  // S-120: sorted, without duplicates
};

// Decides `request` under `set` (S-1 to S-121, S-170 to S-178).
//
// `session_policies` are the inline session policies that the request carries;
// request.session->policy_arns are looked up in `set`.
//
// Errors. Throws std::runtime_error where RE2 cannot hold a pattern: a judge
// may stop, but never guess. A request that is malformed is denied with a
// Refusal.
//
// Requires. `set` came from LoadPolicySet() without errors.
//
// Lifetime. Borrows its arguments for the call; the answer's texts are its own.
//
// Threads. Thread-safe.
//
// Cost. Linear in everything; a tool for tests, not for serving.
Answer Decide(const PolicySet& set, const Request& request,
              std::span<const Policy> session_policies);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_REFERENCE_H_
