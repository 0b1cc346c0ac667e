// The verb `check`.
#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/count_text.h"
#include "cli/exit_status.h"
#include "cli/formats.h"
#include "cli/inputs.h"
#include "cli/issue_report.h"
#include "cli/policy_type_flag.h"
#include "cli/verbs.h"
#include "policy/document.h"
#include "policy/input.h"

namespace portcullis::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string type = "identity";
  std::string format = "text";
};

bool IsDocument(const Input& input) {
  return input.kind == InputKind::kPolicyDocument;
}

// Documents are looked at one by one, all other inputs as one policy set.
void Check(const Inputs& inputs, PolicyType type, Issues& issues) {
  std::vector<Input> parsed = ParseInputs(inputs, issues);
  for (const Input& input : parsed) {
    if (IsDocument(input)) DocumentOf(input, type, issues);
  }
  std::erase_if(parsed, IsDocument);
  if (!parsed.empty()) MergeInputs(parsed, issues);
}

std::string Report(const std::string& format, const Issues& issues,
                   size_t files) {
  if (format == "json") return IssuesJson(issues, files);
  return format == "sarif" ? IssuesSarif(issues) : IssuesText(issues);
}

std::string Summary(const Issues& issues, size_t files) {
  return Count(issues.error_count(), "error") + ", " +
         Count(issues.warning_count(), "warning") + " in " +
         Count(files, "file");
}

int Run(const Options& options) {
  const Inputs inputs = ReadInputs(options.inputs);
  const bool unusable = PrintInputErrors(inputs);
  Issues issues;
  Check(inputs, *ParsePolicyType(options.type), issues);
  issues.Sort();
  Print(Report(options.format, issues, inputs.files.size()));
  FlushOutput();
  PrintErrorLine(Summary(issues, inputs.files.size()));
  if (unusable) return kUnusable;
  return issues.ok() ? kDone : kNegative;
}

}  // namespace

Verb AddCheck(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "check", "all problems of policies, with place, rule and fix");
  verb->add_option("INPUT", options->inputs,
                   "account exports, policy set documents, policy documents, "
                   "or folders of them; - is standard input")
      ->required();
  AddPolicyType(*verb, options->type);
  AddFormat(*verb, options->format, {"text", "json", "sarif"});
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
