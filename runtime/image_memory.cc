#include "runtime/image_memory.h"

#include <sys/mman.h>

#include <array>
#include <mutex>
#include <utility>

namespace portcullis {
namespace {

// One to load into while another is still held by a reader.
constexpr size_t kSpares = 2;

struct Spares {
  std::mutex mutex;
  std::array<MemoryRegion, kSpares> regions;
};
constinit Spares spares;

MemoryRegion MapNew(size_t size) {
  // Room to grow: pages that are never touched take no memory.
  const size_t capacity = size + size / 4;
  void* const address = mmap(nullptr, capacity, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) return {};
  // A hint: fewer, larger pages when the system has them.
  madvise(address, capacity, MADV_HUGEPAGE);
  return {address, capacity};
}

// A spare that holds `size` bytes and wastes less than it holds.
MemoryRegion TakeSpare(size_t size) {
  const std::unique_lock<std::mutex> lock(spares.mutex, std::try_to_lock);
  if (!lock.owns_lock()) return {};
  for (MemoryRegion& region : spares.regions) {
    if (region.capacity >= size && region.capacity / 2 <= size) {
      return std::exchange(region, {});
    }
  }
  return {};
}

// Puts `region` in an empty place or that of the older spare, and returns what
// is then one too many.
MemoryRegion ExchangeSpare(MemoryRegion region) {
  const std::unique_lock<std::mutex> lock(spares.mutex, std::try_to_lock);
  if (!lock.owns_lock()) return region;
  auto& [newer, older] = spares.regions;
  if (newer.address == nullptr) std::swap(newer, older);
  if (newer.capacity + region.capacity > kMaxSpareBytes) return region;
  // Now `older` is the place to fill; what is filled becomes the newer.
  const MemoryRegion surplus = std::exchange(older, region);
  std::swap(newer, older);
  return surplus;
}

}  // namespace

MemoryRegion TakeMemory(size_t size) {
  const MemoryRegion spare = TakeSpare(size);
  return spare.address != nullptr ? spare : MapNew(size);
}

void GiveMemory(MemoryRegion region) {
  const MemoryRegion surplus = ExchangeSpare(region);
  if (surplus.address != nullptr) munmap(surplus.address, surplus.capacity);
}

}  // namespace portcullis
