// compile_bench.cc -- from JSON bytes to image bytes, beside what nlohmann/json
// needs to parse the same bytes (T9), and the image's size (T10).
// usage: compile_bench [--quick] [--json]
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/measure.h"
#include "bench/program.h"
#include "bench/workload.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"

namespace portcullis::bench {
namespace {

// Both return the bytes they read, so that times are nanoseconds a byte.
size_t CompileBytes(const std::string& json) {
  const CompiledImage image = Compile(LoadSet("bench", json));
  if (image.stats.image_bytes == 0) std::abort();
  return json.size();
}

size_t ParseBytes(const std::string& json) {
  if (!nlohmann::json::parse(json).is_object()) std::abort();
  return json.size();
}

std::vector<Contestant> Contestants(const std::string& json) {
  return {{"compile", [&json] { return CompileBytes(json); }},
          {"parse", [&json] { return ParseBytes(json); }}};
}

// The form that a memory budget asks for.
CompileOptions SmallForm() {
  CompileOptions options;
  options.trie_budget = 0;
  options.row_budget = 0;
  return options;
}

void AddSizes(const Program& program, const std::string& json,
              size_t policies) {
  const PolicySet set = LoadSet("bench", json);
  const double json_bytes = static_cast<double>(json.size());
  const auto add = [&](const std::string& form, const CompileOptions& options) {
    const CompiledImage image = Compile(set, options);
    const double bytes = static_cast<double>(image.stats.image_bytes);
    program.AddRow({"org", policies, "image, " + form + " form", "bytes"},
                   bytes);
    const double ratio = bytes / json_bytes;
    program.Figure("T10/" + form, {ratio, ratio, ratio}, Better::kLess, 1);
  };
  program.AddRow({"org", policies, "JSON, minified", "bytes"}, json_bytes);
  add("fast", {});
  add("small", SmallForm());
}

void AddTimes(const Program& program, const Trial& trial, size_t policies,
              size_t json_bytes) {
  const auto add = [&](const char* contestant, const char* engine) {
    const Spread time = trial.TimeOf(contestant);  // nanoseconds a byte
    const double scale = static_cast<double>(json_bytes) * 1e-9;
    program.AddRow({"org", policies, engine, "s"},
                   {time.median * scale, time.min * scale, time.max * scale},
                   trial.repetitions());
  };
  add("compile", "compile");
  add("parse", "nlohmann/json parse");
}

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  PinThread(0);
  const std::string medium = MakeOrgJson({.policies = 10'000});
  AddSizes(program, medium, 10'000);
  const Trial ten({.repetitions = 5, .rounds = program.quick() ? 1 : 3},
                  Contestants(medium));
  AddTimes(program, ten, 10'000, medium.size());
  const Spread at_ten = ten.RatioOf("compile", "parse");
  program.Figure("T9", at_ten, Better::kLess, ten.repetitions());

  const std::string large = MakeOrgJson({.policies = 100'000});
  const int repetitions = program.quick() ? 2 : 5;
  const Trial hundred({.repetitions = repetitions, .rounds = 1},
                      Contestants(large));
  AddTimes(program, hundred, 100'000, large.size());
  // Of medians: the best of two repetitions by the best of five would say more
  // about the numbers of repetitions than about growth.
  const double growth =
      hundred.RatioOf("compile", "parse").median / at_ten.median;
  program.Figure("T9/growth", {growth, growth, growth}, Better::kLess,
                 repetitions);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
