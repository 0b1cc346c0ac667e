#include "bench/program.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace portcullis::bench {

bool Program::Has(std::string_view flag) const {
  return std::find(arguments_.begin(), arguments_.end(), flag) !=
         arguments_.end();
}

std::string Program::Text(std::string_view flag) const {
  const auto found = std::find(arguments_.begin(), arguments_.end(), flag);
  if (found == arguments_.end() || found + 1 == arguments_.end()) return "";
  return std::string(found[1]);
}

size_t Program::Number(std::string_view flag, size_t otherwise) const {
  const std::string text = Text(flag);
  return text.empty() ? otherwise : std::strtoul(text.c_str(), nullptr, 10);
}

void Program::Figure(const std::string& id, const Spread& spread, Better better,
                     int repetitions) const {
  const double best = better == Better::kLess ? spread.min : spread.max;
  std::printf(json() ? R"({"figure":"%s","value":%.6g,"median":%.6g,)"
                       R"("min":%.6g,"max":%.6g,"repetitions":%d})"
                       "\n"
                     : "%-18s %10.4g  (median %.4g, %.4g to %.4g, %d times)\n",
              id.c_str(), best, spread.median, spread.min, spread.max,
              repetitions);
  std::fflush(stdout);
}

void Program::AddRow(const Row& row, const Spread& spread,
                     int repetitions) const {
  std::printf(
      json() ? R"({"workload":"%s","policies":%zu,"engine":"%s",)"
               R"("metric":"%s","value":%.6g,"min":%.6g,"max":%.6g,)"
               R"("repetitions":%d})"
               "\n"
             : "  %-8s P=%-7zu %-30s %-8s %10.5g  (%.5g to %.5g, %d times)\n",
      row.workload.c_str(), row.policies, row.engine.c_str(),
      row.metric.c_str(), spread.median, spread.min, spread.max, repetitions);
  std::fflush(stdout);
}

void Program::Note(const std::string& text) const {
  std::printf(json() ? "{\"note\":\"%s\"}\n" : "# %s\n", text.c_str());
  std::fflush(stdout);
}

}  // namespace portcullis::bench
