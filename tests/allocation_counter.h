// allocation_counter.h -- replaces the global allocation functions by ones that
// count, and fail when a test wants it. They belong to a whole program: exactly
// one of its files includes this.
#ifndef PORTCULLIS_TESTS_ALLOCATION_COUNTER_H_
#define PORTCULLIS_TESTS_ALLOCATION_COUNTER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace portcullis::testing {

inline std::atomic<size_t> allocation_count{0};
// The allocation of this number, counted as above, fails.
inline std::atomic<size_t> failing_allocation{SIZE_MAX};

inline void* CountedAllocate(size_t size, size_t alignment) {
  const size_t number =
      allocation_count.fetch_add(1, std::memory_order_relaxed);
  if (number == failing_allocation.load(std::memory_order_relaxed)) {
    throw std::bad_alloc();
  }
  const size_t rounded = (size + alignment - 1) / alignment * alignment;
  void* memory = alignment <= alignof(std::max_align_t)
                     ? std::malloc(size == 0 ? 1 : size)
                     : std::aligned_alloc(alignment, rounded);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace portcullis::testing

// GCC inlines one of a pair and takes the other for the library's.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

void* operator new(size_t size) {
  return portcullis::testing::CountedAllocate(size, alignof(std::max_align_t));
}
void* operator new[](size_t size) {
  return portcullis::testing::CountedAllocate(size, alignof(std::max_align_t));
}
void* operator new(size_t size, std::align_val_t alignment) {
  return portcullis::testing::CountedAllocate(size,
                                              static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return portcullis::testing::CountedAllocate(size,
                                              static_cast<size_t>(alignment));
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

#endif  // PORTCULLIS_TESTS_ALLOCATION_COUNTER_H_
