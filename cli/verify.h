// verify.h -- holds an image against the reference interpreter.
#ifndef PORTCULLIS_CLI_VERIFY_H_
#define PORTCULLIS_CLI_VERIFY_H_

#include <chrono>
#include <cstddef>
#include <string>

#include "policy/policy_set.h"
#include "runtime/image_view.h"

namespace portcullis::cli {

struct Verification {
  size_t requests = 0;  // compared
  size_t too_long = 0;  // grown beyond a limit of requests, and left out
  size_t allowed = 0;
  size_t explicitly_denied = 0;
  // The first difference: the request as JSON, then both answers; empty: none.
  std::string difference;
};

// Decides requests that are grown from the statements of `set` on the image and
// by the reference, until there were enough, `most_time` has passed or one
// differs: in the decision, the layer that decided, the statements, or in what
// Explain() says. In an image without sources statements have no names to
// compare.
//
// Requires. `image` was compiled from `set`.
// Cost. Thousands of reference decisions, which take seconds in large sets and
// all of `most_time` where patterns are thousands of letters long; one decision
// at least, whatever it takes.
inline constexpr std::chrono::seconds kMostVerifyTime{10};
Verification VerifyImage(const PolicySet& set, const ImageView& image,
                         std::chrono::seconds most_time = kMostVerifyTime);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_VERIFY_H_
