// checked_run.h -- one pass over all requests in which every decision is held
// against the answer that was computed beforehand.
#ifndef PORTCULLIS_BENCH_CHECKED_RUN_H_
#define PORTCULLIS_BENCH_CHECKED_RUN_H_

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string_view>

#include "bench/requests.h"
#include "runtime/scratch.h"

namespace portcullis::bench {

[[noreturn]] inline void FailOnRequest(const RequestList& requests, size_t i,
                                       const char* engine, Verdict got) {
  const std::string_view parts[] = {requests.principal(i), requests.action(i),
                                    requests.resource(i)};
  std::fprintf(stderr, "wrong answer of %s: %s instead of %s for", engine,
               VerdictName(got), VerdictName(requests.expected(i)));
  for (const std::string_view part : parts) {
    std::fprintf(stderr, " %.*s", static_cast<int>(part.size()), part.data());
  }
  std::fprintf(stderr, "\n");
  std::abort();
}

// Holds the answer to request `i` against the one computed beforehand; aborts
// when they differ.
inline void Check(const RequestList& requests, size_t i, const char* engine,
                  Verdict got) {
  if (got != requests.expected(i)) [[unlikely]] {
    FailOnRequest(requests, i, engine, got);
  }
}

// The requests from `begin` to before `end` of a list.
struct Range {
  size_t begin = 0;
  size_t end = 0;
};
inline Range All(const RequestList& requests) { return {0, requests.size()}; }

// Each of these asks for every request of the range, checks every answer, and
// returns the number of decisions.

// An engine that takes a Request and returns a Verdict.
template <typename DecideOne>
size_t RunDecider(const RequestList& requests, Range range, const char* engine,
                  DecideOne decide) {
  RequestSlots<1> slot;
  for (size_t i = range.begin; i < range.end; ++i) {
    requests.Fill(i, slot.requests[0], slot.parts[0]);
    Check(requests, i, engine, decide(slot.requests[0]));
  }
  return range.end - range.begin;
}

// A CacheFloor, which needs no Request.
template <typename Cache>
size_t RunCache(const RequestList& requests, Range range, Cache& cache) {
  for (size_t i = range.begin; i < range.end; ++i) {
    Check(requests, i, "cache floor",
          cache.Decide(requests.principal(i), requests.action(i),
                       requests.resource(i)));
  }
  return range.end - range.begin;
}

// An engine that takes kMaxBatch requests at a time:
// `decide(span<const Request>, span<Decision>)`.
template <typename DecideBatch>
size_t RunBatches(const RequestList& requests, Range range, const char* engine,
                  DecideBatch decide) {
  RequestSlots<kMaxBatch> slots;
  std::array<Decision, kMaxBatch> decisions;
  for (size_t begin = range.begin; begin < range.end; begin += kMaxBatch) {
    const size_t count = std::min(kMaxBatch, range.end - begin);
    for (size_t k = 0; k < count; ++k) {
      requests.Fill(begin + k, slots.requests[k], slots.parts[k]);
    }
    decide(std::span<const Request>(slots.requests.data(), count),
           std::span<Decision>(decisions.data(), count));
    for (size_t k = 0; k < count; ++k) {
      Check(requests, begin + k, engine, decisions[k].verdict);
    }
  }
  return range.end - range.begin;
}

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_CHECKED_RUN_H_
