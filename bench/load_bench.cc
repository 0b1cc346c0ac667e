// load_bench.cc -- loading: how fast an image is verified, and how long a
// process takes from its start to its first answer with an image of 100 MB
// (T11). The file is in the page cache, as after a deployment that wrote it.
// usage: load_bench [--quick] [--json]
//        load_bench --answer IMAGE PRINCIPAL   (what the measured process runs)
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "bench/engine.h"
#include "bench/measure.h"
#include "bench/program.h"
#include "bench/temporary_image.h"
#include "bench/workload.h"
#include "runtime/image_file.h"

namespace portcullis::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kStartBytes = 100'000'000;

// ---- the measured process --------------------------------------------------

int Answer(const char* path, const char* principal, ImageMemory memory) {
  const ImageFile::Opened opened = ImageFile::Open(path, memory);
  if (!opened.file) {
    std::fprintf(stderr, "%s\n", opened.error.message.c_str());
    return 1;
  }
  const ImageView& view = opened.file->view();
  Scratch scratch(view);
  Request request;
  request.principal = principal;
  request.action = "nothing:Asked";
  request.resource = "*";
  const Decision decision = Decide(view, request, scratch);
  const char answer = decision.refusal == Refusal::kNone &&
                              decision.verdict == Verdict::kImplicitDeny
                          ? 'n'
                          : '?';
  return write(STDOUT_FILENO, &answer, 1) == 1 ? 0 : 1;
}

// ---- the measuring process -------------------------------------------------

// Seconds from starting a process to its answer.
double TimeToAnswer(const std::string& path, const std::string& principal,
                    const char* mode) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  std::string program = "/proc/self/exe";
  std::string flag = mode;
  std::string image = path;
  std::string who = principal;
  char* const arguments[] = {program.data(), flag.data(), image.data(),
                             who.data(), nullptr};
  const auto begin = Clock::now();
  pid_t child = 0;
  if (posix_spawn(&child, program.c_str(), &actions, nullptr, arguments,
                  environ) != 0) {
    std::abort();
  }
  close(ends[1]);
  char answer = 0;
  const ssize_t got = read(ends[0], &answer, 1);
  const std::chrono::duration<double> time = Clock::now() - begin;
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  posix_spawn_file_actions_destroy(&actions);
  if (got != 1 || answer != 'n' || status != 0) {
    std::fprintf(stderr, "the measured process gave no right answer\n");
    std::abort();
  }
  return time.count();
}

// The workload whose image has about `bytes` bytes, or some more: size is
// proportional to the policies.
size_t PoliciesForBytes(size_t bytes) {
  constexpr size_t kProbe = 10'000;
  const Workload probe = MakeOrg({.policies = kProbe, .requests = 100});
  const size_t probe_bytes = Engine(probe.set).image_bytes();
  return bytes / (probe_bytes / kProbe) * 21 / 20;
}

void MeasureVerify(const Program& program, const Engine& engine,
                   size_t policies) {
  const std::span<const std::byte> bytes = engine.bytes();
  const Trial trial({.repetitions = 5, .rounds = 3},
                    {{"verify", [&] {
                        if (!ImageView::Open(bytes).view) std::abort();
                        return bytes.size();
                      }}});
  const Spread time = trial.TimeOf("verify");  // nanoseconds a byte
  program.Figure("T11", {1 / time.median, 1 / time.max, 1 / time.min},
                 Better::kMore, trial.repetitions());
  program.AddRow({"org", policies, "image", "bytes"},
                 static_cast<double>(bytes.size()));
}

void MeasureStart(const Program& program, const Engine& engine,
                  const std::string& principal, size_t policies) {
  const TemporaryImage image(engine.bytes());
  std::vector<double> copied;
  std::vector<double> mapped;
  for (int i = 0; i < program.plan().repetitions; ++i) {
    copied.push_back(TimeToAnswer(image.path(), principal, "--answer"));
    mapped.push_back(TimeToAnswer(image.path(), principal, "--answer-mapped"));
  }
  const int repetitions = static_cast<int>(copied.size());
  program.AddRow({"org", policies, "start, private copy", "s"},
                 SpreadOf(copied), repetitions);
  program.AddRow({"org", policies, "start, shared mapping", "s"},
                 SpreadOf(mapped), repetitions);
  program.Figure("T11/start", SpreadOf(copied), Better::kLess, repetitions);
}

int Main(int argc, char** argv) {
  if (argc == 4 && std::strcmp(argv[1], "--answer") == 0) {
    return Answer(argv[2], argv[3], ImageMemory::kPrivateCopy);
  }
  if (argc == 4 && std::strcmp(argv[1], "--answer-mapped") == 0) {
    return Answer(argv[2], argv[3], ImageMemory::kSharedMapping);
  }
  const Program program(argc, argv);
  PinThread(0);
  const size_t policies = PoliciesForBytes(kStartBytes);
  const Workload workload = MakeOrg({.policies = policies, .requests = 100});
  const Engine engine(workload.set);
  if (engine.image_bytes() < kStartBytes) {
    std::fprintf(stderr, "the image has %zu bytes only\n",
                 engine.image_bytes());
    return 1;
  }
  MeasureVerify(program, engine, policies);
  MeasureStart(program, engine, workload.requests[0].principal, policies);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
