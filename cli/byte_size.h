// byte_size.h -- sizes on the command line.
#ifndef PORTCULLIS_CLI_BYTE_SIZE_H_
#define PORTCULLIS_CLI_BYTE_SIZE_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace portcullis::cli {

// `4096`, `64K`, `256M`, `1G`; nullopt for anything else and for sizes beyond
// 2^63.
std::optional<size_t> ParseByteSize(std::string_view text);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_BYTE_SIZE_H_
