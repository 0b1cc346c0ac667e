// decide_bench.cc -- a decision beside a look-up in a perfect cache, on
// workload `org`: nanoseconds of both, interleaved in one process. With --loop
// only decisions run, in CountedPass(), for a profiler to count:
//   valgrind --tool=callgrind --toggle-collect='*CountedPass*'
//       decide_bench --loop 1 --policies 1000
// usage: decide_bench [--policies N]... [--rounds N]
//                     [--loop PASSES [--batch]] [--scattered] [--handles]
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bench/cache_floor.h"
#include "bench/checked_run.h"
#include "bench/engine.h"
#include "bench/measure.h"
#include "bench/requests.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

struct Flags {
  std::vector<size_t> policies;
  int rounds = 5;
  int loop = 0;
  bool batch = false;
  Packing packing = Packing::kPacked;
  bool handles = false;
};

Flags ReadFlags(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view flag = argv[i];
    const auto value = [&] { return i + 1 < argc ? std::atoi(argv[++i]) : 0; };
    if (flag == "--policies") {
      flags.policies.push_back(static_cast<size_t>(value()));
    } else if (flag == "--rounds") {
      flags.rounds = value();
    } else if (flag == "--loop") {
      flags.loop = value();
    } else if (flag == "--batch") {
      flags.batch = true;
    } else if (flag == "--handles") {
      flags.handles = true;
    } else if (flag == "--scattered") {
      flags.packing = Packing::kScattered;
    } else {
      std::fprintf(stderr,
                   "usage: decide_bench [--policies N]... [--rounds N] "
                   "[--loop PASSES [--batch]] [--scattered] [--handles]\n");
      std::exit(2);
    }
  }
  if (flags.policies.empty()) flags.policies = {100, 1000, 10'000};
  return flags;
}

struct VerdictOf {
  Verdict operator()(const Request& request) {
    return engine.Decide(request).verdict;
  }
  Engine& engine;
};
struct DecisionsOf {
  void operator()(std::span<const Request> requests,
                  std::span<Decision> decisions) {
    engine.DecideMany(requests, decisions);
  }
  Engine& engine;
};

size_t RunAlone(const RequestList& requests, Engine& engine) {
  return RunDecider(requests, All(requests), "decide", VerdictOf{engine});
}
size_t RunInBatches(const RequestList& requests, Engine& engine) {
  return RunBatches(requests, All(requests), "decide, batch",
                    DecisionsOf{engine});
}

// Apart from its caller, so that a profiler can be told to count only this; no
// lambda in it, whose name would hold this name too.
[[gnu::noinline]] size_t CountedPass(const RequestList& requests,
                                     Engine& engine, bool batch) {
  return batch ? RunInBatches(requests, engine) : RunAlone(requests, engine);
}

void Loop(const RequestList& requests, Engine& engine, const Flags& flags) {
  size_t decisions = 0;
  for (int i = 0; i < flags.loop; ++i) {
    decisions += CountedPass(requests, engine, flags.batch);
  }
  std::printf("%zu decisions\n", decisions);
}

void Compare(const RequestList& requests, Engine& engine, int rounds) {
  CacheFloor cache(requests, 7);
  const Trial trial(
      {.repetitions = 5, .rounds = rounds},
      {{"decide", [&] { return RunAlone(requests, engine); }},
       {"decide, batch", [&] { return RunInBatches(requests, engine); }},
       {"cache floor",
        [&] { return RunCache(requests, All(requests), cache); }}});
  for (const char* name : {"decide", "decide, batch", "cache floor"}) {
    const Spread time = trial.TimeOf(name);
    const Spread ratio = trial.RatioOf(name, "cache floor");
    std::printf(
        "  %-14s %7.1f ns (%.1f to %.1f), %.3f of the cache floor "
        "(%.3f to %.3f)\n",
        name, time.median, time.min, time.max, ratio.median, ratio.min,
        ratio.max);
  }
}

int Main(int argc, char** argv) {
  const Flags flags = ReadFlags(argc, argv);
  PinThread(0);
  for (const size_t policies : flags.policies) {
    OrgOptions options;
    options.policies = policies;
    const Workload workload = MakeOrg(options);
    Engine engine(workload.set);
    const RequestList requests(workload.requests, flags.packing, 3,
                               flags.handles ? &engine.view() : nullptr);
    const Shares shares = SharesOf(requests);
    std::printf(
        "%s: %zu requests, %.0f %% allowed, %.0f %% explicitly and "
        "%.0f %% implicitly denied; image %zu bytes, JSON %zu\n",
        workload.name.c_str(), requests.size(), shares.allowed,
        shares.explicit_deny, shares.implicit_deny, engine.image_bytes(),
        workload.policy_set.size());
    if (flags.loop > 0) {
      Loop(requests, engine, flags);
    } else {
      Compare(requests, engine, flags.rounds);
    }
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
