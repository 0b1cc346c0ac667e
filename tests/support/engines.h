// engines.h -- every way of deciding a request, asked at once.
#ifndef PORTCULLIS_TESTS_SUPPORT_ENGINES_H_
#define PORTCULLIS_TESTS_SUPPORT_ENGINES_H_

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/image_file.h"
#include "runtime/image_view.h"

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

// A folder of its own, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  std::string Path(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file and returns its path.
  std::string Write(const std::string& name, std::string_view bytes) const;

 private:
  std::string path_;
};

std::string ReadWhole(const std::string& path);

struct EngineAnswer {
  std::string engine;
  Answer answer;
  // False: only the set of matched statements is defined, not their order.
  bool has_statement = true;
};

// One policy set in every engine. Thread-compatible.
class Engines {
 public:
  explicit Engines(PolicySet set);

  // The answers of the reference (first), of the image in memory, of the image
  // mapped from a file, of Explain(), and of an image with the statements of
  // every document in reverse (S-3).
  // Requires. `request` lives on; the reader has read it.
  std::vector<EngineAnswer> Ask(const cli::RequestReader& reader);

  // The answer to a request in JSON; a failure of the test when two engines
  // differ. A request that cannot be read is refused.
  Answer AskAll(std::string_view json);

  const PolicySet& set() const { return set_; }
  const ImageView& image() const { return *memory_; }

 private:
  void Open(const ImageBytes& bytes, std::optional<ImageView>& view);

  PolicySet set_;
  TemporaryFolder folder_;
  ImageBytes bytes_;
  ImageBytes reversed_bytes_;
  std::optional<ImageView> memory_;
  std::optional<ImageView> reversed_;
  std::optional<ImageFile> file_;
  cli::RequestReader reader_;
};

// Do the two say the same, as far as both are defined?
bool SameAnswers(const EngineAnswer& a, const EngineAnswer& b);

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_SUPPORT_ENGINES_H_
