#include <gtest/gtest.h>

#include <cstddef>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/crc32c.h"
#include "runtime/image_format.h"

namespace portcullis {
namespace {

// More than two rounds of three lanes of 4 KiB.
constexpr size_t kMostBytes = 30'000;

std::vector<std::byte> RandomBytes() {
  std::mt19937 random(7);
  std::vector<std::byte> bytes(kMostBytes);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The check value of CRC-32C in RFC 3720's polynomial.
TEST(Crc32c, OfTheDigits) {
  constexpr std::string_view kDigits = "123456789";
  EXPECT_EQ(Crc32c(kDigits.data(), kDigits.size()), 0xE3069283u);
  EXPECT_EQ(FastCrc32c(std::as_bytes(std::span(kDigits))), 0xE3069283u);
}

TEST(Crc32c, OfNothing) {
  EXPECT_EQ(Crc32c(nullptr, 0), 0u);
  EXPECT_EQ(FastCrc32c({}), 0u);
}

TEST(Crc32c, TwinsAgreeOnEachSize) {
  const std::vector<std::byte> bytes = RandomBytes();
  for (size_t size = 0; size <= kMostBytes; size += size < 100 ? 1 : 61) {
    EXPECT_EQ(FastCrc32c({bytes.data(), size}), Crc32c(bytes.data(), size))
        << size;
  }
}

TEST(Crc32c, TwinsAgreeOnEachBeginning) {
  const std::vector<std::byte> bytes = RandomBytes();
  for (size_t begin = 0; begin < 16; ++begin) {
    const std::span part = std::span(bytes).subspan(begin);
    EXPECT_EQ(FastCrc32c(part), Crc32c(part.data(), part.size())) << begin;
  }
}

}  // namespace
}  // namespace portcullis
