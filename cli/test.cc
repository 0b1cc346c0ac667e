// The verb `test`.
#include <CLI/App.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/case_file.h"
#include "cli/case_report.h"
#include "cli/case_runner.h"
#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/formats.h"
#include "cli/image_input.h"
#include "cli/inputs.h"
#include "cli/verbs.h"

namespace portcullis::cli {
namespace {

struct Options {
  std::vector<std::string> files;
  std::vector<std::string> policies;
  std::string image;
  std::string engine;  // empty: not given
  std::string format = "text";

  // An image alone has nothing that the reference could judge by.
  std::string Engine() const {
    if (!engine.empty()) return engine;
    return !image.empty() && policies.empty() ? "compiled" : "both";
  }
};

// What cases without a policy set of their own are asked of.
struct Shared {
  OpenedImage image;
  std::optional<CaseEngines> engines;
  int status = kDone;
};

void LoadShared(const Options& options, Shared& shared) {
  std::optional<PolicySet> set;
  if (!options.policies.empty()) {
    LoadedSet loaded = LoadInputs(options.policies);
    shared.status = loaded.status;
    if (!loaded.set) return;
    set = std::move(loaded.set);
  }
  if (!options.image.empty()) {
    shared.image = OpenImage(options.image);
    shared.status = shared.image.status;
    if (!shared.image.file) return;
    shared.engines.emplace(shared.image.file->view(), std::move(set));
  } else if (set) {
    shared.engines.emplace(*std::move(set));
  }
}

void RunFiles(const Inputs& inputs, const CaseRunOptions& options,
              CaseReport& report) {
  CaseRunner runner(
      options, [&report](const CaseResult& result) { report.Add(result); });
  for (const InputFile& file : inputs.files) {
    ForEachCase(file.name, file.bytes,
                [&runner](const Case& one) { runner.Run(one); });
  }
}

int Run(const Options& options) {
  Shared shared;
  LoadShared(options, shared);
  if (shared.status != kDone) return shared.status;
  const Inputs inputs =
      ReadInputs(options.files, {".json", ".jsonl", ".ndjson"});
  const bool unusable = PrintInputErrors(inputs);
  const std::string engine = options.Engine();
  const std::unique_ptr<CaseReport> report =
      MakeCaseReport(options.format, Print);
  RunFiles(inputs,
           {engine != "reference", engine != "compiled",
            shared.engines ? &*shared.engines : nullptr},
           *report);
  report->Finish();
  FlushOutput();
  if (options.format != "text") PrintErrorLine(report->Summary());
  if (unusable) return kUnusable;
  if (report->passed() + report->failed() == 0) {
    PrintMessage(
        "no case asks anything; a run that tests nothing is a failure");
    return kNegative;
  }
  return report->failed() == 0 ? kDone : kNegative;
}

}  // namespace

Verb AddTest(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("test", "policy unit tests: JSON or JSON Lines cases");
  verb->add_option("FILE", options->files,
                   "case files, or folders of them; - is standard input")
      ->required();
  verb->add_option("--policies", options->policies,
                   "policies of cases that bring none; may be repeated")
      ->allow_extra_args(false);
  verb->add_option("--image", options->image,
                   "image for cases that bring no policies");
  verb->add_option("--engine", options->engine,
                   "default: both, but compiled for an image alone")
      ->check(CLI::IsMember({"compiled", "reference", "both"}));
  AddFormat(*verb, options->format, {"text", "jsonl", "junit"});
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
