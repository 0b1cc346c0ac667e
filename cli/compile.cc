// The verb `compile`.
#include "compiler/compile.h"

#include <CLI/App.hpp>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/atomic_file.h"
#include "cli/byte_size.h"
#include "cli/console.h"
#include "cli/count_text.h"
#include "cli/exit_status.h"
#include "cli/image_input.h"
#include "cli/inputs.h"
#include "cli/verbs.h"
#include "cli/verify.h"

namespace portcullis::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::vector<std::string> inputs;
  std::string output;
  std::optional<std::string> memory_budget;
  bool strip = false;
  bool verify = false;
};

std::string Seconds(Clock::time_point since) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.2f s",
                std::chrono::duration<double>(Clock::now() - since).count());
  return text;
}

// Names the stages on one line of a terminal that is erased at the end.
class Progress {
 public:
  ~Progress() {
    if (shown_) std::fputs("\r\033[K", stderr);
  }

  void Show(std::string_view stage) {
    if (!ErrorIsTerminal()) return;
    shown_ = true;
    std::fprintf(stderr, "\r\033[K%.*s...", static_cast<int>(stage.size()),
                 stage.data());
    std::fflush(stderr);
  }

 private:
  bool shown_ = false;
};

CompiledImage CompileWithProgress(const PolicySet& set,
                                  const CompileOptions& options) {
  Progress progress;
  return Compile(set, options,
                 [&progress](std::string_view stage) { progress.Show(stage); });
}

void PrintStats(const CompileStats& stats, Clock::time_point begin) {
  PrintErrorLine(Count(stats.policies, "policy", "policies") + ", " +
                 Count(stats.statements, "statement") + ", " +
                 Count(stats.principals, "principal"));
  PrintErrorLine(Count(stats.patterns, "pattern") + ", " +
                 Count(stats.conditions, "condition") + ", " +
                 Count(stats.rule_sets, "rule set") + ", " +
                 Count(stats.rows, "row") + ", " + Count(stats.tries, "trie"));
  const char* used_up = ": the memory budget is used up";
  if (stats.lists_without_trie > 0) {
    PrintErrorLine(Count(stats.lists_without_trie, "pattern list") +
                   " without a trie" + used_up);
  }
  if (stats.sets_without_rows > 0) {
    PrintErrorLine(Count(stats.sets_without_rows, "rule set") +
                   " without rows" + used_up);
  }
  PrintErrorLine(Count(stats.image_bytes, "byte") + ", " + Seconds(begin));
}

// The image as a reader of the file will see it.
bool VerifyWritten(const PolicySet& set, const std::string& path) {
  const Clock::time_point begin = Clock::now();
  const OpenedImage opened = OpenImage(path);
  if (!opened.file) return false;
  const Verification result = VerifyImage(set, opened.file->view());
  if (!result.difference.empty()) {
    PrintMessage("the image and the reference differ\n" + result.difference);
    return false;
  }
  PrintErrorLine("verified: " + Count(result.requests, "request") + ", " +
                 std::to_string(result.allowed) + " allowed, " +
                 std::to_string(result.explicitly_denied) +
                 " explicitly denied; no difference, " + Seconds(begin));
  if (result.too_long > 0) {
    PrintErrorLine("not verified: " + Count(result.too_long, "request") +
                   " beyond a limit of requests");
  }
  return true;
}

int WriteImage(const Options& options, const PolicySet& set,
               const CompiledImage& image) {
  AtomicFile file(options.output);
  const auto failed = [&file] {
    PrintMessage(file.error());
    return kUnusable;
  };
  if (!file.Write(BytesOf(image.bytes))) return failed();
  if (options.verify && !VerifyWritten(set, file.temporary_path())) {
    return kNegative;
  }
  return file.Commit() ? kDone : failed();
}

std::optional<CompileOptions> CompilerOptions(const Options& options) {
  CompileOptions result;
  result.strip_sources = options.strip;
  if (!options.memory_budget) return result;
  const std::optional<size_t> bytes = ParseByteSize(*options.memory_budget);
  if (!bytes) return std::nullopt;
  result.trie_budget = *bytes;
  result.row_budget = *bytes;
  return result;
}

int Run(const Options& options) {
  const Clock::time_point begin = Clock::now();
  const std::optional<CompileOptions> how = CompilerOptions(options);
  if (!how) {
    PrintMessage("--memory-budget: expected e.g. 4096, 64K, 256M or 1G");
    return kUnusable;
  }
  const Inputs inputs = ReadInputs(options.inputs);
  if (IsInput(inputs, options.output)) {
    PrintMessage(Quoted(options.output) +
                 " is one of the inputs; write the image to another file");
    return kUnusable;
  }
  const LoadedSet loaded = LoadInputs(inputs);
  if (!loaded.set) return loaded.status;
  const CompiledImage image = CompileWithProgress(*loaded.set, *how);
  PrintStats(image.stats, begin);
  return WriteImage(options, *loaded.set, image);
}

}  // namespace

Verb AddCompile(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb =
      app.add_subcommand("compile", "writes policies as one image");
  verb->add_option("INPUT", options->inputs,
                   "account exports, policy set documents, or folders of them; "
                   "- is standard input")
      ->required();
  verb->add_option("-o,--output", options->output, "image file to write")
      ->required();
  verb->add_flag("--verify", options->verify,
                 "hold the image against the reference, for some ten seconds "
                 "at most, before it is there");
  verb->add_flag("--strip", options->strip,
                 "leave out places, policy names and Sids");
  verb->add_option("--memory-budget", options->memory_budget,
                   "bytes of pattern tries, and of rows, e.g. 64M; beyond, "
                   "patterns or policies are tried one by one");
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
