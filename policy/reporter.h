// reporter.h -- Internal: issues about one JSON text, by byte offset, and the
// checks of JSON kinds that every reader of JSON values shares (S-12).
#ifndef PORTCULLIS_POLICY_REPORTER_H_
#define PORTCULLIS_POLICY_REPORTER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/issue.h"
#include "policy/json_reader.h"

namespace portcullis {

// Borrows its arguments. Thread-compatible.
class Reporter {
 public:
  Reporter(const JsonDocument& json, Issues& issues)
      : json_(json), issues_(issues) {}

  const std::string& file() const { return json_.file; }
  Issues& issues() const { return issues_; }
  Position At(uint32_t offset) const { return json_.lines.At(offset); }
  // The bytes that `value` was read from.
  std::string_view SourceOf(const JsonValue& value) const {
    return portcullis::SourceOf(json_, value);
  }

  void Error(uint32_t offset, const char* rule, std::string message,
             std::string hint = "") const;
  void Warning(uint32_t offset, const char* rule, std::string message,
               std::string hint = "") const;

  // True when `value` is of `kind`; else an S-12 error that calls it `name`.
  bool Expect(const JsonValue& value, JsonValue::Kind kind,
              std::string_view name) const;

 private:
  const JsonDocument& json_;
  Issues& issues_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_REPORTER_H_
