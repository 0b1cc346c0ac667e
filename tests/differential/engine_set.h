// engine_set.h -- every way of deciding a request, asked at once. Knows no test
// framework: tests, fuzz targets and the shrinker use it alike.
#ifndef PORTCULLIS_TESTS_DIFFERENTIAL_ENGINE_SET_H_
#define PORTCULLIS_TESTS_DIFFERENTIAL_ENGINE_SET_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/image_file.h"
#include "runtime/image_view.h"

namespace portcullis::testing {

struct EngineAnswer {
  std::string engine;
  cli::Answer answer;
  // False: only the set of matched statements is defined, not their order.
  bool has_statement = true;
};

// Do the two say the same, as far as both are defined?
bool SameAnswers(const EngineAnswer& a, const EngineAnswer& b);

// The first of `answers` that differs from the reference's, the first of them;
// null when all agree.
const EngineAnswer* FirstDifference(const std::vector<EngineAnswer>& answers);

// A folder of its own in the system's one for temporary files, removed at the
// end. Throws std::runtime_error when there is none to be had.
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

// The set as its normalised statements say it; every statement keeps the name
// that it has in reports.
PolicySet NormalisedSet(PolicySet set);

// One policy set in every engine. Thread-compatible.
class EngineSet {
 public:
  // Throws std::logic_error when an image of the compiler does not open.
  explicit EngineSet(PolicySet set);
  EngineSet(const EngineSet&) = delete;
  EngineSet& operator=(const EngineSet&) = delete;
  ~EngineSet();

  // The answers of the reference, first, and of all other engines; the table of
  // docs/testing.md has them.
  // Requires. `reader` has read a request, and lives on.
  std::vector<EngineAnswer> Ask(const cli::RequestReader& reader);

  const PolicySet& set() const { return set_; }
  const ImageView& image() const;

 private:
  class Image;
  class CInterface;

  void AddImage(const std::string& engine, const PolicySet& set,
                const CompileOptions& options);
  void AddVariants();
  void AddAddresses();

  const PolicySet set_;
  const PolicySet normalised_;
  TemporaryFolder folder_;
  std::optional<ImageFile> file_;
  // The first is the image from memory.
  std::vector<std::unique_ptr<Image>> images_;
  std::unique_ptr<CInterface> c_interface_;
};

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_DIFFERENTIAL_ENGINE_SET_H_
