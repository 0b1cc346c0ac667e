// measure.h -- how the benchmarks measure: pinned, warmed up, what is compared
// interleaved round by round, the median of the rounds reported with minimum
// and maximum.
#ifndef PORTCULLIS_BENCH_MEASURE_H_
#define PORTCULLIS_BENCH_MEASURE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::bench {

// Keeps this thread on one CPU; false when the system refuses.
bool PinThread(int cpu);

// Median, minimum and maximum.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};
Spread SpreadOf(std::vector<double> values);

// One of the things that are compared.
struct Contestant {
  std::string name;
  // Does its work once; returns how many operations that were.
  std::function<size_t()> run;
};

// How often to measure: `repetitions`, each of `rounds`. A round runs every
// contestant once, so that all of them meet the same moods of the machine; a
// repetition is the median of its rounds. A first round does not count.
struct Plan {
  int repetitions = 5;
  int rounds = 5;
};

// What was measured: spreads are over the medians of the repetitions.
class Trial {
 public:
  Trial(const Plan& plan, const std::vector<Contestant>& contestants);

  int repetitions() const { return plan_.repetitions; }
  // Nanoseconds of processor time an operation; contestants do not wait for
  // anything, so that on a machine of one's own this is the time it takes.
  Spread TimeOf(std::string_view name) const;
  // Time of `a` / time of `b`, taken round by round.
  Spread RatioOf(std::string_view a, std::string_view b) const;

 private:
  const std::vector<double>& Times(std::string_view name) const;
  Spread OverRepetitions(const std::vector<double>& rounds) const;

  Plan plan_;
  std::vector<std::string> names_;
  std::vector<std::vector<double>> times_;  // by contestant, then round
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_MEASURE_H_
