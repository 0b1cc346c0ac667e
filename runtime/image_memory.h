// image_memory.h -- Internal: use runtime/image_file.h. Memory for the copies
// of image files.
#ifndef PORTCULLIS_RUNTIME_IMAGE_MEMORY_H_
#define PORTCULLIS_RUNTIME_IMAGE_MEMORY_H_

#include <cstddef>

namespace portcullis {

// Regions given back together take no more than this.
inline constexpr size_t kMaxSpareBytes = size_t{64} << 20;

struct MemoryRegion {
  void* address = nullptr;  // of a page; null: there is none
  size_t capacity = 0;      // bytes
};

// Memory of at least `size` bytes, writable, with any content; null when there
// is none.
//
// A region that was given back is used again: to unmap memory, or to change its
// protection, interrupts every processor that runs a thread of the process, and
// new pages fault. That is most of what a publication costs the threads that
// decide (docs/decisions/0005).
//
// Threads. Both functions are thread-safe and never wait for each other, so
// that a child of fork() may use them.
MemoryRegion TakeMemory(size_t size);

// Keeps the region for the next TakeMemory(), or unmaps it.
void GiveMemory(MemoryRegion region);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_MEMORY_H_
