// program.h -- what every benchmark program shares: its flags and its output.
#ifndef PORTCULLIS_BENCH_PROGRAM_H_
#define PORTCULLIS_BENCH_PROGRAM_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "bench/measure.h"

namespace portcullis::bench {

// Which of the repetitions a figure is: the best.
enum class Better { kLess, kMore };

// One measurement that is no target: a line of the tables in the report.
struct Row {
  std::string workload;
  size_t policies = 0;  // 0: does not apply
  std::string engine;
  std::string metric;  // "ns", "bytes", ...
};

// Flags: --quick (fewer repetitions and rows), --json (JSON Lines, for
// bench/report, instead of text), and those that the program asks for.
class Program {
 public:
  Program(int argc, char** argv) : arguments_(argv + 1, argv + argc) {}

  bool Has(std::string_view flag) const;
  // The number after `flag`, or `otherwise`.
  size_t Number(std::string_view flag, size_t otherwise) const;
  // The text after `flag`, or "".
  std::string Text(std::string_view flag) const;

  bool quick() const { return Has("--quick"); }
  Plan plan() const {
    return quick() ? Plan{.repetitions = 5, .rounds = 3}
                   : Plan{.repetitions = 9, .rounds = 7};
  }

  // A target's figure: the best of the repetitions, with the others' spread.
  void Figure(const std::string& id, const Spread& spread, Better better,
              int repetitions) const;
  void AddRow(const Row& row, const Spread& spread, int repetitions) const;
  // A count: the same in every run.
  void AddRow(const Row& row, double value) const {
    AddRow(row, {value, value, value}, 1);
  }
  // Says what a reader must know of the figures.
  void Note(const std::string& text) const;

 private:
  bool json() const { return Has("--json"); }

  std::vector<std::string_view> arguments_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_PROGRAM_H_
