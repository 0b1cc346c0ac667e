// count_bench.cc -- what decisions ask of the process (T6): heap allocations
// are counted; system calls end the process that makes one. (That nothing on
// the decide path can reach a lock is held by tests/runtime_symbols_test.sh.)
// usage: count_bench [--json]
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "bench/checked_run.h"
#include "bench/engine.h"
#include "bench/program.h"
#include "bench/requests.h"
#include "bench/workload.h"
#include "tests/allocation_counter.h"

namespace portcullis::bench {
namespace {

// All requests alone, then in batches.
size_t DecideAll(const RequestList& requests, Engine& engine) {
  return RunDecider(requests, All(requests), "decide",
                    [&](const Request& request) {
                      return engine.Decide(request).verdict;
                    }) +
         RunBatches(requests, All(requests), "decide, batch",
                    [&](auto batch, auto decisions) {
                      engine.DecideMany(batch, decisions);
                    });
}

// True when a process that may only read, write and exit decides everything:
// any other system call would have ended it.
bool DecidesWithoutSystemCalls(const RequestList& requests, Engine& engine) {
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) {
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0) _exit(1);
    DecideAll(requests, engine);
    syscall(SYS_exit, 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  const Workload workload = MakeOrg({.policies = 1000, .conditional = 44});
  const RequestList requests(workload.requests, Packing::kPacked, 1);
  Engine engine(workload.set);

  const size_t before = testing::allocation_count.load();
  const size_t decisions = DecideAll(requests, engine);
  const size_t allocated = testing::allocation_count.load() - before;
  const bool quiet = DecidesWithoutSystemCalls(requests, engine);

  program.AddRow({"org", 1000, "decide", "decisions counted"},
                 static_cast<double>(decisions));
  program.AddRow({"org", 1000, "decide", "allocations"},
                 static_cast<double>(allocated));
  program.Note(quiet ? "T6: no system call in all decisions"
                     : "T6: a decision made a system call");
  const double figure = static_cast<double>(allocated + (quiet ? 0 : 1)) /
                        static_cast<double>(decisions);
  program.Figure("T6", {figure, figure, figure}, Better::kLess, 1);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
