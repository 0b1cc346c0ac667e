// decide.h -- answers one authorization request from one policy image.
//
// This is the hot path. Everything that can fail, allocate or be slow has
// already happened: the compiler refused bad policies, and ImageView::Open()
// proved every offset in the image. What is left is a walk over constant bytes.
#ifndef PORTCULLIS_RUNTIME_DECIDE_H_
#define PORTCULLIS_RUNTIME_DECIDE_H_

#include <span>

#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/request.h"
#include "runtime/scratch.h"

namespace portcullis {

// Decides `request` under the policies compiled into `image`.
//
// Result. Exactly the decision that docs/semantics.md defines; S-n marks the
// rule. It depends only on the two arguments (and, when the request brings no
// time and a policy asks for it, on one reading of the clock): not on statement
// order, on earlier calls, or on what `scratch` held before.
//
// Errors. None: the function is total. A request that is malformed, expired or
// brings a derivable key with another value is denied with a Refusal.
//
// Requires. `image` came from ImageView::Open(), and scratch.Fits(image).
//
// Lifetime. Borrows all three for the call; keeps nothing. The caller keeps the
// bytes behind `image` alive.
//
// Threads. Any number of threads may call this on one image at once. Each needs
// its own `scratch`; sharing one is a data race.
//
// Cost. Linear in the request's bytes, times the patterns of the selected lists
// that share its prefix, plus the distinct conditions of the candidates; the
// number of policies in the set does not enter. No lock, no heap allocation, no
// system call, no recursion: tests/decide_no_alloc_test.cc and
// tests/runtime_symbols_test.sh hold this.
[[nodiscard]] Decision Decide(const ImageView& image, const Request& request,
                              Scratch& scratch) noexcept;

// Decides many requests; decisions[i] is what Decide() says of requests[i].
// Takes them through each step of a decision together, kMaxBatch at a time, so
// that their cache misses overlap: worth it when the image is larger than the
// cache.
//
// Requires. As many decisions as requests; otherwise as Decide().
void DecideMany(const ImageView& image, std::span<const Request> requests,
                std::span<Decision> decisions, Scratch& scratch) noexcept;

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_DECIDE_H_
