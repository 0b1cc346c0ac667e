// Internal: use decide.h. Which entries of a row hold an action.
#ifndef PORTCULLIS_RUNTIME_ROW_H_
#define PORTCULLIS_RUNTIME_ROW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "runtime/image_view.h"

namespace portcullis {

// A step of the search looks at this many entries, which are eight groups, and
// finds a bit for each: the four entries of a group have the lower half of a
// byte.
inline constexpr size_t kRowStep = 32;
constexpr size_t EntryOfBit(size_t bit) { return bit / 8 * 4 + bit % 8; }
// The bits of the first `count` entries.
constexpr uint64_t BitsOfFirst(size_t count) {
  return count >= kRowStep ? ~uint64_t{0}
                           : (uint64_t{1} << (count / 4 * 8 + count % 4)) - 1;
}

// Those of the entries of `count` groups, 1 to 8, whose interval holds `rank`;
// beyond the groups any bits. The portable form, which a test holds against the
// other: four 16-bit lanes at once; the top bit of a lane survives a
// subtraction exactly when it does not borrow.
inline uint64_t PortableFindEntries(const uint64_t* groups, size_t count,
                                    uint32_t rank) {
  const uint64_t ranks = rank * uint64_t{0x0001000100010001};
  uint64_t found = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t not_below = (ranks | kRankTopBits) - groups[4 * i];
    const uint64_t not_above = (groups[4 * i + 1] | kRankTopBits) - ranks;
    const uint64_t within = (not_below & not_above & kRankTopBits) >> 15;
    found |= (within * 0x0001000200040008 >> 48) << (8 * i);
  }
  return found;
}

// A group's ranks are one vector: compared with `rank` and `rank - 1` a lane of
// its lowest ranks is set where it is above `rank`, one of its highest ranks
// where it is not below. Reads four or eight groups, so that what is read does
// not wait for how many there are.
inline uint64_t FindEntries(const uint64_t* groups, size_t count,
                            uint32_t rank) {
#if defined(__SSE2__)  // every x86-64 has it
  const __m128i limits = _mm_add_epi16(
      _mm_set1_epi16(static_cast<int16_t>(rank)), _mm_set_epi64x(-1, 0));
  const auto compare = [&](size_t i) {
    const auto* vector = reinterpret_cast<const __m128i*>(groups + 4 * i);
    return _mm_cmpgt_epi16(_mm_loadu_si128(vector), limits);
  };
  const auto compare_four = [&](size_t i) {
    const __m128i low = _mm_packs_epi16(compare(i), compare(i + 1));
    const __m128i high = _mm_packs_epi16(compare(i + 2), compare(i + 3));
    return static_cast<uint64_t>(_mm_movemask_epi8(low)) |
           static_cast<uint64_t>(_mm_movemask_epi8(high)) << 16;
  };
  uint64_t mask = compare_four(0);  // a byte a group: lanes too low, then lanes
  if (count > 4) mask |= compare_four(4) << 32;  // high enough
  return mask >> 4 & ~mask & 0x0F0F0F0F0F0F0F0F;
#else
  return PortableFindEntries(groups, count, rank);
#endif
}

// A row of the image, searched for one rank; see RowShape.
struct Row {
  uint32_t begin;   // names the row; kNoIndex: there is none
  uint32_t denies;  // entries
  uint32_t entries;
  const uint64_t* words;
  uint64_t found;  // of the first kRowStep entries those that hold the rank

  uint64_t Found(bool deny) const {
    const uint64_t bits = BitsOfFirst(denies);
    return found & (deny ? bits : ~bits);
  }
  // What the entry refers to that has bit `bit` of the step that begins with
  // entry `from`: the bits of a group's entries and their references in the
  // group stand alike.
  uint32_t Reference(size_t from, size_t bit) const {
    uint32_t reference;
    std::memcpy(&reference,
                reinterpret_cast<const char*>(words + 1 + from) +
                    (bit + 4) * sizeof(reference),
                sizeof(reference));
    return reference;
  }
  bool has_trie() const { return (words[0] & kRowHasTrie) != 0; }
};
inline constexpr Row kNoRow = {kNoIndex, 0, 0, nullptr, 0};

// The bits of the step that begins with entry `from`, which the row has.
inline uint64_t FindFrom(const Row& row, size_t from, uint32_t rank) {
  const size_t left = std::min(row.entries - from, kRowStep);
  const uint64_t found =
      FindEntries(row.words + 1 + from, (left + 3) / 4, rank);
  return found & BitsOfFirst(left);
}

// The row that begins at word `begin`; an empty one for kNoIndex.
inline Row RowAt(const ImageTables& tables, uint32_t begin, uint32_t rank) {
  if (begin == kNoIndex) return kNoRow;
  const uint64_t* const words = &tables.rows[begin];
  const auto denies = static_cast<uint32_t>(words[0]);
  const auto allows = static_cast<uint32_t>(words[0] >> 32 & 0x7FFFFFFF);
  Row row = {begin, denies, denies + allows, words, 0};
  row.found = FindFrom(row, 0, rank);
  return row;
}

// False when none of the row's denies or allows has an interval that holds the
// action.
inline bool MayMatch(const Row& row, bool deny) {
  return row.Found(deny) != 0 || row.entries > kRowStep;
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_ROW_H_
