#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "runtime/decide.h"
#include "runtime/policy_store.h"
#include "tests/tiny_image.h"

namespace portcullis {
namespace {

// Owners that are alive.
std::atomic<int> alive{0};

struct Owner {
  explicit Owner(uint64_t digest) : bytes(MakeTinyImage(digest)) { ++alive; }
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;
  ~Owner() { --alive; }
  ImageView view() const { return *ImageView::Open(BytesOf(bytes)).view; }

  TinyBytes bytes;
};

std::unique_ptr<PolicyStore> MakeStore(uint64_t digest) {
  const auto owner = std::make_shared<const Owner>(digest);
  return std::make_unique<PolicyStore>(owner->view(), owner);
}

uint64_t Publish(PolicyStore& store, uint64_t digest) {
  const auto owner = std::make_shared<const Owner>(digest);
  return store.Publish(owner->view(), owner);
}

static_assert(!std::is_copy_constructible_v<PolicyStore::Pin>);
static_assert(!std::is_move_constructible_v<PolicyStore::Pin>);
static_assert(
    std::is_nothrow_constructible_v<PolicyStore::Pin, PolicyStore::Reader&>);

TEST(PolicyStoreTest, TinyImageIsAnImage) {
  const TinyBytes bytes = MakeTinyImage(7);
  const ImageView::Opened opened = ImageView::Open(BytesOf(bytes));
  ASSERT_TRUE(opened.view) << opened.error.message;
  EXPECT_EQ(opened.view->digest(), 7u);
  EXPECT_TRUE(PayloadIsWhole(*opened.view));
}

TEST(PolicyStoreTest, PinServesTheCurrentImage) {
  const auto store = MakeStore(10);
  PolicyStore::Reader reader(*store);
  {
    const PolicyStore::Pin pin(reader);
    EXPECT_EQ(pin.view().digest(), 10u);
    EXPECT_EQ(pin.generation(), 1u);
  }
  EXPECT_EQ(Publish(*store, 11), 2u);
  const PolicyStore::Pin pin(reader);
  EXPECT_EQ(pin.view().digest(), 11u);
  EXPECT_EQ(pin.generation(), 2u);
}

TEST(PolicyStoreTest, PinnedImageOutlivesItsReplacement) {
  const auto store = MakeStore(10);
  PolicyStore::Reader reader(*store);
  {
    const PolicyStore::Pin pin(reader);
    Publish(*store, 11);
    Publish(*store, 12);
    EXPECT_EQ(pin.view().digest(), 10u);
    EXPECT_TRUE(PayloadIsWhole(pin.view()));
    // 11 was never pinned: it is gone though an older image is pinned.
    EXPECT_EQ(alive, 2);
    EXPECT_EQ(store->counters().retired_images, 1u);
    EXPECT_EQ(store->counters().retired_bytes, pin.view().size_bytes());
  }
  EXPECT_EQ(alive, 2) << "the end of a pin frees nothing";
  EXPECT_EQ(store->Collect(), 0u);
  EXPECT_EQ(alive, 1);
}

TEST(PolicyStoreTest, PublishFreesWhatItReplaces) {
  const auto store = MakeStore(10);
  for (uint64_t i = 0; i < 5; ++i) {
    Publish(*store, 11 + i);
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(store->counters().generation, 6u);
  EXPECT_EQ(store->counters().active_digest, 15u);
}

TEST(PolicyStoreTest, StoreFreesAllAtItsEnd) {
  auto store = MakeStore(10);
  {
    PolicyStore::Reader reader(*store);
    const PolicyStore::Pin pin(reader);
    Publish(*store, 11);
  }
  EXPECT_EQ(alive, 2);
  store.reset();
  EXPECT_EQ(alive, 0);
}

TEST(PolicyStoreTest, InnerPinServesTheImageOfTheOuter) {
  const auto store = MakeStore(10);
  PolicyStore::Reader reader(*store);
  {
    const PolicyStore::Pin outer(reader);
    Publish(*store, 11);
    {
      const PolicyStore::Pin inner(reader);
      EXPECT_EQ(inner.view().digest(), 10u);
    }
    store->Collect();
    EXPECT_TRUE(PayloadIsWhole(outer.view())) << "the outer pin still holds";
    EXPECT_EQ(outer.view().digest(), 10u);
  }
  const PolicyStore::Pin next(reader);
  EXPECT_EQ(next.view().digest(), 11u);
}

TEST(PolicyStoreTest, ReadersOfOneThreadAreIndependent) {
  const auto store = MakeStore(10);
  PolicyStore::Reader first(*store), second(*store);
  const PolicyStore::Pin old_pin(first);
  Publish(*store, 11);
  const PolicyStore::Pin new_pin(second);
  EXPECT_EQ(old_pin.view().digest(), 10u);
  EXPECT_EQ(new_pin.view().digest(), 11u);
}

TEST(PolicyStoreTest, SlotsOfGoneReadersAreUsedAgain) {
  const auto store = MakeStore(10);
  for (int i = 0; i < 100; ++i) {
    std::thread([&store] {
      PolicyStore::Reader reader(*store);
      const PolicyStore::Pin pin(reader);
      EXPECT_EQ(store->counters().readers, 1u);
    }).join();
  }
  EXPECT_EQ(store->counters().readers, 0u);
}

TEST(PolicyStoreTest, DecidesOnAPinnedImage) {
  const auto store = MakeStore(10);
  PolicyStore::Reader reader(*store);
  const PolicyStore::Pin pin(reader);
  Scratch scratch(pin.view());
  ASSERT_TRUE(scratch.Fits(pin.view()));
  Request request;
  request.principal = "arn:aws:iam::111122223333:user/ana";
  request.action = "s3:GetObject";
  request.resource = "arn:aws:s3:::bucket/key";
  EXPECT_EQ(Decide(pin.view(), request, scratch).verdict,
            Verdict::kImplicitDeny);
}

// ---- fork ------------------------------------------------------------------

// Runs `child` in a forked process; true when it returned true there.
template <typename F>
bool InChild(F child) {
  const pid_t pid = fork();
  if (pid == 0) _exit(child() ? 0 : 1);
  int status = 0;
  return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

TEST(PolicyStoreForkTest, WorkersReadAndReloadOnTheirOwn) {
  const auto store = MakeStore(10);
  EXPECT_TRUE(InChild([&store] {
    PolicyStore::Reader reader(*store);
    bool right = true;
    {
      const PolicyStore::Pin pin(reader);
      right = pin.view().digest() == 10 && PayloadIsWhole(pin.view());
    }
    Publish(*store, 11);
    const PolicyStore::Pin pin(reader);
    return right && pin.view().digest() == 11 && alive == 1;
  }));
  PolicyStore::Reader reader(*store);
  const PolicyStore::Pin pin(reader);
  EXPECT_EQ(pin.view().digest(), 10u);
}

TEST(PolicyStoreForkTest, PinsOfThreadsThatAreNotInTheChildAreOver) {
  const auto store = MakeStore(10);
  PolicyStore::Reader mine(*store);
  std::atomic<bool> pinned{false}, done{false};
  std::thread other([&] {
    PolicyStore::Reader reader(*store);
    const PolicyStore::Pin pin(reader);
    pinned = true;
    while (!done) std::this_thread::yield();
    EXPECT_TRUE(PayloadIsWhole(pin.view()));
  });
  while (!pinned) std::this_thread::yield();
  store->BeforeFork();
  const pid_t pid = fork();
  if (pid == 0) {
    store->AfterForkInChild();
    Publish(*store, 11);
    const PolicyStore::Pin pin(mine);
    _exit(pin.view().digest() == 11 && alive == 1 ? 0 : 1);
  }
  store->AfterForkInParent();
  int status = 0;
  EXPECT_EQ(waitpid(pid, &status, 0), pid);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  Publish(*store, 12);
  EXPECT_EQ(alive, 2) << "the other thread's pin holds in the parent";
  done = true;
  other.join();
}

}  // namespace
}  // namespace portcullis
