// gateway_loop.cc -- a gateway's decision loop in one file, without a network:
// worker threads that pin once a batch and decide, a thread that reloads when a
// new image file appears, and a thread that plays the deployment and replaces
// the file again and again. Every decision is compared with what the version
// that it was made on must say; docs/embedding.md walks through it.
//
// usage: gateway_loop OPEN.image FROZEN.image [--seconds N] [--workers N]
//                     [--publish-every-ms N]
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "runtime/decide.h"
#include "runtime/image_watcher.h"
#include "runtime/policy_store.h"
#include "runtime/scratch.h"

namespace {

using Clock = std::chrono::steady_clock;
using portcullis::ContextEntry;
using portcullis::Decision;
using portcullis::ImageFile;
using portcullis::ImageView;
using portcullis::ImageWatcher;
using portcullis::PolicyStore;
using portcullis::Request;
using portcullis::Scratch;
using portcullis::Verdict;

constexpr auto kAllowed = Verdict::kAllowed;
constexpr auto kExplicit = Verdict::kExplicitDeny;
constexpr auto kImplicit = Verdict::kImplicitDeny;

// ---- traffic: requests, and what each version must answer ------------------

struct Question {
  std::string_view principal;
  std::string_view action;
  std::string_view resource;
  std::string_view source_ip;  // empty: none
  Verdict open;                // under examples/policies/open.json
  Verdict frozen;              // under examples/policies/frozen.json
};

constexpr std::string_view kAna = "arn:aws:iam::210987654321:user/ana";
constexpr std::string_view kRobot =
    "arn:aws:sts::210987654321:assumed-role/robot/nightly";
constexpr std::string_view kStranger = "arn:aws:iam::210987654321:user/eve";

constexpr Question kTraffic[] = {
    {kAna, "s3:GetObject", "arn:aws:s3:::reports/q1", "", kAllowed, kAllowed},
    {kAna, "s3:PutObject", "arn:aws:s3:::reports/q1", "", kAllowed, kExplicit},
    {kAna, "s3:GetObject", "arn:aws:s3:::wages/q1", "", kImplicit, kImplicit},
    {kAna, "s3:PutObject", "arn:aws:s3:::wages/q1", "", kImplicit, kExplicit},
    {kAna, "ledger:Read", "*", "203.0.113.9", kAllowed, kExplicit},
    {kAna, "ledger:Read", "*", "198.51.100.7", kImplicit, kExplicit},
    {kRobot, "s3:DeleteObject", "arn:aws:s3:::reports/old/a", "", kAllowed,
     kExplicit},
    {kRobot, "s3:DeleteObject", "arn:aws:s3:::reports/new/a", "", kImplicit,
     kExplicit},
    {kRobot, "s3:GetObject", "arn:aws:s3:::reports/old/a", "", kImplicit,
     kImplicit},
    {kStranger, "s3:GetObject", "arn:aws:s3:::reports/q1", "", kImplicit,
     kImplicit},
};
constexpr size_t kBatch = 64;

// Digests of the two versions, to know which answers a pinned image must give.
struct Versions {
  uint64_t open = 0;
  uint64_t frozen = 0;
};

// ---- a worker --------------------------------------------------------------

// One a thread, on cache lines of its own.
struct alignas(128) Tally {
  uint64_t decisions = 0;
  uint64_t allowed = 0;
  uint64_t wrong = 0;
  uint64_t batches = 0;
  uint64_t versions_seen = 0;  // changes of generation
  int64_t longest_batch_ns = 0;
};

Verdict Ask(const ImageView& image, const Question& question,
            Scratch& scratch) {
  const std::array<std::string_view, 1> ip = {question.source_ip};
  const std::array<ContextEntry, 1> context = {{{"aws:SourceIp", ip, false}}};
  Request request;
  request.principal = question.principal;
  request.action = question.action;
  request.resource = question.resource;
  if (!question.source_ip.empty()) request.context = context;
  return Decide(image, request, scratch).verdict;
}

class Worker {
 public:
  Worker(PolicyStore& store, const Versions& versions)
      : reader_(store), versions_(versions) {}

  // One batch: all its requests are decided on one version.
  void DecideBatch() {
    const Clock::time_point begin = Clock::now();
    {
      const PolicyStore::Pin pin(reader_);
      const ImageView& image = pin.view();
      if (pin.generation() != generation_) OnNewVersion(pin);
      for (size_t i = 0; i < kBatch; ++i) {
        Check(image, kTraffic[next_++ % std::size(kTraffic)]);
      }
    }
    const auto took = std::chrono::nanoseconds(Clock::now() - begin).count();
    tally_.longest_batch_ns = std::max<int64_t>(tally_.longest_batch_ns, took);
    ++tally_.batches;
  }

  const Tally& tally() const { return tally_; }

 private:
  // A larger image may need a larger work space: the only allocation here.
  void OnNewVersion(const PolicyStore::Pin& pin) {
    if (scratch_ == nullptr || !scratch_->Fits(pin.view())) {
      scratch_ = std::make_unique<Scratch>(pin.view());
    }
    generation_ = pin.generation();
    ++tally_.versions_seen;
  }

  void Check(const ImageView& image, const Question& question) {
    const bool open = image.digest() == versions_.open;
    const Verdict verdict = Ask(image, question, *scratch_);
    const bool known = open || image.digest() == versions_.frozen;
    if (!known || verdict != (open ? question.open : question.frozen)) {
      ++tally_.wrong;
    }
    if (verdict == Verdict::kAllowed) ++tally_.allowed;
    ++tally_.decisions;
  }

  PolicyStore::Reader reader_;
  const Versions versions_;
  std::unique_ptr<Scratch> scratch_;
  uint64_t generation_ = 0;
  size_t next_ = 0;
  Tally tally_;
};

// ---- the deployment --------------------------------------------------------

std::string ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// How an image file is replaced: a temporary file in the same folder, on the
// disk before the rename. (`portcullis compile -o` does it, and syncs the
// folder as well.)
bool Replace(const std::string& path, const std::string& bytes) {
  const std::string temporary = path + ".tmp";
  const int fd =
      open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  const bool whole = write(fd, bytes.data(), bytes.size()) ==
                         static_cast<ssize_t>(bytes.size()) &&
                     fsync(fd) == 0;
  close(fd);
  return whole && std::rename(temporary.c_str(), path.c_str()) == 0;
}

// ---- all together ----------------------------------------------------------

struct Options {
  std::string open;
  std::string frozen;
  int seconds = 10;
  int workers = 2;
  int publish_every_ms = 10;
};

struct Outcome {
  Tally sum;
  uint64_t deployed = 0;
  ImageWatcher::Status status;
  PolicyStore::Counters counters;
  size_t most_retired_bytes = 0;
};

class Gateway {
 public:
  Gateway(const Options& options, const Versions& versions, std::string path,
          ImageFile first)
      : options_(options),
        versions_(versions),
        path_(std::move(path)),
        store_(std::move(first)),
        watcher_(path_, store_, [this](const ImageWatcher::Event& event) {
          OnReload(event);
        }) {}

  Outcome Run() {
    std::thread watch([this] { watcher_.Run(); });
    std::thread deploy([this] { Deploy(); });
    std::vector<Tally> tallies(static_cast<size_t>(options_.workers));
    std::vector<std::thread> workers;
    for (Tally& tally : tallies) {
      workers.emplace_back([this, &tally] {
        Worker worker(store_, versions_);
        while (!stop_.load(std::memory_order_relaxed)) worker.DecideBatch();
        tally = worker.tally();
      });
    }
    std::this_thread::sleep_for(std::chrono::seconds(options_.seconds));
    stop_ = true;
    for (std::thread& worker : workers) worker.join();
    deploy.join();
    watcher_.Stop();
    watch.join();
    store_.Collect();
    outcome_.status = watcher_.status();
    outcome_.counters = store_.counters();
    for (const Tally& tally : tallies) Add(tally);
    return outcome_;
  }

 private:
  // Where a gateway would write its log and count its metrics.
  void OnReload(const ImageWatcher::Event& event) {
    if (!event.published) {
      std::fprintf(stderr, "reload failed, keeping the policies: %s\n",
                   event.error.message.c_str());
    }
    outcome_.most_retired_bytes =
        std::max(outcome_.most_retired_bytes, store_.counters().retired_bytes);
  }

  void Deploy() {
    const std::array<std::string, 2> images = {ReadBytes(options_.frozen),
                                               ReadBytes(options_.open)};
    Clock::time_point next = Clock::now();
    while (!stop_) {
      const std::string& image = images[outcome_.deployed % images.size()];
      if (Replace(path_, image)) ++outcome_.deployed;
      next += std::chrono::milliseconds(options_.publish_every_ms);
      std::this_thread::sleep_until(next);
    }
  }

  void Add(const Tally& tally) {
    Tally& sum = outcome_.sum;
    sum.decisions += tally.decisions;
    sum.allowed += tally.allowed;
    sum.wrong += tally.wrong;
    sum.batches += tally.batches;
    sum.versions_seen += tally.versions_seen;
    sum.longest_batch_ns =
        std::max(sum.longest_batch_ns, tally.longest_batch_ns);
  }

  const Options options_;
  const Versions versions_;
  const std::string path_;
  PolicyStore store_;
  ImageWatcher watcher_;
  std::atomic<bool> stop_{false};
  Outcome outcome_;
};

// Prints the outcome; 0 when every decision was right and every image arrived.
int Report(const Options& options, const Outcome& outcome) {
  const auto number = [](uint64_t value) {
    return static_cast<unsigned long long>(value);
  };
  std::printf(
      "%d s, %d workers: %llu decisions (%.0f ns each and worker), %llu "
      "allowed, %llu wrong\n",
      options.seconds, options.workers, number(outcome.sum.decisions),
      options.seconds * 1e9 * options.workers /
          static_cast<double>(outcome.sum.decisions),
      number(outcome.sum.allowed), number(outcome.sum.wrong));
  std::printf(
      "%llu files deployed, %llu images published, %llu failures, %llu changes "
      "of version seen by workers\n",
      number(outcome.deployed), number(outcome.status.publications),
      number(outcome.status.failures), number(outcome.sum.versions_seen));
  std::printf(
      "longest batch of %zu: %.1f us; at most %zu bytes of replaced images "
      "held, %zu images at the end\n",
      kBatch, static_cast<double>(outcome.sum.longest_batch_ns) / 1e3,
      outcome.most_retired_bytes, outcome.counters.retired_images);
  const bool good = outcome.sum.wrong == 0 && outcome.status.failures == 0 &&
                    outcome.deployed > 0 && outcome.status.publications > 1 &&
                    outcome.sum.versions_seen > 1 &&
                    outcome.counters.retired_images == 0;
  std::printf("%s\n", good ? "ok" : "FAILED");
  return good ? 0 : 1;
}

// The digest of the image at `path`; ends the program when it is no image: a
// gateway without policies must not start.
uint64_t DigestOf(const std::string& path) {
  const ImageFile::Opened opened = ImageFile::Open(path);
  if (!opened.file) {
    std::fprintf(stderr, "error: %s\n", opened.error.message.c_str());
    std::exit(1);
  }
  return opened.file->view().digest();
}

bool ParseOptions(std::span<char*> arguments, Options& options) {
  if (arguments.size() < 3 || arguments.size() % 2 != 1) return false;
  options.open = arguments[1];
  options.frozen = arguments[2];
  for (size_t i = 3; i + 1 < arguments.size(); i += 2) {
    const std::string_view name = arguments[i];
    const int value = std::atoi(arguments[i + 1]);
    if (value <= 0) return false;
    if (name == "--seconds") {
      options.seconds = value;
    } else if (name == "--workers") {
      options.workers = value;
    } else if (name == "--publish-every-ms") {
      options.publish_every_ms = value;
    } else {
      return false;
    }
  }
  return true;
}

int RunIn(const std::string& folder, const Options& options,
          const Versions& versions) {
  const std::string path = folder + "/policy.image";
  if (!Replace(path, ReadBytes(options.open))) {
    std::perror(path.c_str());
    return 1;
  }
  ImageFile::Opened opened = ImageFile::Open(path);
  if (!opened.file) {
    std::fprintf(stderr, "error: %s\n", opened.error.message.c_str());
    return 1;
  }
  Gateway gateway(options, versions, path, *std::move(opened.file));
  return Report(options, gateway.Run());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  if (!ParseOptions({argv, static_cast<size_t>(argc)}, options)) {
    std::fprintf(stderr,
                 "usage: gateway_loop OPEN.image FROZEN.image [--seconds N] "
                 "[--workers N] [--publish-every-ms N]\n");
    return 2;
  }
  const Versions versions = {DigestOf(options.open), DigestOf(options.frozen)};
  std::string folder =
      (std::filesystem::temp_directory_path() / "gatewayXXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    std::perror(folder.c_str());
    return 1;
  }
  const int status = RunIn(folder, options, versions);
  std::filesystem::remove_all(folder);
  return status;
}
