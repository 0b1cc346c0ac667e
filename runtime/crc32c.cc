#include "runtime/crc32c.h"

#include <array>
#include <cstring>

#include "runtime/image_format.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace portcullis {

#if defined(__x86_64__)

namespace {

// The instruction answers three cycles after it began, and one begins a cycle:
// three lanes of this many bytes are computed at once.
constexpr size_t kLaneBytes = 4096;
constexpr size_t kLanes = 3;

uint64_t WordAt(const std::byte* bytes) {
  uint64_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}

// A linear map of checksums: element i is the image of bit i.
using Map = std::array<uint32_t, 32>;

constexpr uint32_t Apply(const Map& map, uint32_t crc) {
  uint32_t image = 0;
  for (size_t i = 0; i < 32; ++i) {
    if ((crc >> i & 1) != 0) image ^= map[i];
  }
  return image;
}

// What a lane of zeros does to a checksum.
constexpr Map MakeZeroLane() {
  Map map{};
  for (size_t i = 0; i < 32; ++i) {
    const uint32_t bit = uint32_t{1} << i;
    map[i] = (bit >> 8) ^ kCrc32cTables[0][bit & 0xFF];  // one byte
  }
  for (size_t bytes = 1; bytes < kLaneBytes; bytes *= 2) {
    Map twice{};
    for (size_t i = 0; i < 32; ++i) twice[i] = Apply(map, map[i]);
    map = twice;
  }
  return map;
}

// Table k: for the values of byte k of a checksum.
using ByteTables = std::array<std::array<uint32_t, 256>, 4>;

constexpr ByteTables MakeZeroLaneTables() {
  constexpr Map kMap = MakeZeroLane();
  ByteTables tables{};
  for (size_t k = 0; k < 4; ++k) {
    for (uint32_t byte = 0; byte < 256; ++byte) {
      tables[k][byte] = Apply(kMap, byte << (8 * k));
    }
  }
  return tables;
}
constexpr ByteTables kZeroLane = MakeZeroLaneTables();

uint64_t BehindZeroLane(uint64_t crc) {
  return kZeroLane[0][crc & 0xFF] ^ kZeroLane[1][crc >> 8 & 0xFF] ^
         kZeroLane[2][crc >> 16 & 0xFF] ^ kZeroLane[3][crc >> 24 & 0xFF];
}

[[gnu::target("sse4.2")]] uint64_t ThreeLanes(uint64_t crc,
                                              const std::byte* bytes) {
  uint64_t second = 0;
  uint64_t third = 0;
  for (size_t i = 0; i < kLaneBytes; i += 8) {
    crc = _mm_crc32_u64(crc, WordAt(bytes + i));
    second = _mm_crc32_u64(second, WordAt(bytes + kLaneBytes + i));
    third = _mm_crc32_u64(third, WordAt(bytes + 2 * kLaneBytes + i));
  }
  return BehindZeroLane(BehindZeroLane(crc) ^ second) ^ third;
}

[[gnu::target("sse4.2")]] uint32_t Crc32cByInstruction(const std::byte* bytes,
                                                       size_t size) {
  uint64_t crc = 0xFFFFFFFFu;
  constexpr size_t kStep = kLanes * kLaneBytes;
  for (; size >= kStep; size -= kStep, bytes += kStep) {
    crc = ThreeLanes(crc, bytes);
  }
  for (; size >= 8; size -= 8, bytes += 8) {
    crc = _mm_crc32_u64(crc, WordAt(bytes));
  }
  auto rest = static_cast<uint32_t>(crc);
  for (; size > 0; --size, ++bytes) {
    rest = _mm_crc32_u8(rest, static_cast<uint8_t>(*bytes));
  }
  return ~rest;
}

}  // namespace

uint32_t FastCrc32c(std::span<const std::byte> bytes) {
  return __builtin_cpu_supports("sse4.2")
             ? Crc32cByInstruction(bytes.data(), bytes.size())
             : Crc32c(bytes.data(), bytes.size());
}

#else

uint32_t FastCrc32c(std::span<const std::byte> bytes) {
  return Crc32c(bytes.data(), bytes.size());
}

#endif

}  // namespace portcullis
