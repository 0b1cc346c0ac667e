// property.h -- what the fuzz targets share: a property that does not hold
// stops the fuzzer with a message.
#ifndef PORTCULLIS_FUZZ_PROPERTY_H_
#define PORTCULLIS_FUZZ_PROPERTY_H_

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "policy/policy_set.h"
#include "tests/differential/difference.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace portcullis::fuzz {

inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Ends the process, as a finding, when a property does not hold.
inline void Require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "property: %s\n", what.c_str());
  std::abort();
}

// The reference, the image from memory, and Explain(): what a target asks where
// all engines would be too slow.
testing::AskEngines QuickEngines(PolicySet set);

// Ends the process, with the difference made small, when two engines differ on
// a request. A text that cannot be read, and a pattern too large for the
// reference, are no difference.
void RequireAgreement(const testing::MakeEngines& make,
                      const std::string& policy_set,
                      const std::string& request);
// The same for engines that are made already.
void RequireAgreement(const testing::AskEngines& ask,
                      const std::string& policy_set,
                      const std::string& request);

}  // namespace portcullis::fuzz

#endif  // PORTCULLIS_FUZZ_PROPERTY_H_
