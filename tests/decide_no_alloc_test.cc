// Deciding allocates nothing: the global allocation functions count, and
// thousands of varied decisions leave the count where it was.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <new>
#include <vector>

#include "tests/rich_world.h"
#include "tests/small_image.h"

namespace {

std::atomic<size_t> allocations{0};

void* Allocate(size_t size, size_t alignment) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size == 0 ? 1 : size)
                     : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// GCC inlines one of a pair and takes the other for the library's.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

void* operator new(size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new[](size_t size) {
  return Allocate(size, alignof(std::max_align_t));
}
void* operator new(size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}
void operator delete[](void* memory, size_t, std::align_val_t) noexcept {
  std::free(memory);
}

namespace portcullis {
namespace {

TEST(DecideNoAllocTest, TheCounterCounts) {
  const size_t before = allocations.load();
  std::vector<int> numbers(100);
  EXPECT_EQ(numbers.size(), 100u);
  EXPECT_GT(allocations.load(), before);
}

// What the decisions came to, so that a run over nothing but refusals, or of
// one layer alone, fails.
struct Census {
  size_t by_verdict[3] = {};
  size_t by_layer[kLayerCount] = {};
  size_t refused = 0;
  size_t in_session = 0;

  void Count(const Decision& decision) {
    ++by_verdict[static_cast<size_t>(decision.verdict)];
    ++by_layer[static_cast<size_t>(decision.decided_by)];
    refused += decision.refusal != Refusal::kNone ? 1 : 0;
    in_session += decision.in_session ? 1 : 0;
  }
};

size_t AllocationsOf(SmallImage& image, const std::vector<Request>& requests,
                     Census& census) {
  const size_t before = allocations.load();
  for (const Request& request : requests) census.Count(image.Ask(request));
  return allocations.load() - before;
}

TEST(DecideNoAllocTest, ThousandsOfDecisions) {
  SmallImage image(RichSet());
  const std::vector<Policy> policies = {RichSessionPolicy()};
  SmallImage session(CompileSession(policies));
  const RichRequests requests(session.view());
  Census census;
  EXPECT_EQ(AllocationsOf(image, requests.all(), census), 0u);

  std::cout << requests.all().size() << " decisions: " << census.by_verdict[2]
            << " allowed, " << census.by_verdict[1] << " explicitly denied, "
            << census.by_verdict[0] << " implicitly denied, " << census.refused
            << " refused\n";
  EXPECT_GT(requests.all().size(), 10000u);
  for (const size_t count : census.by_verdict) EXPECT_GT(count, 100u);
  for (int layer = 1; layer < kLayerCount; ++layer) {
    EXPECT_GT(census.by_layer[layer], 0u)
        << LayerName(static_cast<Layer>(layer));
  }
  EXPECT_GT(census.refused, 100u);
  EXPECT_GT(census.in_session, 0u);
  EXPECT_GE(image.stats().tries, 2u);
}

}  // namespace
}  // namespace portcullis
