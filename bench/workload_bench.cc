// workload_bench.cc -- the workloads beside `org`: decisions alone and in
// batches beside the cache floor.
// usage: workload_bench [--quick] [--json] [--managed FILE]
//   --managed: the policy set that scripts/fetch-managed-policies wrote
#include <algorithm>
#include <optional>
#include <string>

#include "bench/cache_floor.h"
#include "bench/contestants.h"
#include "bench/engine.h"
#include "bench/program.h"
#include "bench/requests.h"
#include "bench/text.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

// Some of the workloads take a millisecond a decision.
Plan PlanFor(const Program& program, const Workload& workload) {
  const bool is_slow = workload.name.starts_with("hostile");
  return is_slow ? Plan{.repetitions = 5, .rounds = 1} : program.plan();
}

void Measure(const Program& program, const Workload& workload,
             size_t in_reference) {
  const RequestList requests(workload.requests, Packing::kPacked, 1);
  NoteShares(program, workload, requests);
  HoldAgainstReference(program, workload, requests, in_reference);
  Engine engine(workload.set);
  CacheFloor cache(requests, 3);
  const Trial trial(
      PlanFor(program, workload),
      {DecideOf(kDecide, requests, engine), BatchOf(kBatch, requests, engine),
       CacheOf(kCache, requests, cache)});
  for (const char* name : {kDecide, kBatch, kCache}) {
    program.AddRow({workload.name, workload.set.policies.size(), name, "ns"},
                   trial.TimeOf(name), trial.repetitions());
  }
  program.AddRow(
      {workload.name, workload.set.policies.size(), "image", "bytes"},
      static_cast<double>(engine.image_bytes()));
}

void MeasureManaged(const Program& program) {
  const std::string path = program.Text("--managed");
  const size_t requests = program.quick() ? 2000 : 20'000;
  const std::optional<Workload> workload = MakeManaged(path, requests);
  if (!workload) {
    program.Note(
        "managed: skipped, run scripts/fetch-managed-policies to have it");
    return;
  }
  Measure(program, *workload, 0);
}

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  PinThread(0);
  const size_t requests = program.quick() ? 5000 : 20'000;
  Measure(program, MakeTenants(10'000, 20'000), 200);
  if (!program.quick()) {
    Measure(program, MakeTenants(100'000, 20'000), 20);
    Measure(program, MakeTenants(1'000'000, 100'000), 0);
  }
  Measure(program, MakeLayers(requests), 0);
  Measure(program, MakeDeny(requests), 0);
  for (const Hostile kind : {Hostile::kPrefixes, Hostile::kMiddleStars,
                             Hostile::kManyStars, Hostile::kQuestionMarks}) {
    Measure(program, MakeHostile(kind, program.quick() ? 200 : 20'000), 10);
  }
  MeasureManaged(program);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
