// engines.h -- policy sets and engines for tests: what goes wrong in them fails
// the test.
#ifndef PORTCULLIS_TESTS_SUPPORT_ENGINES_H_
#define PORTCULLIS_TESTS_SUPPORT_ENGINES_H_

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "policy/policy_set.h"
#include "tests/differential/engine_set.h"

namespace portcullis::cli {

// For failure messages.
void PrintTo(const Answer& answer, std::ostream* out);

}  // namespace portcullis::cli

namespace portcullis::testing {

using cli::Answer;

// The policy set of a JSON text; a failure of the test when it has errors.
PolicySet LoadSet(std::string_view json);

// `text` with every `'` as `"`, for JSON in C++ texts.
std::string Quotes(std::string_view text);

std::string ReadWhole(const std::string& path);

// One policy set in every engine. Thread-compatible.
class Engines {
 public:
  explicit Engines(PolicySet set) : engines_(std::move(set)) {}

  // See EngineSet.
  std::vector<EngineAnswer> Ask(const cli::RequestReader& reader) {
    return engines_.Ask(reader);
  }

  // The answer to a request in JSON; a failure of the test when two engines
  // differ. A request that cannot be read is refused.
  Answer AskAll(std::string_view json);

  const PolicySet& set() const { return engines_.set(); }
  const ImageView& image() const { return engines_.image(); }

 private:
  EngineSet engines_;
  cli::RequestReader reader_;
};

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_SUPPORT_ENGINES_H_
