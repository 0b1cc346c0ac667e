// Bytes as an account export; see set_check.h (S-151 to S-156).
#include "fuzz/property.h"
#include "fuzz/set_check.h"
#include "policy/input.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = portcullis::fuzz::TextOf(data, size);
  portcullis::Issues issues;
  const auto input = portcullis::ReadInput({"export.json", bytes}, issues);
  if (input && input->kind == portcullis::InputKind::kAccountExport) {
    portcullis::fuzz::CheckSet(bytes);
  }
  return 0;
}
