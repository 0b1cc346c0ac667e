// engine_bench.cc -- the engines on workload `org` as Google Benchmark programs
// are used to be run: filters, repetitions, threads, formats. The targets are
// measured by org_bench, which takes turns between engines in finer steps.
// usage: engine_bench [--benchmark_filter=REGEX] [--benchmark_...]
#include <benchmark/benchmark.h>

#include <map>
#include <memory>
#include <mutex>

#include "bench/cache_floor.h"
#include "bench/checked_run.h"
#include "bench/contestants.h"
#include "bench/engine.h"
#include "bench/interpreter.h"
#include "bench/requests.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

// A size of the workload, made when the first benchmark asks for it.
struct World {
  explicit World(size_t policies)
      : workload(MakeOrg({.policies = policies})),
        requests(workload.requests, Packing::kPacked, 1),
        engine(workload.set),
        interpreter(workload.set) {}

  const Workload workload;
  const RequestList requests;
  const Engine engine;
  const Interpreter interpreter;
};

// Every thread calls this; Google Benchmark starts them together.
const World& WorldOf(const benchmark::State& state) {
  static std::mutex mutex;
  static std::map<int64_t, std::unique_ptr<World>> worlds;
  const std::lock_guard<std::mutex> lock(mutex);
  std::unique_ptr<World>& world = worlds[state.range(0)];
  if (!world)
    world = std::make_unique<World>(static_cast<size_t>(state.range(0)));
  return *world;
}

// One iteration is a pass over all requests.
template <typename Pass>
void RunPasses(benchmark::State& state, Pass pass) {
  size_t decisions = 0;
  for (auto _ : state) decisions += pass();
  state.SetItemsProcessed(static_cast<int64_t>(decisions));
}

void BM_Decide(benchmark::State& state) {
  const World& world = WorldOf(state);
  Scratch scratch(world.engine.view());
  RunPasses(state, [&] {
    return RunDecider(
        world.requests, All(world.requests), kDecide,
        [&](const Request& request) {
          return Decide(world.engine.view(), request, scratch).verdict;
        });
  });
}

void BM_DecideMany(benchmark::State& state) {
  const World& world = WorldOf(state);
  Scratch scratch(world.engine.view());
  RunPasses(state, [&] {
    return RunBatches(world.requests, All(world.requests), kBatch,
                      [&](auto requests, auto decisions) {
                        DecideMany(world.engine.view(), requests, decisions,
                                   scratch);
                      });
  });
}

void BM_CacheFloor(benchmark::State& state) {
  const World& world = WorldOf(state);
  CacheFloor cache(world.requests, 3);
  RunPasses(state, [&] {
    return RunCache(world.requests, All(world.requests), cache);
  });
}

void BM_Interpreter(benchmark::State& state) {
  const World& world = WorldOf(state);
  RunPasses(state, [&] {
    return RunDecider(world.requests, All(world.requests), "interpreter",
                      [&](const Request& request) {
                        return world.interpreter.Decide(request);
                      });
  });
}

void Sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->RangeMultiplier(10)->Range(10, 10'000)->UseRealTime();
}
BENCHMARK(BM_Decide)->Apply(Sizes)->Threads(1)->Threads(2);
BENCHMARK(BM_DecideMany)->Apply(Sizes)->Threads(1)->Threads(2);
BENCHMARK(BM_CacheFloor)->Apply(Sizes);
BENCHMARK(BM_Interpreter)->Apply(Sizes);

}  // namespace
}  // namespace portcullis::bench

BENCHMARK_MAIN();
