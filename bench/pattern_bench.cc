// pattern_bench.cc -- one pattern against one resource, both made to hurt, from
// 16 bytes to 64 KiB, through whole decisions (T12).
// usage: pattern_bench [--quick] [--json]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "bench/engine.h"
#include "bench/measure.h"
#include "bench/program.h"
#include "bench/text.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

constexpr char kCaller[] = "arn:aws:iam::111122223333:user/ana";
constexpr char kArnStart[] = "arn:aws:s3:::";
constexpr size_t kSizes[] = {16, 64, 256, 1024, 4096, 16'384, 65'536};
constexpr size_t kFlatFrom = 1024;
constexpr double kNotScanned = 0.1;  // nanoseconds a byte

std::string Repeat(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

// A pattern, and the resources it is tried on: `fill` over and over, then
// `end`.
struct Shape {
  std::string name;
  std::string pattern;  // after kArnStart
  std::string fill;
  std::string end;
  bool matches = false;
  // A segment beyond 64 bytes, or a pattern about as long as the smallest
  // resource that counts: reported, no target.
  bool beyond_target = false;
};

std::vector<Shape> Shapes() {
  const std::string a63 = Repeat("a", 63);
  return {
      {"prefix", "a*", "a", "", true},
      {"suffix", "*b", "a", "b", true},
      {"short needle, absent", "*ab*", "a", ""},
      {"64-byte needle, absent", "*" + a63 + "b*", "a", ""},
      {"64-byte needle, at the end", "*" + a63 + "b*", "a", "b", true},
      {"64-byte needle, near misses", "*" + a63 + "b*", a63 + "c", ""},
      {"question marks, absent", "*" + Repeat("?", 62) + "ab*", "a", ""},
      {"mixed question marks, absent", "*" + Repeat("a?", 31) + "ab*", "a", ""},
      {"8 stars, absent", Repeat("*a", 8) + "*b", "a", ""},
      {"64 stars, absent", Repeat("*a", 64) + "*b", "a", ""},
      {"64 stars with question marks", Repeat("*a?", 64) + "*b", "a", ""},
      {"8 needles of 64 bytes, last absent",
       Repeat("*" + a63 + "a", 7) + "*" + a63 + "b*", "a", ""},
      {"64 needles of 8 bytes behind near misses",
       Repeat("*" + Repeat("a", 7) + "b", 63) + "*aaaaaaac*",
       "aaaaaaaaaaaaaaab", ""},
      {"16 needles of 32 bytes behind near misses",
       Repeat("*" + Repeat("a", 31) + "b", 15) + "*" + Repeat("a", 31) + "c*",
       Repeat("a", 47) + "b", ""},
      {"24 needles with question marks", Repeat("*a?a?ab", 24) + "*b?b*",
       "aaaaaaaaaxaxab", ""},
      {"characters of two bytes", "*\u00e9?\u00e9b*", "\u00e9", ""},
      {"400 stars, a letter each", Repeat("*a", 400) + "*b", "a", "", false,
       true},
      {"14 needles of 64 bytes with question marks",
       Repeat("*" + Repeat("a?", 31) + "ab", 14) + "*b?b*",
       "aa" + Repeat("ax", 31) + "ab", "", false, true},
      {"segment of 256 bytes", "*" + Repeat("a", 255) + "b*", "a", "", false,
       true},
      {"segment of 1,024 bytes with ?", "*" + Repeat("a?", 512) + "b*", "a", "",
       false, true},
  };
}

std::string ResourceOf(const Shape& shape, size_t bytes) {
  std::string resource = kArnStart;
  const size_t room = bytes - shape.end.size();
  while (resource.size() + shape.fill.size() <= room) resource += shape.fill;
  // What is left is filled up where that cuts no character.
  const bool is_ascii = static_cast<unsigned char>(shape.fill[0]) < 0x80;
  if (is_ascii) resource += shape.fill.substr(0, room - resource.size());
  return resource + shape.end;
}

PolicySet SetWith(const std::string& pattern) {
  return LoadSet("pattern",
                 Cat({R"({"principals":[{"arn":")", kCaller,
                      R"(","policies":[{"name":"p","document":)",
                      R"({"Version":"2012-10-17","Statement":)",
                      R"({"Effect":"Allow","Action":"s3:GetObject",)",
                      R"("Resource":")", kArnStart, pattern, R"("}}}]}]})"}));
}

// One shape at every size.
class ShapeRun {
 public:
  ShapeRun(const Program& program, const Shape& shape)
      : shape_(shape), engine_(SetWith(shape.pattern)) {
    for (const size_t size : kSizes) {
      resources_.push_back(ResourceOf(shape, size));
    }
    std::vector<Contestant> contestants;
    for (const std::string& resource : resources_) {
      contestants.push_back({std::to_string(resource.size()),
                             [this, &resource] { return Ask(resource); }});
    }
    const int rounds = shape.beyond_target ? 1 : program.quick() ? 3 : 7;
    const Plan plan = {.repetitions = 5, .rounds = rounds};
    const Trial trial(plan, contestants);
    for (size_t i = 0; i < contestants.size(); ++i) {
      const Spread time = trial.TimeOf(contestants[i].name);
      times_.push_back(time.min);
      program.AddRow(
          {"hostile", 0, Cat({shape.name, ", ", contestants[i].name, " bytes"}),
           "ns"},
          time, trial.repetitions());
    }
  }

  // The most of the time per byte, from kFlatFrom on.
  double NanosecondsPerByte() const {
    double most = 0;
    for (size_t i = 0; i < times_.size(); ++i) {
      if (kSizes[i] < kFlatFrom) continue;
      most =
          std::max(most, times_[i] / static_cast<double>(resources_[i].size()));
    }
    return most;
  }

  // From kFlatFrom on: the most by the least time that a further byte takes.
  // Linear is 1. What is faster than kNotScanned counts as that: it is no scan
  // of the bytes but memory and the clock's noise.
  double Flatness() const {
    double most = kNotScanned;
    double least = std::numeric_limits<double>::infinity();
    for (size_t i = 1; i < times_.size(); ++i) {
      if (kSizes[i - 1] < kFlatFrom) continue;
      const double bytes =
          static_cast<double>(resources_[i].size() - resources_[i - 1].size());
      const double further =
          std::max((times_[i] - times_[i - 1]) / bytes, kNotScanned);
      most = std::max(most, further);
      least = std::min(least, further);
    }
    return most / least;
  }

 private:
  // As many decisions as give a time that the clock can tell.
  size_t Ask(const std::string& resource) {
    Request request;
    request.principal = kCaller;
    request.action = "s3:GetObject";
    request.resource = resource;
    // A small resource has no room for the needle or may be all of it.
    const bool is_clear = resource.size() > 100;
    const size_t count = 1 + 65'536 / resource.size();
    for (size_t i = 0; i < count; ++i) {
      const Decision decision = engine_.Decide(request);
      const bool allowed = decision.verdict == Verdict::kAllowed;
      if (decision.refusal != Refusal::kNone ||
          (is_clear && allowed != shape_.matches)) {
        std::fprintf(stderr, "wrong answer: %s, %zu bytes\n",
                     shape_.name.c_str(), resource.size());
        std::abort();
      }
    }
    return count;
  }

  const Shape shape_;
  Engine engine_;
  std::vector<std::string> resources_;
  std::vector<double> times_;  // of one decision, by size
};

int Main(int argc, char** argv) {
  const Program program(argc, argv);
  PinThread(0);
  double flatness = 0;
  double nanoseconds = 0;
  for (const Shape& shape : Shapes()) {
    const ShapeRun run(program, shape);
    program.AddRow({"hostile", 0, shape.name + ", flatness", "ratio"},
                   run.Flatness());
    program.AddRow({"hostile", 0, shape.name, "ns per byte"},
                   run.NanosecondsPerByte());
    if (shape.beyond_target) continue;
    flatness = std::max(flatness, run.Flatness());
    nanoseconds = std::max(nanoseconds, run.NanosecondsPerByte());
  }
  program.Figure("T12", {flatness, flatness, flatness}, Better::kLess, 5);
  program.Figure("T12/ns", {nanoseconds, nanoseconds, nanoseconds},
                 Better::kLess, 5);
  return 0;
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) { return portcullis::bench::Main(argc, argv); }
