// The reading side of the policy store allocates and frees nothing. A program
// of its own, since it replaces the global operators.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <optional>
#include <utility>

#include "runtime/policy_store.h"
#include "tests/tiny_image.h"

namespace {
size_t calls = 0;  // of operator new and delete
}

// Not inline, so that the compiler sees pairs.
[[gnu::noinline]] void* operator new(size_t size) {
  ++calls;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  ++calls;
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  ++calls;
  std::free(memory);
}

namespace portcullis {
namespace {

std::shared_ptr<const TinyBytes> TinyOwner(uint64_t digest) {
  return std::make_shared<const TinyBytes>(MakeTinyImage(digest));
}

ImageView ViewOf(const TinyBytes& bytes) {
  return *ImageView::Open(BytesOf(bytes)).view;
}

TEST(PolicyStoreNoAllocTest, PinsAllocateAndFreeNothing) {
  const auto first = TinyOwner(1), second = TinyOwner(2);
  PolicyStore store(ViewOf(*first), first);
  PolicyStore::Reader reader(store);
  auto pin = std::optional<PolicyStore::Pin>(std::in_place, reader);
  store.Publish(ViewOf(*second), second);

  const size_t before = calls;
  pin.reset();  // the last pin of a replaced image
  uint64_t sum = 0;
  for (int i = 0; i < 100; ++i) {
    const PolicyStore::Pin outer(reader);
    const PolicyStore::Pin inner(reader);
    sum += inner.generation() + outer.view().digest();
  }
  EXPECT_EQ(calls, before);
  EXPECT_EQ(sum, 400u);

  EXPECT_EQ(store.Collect(), 0u);
  EXPECT_GT(calls, before) << "the count counts";
}

}  // namespace
}  // namespace portcullis
