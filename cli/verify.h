// verify.h -- holds an image against the reference interpreter.
#ifndef PORTCULLIS_CLI_VERIFY_H_
#define PORTCULLIS_CLI_VERIFY_H_

#include <cstddef>
#include <string>

#include "policy/policy_set.h"
#include "runtime/image_view.h"

namespace portcullis::cli {

struct Verification {
  size_t requests = 0;  // compared
  size_t allowed = 0;
  size_t explicitly_denied = 0;
  // The first difference: the request as JSON, then both answers; empty: none.
  std::string difference;
};

// Decides requests that are grown from the statements of `set` on the image and
// by the reference, until there were enough or one differs: in the decision,
// the layer that decided, the statements, or in what Explain() says. In an
// image without sources statements have no names to compare.
//
// Requires. `image` was compiled from `set`.
// Cost. Thousands of reference decisions; seconds for large sets.
Verification VerifyImage(const PolicySet& set, const ImageView& image);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_VERIFY_H_
