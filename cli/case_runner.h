// case_runner.h -- runs cases on the engines and judges their answers.
#ifndef PORTCULLIS_CLI_CASE_RUNNER_H_
#define PORTCULLIS_CLI_CASE_RUNNER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/answer.h"
#include "cli/case_assume.h"
#include "cli/case_file.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"

namespace portcullis::cli {

// One line of a run's report: a request and engine, or a case that could not be
// loaded or was expected to be refused.
struct CaseResult {
  std::string case_name;
  std::string request;   // empty: about the case as a whole
  std::string engine;    // "compiled", "reference" or empty
  std::string decision;  // empty when there is an error
  std::string expected;  // empty: nothing was
  bool pass = false;
  std::string error;   // why there is no decision
  std::string detail;  // the whole answer, when it is wrong or nothing was
                       // expected
};

// A policy set ready to be asked.
class CaseEngines {
 public:
  // Compiles the set.
  explicit CaseEngines(PolicySet set);
  // `image` decides and `set`, when given, judges. Borrows `image`.
  CaseEngines(const ImageView& image, std::optional<PolicySet> set);

  const PolicySet* set() const { return set_ ? &*set_ : nullptr; }
  const ImageView& image() const { return *view_; }
  Scratch& scratch() { return *scratch_; }

 private:
  std::optional<PolicySet> set_;
  ImageBytes bytes_;
  std::optional<ImageView> view_;
  std::unique_ptr<Scratch> scratch_;
};

struct CaseRunOptions {
  bool compiled = true;
  bool reference = true;
  CaseEngines* shared = nullptr;  // for cases without a policy set
};

// Threads. Thread-compatible.
class CaseRunner {
 public:
  using Report = std::function<void(const CaseResult&)>;

  CaseRunner(const CaseRunOptions& options, Report report)
      : options_(options), report_(std::move(report)) {}

  // Reports one line a request and engine. With both engines a request also
  // fails where they differ in decision, layer, statement or matched
  // statements. Sessions are issued by the image alone, whatever the engines.
  void Run(const Case& one);

 private:
  struct EngineAnswer;

  void RunExpectError(const Case& one);
  void RunRequests(const Case& one, CaseEngines& engines);
  void RunRequest(const Case& one, const CaseRequest& request,
                  CaseEngines& engines);
  void RunAssume(const Case& one, const CaseRequest& request,
                 CaseEngines& engines);
  void RunThen(const Case& one, const CaseRequest& request,
               const std::string& name, const AssumeOutcome& issued,
               CaseEngines& engines);
  // Asks what `reader_` has read.
  void AskAndReport(const Case& one, const CaseRequest& request,
                    const std::string& name, bool readable,
                    CaseEngines& engines);
  std::vector<EngineAnswer> Ask(bool readable, CaseEngines& engines);
  EngineAnswer AskCompiled(CaseEngines& engines);
  EngineAnswer AskJudge(CaseEngines& engines);
  void ReportError(const Case& one, const std::string& request,
                   const std::string& error);

  const CaseRunOptions options_;
  const Report report_;
  RequestReader reader_;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CASE_RUNNER_H_
