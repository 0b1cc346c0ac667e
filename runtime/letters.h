// Internal: use decide.h. The letters of UTF-8 text and their lower case
// (S-70).
#ifndef PORTCULLIS_RUNTIME_LETTERS_H_
#define PORTCULLIS_RUNTIME_LETTERS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis {

struct Letter {
  uint32_t code = 0;  // of Unicode; beyond it for a byte that begins no letter
  size_t size = 0;    // bytes
};
// The letter at the front of `text`. Bytes that are no UTF-8 are each a letter
// of their own. Requires. `text` is not empty.
Letter FirstLetter(std::string_view text);

// The simple lower case of a code, as Unicode 15.0 maps single codes; most are
// their own.
// Cost. Nothing below U+0080, else a binary search over 182 ranges.
uint32_t LowerLetter(uint32_t code);

// Writes the UTF-8 of a code of Unicode, up to four bytes; returns how many.
size_t WriteLetter(uint32_t code, char* to);

// Orders `text`, lower-cased letter by letter, against `folded`, which is.
std::strong_ordering CompareFolded(std::string_view text,
                                   std::string_view folded);

// How many bytes at the front of `text` are the letters of `piece`, whatever
// their case; npos when it begins otherwise.
size_t MatchFolded(std::string_view text, std::string_view piece);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_LETTERS_H_
