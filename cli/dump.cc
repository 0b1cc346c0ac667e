// The verb `dump`.
#include <CLI/App.hpp>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/formats.h"
#include "cli/image_input.h"
#include "cli/inputs.h"
#include "cli/policy_type_flag.h"
#include "cli/verbs.h"
#include "compiler/compile.h"
#include "policy/input.h"
#include "policy/print.h"
#include "runtime/image_dump.h"

namespace portcullis::cli {
namespace {

struct Options {
  std::vector<std::string> inputs;
  std::string stage;  // empty: not given
  std::string type = "identity";
};

bool IsImage(const InputFile& file) {
  uint64_t magic = 0;
  if (file.bytes.size() < sizeof(magic)) return false;
  std::memcpy(&magic, file.bytes.data(), sizeof(magic));
  return magic == kImageMagic;
}

int DumpImageFile(const Options& options, const std::string& path) {
  if (options.inputs.size() > 1) {
    PrintMessage("an image is dumped alone");
    return kUnusable;
  }
  if (!options.stage.empty() && options.stage != "image") {
    PrintMessage("an image has no stage but `image`");
    return kUnusable;
  }
  const OpenedImage opened = OpenImage(path);
  if (!opened.file) return opened.status;
  Print(DumpImage(opened.file->view()));
  return kDone;
}

// A bare policy document as the only policy of a set, which nothing attaches.
PolicySet SetOfDocument(const std::string& file, Document document) {
  PolicySet set;
  set.policies.push_back(
      {std::filesystem::path(file).stem().string(), "", std::move(document)});
  return set;
}

// Several inputs merge; one may also be a bare policy document.
PolicySet LoadAny(const Options& options, const Inputs& inputs,
                  Issues& issues) {
  const std::vector<Input> read = ParseInputs(inputs, issues);
  if (read.size() == 1 && read[0].kind == InputKind::kPolicyDocument) {
    return SetOfDocument(
        inputs.files[0].name,
        DocumentOf(read[0], *ParsePolicyType(options.type), issues));
  }
  return MergeInputs(read, issues);
}

std::string DumpDocuments(const PolicySet& set) {
  std::string text;
  for (const Policy& policy : set.policies) {
    text += "policy " + Quoted(policy.name) + "\n";
    text += DumpDocument(policy.document);
  }
  return text;
}

std::string DumpConditions(const ImageView& image) {
  std::string text;
  for (uint32_t i = 0; i < image.tables().conditions.size(); ++i) {
    text += "condition " + std::to_string(i) + ": " + ConditionText(image, i) +
            "\n";
  }
  return text;
}

std::string Dump(const PolicySet& set, const std::string& stage) {
  if (stage.empty() || stage == "ast") return DumpDocuments(set);
  if (stage != "image" && stage != "conditions") return DumpStage(set, stage);
  const CompiledImage compiled = Compile(set);
  const ImageView::Opened opened = ImageView::Open(BytesOf(compiled.bytes));
  if (!opened.view) throw std::logic_error(opened.error.message);
  return stage == "image" ? DumpImage(*opened.view)
                          : DumpConditions(*opened.view);
}

int Run(const Options& options) {
  const Inputs inputs = ReadInputs(options.inputs);
  if (PrintInputErrors(inputs)) return kUnusable;
  for (const InputFile& file : inputs.files) {
    if (IsImage(file)) return DumpImageFile(options, file.name);
  }
  Issues issues;
  const PolicySet set = LoadAny(options, inputs, issues);
  PrintIssues(issues);
  if (!issues.ok()) return kNegative;
  Print(Dump(set, options.stage));
  return kDone;
}

}  // namespace

Verb AddDump(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "dump", "any stage of policies, or an image, as stable text");
  verb->add_option("FILE", options->inputs,
                   "image, or account exports, policy set documents or a "
                   "policy document")
      ->required();
  verb->add_option("--stage", options->stage,
                   "default: image for an image, else ast")
      ->check(CLI::IsMember({"ast", "statements", "patterns", "conditions",
                             "automaton", "image"}));
  AddPolicyType(*verb, options->type);
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
