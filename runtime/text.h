// Internal: use decide.h. Folding and comparing of text.
#ifndef PORTCULLIS_RUNTIME_TEXT_H_
#define PORTCULLIS_RUNTIME_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace portcullis {

// The part of `text` from `from` on, of at most `count` bytes; like substr(),
// but total, so that the decide path holds no throw.
constexpr std::string_view Slice(std::string_view text, size_t from,
                                 size_t count = std::string_view::npos) {
  if (from >= text.size()) return {};
  const size_t rest = text.size() - from;
  return {text.data() + from, count < rest ? count : rest};
}

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
         EqualsFolded(Slice(text, 0, folded.size()), folded);
}

inline bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         (prefix.empty() ||
          std::memcmp(text.data(), prefix.data(), prefix.size()) == 0);
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
