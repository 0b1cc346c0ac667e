// Internal: use decide.h. Folding and comparing of text.
#ifndef PORTCULLIS_RUNTIME_TEXT_H_
#define PORTCULLIS_RUNTIME_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace portcullis {

// `A`..`Z` to `a`..`z`, the rest as it is.
constexpr char FoldChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// True when `text` folds to `folded`.
inline bool EqualsFolded(std::string_view text, std::string_view folded) {
  if (text.size() != folded.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (FoldChar(text[i]) != folded[i]) return false;
  }
  return true;
}

inline bool StartsWithFolded(std::string_view text, std::string_view folded) {
  return text.size() >= folded.size() &&
         EqualsFolded(text.substr(0, folded.size()), folded);
}

// True for the bytes that continue a character.
constexpr bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// memcmp that is defined for empty texts.
inline bool SameBytes(const char* a, const char* b, size_t size) {
  return size == 0 || std::memcmp(a, b, size) == 0;
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_TEXT_H_
