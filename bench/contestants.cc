#include "bench/contestants.h"

#include <array>
#include <cstdio>

#include "bench/checked_run.h"
#include "bench/text.h"
#include "reference/reference.h"

namespace portcullis::bench {

Contestant DecideOf(const std::string& name, const RequestList& requests,
                    Engine& engine) {
  return {name, [&requests, &engine] {
            return RunDecider(requests, All(requests), kDecide,
                              [&](const Request& request) {
                                return engine.Decide(request).verdict;
                              });
          }};
}

Contestant BatchOf(const std::string& name, const RequestList& requests,
                   Engine& engine) {
  return {name, [&requests, &engine] {
            return RunBatches(requests, All(requests), kBatch,
                              [&](auto batch, auto decisions) {
                                engine.DecideMany(batch, decisions);
                              });
          }};
}

Contestant CacheOf(const std::string& name, const RequestList& requests,
                   CacheFloor& cache) {
  return {name, [&requests, &cache] {
            return RunCache(requests, All(requests), cache);
          }};
}

void HoldAgainstReference(const Program& program, const Workload& workload,
                          const RequestList& requests, size_t count) {
  if (count == 0) return;
  RunDecider(requests, {0, count}, kReference, [&](const Request& request) {
    return reference::Decide(workload.set, request, {}).verdict;
  });
  program.Note(Cat({workload.name, ": ", std::to_string(count),
                    " answers held against the reference"}));
}

void NoteShares(const Program& program, const Workload& workload,
                const RequestList& requests) {
  const Shares shares = SharesOf(requests);
  std::array<char, 160> text;
  std::snprintf(text.data(), text.size(),
                "%s: %zu requests, %.1f %% allowed, %.1f %% explicitly denied, "
                "%.1f %% implicitly denied",
                workload.name.c_str(), requests.size(), shares.allowed,
                shares.explicit_deny, shares.implicit_deny);
  program.Note(text.data());
}

}  // namespace portcullis::bench
