// set_check.h -- what must hold of any file that may be a policy set.
#ifndef PORTCULLIS_FUZZ_SET_CHECK_H_
#define PORTCULLIS_FUZZ_SET_CHECK_H_

#include <string_view>

namespace portcullis::fuzz {

// Loads `bytes` as an account export or a policy set document. Loading returns,
// with issues that have rules; a set without errors compiles to an image that
// opens and dumps, twice the same; and requests made from its own principals,
// actions and resources are answered alike by QuickEngines().
void CheckSet(std::string_view bytes);

}  // namespace portcullis::fuzz

#endif  // PORTCULLIS_FUZZ_SET_CHECK_H_
