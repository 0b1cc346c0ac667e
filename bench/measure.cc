#include "bench/measure.h"

#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace portcullis::bench {
namespace {

// The processor time of this thread: what others on the machine take in
// between is not in it.
double ThreadNanoseconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e9 +
         static_cast<double>(time.tv_nsec);
}

}  // namespace

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

Trial::Trial(const Plan& plan, const std::vector<Contestant>& contestants)
    : plan_(plan), times_(contestants.size()) {
  for (const Contestant& contestant : contestants) {
    names_.push_back(contestant.name);
  }
  const int rounds = plan.repetitions * plan.rounds;
  for (int round = -1; round < rounds; ++round) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      const double begin = ThreadNanoseconds();
      const size_t operations = contestants[i].run();
      const double time = ThreadNanoseconds() - begin;
      if (round < 0) continue;
      times_[i].push_back(time / static_cast<double>(operations));
    }
  }
}

Spread Trial::TimeOf(std::string_view name) const {
  return OverRepetitions(Times(name));
}

Spread Trial::RatioOf(std::string_view a, std::string_view b) const {
  std::vector<double> ratios = Times(a);
  const std::vector<double>& divisors = Times(b);
  for (size_t i = 0; i < ratios.size(); ++i) ratios[i] /= divisors[i];
  return OverRepetitions(ratios);
}

const std::vector<double>& Trial::Times(std::string_view name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end()) std::abort();
  return times_[static_cast<size_t>(found - names_.begin())];
}

Spread Trial::OverRepetitions(const std::vector<double>& rounds) const {
  std::vector<double> medians;
  for (int i = 0; i < plan_.repetitions; ++i) {
    const auto begin = rounds.begin() + i * plan_.rounds;
    medians.push_back(
        SpreadOf(std::vector<double>(begin, begin + plan_.rounds)).median);
  }
  return SpreadOf(std::move(medians));
}

}  // namespace portcullis::bench
