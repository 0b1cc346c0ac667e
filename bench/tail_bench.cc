// tail_bench.cc -- single decisions: percentiles at rest (T5) and while another
// thread publishes images (T8, workload `churn`), and what a second thread adds
// (T7).
// usage: tail_bench [--quick] [--json]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "bench/checked_run.h"
#include "bench/engine.h"
#include "bench/measure.h"
#include "bench/program.h"
#include "bench/requests.h"
#include "bench/workload.h"
#include "runtime/policy_store.h"

namespace portcullis::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kPolicies = 1000;

// Nanoseconds of single decisions, the clock's own cost included.
struct Percentiles {
  double p50 = 0;
  double p99 = 0;
  double p999 = 0;
};

Percentiles PercentilesOf(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  const auto at = [&](double share) {
    return times[static_cast<size_t>(share *
                                     static_cast<double>(times.size() - 1))];
  };
  return {at(0.5), at(0.99), at(0.999)};
}

// Times every decision alone; `decide` is asked for each request and checked.
template <typename DecideOne>
Percentiles TimeEach(const RequestList& requests, DecideOne decide) {
  std::vector<double> times;
  times.reserve(requests.size());
  RequestSlots<1> slot;
  for (size_t i = 0; i < requests.size(); ++i) {
    const auto begin = Clock::now();
    requests.Fill(i, slot.requests[0], slot.parts[0]);
    const Verdict verdict = decide(slot.requests[0], i);
    const std::chrono::duration<double, std::nano> time = Clock::now() - begin;
    Check(requests, i, "decide", verdict);
    times.push_back(time.count());
  }
  return PercentilesOf(std::move(times));
}

// One percentile over the repetitions.
Spread Over(const std::vector<Percentiles>& all, double Percentiles::* which) {
  std::vector<double> values;
  for (const Percentiles& p : all) values.push_back(p.*which);
  return SpreadOf(std::move(values));
}

void AddPercentiles(const Program& program, const std::string& workload,
                    const std::string& engine,
                    const std::vector<Percentiles>& all) {
  const int repetitions = static_cast<int>(all.size());
  program.AddRow({workload, kPolicies, engine, "p50 ns"},
                 Over(all, &Percentiles::p50), repetitions);
  program.AddRow({workload, kPolicies, engine, "p99 ns"},
                 Over(all, &Percentiles::p99), repetitions);
  program.AddRow({workload, kPolicies, engine, "p99.9 ns"},
                 Over(all, &Percentiles::p999), repetitions);
}

// ---- T5 --------------------------------------------------------------------

void RunTail(const Program& program) {
  const Workload workload =
      MakeOrg({.policies = kPolicies, .requests = 100'000, .zipf = 0});
  const RequestList requests(workload.requests, Packing::kPacked, 1);
  Engine engine(workload.set);
  std::vector<Percentiles> all;
  std::vector<double> ratios;
  for (int i = -1; i < program.plan().repetitions; ++i) {
    const Percentiles p =
        TimeEach(requests, [&](const Request& request, size_t) {
          return engine.Decide(request).verdict;
        });
    if (i < 0) continue;  // warms up
    all.push_back(p);
    ratios.push_back(p.p999 / p.p50);
  }
  AddPercentiles(program, "org", "decide, even principals", all);
  program.Figure("T5", SpreadOf(ratios), Better::kLess,
                 static_cast<int>(all.size()));
}

// ---- T7 --------------------------------------------------------------------

// Decisions a second of `threads` threads, each pinned to a CPU of its own and
// with work space of its own, on one image.
double Throughput(const RequestList& requests, const ImageView& view,
                  int threads, std::chrono::milliseconds time) {
  std::atomic<int> ready = 0;
  std::atomic<bool> stop = false;
  std::vector<double> rates(static_cast<size_t>(threads));
  const auto run = [&](int index) {
    PinThread(index);
    Scratch scratch(view);
    const auto pass = [&] {
      return RunDecider(requests, All(requests), "decide",
                        [&](const Request& request) {
                          return Decide(view, request, scratch).verdict;
                        });
    };
    pass();  // warms up
    for (++ready; ready < threads;) std::this_thread::yield();
    const auto begin = Clock::now();
    size_t decisions = 0;
    while (!stop) decisions += pass();
    const std::chrono::duration<double> elapsed = Clock::now() - begin;
    rates[static_cast<size_t>(index)] =
        static_cast<double>(decisions) / elapsed.count();
  };
  std::vector<std::thread> workers;
  for (int i = 0; i < threads; ++i) workers.emplace_back(run, i);
  while (ready < threads) std::this_thread::yield();
  std::this_thread::sleep_for(time);
  stop = true;
  for (std::thread& worker : workers) worker.join();
  double sum = 0;
  for (const double rate : rates) sum += rate;
  return sum;
}

void RunThreads(const Program& program) {
  if (std::thread::hardware_concurrency() < 2) {
    program.Note("T7: one CPU only, not measured");
    return;
  }
  const Workload workload = MakeOrg({.policies = kPolicies});
  const RequestList requests(workload.requests, Packing::kPacked, 1);
  const Engine engine(workload.set);
  const std::chrono::milliseconds time(program.quick() ? 400 : 1500);
  std::vector<double> one;
  std::vector<double> two;
  std::vector<double> ratios;
  for (int i = 0; i < program.plan().repetitions; ++i) {
    one.push_back(Throughput(requests, engine.view(), 1, time));
    two.push_back(Throughput(requests, engine.view(), 2, time));
    ratios.push_back(two.back() / one.back());
  }
  const int repetitions = static_cast<int>(ratios.size());
  program.AddRow({"org", kPolicies, "decide, one thread", "per second"},
                 SpreadOf(one), repetitions);
  program.AddRow({"org", kPolicies, "decide, two threads", "per second"},
                 SpreadOf(two), repetitions);
  program.Figure("T7", SpreadOf(ratios), Better::kMore, repetitions);
}

// ---- T8 --------------------------------------------------------------------

// A version of the policies: its image and what it answers.
struct Version {
  explicit Version(const Workload& workload)
      : requests(workload.requests, Packing::kPacked, 1),
        engine(workload.set) {}

  const RequestList requests;
  const Engine engine;
};

// Publishes the two versions by turns, as fast as it can, verifying each as a
// process does that loads a file.
class Publisher {
 public:
  Publisher(PolicyStore& store, const Version& a, const Version& b)
      : thread_([this, &store, &a, &b] { Run(store, a, b); }) {}
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;
  ~Publisher() {
    stop_ = true;
    thread_.join();
  }
  size_t published() const { return published_; }

 private:
  void Run(PolicyStore& store, const Version& a, const Version& b) {
    PinThread(1);
    while (!stop_) {
      const Version& next = published_ % 2 == 0 ? b : a;
      ImageView::Opened opened = ImageView::Open(next.engine.bytes());
      if (!opened.view) std::abort();
      store.Publish(*opened.view, std::make_shared<int>());
      ++published_;
    }
  }

  std::atomic<bool> stop_ = false;
  std::atomic<size_t> published_ = 0;
  std::thread thread_;
};

class ChurnRun {
 public:
  ChurnRun(const Workload& before, const Workload& after)
      : before_(before),
        after_(after),
        store_(before_.engine.view(), std::make_shared<int>()),
        reader_(store_),
        scratch_(before_.engine.view()) {
    if (!scratch_.Fits(after_.engine.view())) std::abort();
  }

  Percentiles AtRest() { return Time(); }
  Percentiles WhilePublishing(size_t& published) {
    const Publisher publisher(store_, before_, after_);
    const Percentiles percentiles = Time();
    published += publisher.published();
    return percentiles;
  }

 private:
  // Every decision pins the store. Both versions list the same requests, so
  // that the answer is held against that of the version that was pinned.
  Percentiles Time() {
    return TimeEach(before_.requests, [&](const Request& request, size_t i) {
      const PolicyStore::Pin pin(reader_);
      const bool is_before =
          pin.view().digest() == before_.engine.view().digest();
      const RequestList& answers =
          is_before ? before_.requests : after_.requests;
      const Verdict verdict = Decide(pin.view(), request, scratch_).verdict;
      Check(answers, i, "decide", verdict);
      return before_.requests.expected(i);
    });
  }

  const Version before_;
  const Version after_;
  PolicyStore store_;
  PolicyStore::Reader reader_;
  Scratch scratch_;
};

void RunChurn(const Program& program) {
  if (std::thread::hardware_concurrency() < 2) {
    program.Note("T8: one CPU only, not measured");
    return;
  }
  const Churn churn = MakeChurn({.policies = kPolicies, .requests = 100'000});
  ChurnRun run(churn.before, churn.after);
  std::vector<Percentiles> rest;
  std::vector<Percentiles> busy;
  std::vector<double> ratios;
  size_t published = 0;
  run.AtRest();  // warms up
  for (int i = 0; i < program.plan().repetitions; ++i) {
    rest.push_back(run.AtRest());
    busy.push_back(run.WhilePublishing(published));
    ratios.push_back(busy.back().p999 / rest.back().p999);
  }
  AddPercentiles(program, "churn", "decide, at rest", rest);
  AddPercentiles(program, "churn", "decide, while publishing", busy);
  program.AddRow({"churn", kPolicies, "published images", "count"},
                 static_cast<double>(published));
  program.Figure("T8", SpreadOf(ratios), Better::kLess,
                 static_cast<int>(ratios.size()));
}

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  RunThreads(program);  // before this thread is pinned
  PinThread(0);
  RunTail(program);
  RunChurn(program);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
