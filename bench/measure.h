// measure.h -- how the benchmarks measure: pinned, warmed up, what is compared
// interleaved round by round, the median of the rounds reported with minimum
// and maximum.
#ifndef PORTCULLIS_BENCH_MEASURE_H_
#define PORTCULLIS_BENCH_MEASURE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace portcullis::bench {

// Keeps this thread on one CPU; false when the system refuses.
bool PinThread(int cpu);

// Median, minimum and maximum of the rounds.
struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};
Spread SpreadOf(std::vector<double> values);

// One of the things that are compared.
struct Contestant {
  std::string name;
  // Does the work once over all requests; returns how many decisions.
  std::function<size_t()> run;
};

// Nanoseconds a decision of each contestant in each round: one round runs every
// contestant once, so that all of them meet the same moods of the machine. The
// first round warms up and does not count.
std::vector<std::vector<double>> MeasureRounds(
    const std::vector<Contestant>& contestants, int rounds);

// The spread of the ratios a/b of each round.
Spread RatioSpread(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_MEASURE_H_
