// line_table.h -- from byte offsets to lines and columns.
#ifndef PORTCULLIS_POLICY_LINE_TABLE_H_
#define PORTCULLIS_POLICY_LINE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/issue.h"

namespace portcullis {

// Positions in one text. A line ends after LF; columns count characters.
//
// Threads. Thread-safe once built.
class LineTable {
 public:
  // Of a text that begins at `first` of its file.
  // Requires. `bytes` is shorter than 4 GiB.
  // Lifetime. `bytes` outlives the table.
  // Cost. One pass over the bytes.
  explicit LineTable(std::string_view bytes, Position first = {1, 1});

  // The place of the byte at `offset`, which may be one past the end.
  // Cost. Logarithmic in the number of lines, whatever their length.
  Position At(size_t offset) const;

 private:
  size_t ContinuationBytesBefore(size_t offset) const;

  std::string_view bytes_;
  Position first_;                     // the place of the first byte
  std::vector<uint32_t> line_starts_;  // byte offsets
  // Element b: UTF-8 continuation bytes before block b; empty for ASCII text.
  std::vector<uint32_t> continuation_;
};

// A byte of UTF-8 that begins no character.
inline bool ContinuesCharacter(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

// The offset of the first byte that is not UTF-8 (RFC 3629: no surrogates, no
// overlong forms), or npos.
size_t FindBadUtf8(std::string_view bytes);

// `bytes` with U+FFFD in place of every byte that is not UTF-8.
std::string ReplaceBadUtf8(std::string_view bytes);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_LINE_TABLE_H_
