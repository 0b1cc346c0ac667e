// policy_store_stress.cc -- threads against a PolicyStore: publishers back to
// back, readers that check every image they pin, readers that come and go, a
// collector. Ends with status 1 when a reader saw a freed, mixed or older image
// than it may.
// usage: store_stress [--seconds N | --minutes N] [--readers N] [--publishers
// N]
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/decide.h"
#include "runtime/policy_store.h"
#include "tests/tiny_image.h"

namespace portcullis {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  int seconds = 5;
  int readers = 3;
  int publishers = 2;
};

struct Totals {
  std::atomic<uint64_t> pins{0};
  std::atomic<uint64_t> decisions{0};
  std::atomic<uint64_t> publications{0};
  std::atomic<uint64_t> threads{0};
  std::atomic<uint64_t> most_retired{0};
  std::atomic<uint64_t> faults{0};
};

std::atomic<int64_t> owners_alive{0};

// Bytes that show when they are used after their end, without a sanitizer too.
struct Owner {
  explicit Owner(uint64_t digest) : bytes(MakeTinyImage(digest)) {
    owners_alive.fetch_add(1, std::memory_order_relaxed);
  }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() {
    std::memset(bytes.data(), 0xDD, bytes.size() * sizeof(TinyBlock));
    owners_alive.fetch_sub(1, std::memory_order_relaxed);
  }

  TinyBytes bytes;
};

class Stress {
 public:
  explicit Stress(const Options& options)
      : options_(options),
        first_(std::make_shared<const Owner>(NextDigest())),
        store_(ViewOf(*first_), first_) {
    first_.reset();
  }

  int Run() {
    std::vector<std::thread> threads;
    for (int i = 0; i < options_.publishers; ++i) {
      threads.emplace_back([this] { PublishBackToBack(); });
    }
    for (int i = 0; i < options_.readers; ++i) {
      threads.emplace_back([this, i] { ReadUntilTheEnd(i); });
    }
    threads.emplace_back([this] { ComeAndGo(); });
    threads.emplace_back([this] { CollectNowAndThen(); });
    std::this_thread::sleep_for(std::chrono::seconds(options_.seconds));
    stop_ = true;
    for (std::thread& thread : threads) thread.join();
    return Report();
  }

 private:
  static ImageView ViewOf(const Owner& owner) {
    return *ImageView::Open(BytesOf(owner.bytes)).view;
  }
  uint64_t NextDigest() { return digests_.fetch_add(1) + 1; }

  void Fault(const char* what, uint64_t saw, uint64_t expected) {
    totals_.faults.fetch_add(1);
    std::fprintf(stderr, "fault: %s: %llu, expected %llu\n", what,
                 static_cast<unsigned long long>(saw),
                 static_cast<unsigned long long>(expected));
  }

  void PublishBackToBack() {
    while (!stop_) {
      auto owner = std::make_shared<const Owner>(NextDigest());
      const ImageView view = ViewOf(*owner);
      const uint64_t generation = store_.Publish(view, std::move(owner));
      totals_.publications.fetch_add(1, std::memory_order_relaxed);
      uint64_t seen = published_.load(std::memory_order_relaxed);
      while (seen < generation &&
             !published_.compare_exchange_weak(seen, generation,
                                               std::memory_order_release)) {
      }
    }
  }

  // What one reader has seen.
  struct Seen {
    uint64_t generation = 0;
    uint64_t digest = 0;
  };

  void CheckPin(const PolicyStore::Pin& pin, uint64_t at_least, Seen& seen) {
    const uint64_t generation = pin.generation();
    const uint64_t digest = pin.view().digest();
    if (!PayloadIsWhole(pin.view())) Fault("freed or mixed image", digest, 0);
    if (generation < seen.generation) {
      Fault("older than seen", generation, seen.generation);
    }
    if (generation < at_least)
      Fault("older than published", generation, at_least);
    if (generation == seen.generation && digest != seen.digest) {
      Fault("two images of one generation", digest, seen.digest);
    }
    seen = {generation, digest};
    totals_.pins.fetch_add(1, std::memory_order_relaxed);
  }

  // Decides on the pinned image, which denies everything.
  void DecideOn(const ImageView& view, Scratch& scratch) {
    Request request;
    request.principal = "arn:aws:iam::111122223333:user/ana";
    request.action = "s3:GetObject";
    request.resource = "arn:aws:s3:::bucket/key";
    const Decision decision = Decide(view, request, scratch);
    if (decision.verdict != Verdict::kImplicitDeny) {
      Fault("decision", static_cast<uint64_t>(decision.verdict), 0);
    }
    totals_.decisions.fetch_add(1, std::memory_order_relaxed);
  }

  void ReadUntilTheEnd(int number) {
    PolicyStore::Reader reader(store_);
    Scratch scratch(PolicyStore::Pin(reader).view());
    Seen seen;
    for (uint64_t i = 0; !stop_; ++i) {
      // Every other reader asks for no order beyond the store's own, so that
      // the thread sanitizer sees what the store alone gives.
      const uint64_t at_least =
          number % 2 == 0 ? published_.load(std::memory_order_acquire) : 0;
      const PolicyStore::Pin pin(reader);
      CheckPin(pin, at_least, seen);
      if (i % 16 == 0) DecideOn(pin.view(), scratch);
      if (i % 64 == 0) CheckNested(reader, pin, seen);
      if (i % 4096 == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        CheckPin(pin, 0, seen);
      }
    }
  }

  void CheckNested(PolicyStore::Reader& reader, const PolicyStore::Pin& outer,
                   Seen& seen) {
    const PolicyStore::Pin inner(reader);
    CheckPin(inner, outer.generation(), seen);
    if (inner.generation() != outer.generation()) {
      Fault("nested pin", inner.generation(), outer.generation());
    }
  }

  // Threads that register, read a little and leave.
  void ComeAndGo() {
    while (!stop_) {
      std::vector<std::thread> threads;
      for (int i = 0; i < 4; ++i) {
        threads.emplace_back([this, i] {
          PolicyStore::Reader reader(store_);
          Seen seen;
          for (int pins = 0; pins <= 8 * i; ++pins) {
            const PolicyStore::Pin pin(reader);
            CheckPin(pin, 0, seen);
          }
        });
        totals_.threads.fetch_add(1, std::memory_order_relaxed);
      }
      for (std::thread& thread : threads) thread.join();
    }
  }

  void CollectNowAndThen() {
    while (!stop_) {
      const uint64_t retired = store_.Collect();
      if (retired > totals_.most_retired) totals_.most_retired = retired;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  int Report() {
    store_.Collect();
    const PolicyStore::Counters counters = store_.counters();
    if (owners_alive != 1 || counters.retired_images != 0) {
      Fault("images alive at the end",
            static_cast<uint64_t>(owners_alive.load()), 1);
    }
    if (counters.readers != 0) Fault("readers at the end", counters.readers, 0);
    if (counters.generation != totals_.publications + 1) {
      Fault("generations", counters.generation, totals_.publications + 1);
    }
    const auto count = [](const std::atomic<uint64_t>& total) {
      return static_cast<unsigned long long>(total.load());
    };
    std::printf(
        "%d s: %llu pins, %llu decisions, %llu publications, %llu threads came "
        "and went, at most %llu retired images seen, %llu faults\n",
        options_.seconds, count(totals_.pins), count(totals_.decisions),
        count(totals_.publications), count(totals_.threads),
        count(totals_.most_retired), count(totals_.faults));
    const bool idle = totals_.pins == 0 || totals_.publications == 0 ||
                      totals_.threads == 0 || totals_.decisions == 0;
    if (idle) std::fprintf(stderr, "fault: some thread did nothing\n");
    return totals_.faults == 0 && !idle ? 0 : 1;
  }

  const Options options_;
  std::atomic<uint64_t> digests_{0};
  std::shared_ptr<const Owner> first_;
  PolicyStore store_;
  std::atomic<bool> stop_{false};
  std::atomic<uint64_t> published_{1};  // newest generation that was returned
  Totals totals_;
};

// Sets what `name` says; false when it says nothing known.
bool Set(Options& options, std::string_view name, int value) {
  if (value <= 0) return false;
  if (name == "--seconds") {
    options.seconds = value;
  } else if (name == "--minutes") {
    options.seconds = 60 * value;
  } else if (name == "--readers") {
    options.readers = value;
  } else if (name == "--publishers") {
    options.publishers = value;
  } else {
    return false;
  }
  return true;
}

int Main(int argc, char** argv) {
  Options options;
  bool good = argc % 2 == 1;
  for (int i = 1; good && i + 1 < argc; i += 2) {
    good = Set(options, argv[i], std::atoi(argv[i + 1]));
  }
  if (!good) {
    std::fprintf(stderr,
                 "usage: store_stress [--seconds N | --minutes N] "
                 "[--readers N] [--publishers N]\n");
    return 2;
  }
  return Stress(options).Run();
}

}  // namespace
}  // namespace portcullis

int main(int argc, char** argv) { return portcullis::Main(argc, argv); }
