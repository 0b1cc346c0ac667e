// cache_floor.h -- a yardstick: a perfect decision cache. A hash map from the
// whole request to its decision, the key written into one string for each
// look-up, as a gateway's cache does. It knows no conditions and no reloads.
#ifndef PORTCULLIS_BENCH_CACHE_FLOOR_H_
#define PORTCULLIS_BENCH_CACHE_FLOOR_H_

#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "bench/random.h"
#include "bench/requests.h"

namespace portcullis::bench {

// Threads. Thread-compatible: the key is built in a member.
class CacheFloor {
 public:
  // Holds every request of `requests`. Keys are inserted in an order that has
  // nothing to do with the order of asking: their bytes would otherwise lie
  // beside each other and the cache would look faster than one is.
  CacheFloor(const RequestList& requests, uint64_t seed) {
    std::vector<size_t> order(requests.size());
    std::iota(order.begin(), order.end(), size_t{0});
    Random random(seed);
    random.Shuffle(order);
    map_.reserve(requests.size());
    for (const size_t i : order) {
      BuildKey(requests.principal(i), requests.action(i), requests.resource(i));
      map_.emplace(key_, requests.expected(i));
    }
  }

  size_t size() const { return map_.size(); }

  Verdict Decide(std::string_view principal, std::string_view action,
                 std::string_view resource) {
    BuildKey(principal, action, resource);
    const auto found = map_.find(key_);
    return found == map_.end() ? Verdict::kImplicitDeny : found->second;
  }

 private:
  void BuildKey(std::string_view principal, std::string_view action,
                std::string_view resource) {
    key_.clear();  // keeps its memory
    key_.append(principal).append(1, '\0');
    key_.append(action).append(1, '\0').append(resource);
  }

  absl::flat_hash_map<std::string, Verdict> map_;
  std::string key_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_CACHE_FLOOR_H_
