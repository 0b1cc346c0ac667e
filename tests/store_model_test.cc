// Every interleaving of small runs of the store's protocol, and faults planted
// in it that the search must find.
#include "tests/support/store_model.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "runtime/policy_store_protocol.h"

namespace portcullis {
namespace {

using model::Env;
using model::ImageWord;
using Threads = std::vector<std::function<void()>>;

// A reader that registers, pins `pins` times and leaves. It fails on a freed or
// unwritten image and on an older generation than it has seen.
template <typename Protocol>
std::function<void()> Reader(int pins) {
  return [pins] {
    Protocol protocol(ImageWord(0));
    model::Slot* const slot = protocol.Register();
    uint64_t newest = 0;
    for (int i = 0; i < pins; ++i) {
      const size_t before = model::Replay::current().steps();
      const uintptr_t image = protocol.Pin(*slot);
      model::Require(model::Replay::current().steps() - before == 3,
                     "a pin is not wait-free");
      const uint64_t generation = model::Use(image);
      model::Require(generation >= newest, "an older generation");
      newest = generation;
      model::Use(image);
      protocol.Unpin(*slot);
    }
    protocol.Unregister(slot);
  };
}

// A publisher of images first .. first + count - 1.
template <typename Protocol>
std::function<void()> Publisher(int first, int count) {
  return [first, count] {
    Protocol protocol(ImageWord(0));
    for (int i = first; i < first + count; ++i) {
      const uintptr_t image = ImageWord(i);
      model::FreeAll(protocol.Publish(image, [image](uint64_t generation) {
        model::Init(image, generation);
      }));
    }
  };
}

template <typename Protocol>
std::function<void()> Collector() {
  return [] {
    Protocol protocol(ImageWord(0));
    model::FreeAll(protocol.Collect());
  };
}

struct World {
  const char* name;
  Threads threads;
};

template <typename Protocol>
std::vector<World> Worlds() {
  return {
      {"one reader pins twice, two publications",
       {Reader<Protocol>(2), Publisher<Protocol>(1, 2)}},
      {"two readers, two publications",
       {Reader<Protocol>(1), Reader<Protocol>(1), Publisher<Protocol>(1, 2)}},
      {"one reader pins twice, two publishers",
       {Reader<Protocol>(2), Publisher<Protocol>(1, 1),
        Publisher<Protocol>(2, 1)}},
      {"one reader pins twice, a publisher and a collector",
       {Reader<Protocol>(2), Publisher<Protocol>(1, 2), Collector<Protocol>()}},
  };
}

// The first fault in any of the worlds.
template <typename Protocol>
model::Verdict FirstFault() {
  for (const World& world : Worlds<Protocol>()) {
    model::Verdict verdict =
        model::Explore(world.threads, Collector<Protocol>());
    if (!verdict.fault.empty()) return verdict;
  }
  return {};
}

std::string Joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

TEST(StoreModelTest, EveryInterleavingIsRight) {
  size_t states = 0;
  for (const World& world : Worlds<StoreProtocol<Env>>()) {
    const model::Verdict verdict =
        model::Explore(world.threads, Collector<StoreProtocol<Env>>());
    EXPECT_EQ(verdict.fault, "") << world.name << '\n' << Joined(verdict.path);
    EXPECT_GT(verdict.ends, 0u) << world.name;
    std::printf("%s: %zu states, %zu ends\n", world.name, verdict.states,
                verdict.ends);
    states += verdict.states;
  }
  EXPECT_GT(states, 10'000u) << "the search is too small to mean anything";
}

// ---- planted faults --------------------------------------------------------

struct WeakAnnounce : StoreOrders {  // P1 may be seen after P2
  static constexpr std::memory_order kAnnounce = std::memory_order_release;
};
struct WeakRead : StoreOrders {  // P2 may be stale
  static constexpr std::memory_order kRead = std::memory_order_acquire;
};
struct WeakHold : StoreOrders {  // P3 does not order the pin before
  static constexpr std::memory_order kHold = std::memory_order_relaxed;
};
struct WeakUnpin : StoreOrders {  // reads may move behind P4
  static constexpr std::memory_order kUnpin = std::memory_order_relaxed;
};
struct WeakSwap : StoreOrders {  // W1 may be seen after W2
  static constexpr std::memory_order kSwap = std::memory_order_acq_rel;
};
struct WeakScan : StoreOrders {  // W2 may be stale
  static constexpr std::memory_order kScan = std::memory_order_acquire;
};

// Hazard pointers without their second look: the image is announced only once
// it is known.
struct LateAnnounce : StoreProtocol<Env> {
  using StoreProtocol::StoreProtocol;
  Image Pin(Slot& slot) {
    slot.holds.store(kIdle, StoreOrders::kAnnounce);
    const Image image = current().load(StoreOrders::kRead);
    slot.holds.store(image, StoreOrders::kHold);
    return image;
  }
};

// Looks for readers before it takes the image away from them.
struct EarlyScan : StoreProtocol<Env> {
  using StoreProtocol::StoreProtocol;
  template <typename Stamp>
  std::vector<Image> Publish(Image next, Stamp stamp) {
    return state().With([&](State& state) {
      std::vector<Image> freed, held;
      stamp(++state.generation);
      state.retired.push_back(current().load(StoreOrders::kRead));
      TakeUnheld(state, held, freed);
      current().exchange(next, StoreOrders::kSwap);
      return freed;
    });
  }
};

template <typename Protocol>
class StoreModelFaultTest : public testing::Test {};
using Faults =
    testing::Types<StoreProtocol<Env, WeakAnnounce>,
                   StoreProtocol<Env, WeakRead>, StoreProtocol<Env, WeakHold>,
                   StoreProtocol<Env, WeakUnpin>, StoreProtocol<Env, WeakSwap>,
                   StoreProtocol<Env, WeakScan>, LateAnnounce, EarlyScan>;
TYPED_TEST_SUITE(StoreModelFaultTest, Faults);

TYPED_TEST(StoreModelFaultTest, IsFound) {
  const model::Verdict verdict = FirstFault<TypeParam>();
  EXPECT_NE(verdict.fault, "");
  std::printf("found: %s\n%s", verdict.fault.c_str(),
              Joined(verdict.path).c_str());
}

}  // namespace
}  // namespace portcullis
