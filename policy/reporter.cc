#include "policy/reporter.h"

#include <utility>

namespace portcullis {

void Reporter::Error(uint32_t offset, const char* rule, std::string message,
                     std::string hint) const {
  issues_.AddError(file(), At(offset), rule, std::move(message),
                   std::move(hint));
}

void Reporter::Warning(uint32_t offset, const char* rule, std::string message,
                       std::string hint) const {
  issues_.AddWarning(file(), At(offset), rule, std::move(message),
                     std::move(hint));
}

bool Reporter::Expect(const JsonValue& value, JsonValue::Kind kind,
                      std::string_view name) const {
  if (value.kind == kind) return true;
  Error(value.begin, "S-12", Quoted(name) + " is " + KindName(value.kind),
        std::string("expected ") + KindName(kind));
  return false;
}

}  // namespace portcullis
