// Internal: use decide.h. Folding and comparing of text.
#ifndef PORTCULLIS_RUNTIME_TEXT_H_
#define PORTCULLIS_RUNTIME_TEXT_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/image_format.h"

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

// Is it the name of a service, lower case (S-170)?
constexpr bool IsServiceName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

// True for the bytes that continue a character.
constexpr bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Fewer than eight bytes.
inline bool SameShort(const char* a, const char* b, size_t size) {
  const auto same = [a, b](auto word, size_t at) {
    auto other = word;
    std::memcpy(&word, a + at, sizeof(word));
    std::memcpy(&other, b + at, sizeof(other));
    return word == other;
  };
  if (size >= 4) return same(uint32_t{}, 0) && same(uint32_t{}, size - 4);
  if (size >= 2) return same(uint16_t{}, 0) && same(uint16_t{}, size - 2);
  return size == 0 || *a == *b;
}

// More than eight bytes. No memcmp(): a function without calls need not save
// the registers that calls may change.
inline bool SameLong(const char* a, const char* b, size_t size) {
  const size_t last = size - 8;
  for (size_t at = 0; at < last; at += 8) {
    if (LoadWord(a + at) != LoadWord(b + at)) return false;
  }
  return LoadWord(a + last) == LoadWord(b + last);
}

// 16 to 64 bytes, with neither a loop nor a branch, whose end could not be
// predicted: parts from the front and parts up to the end, which overlap. The
// portable form, which a test holds against the other.
inline bool PortableSame16To64(const char* a, const char* b, size_t size) {
  const auto differ = [&](size_t at) {
    return (LoadWord(a + at) ^ LoadWord(b + at)) |
           (LoadWord(a + at + 8) ^ LoadWord(b + at + 8));
  };
  const Middle middle(size);
  return (differ(0) | differ(middle.second) | differ(middle.third) |
          differ(size - 16)) == 0;
}
inline bool Same16To64(const char* a, const char* b, size_t size) {
#if defined(__SSE2__)  // every x86-64 has it
  const auto equal = [&](size_t at) {
    const auto load = [at](const char* from) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
    };
    return _mm_cmpeq_epi8(load(a), load(b));
  };
  const Middle middle(size);
  const __m128i all =
      _mm_and_si128(_mm_and_si128(equal(0), equal(middle.second)),
                    _mm_and_si128(equal(middle.third), equal(size - 16)));
  return _mm_movemask_epi8(all) == 0xFFFF;
#else
  return PortableSame16To64(a, b, size);
#endif
}

inline bool SameBytes(const char* a, const char* b, size_t size) {
  if (size > 64) return SameLong(a, b, size);
  if (size >= 16) return Same16To64(a, b, size);
  if (size < 8) return SameShort(a, b, size);
  return LoadWord(a) == LoadWord(b) &&
         LoadWord(a + size - 8) == LoadWord(b + size - 8);
}
inline bool SameText(std::string_view a, std::string_view b) {
  return a.size() == b.size() && SameBytes(a.data(), b.data(), a.size());
}
inline bool EndsWith(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         SameBytes(text.data() + text.size() - suffix.size(), suffix.data(),
                   suffix.size());
}
inline bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.size() >= prefix.size() &&
         SameBytes(text.data(), prefix.data(), prefix.size());
}
// The same, without a loop, of a prefix that is known here.
template <size_t N>
bool StartsWith(std::string_view text, const char (&prefix)[N]) {
  return text.size() >= N - 1 && std::memcmp(text.data(), prefix, N - 1) == 0;
}

// ---- eight characters at once ----------------------------------------------

inline constexpr uint64_t kEveryByte = 0x0101010101010101u;

// The top bit of each byte of `word` that is `c`; no other bits.
constexpr uint64_t BytesEqual(uint64_t word, char c) {
  const uint64_t x = word ^ kEveryByte * static_cast<unsigned char>(c);
  const uint64_t low = kEveryByte * 0x7F;
  return ~(((x & low) + low) | x | low);
}

// Bit i: byte i of `word` is `c`.
constexpr uint64_t ByteMask8(uint64_t word, char c) {
  return (BytesEqual(word, c) >> 7) * 0x0102040810204080u >> 56;
}

// Bit i: byte i of the sixteen at `text` is `c`. The portable form, which a
// test holds against the other.
inline uint64_t PortableByteMask16(const char* text, char c) {
  return ByteMask8(LoadWord(text), c) | ByteMask8(LoadWord(text + 8), c) << 8;
}
inline uint64_t ByteMask16(const char* text, char c) {
#if defined(__SSE2__)  // every x86-64 has it
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i equal = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
  return static_cast<uint64_t>(_mm_movemask_epi8(equal));
#else
  return PortableByteMask16(text, c);
#endif
}

// Which bit is the lowest. Requires. Some bit is set.
inline size_t LowestBit(uint64_t bits) {
#if defined(__GNUC__)  // countr_zero() would ask whether there is one
  return static_cast<size_t>(__builtin_ctzll(bits));
#else
  return static_cast<size_t>(std::countr_zero(bits));
#endif
}

// Bit i: byte i of the first 64 of `text` is `c`.
inline uint64_t FindByte(std::string_view text, char c) {
  const size_t size = std::min<size_t>(text.size(), 64);
  const auto mask = [&](size_t at) {
    return ByteMask16(text.data() + at, c) << at;
  };
  if (size >= 32) {
    return mask(0) | mask(16) | mask(size - 32) | mask(size - 16);
  }
  if (size >= 16) return mask(0) | mask(size - 16);
  uint64_t found = 0;
  for (size_t i = 0; i < size; ++i) found |= uint64_t{text[i] == c} << i;
  return found;
}

// The word of the first `size` bytes of `text`, eight at most.
inline uint64_t WordOf(const char* text, size_t size = 8) {
  uint64_t word = 0;
  std::memcpy(&word, text, size);
  return word;
}

// Where `needle`, of two to eight bytes, first stands in `text` at or after
// `from`, or npos.
// Requires. from + needle.size() <= text.size().
inline size_t FindWord(std::string_view text, size_t from,
                       std::string_view needle) {
  const size_t size = needle.size();
  const uint64_t word = WordOf(needle.data(), size);
  const uint64_t mask = ~uint64_t{0} >> (64 - 8 * size);
  size_t at = from;
  for (; at + 8 <= text.size(); ++at) {
    if (((WordOf(text.data() + at) ^ word) & mask) == 0) return at;
  }
  uint64_t rest = WordOf(text.data() + at, text.size() - at);
  for (; at + size <= text.size(); ++at, rest >>= 8) {
    if (((rest ^ word) & mask) == 0) return at;
  }
  return std::string_view::npos;
}
// Where the first eight and the last eight bytes of `needle`, of eight at
// least, first stand in `text` as in `needle`, at or after `from`, or npos.
// Requires. from + needle.size() <= text.size().
inline size_t FindEnds(std::string_view text, size_t from,
                       std::string_view needle) {
  const size_t behind = needle.size() - 8;  // of the second, which may overlap
  const uint64_t first = WordOf(needle.data());
  const uint64_t second = WordOf(needle.data() + behind);
  for (size_t at = from; at + needle.size() <= text.size(); ++at) {
    const char* const place = text.data() + at;
    if (((WordOf(place) ^ first) | (WordOf(place + behind) ^ second)) == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

// Where `needle` first stands in `text` at or after `from`, or npos. Cost: a
// comparison or two a byte, whatever the bytes.
// Requires. from <= text.size(), needle.size() <= kMostShortBytes.
inline constexpr size_t kMostShortBytes = 16;
inline size_t FindShort(std::string_view text, size_t from,
                        std::string_view needle) {
  if (needle.size() < 2) return text.find(needle, from);
  if (needle.size() > text.size() - from) return std::string_view::npos;
  return needle.size() <= 8 ? FindWord(text, from, needle)
                            : FindEnds(text, from, needle);
}

// FoldChar of each byte.
constexpr uint64_t FoldWord(uint64_t word) {
  const uint64_t low = word & kEveryByte * 0x7F;
  const uint64_t from_a = low + kEveryByte * (0x80 - 'A');
  const uint64_t beyond_z = low + kEveryByte * (0x7F - 'Z');
  const uint64_t upper = from_a & ~beyond_z & ~word & kEveryByte * 0x80;
  return word + (upper >> 2);
}

// Does a text of 16 to 64 bytes fold to the other? The portable form, which a
// test holds against the other.
inline bool PortableFolds16To64(const char* text, const char* folded,
                                size_t size) {
  const auto differ8 = [&](size_t at) {
    return FoldWord(LoadWord(text + at)) ^ LoadWord(folded + at);
  };
  const auto differ = [&](size_t at) { return differ8(at) | differ8(at + 8); };
  const Middle middle(size);
  return (differ(0) | differ(middle.second) | differ(middle.third) |
          differ(size - 16)) == 0;
}
inline bool Folds16To64(const char* text, const char* folded, size_t size) {
#if defined(__SSE2__)
  const auto equal = [&](size_t at) {
    const auto load = [at](const char* from) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + at));
    };
    const __m128i bytes = load(text);
    const __m128i upper =
        _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('A' - 1)),
                      _mm_cmpgt_epi8(_mm_set1_epi8('Z' + 1), bytes));
    const __m128i lower =
        _mm_or_si128(bytes, _mm_and_si128(upper, _mm_set1_epi8('a' - 'A')));
    return _mm_cmpeq_epi8(lower, load(folded));
  };
  const Middle middle(size);
  const __m128i all =
      _mm_and_si128(_mm_and_si128(equal(0), equal(middle.second)),
                    _mm_and_si128(equal(middle.third), equal(size - 16)));
  return _mm_movemask_epi8(all) == 0xFFFF;
#else
  return PortableFolds16To64(text, folded, size);
#endif
}

// True when `text` folds to `folded`.
inline bool EqualsFolded(std::string_view text, std::string_view folded) {
  const size_t size = text.size();
  if (size != folded.size()) return false;
  const auto differs = [&](size_t at) {
    return FoldWord(LoadWord(text.data() + at)) != LoadWord(folded.data() + at);
  };
  if (size < 8) {
    return FoldWord(LoadShort(text.data(), size)) ==
           LoadShort(folded.data(), size);
  }
  if (size < 16) return !differs(0) && !differs(size - 8);
  if (size <= 64) return Folds16To64(text.data(), folded.data(), size);
  for (size_t at = 0; at + 8 < size; at += 8) {
    if (differs(at)) return false;
  }
  return !differs(size - 8);
}

inline bool StartsWithFolded(std::string_view text, std::string_view folded) {
  return text.size() >= folded.size() &&
         EqualsFolded(Slice(text, 0, folded.size()), folded);
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_TEXT_H_
