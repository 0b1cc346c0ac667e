// random.h -- reproducible random numbers for workloads: the same seed gives
// the same numbers with every compiler and library.
#ifndef PORTCULLIS_BENCH_RANDOM_H_
#define PORTCULLIS_BENCH_RANDOM_H_

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace portcullis::bench {

// splitmix64. Thread-compatible.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  // 0 to bound-1; 0 for a bound of 0. The bias is below 2^-32.
  size_t Below(size_t bound) {
    return bound == 0 ? 0 : static_cast<size_t>(Next() % bound);
  }
  // low to high, both included.
  size_t Between(size_t low, size_t high) {
    return low + Below(high - low + 1);
  }
  bool Percent(size_t share) { return Below(100) < share; }
  // 0 to 1, 1 excluded.
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

  template <typename List>
  const auto& Pick(const List& list) {
    return list[Below(std::size(list))];
  }

  template <typename T>
  void Shuffle(std::vector<T>& list) {
    for (size_t i = list.size(); i > 1; --i) {
      std::swap(list[i - 1], list[Below(i)]);
    }
  }

 private:
  uint64_t state_;
};

// Draws 0 to count-1, each with the weight 1 / rank^exponent; the ranks are
// dealt at random. An exponent of 0 draws evenly.
// Cost. Eight bytes a value; a binary search a draw.
class Zipf {
 public:
  Zipf(size_t count, double exponent, Random& random) : value_of_rank_(count) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) {
      value_of_rank_[i] = i;
      sum += std::pow(static_cast<double>(i + 1), -exponent);
      cumulated_.push_back(sum);
    }
    random.Shuffle(value_of_rank_);
  }

  size_t Draw(Random& random) const {
    const double at = random.Unit() * cumulated_.back();
    const auto found =
        std::upper_bound(cumulated_.begin(), cumulated_.end(), at);
    const size_t rank = static_cast<size_t>(found - cumulated_.begin());
    return value_of_rank_[std::min(rank, value_of_rank_.size() - 1)];
  }

 private:
  std::vector<size_t> value_of_rank_;
  std::vector<double> cumulated_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_RANDOM_H_
