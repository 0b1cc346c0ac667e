#include "bench/measure.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <chrono>

namespace portcullis::bench {

bool PinThread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<size_t>(cpu), &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set) == 0;
}

Spread SpreadOf(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  const double median = values.size() % 2 == 1
                            ? values[middle]
                            : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

std::vector<std::vector<double>> MeasureRounds(
    const std::vector<Contestant>& contestants, int rounds) {
  using Clock = std::chrono::steady_clock;
  std::vector<std::vector<double>> times(contestants.size());
  for (int round = -1; round < rounds; ++round) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      const auto begin = Clock::now();
      const size_t decisions = contestants[i].run();
      const std::chrono::duration<double, std::nano> time =
          Clock::now() - begin;
      if (round < 0) continue;
      times[i].push_back(time.count() / static_cast<double>(decisions));
    }
  }
  return times;
}

Spread RatioSpread(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> ratios;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    ratios.push_back(a[i] / b[i]);
  }
  return SpreadOf(std::move(ratios));
}

}  // namespace portcullis::bench
