// checked_run.h -- one pass over all requests in which every decision is held
// against the answer that was computed beforehand.
#ifndef PORTCULLIS_BENCH_CHECKED_RUN_H_
#define PORTCULLIS_BENCH_CHECKED_RUN_H_

#include <cstdio>
#include <cstdlib>

#include "bench/requests.h"

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

// Calls `answer(i)`, which returns a Verdict, once for each request. Aborts on
// a wrong answer. Returns the number of decisions.
template <typename Answer>
size_t RunChecked(const RequestList& requests, const char* engine,
                  Answer answer) {
  for (size_t i = 0; i < requests.size(); ++i) {
    const Verdict verdict = answer(i);
    if (verdict != requests.expected(i)) [[unlikely]] {
      FailOnRequest(requests, i, engine, verdict);
    }
  }
  return requests.size();
}

// The same of an engine that takes a Request: `decide(const Request&)`.
template <typename DecideOne>
size_t RunDecider(const RequestList& requests, const char* engine,
                  DecideOne decide) {
  RequestSlot slot;
  return RunChecked(requests, engine,
                    [&](size_t i) { return decide(requests.Fill(i, slot)); });
}

// The same of a CacheFloor, which needs no Request.
template <typename Cache>
size_t RunCache(const RequestList& requests, Cache& cache) {
  return RunChecked(requests, "cache floor", [&](size_t i) {
    return cache.Decide(requests.principal(i), requests.action(i),
                        requests.resource(i));
  });
}

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_CHECKED_RUN_H_
