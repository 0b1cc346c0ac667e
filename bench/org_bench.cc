// org_bench.cc -- workload `org`: our engine, alone and in batches, beside the
// yardsticks, on the same requests in the same process (T1 to T4, T13).
// usage: org_bench [--quick] [--json]
#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "bench/cache_floor.h"
#include "bench/checked_run.h"
#include "bench/contestants.h"
#include "bench/engine.h"
#include "bench/interpreter.h"
#include "bench/measure.h"
#include "bench/pattern_set.h"
#include "bench/program.h"
#include "bench/requests.h"
#include "bench/text.h"
#include "bench/workload.h"
#include "reference/reference.h"

namespace portcullis::bench {
namespace {

constexpr char kInterpreter[] = "interpreter";
constexpr char kHandles[] = "decide, handles";
constexpr char kBatchHandles[] = "decide, batch, handles";

// An engine that is asked `count` requests a round, from where the round before
// ended: repeated requests when the list is short, new ones when it is long.
template <typename DecideOne>
Contestant Sampled(const std::string& name, const RequestList& requests,
                   size_t count, DecideOne decide) {
  return {name, [&requests, count, decide, name, at = size_t{0}]() mutable {
            if (at + count > requests.size()) at = 0;
            const Range range = {at, at + count};
            at = range.end;
            return RunDecider(requests, range, name.c_str(), decide);
          }};
}

std::string AtSize(const std::string& target, size_t policies) {
  return Cat({target, "/P=", std::to_string(policies)});
}

void AddTime(const Program& program, const Trial& trial, size_t policies,
             const std::string& engine) {
  program.AddRow({"org", policies, engine, "ns"}, trial.TimeOf(engine),
                 trial.repetitions());
}

// One size: every engine on 20,000 requests.
class SizeRun {
 public:
  SizeRun(const Program& program, size_t policies)
      : program_(program),
        policies_(policies),
        workload_(MakeOrg({.policies = policies})),
        packed_(workload_.requests, Packing::kPacked, 1),
        scattered_(workload_.requests, Packing::kScattered, 2),
        engine_(workload_.set),
        handled_(workload_.requests, Packing::kPacked, 1, &engine_.view()),
        cache_(packed_, 3),
        interpreter_(workload_.set) {
    NoteShares(program, workload_, packed_);
    HoldAgainstReference(program, workload_, packed_,
                         policies <= 1000 ? 1000 : 100);
  }

  const RequestList& requests() const { return packed_; }
  Engine& engine() { return engine_; }

  void Run() {
    const Trial trial(
        program_.plan(),
        {DecideOf(kDecide, packed_, engine_), BatchOf(kBatch, packed_, engine_),
         DecideOf(kHandles, handled_, engine_),
         BatchOf(kBatchHandles, handled_, engine_),
         CacheOf(kCache, packed_, cache_),
         Sampled(kInterpreter, packed_, packed_.size(),
                 [&](const Request& request) {
                   return interpreter_.Decide(request);
                 })});
    for (const char* engine :
         {kDecide, kBatch, kHandles, kBatchHandles, kCache, kInterpreter}) {
      AddTime(program_, trial, policies_, engine);
    }
    Compare(trial);
    RunScattered();
    RunSlow();
  }

 private:
  void Compare(const Trial& trial) {
    if (policies_ != 10 && policies_ <= 10'000) {
      program_.Figure(AtSize("T1", policies_), trial.RatioOf(kDecide, kCache),
                      Better::kLess, trial.repetitions());
      program_.Figure(AtSize("T1b", policies_), trial.RatioOf(kBatch, kCache),
                      Better::kLess, trial.repetitions());
    }
    if (policies_ != 10'000) return;
    program_.Figure("T3", trial.RatioOf(kInterpreter, kDecide), Better::kMore,
                    trial.repetitions());
    program_.Figure("T3/batch", trial.RatioOf(kInterpreter, kBatch),
                    Better::kMore, trial.repetitions());
  }

  void RunScattered() {
    const std::string decide = "decide, scattered requests";
    const std::string cache = "cache floor, scattered requests";
    const Trial trial(program_.plan(), {DecideOf(decide, scattered_, engine_),
                                        CacheOf(cache, scattered_, cache_)});
    AddTime(program_, trial, policies_, decide);
    AddTime(program_, trial, policies_, cache);
  }

  // Engines that would take minutes over all requests.
  void RunSlow() {
    if (policies_ > 10'000 || (program_.quick() && policies_ > 1000)) return;
    PatternSet pattern_set(workload_.set);
    const auto ask_set = [&](const Request& request) {
      return pattern_set.Decide(request);
    };
    const auto ask_reference = [&](const Request& request) {
      return reference::Decide(workload_.set, request, {}).verdict;
    };
    const std::string fresh = "RE2::Set, new requests";
    const size_t few = policies_ > 1000 ? 10 : 200;
    const Trial trial({.repetitions = 5, .rounds = 1},
                      {Sampled(fresh, packed_, few, ask_set),
                       Sampled(kReference, packed_, few, ask_reference)});
    AddTime(program_, trial, policies_, fresh);
    AddTime(program_, trial, policies_, kReference);

    const std::vector<RequestText> first(workload_.requests.begin(),
                                         workload_.requests.begin() + 500);
    const RequestList repeated(first, Packing::kPacked, 1);
    const std::string again = "RE2::Set, 500 requests repeated";
    const Trial hot({.repetitions = 5, .rounds = 1},
                    {Sampled(again, repeated, repeated.size(), ask_set)});
    AddTime(program_, hot, policies_, again);
  }

  const Program& program_;
  const size_t policies_;
  const Workload workload_;
  const RequestList packed_;
  const RequestList scattered_;
  Engine engine_;
  const RequestList handled_;
  CacheFloor cache_;
  const Interpreter interpreter_;
};

// T2: a million requests, none asked twice in a pass.
void RunMillion(const Program& program) {
  constexpr size_t kPolicies = 10'000;
  const Workload workload =
      MakeOrg({.policies = kPolicies, .requests = 1'000'000});
  const RequestList requests(workload.requests, Packing::kPacked, 1);
  NoteShares(program, workload, requests);
  Engine engine(workload.set);
  CacheFloor cache(requests, 3);
  const std::string decide = "decide, 1 M requests";
  const std::string batch = "decide, batch, 1 M requests";
  const std::string floor = "cache floor, 1 M entries";
  const Trial trial(
      {.repetitions = 5, .rounds = program.quick() ? 1 : 3},
      {DecideOf(decide, requests, engine), BatchOf(batch, requests, engine),
       CacheOf(floor, requests, cache)});
  for (const std::string& engine_name : {decide, batch, floor}) {
    AddTime(program, trial, kPolicies, engine_name);
  }
  program.Figure("T2", trial.RatioOf(decide, floor), Better::kLess,
                 trial.repetitions());
  program.Figure("T2/batch", trial.RatioOf(batch, floor), Better::kLess,
                 trial.repetitions());
}

// T4: the largest set beside the small one.
void RunGrowth(const Program& program, SizeRun& small) {
  SizeRun large(program, 100'000);
  large.Run();
  const Trial trial(
      program.plan(),
      {DecideOf("large", large.requests(), large.engine()),
       DecideOf("small", small.requests(), small.engine()),
       BatchOf("large, batch", large.requests(), large.engine()),
       BatchOf("small, batch", small.requests(), small.engine())});
  program.Figure("T4", trial.RatioOf("large", "small"), Better::kLess,
                 trial.repetitions());
  program.Figure("T4/batch", trial.RatioOf("large, batch", "small, batch"),
                 Better::kLess, trial.repetitions());
}

// T13: more statements with conditions; and requests with other context keys.
void RunConditions(const Program& program) {
  constexpr size_t kPolicies = 1000;
  const Workload few = MakeOrg({.policies = kPolicies});
  const Workload many = MakeOrg({.policies = kPolicies, .conditional = 44});
  const Workload wide = MakeOrg({.policies = kPolicies, .context = 8});
  const RequestList few_requests(few.requests, Packing::kPacked, 1);
  const RequestList many_requests(many.requests, Packing::kPacked, 1);
  const Workload bare = MakeOrg({.policies = kPolicies, .context = 0});
  const RequestList wide_requests(wide.requests, Packing::kPacked, 1);
  const RequestList bare_requests(bare.requests, Packing::kPacked, 1);
  Engine few_engine(few.set);
  Engine many_engine(many.set);
  const std::string ten = "decide, 10 % conditional";
  const std::string more = "decide, 44 % conditional";
  const std::string keys = "decide, 8 context keys";
  const std::string no_keys = "decide, no context keys";
  const Trial trial(program.plan(),
                    {DecideOf(ten, few_requests, few_engine),
                     DecideOf(more, many_requests, many_engine),
                     DecideOf(keys, wide_requests, few_engine),
                     DecideOf(no_keys, bare_requests, few_engine)});
  for (const std::string& engine : {ten, more, keys, no_keys}) {
    AddTime(program, trial, kPolicies, engine);
  }
  program.Figure("T13", trial.RatioOf(more, ten), Better::kLess,
                 trial.repetitions());
}

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  PinThread(0);
  SizeRun(program, 10).Run();
  SizeRun small(program, 100);
  small.Run();
  SizeRun(program, 1000).Run();
  SizeRun(program, 10'000).Run();
  RunConditions(program);
  RunMillion(program);
  RunGrowth(program, small);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
