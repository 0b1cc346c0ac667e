// policy_store_bench.cc -- what the policy store costs: pins, readers' and
// decisions' throughput and tails at rest and while others publish, memory held
// by replaced images. Prints a table; docs/concurrency.md quotes it. Fails only
// on a wrong decision, never on a slow machine.
// usage: store_bench [--rounds N] [--seconds N]   of each measurement
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/decide.h"
#include "runtime/image_file.h"
#include "runtime/policy_store.h"

namespace portcullis {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int rounds = 7;
  int seconds = 1;
};

// ---- policies and requests -------------------------------------------------

constexpr int kPrincipals = 1000;
constexpr size_t kRequests = 20'000;

std::string UserArn(int i) {
  return "arn:aws:iam::210987654321:user/u" + std::to_string(i);
}

// A thousand users, each with a policy of its own: a Deny and four Allows.
std::string PolicySetJson() {
  std::string json = R"({"principals":[)";
  for (int i = 0; i < kPrincipals; ++i) {
    const std::string n = std::to_string(i);
    json += (i == 0 ? "" : ",") + std::string(R"({"arn":")") + UserArn(i) +
            R"(","policies":[{"name":"p)" + n +
            R"(","document":{"Version":"2012-10-17","Statement":[)"
            R"({"Effect":"Deny","Action":"s3:Delete*","Resource":"*"},)"
            R"({"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b)" +
            n +
            R"(/*"},{"Effect":"Allow","Action":["sqs:SendMessage",)"
            R"("sqs:ReceiveMessage"],"Resource":"arn:aws:sqs:*:*:q)" +
            n +
            R"(-*"},{"Effect":"Allow","Action":"ec2:Describe*",)"
            R"("Resource":"*"}]}}]})";
  }
  return json + "]}";
}

struct Question {
  std::string principal;
  std::string_view action;
  std::string resource;
  Verdict expected = Verdict::kImplicitDeny;
};

Question MakeQuestion(std::mt19937& random) {
  const int user = static_cast<int>(random() % kPrincipals);
  const int other = (user + 1) % kPrincipals;
  const bool own = random() % 2 == 0;
  const std::string n = std::to_string(own ? user : other);
  const std::string bucket = "arn:aws:s3:::b" + n + "/path/to/object";
  const Verdict allowed_if_own =
      own ? Verdict::kAllowed : Verdict::kImplicitDeny;
  switch (random() % 4) {
    case 0: return {UserArn(user), "s3:GetObject", bucket, allowed_if_own};
    case 1:
      return {UserArn(user), "s3:DeleteObject", bucket, Verdict::kExplicitDeny};
    case 2:
      return {UserArn(user), "sqs:SendMessage",
              "arn:aws:sqs:eu-north-1:210987654321:q" + n + "-in",
              allowed_if_own};
    default:
      return {UserArn(user), "ec2:DescribeInstances", "*", Verdict::kAllowed};
  }
}

std::vector<Question> MakeQuestions() {
  std::mt19937 random(20'240'501);
  std::vector<Question> questions;
  for (size_t i = 0; i < kRequests; ++i) {
    questions.push_back(MakeQuestion(random));
  }
  return questions;
}

// The compiled policies in a file of their own folder.
class Workload {
 public:
  Workload() : questions(MakeQuestions()) {
    const std::string json = PolicySetJson();
    Issues issues;
    const PolicySet set = LoadPolicySet({{"bench.json", json}}, issues);
    const CompiledImage image = Compile(set);
    std::string folder =
        (std::filesystem::temp_directory_path() / "benchXXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) std::abort();
    folder_ = folder;
    path = folder + "/policy.image";
    const auto bytes = BytesOf(image.bytes);
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    image_bytes = bytes.size();
  }
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  ~Workload() { std::filesystem::remove_all(folder_); }

  ImageFile Load() const {
    ImageFile::Opened opened = ImageFile::Open(path);
    if (!opened.file) {
      std::fprintf(stderr, "%s\n", opened.error.message.c_str());
      std::abort();
    }
    return *std::move(opened.file);
  }

  const std::vector<Question> questions;
  std::string path;
  size_t image_bytes = 0;

 private:
  std::string folder_;
};

// ---- what another thread does meanwhile ------------------------------------

enum class Neighbour {
  kNone,
  kLoading,   // loads and verifies the file again and again, publishes nothing
  kSwapping,  // publishes one verified image again and again
  kPublishing,  // loads, verifies and publishes again and again
};
constexpr Neighbour kNeighbours[] = {Neighbour::kNone, Neighbour::kLoading,
                                     Neighbour::kSwapping,
                                     Neighbour::kPublishing};

const char* NameOf(Neighbour neighbour) {
  switch (neighbour) {
    case Neighbour::kNone: return "at rest";
    case Neighbour::kLoading: return "loading only";
    case Neighbour::kSwapping: return "swaps back to back";
    case Neighbour::kPublishing: return "load+publish b.t.b.";
  }
  return "";
}

class Background {
 public:
  Background(Neighbour neighbour, PolicyStore& store, const Workload& workload)
      : store_(store),
        thread_([this, neighbour, &workload] { Run(neighbour, workload); }) {}
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background() {
    stop_ = true;
    thread_.join();
    store_.Collect();  // the next measurement begins without replaced images
  }

  uint64_t rounds() const { return rounds_; }
  uint64_t most_retired() const { return most_retired_; }

 private:
  void Run(Neighbour neighbour, const Workload& workload) {
    if (neighbour == Neighbour::kNone) return;
    const auto shared = std::make_shared<const ImageFile>(workload.Load());
    while (!stop_) {
      if (neighbour == Neighbour::kSwapping) {
        store_.Publish(shared->view(), shared);
      } else {
        ImageFile file = workload.Load();
        if (neighbour == Neighbour::kPublishing)
          store_.Publish(std::move(file));
      }
      ++rounds_;
      most_retired_ =
          std::max<uint64_t>(most_retired_, store_.counters().retired_images);
    }
  }

  PolicyStore& store_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> rounds_{0};
  std::atomic<uint64_t> most_retired_{0};
  std::thread thread_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}
double Least(const std::vector<double>& values) {
  return *std::min_element(values.begin(), values.end());
}

// ---- pins ------------------------------------------------------------------

// Of its own, so that its instructions can be counted in the disassembly.
[[gnu::noinline]] uint64_t PinOnce(PolicyStore::Reader& reader) {
  const PolicyStore::Pin pin(reader);
  return pin.generation();
}

void MeasurePins(const Options& options, PolicyStore& store) {
  constexpr int kPins = 5'000'000;
  PolicyStore::Reader reader(store);
  std::vector<double> costs;
  uint64_t sum = 0;
  for (int round = 0; round < options.rounds; ++round) {
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kPins; ++i) sum += PinOnce(reader);
    costs.push_back(
        std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
        kPins);
  }
  std::printf("pin and unpin: %.2f ns (least of %d; median %.2f)%s\n",
              Least(costs), options.rounds, Median(costs), sum == 0 ? "!" : "");
}

// Millions of pins a second of `threads` readers together.
double PinRate(int threads, const Options& options, PolicyStore& store) {
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> pins{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < threads; ++i) {
    readers.emplace_back([&] {
      PolicyStore::Reader reader(store);
      uint64_t mine = 0, newest = 0;
      while (!stop.load(std::memory_order_relaxed)) {
        for (int k = 0; k < 1000; ++k) newest = PinOnce(reader);
        mine += newest > 0 ? 1000 : 0;
      }
      pins += mine;
    });
  }
  const Clock::time_point begin = Clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(options.seconds));
  stop = true;
  for (std::thread& reader : readers) reader.join();
  return static_cast<double>(pins) /
         std::chrono::duration<double, std::micro>(Clock::now() - begin)
             .count();
}

void MeasurePinRates(const Options& options, PolicyStore& store,
                     const Workload& workload) {
  for (int threads : {1, 2}) {
    for (Neighbour neighbour : {Neighbour::kNone, Neighbour::kSwapping}) {
      std::vector<double> rates;
      uint64_t publications = 0;
      for (int round = 0; round < options.rounds; ++round) {
        const Background background(neighbour, store, workload);
        rates.push_back(PinRate(threads, options, store));
        publications += background.rounds();
      }
      std::printf(
          "%d readers, %-20s %7.1f million pins/s (best %.1f), %.0f "
          "publications/s\n",
          threads, NameOf(neighbour), Median(rates),
          *std::max_element(rates.begin(), rates.end()),
          static_cast<double>(publications) /
              (options.rounds * options.seconds));
    }
  }
}

// ---- decisions -------------------------------------------------------------

struct Tail {
  double p50 = 0, p99 = 0, p999 = 0, rate = 0;  // ns, million a second
};

Tail TailOf(std::vector<uint32_t>& times, double seconds) {
  std::sort(times.begin(), times.end());
  const auto at = [&times](double share) {
    return static_cast<double>(
        times[static_cast<size_t>(share * static_cast<double>(times.size()))]);
  };
  return {at(0.5), at(0.99), at(0.999),
          static_cast<double>(times.size()) / seconds / 1e6};
}

// Single decisions, each with a pin of its own, timed one by one.
Tail DecideFor(const Options& options, PolicyStore& store,
               const Workload& workload) {
  PolicyStore::Reader reader(store);
  auto scratch = std::make_unique<Scratch>(PolicyStore::Pin(reader).view());
  std::vector<uint32_t> times;
  times.reserve(size_t{20'000'000});
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end = begin + std::chrono::seconds(options.seconds);
  Clock::time_point now = begin;
  for (size_t i = 0; now < end && times.size() < times.capacity(); ++i) {
    const Question& question = workload.questions[i % kRequests];
    Request request;
    request.principal = question.principal;
    request.action = question.action;
    request.resource = question.resource;
    const Clock::time_point before = now;
    {
      const PolicyStore::Pin pin(reader);
      if (Decide(pin.view(), request, *scratch).verdict != question.expected) {
        std::fprintf(stderr, "error: wrong decision on %s\n",
                     question.principal.c_str());
        std::exit(1);
      }
    }
    now = Clock::now();
    times.push_back(static_cast<uint32_t>((now - before).count()));
  }
  return TailOf(times, std::chrono::duration<double>(now - begin).count());
}

void MeasureDecisions(const Options& options, PolicyStore& store,
                      const Workload& workload) {
  struct Row {
    std::vector<double> p50, p99, p999, rate;
    uint64_t publications = 0, most_retired = 0;
  };
  std::vector<Row> rows(std::size(kNeighbours));
  for (int round = 0; round < options.rounds; ++round) {
    for (size_t i = 0; i < rows.size(); ++i) {  // interleaved
      const Background background(kNeighbours[i], store, workload);
      const Tail tail = DecideFor(options, store, workload);
      rows[i].p50.push_back(tail.p50);
      rows[i].p99.push_back(tail.p99);
      rows[i].p999.push_back(tail.p999);
      rows[i].rate.push_back(tail.rate);
      rows[i].publications += background.rounds();
      rows[i].most_retired =
          std::max(rows[i].most_retired, background.most_retired());
    }
  }
  std::printf("decisions, one a pin; medians of %d (least), ns\n",
              options.rounds);
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    std::printf(
        "%-20s p50 %5.0f  p99 %6.0f  p99.9 %6.0f (%6.0f)  %5.2f M/s  "
        "%8.0f rounds/s  at most %llu images held\n",
        NameOf(kNeighbours[i]), Median(row.p50), Median(row.p99),
        Median(row.p999), Least(row.p999), Median(row.rate),
        static_cast<double>(row.publications) /
            (options.rounds * options.seconds),
        static_cast<unsigned long long>(row.most_retired));
  }
  for (size_t i = 1; i < rows.size(); ++i) {
    std::printf("p99.9, %s / at rest: %.2f (of the least: %.2f)\n",
                NameOf(kNeighbours[i]),
                Median(rows[i].p999) / Median(rows[0].p999),
                Least(rows[i].p999) / Least(rows[0].p999));
  }
}

bool ParseOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const int value = std::atoi(argv[i + 1]);
    if (value <= 0) return false;
    if (name == "--rounds") {
      options.rounds = value;
    } else if (name == "--seconds") {
      options.seconds = value;
    } else {
      return false;
    }
  }
  return argc % 2 == 1;
}

int Main(int argc, char** argv) {
  Options options;
  if (!ParseOptions(argc, argv, options)) {
    std::fprintf(stderr, "usage: store_bench [--rounds N] [--seconds N]\n");
    return 2;
  }
  const Workload workload;
  PolicyStore store(workload.Load());
  std::printf("image: %zu bytes, %d principals; %zu requests\n",
              workload.image_bytes, kPrincipals, kRequests);
  MeasurePins(options, store);
  MeasurePinRates(options, store, workload);
  MeasureDecisions(options, store, workload);
  return 0;
}

}  // namespace
}  // namespace portcullis

int main(int argc, char** argv) { return portcullis::Main(argc, argv); }
