// Internal: the checksum of large images.
#ifndef PORTCULLIS_RUNTIME_CRC32C_H_
#define PORTCULLIS_RUNTIME_CRC32C_H_

#include <cstddef>
#include <cstdint>
#include <span>

namespace portcullis {

// What Crc32c() of image_format.h returns, by the processor's instruction where
// there is one.
uint32_t FastCrc32c(std::span<const std::byte> bytes);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_CRC32C_H_
