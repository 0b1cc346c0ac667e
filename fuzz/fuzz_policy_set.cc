// Bytes as a policy set document; see set_check.h (S-150 to S-161).
#include "fuzz/property.h"
#include "fuzz/set_check.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::fuzz::CheckSet(portcullis::fuzz::TextOf(data, size));
  return 0;
}
