#include "runtime/glob.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>

#include "runtime/context.h"
#include "runtime/letters.h"
#include "runtime/text.h"
#include "runtime/value.h"

namespace portcullis {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

using Tokens = std::span<const TokenRecord>;

TokenOp OpOf(const TokenRecord& token) {
  return static_cast<TokenOp>(token.op);
}

// The literal text that a token stands for.
std::optional<std::string_view> TextOf(const ImageTables& tables,
                                       const TokenRecord& token,
                                       Context& context) {
  if (OpOf(token) == TokenOp::kLiteral) return tables.Text({token.a, token.b});
  const auto value = context.Single(tables, token.a);
  if (value || token.b == kNoIndex) return value;
  return tables.Text({token.b, token.c});
}

size_t SkipCharacter(std::string_view text, size_t at) {
  ++at;
  while (at < text.size() && IsContinuation(text[at])) ++at;
  return at;
}

// So many bytes are compared place by place before masks are made.
constexpr size_t kNearWork = 64;

// A pattern's tokens between two stars, matched against one text.
class Segment {
 public:
  Segment(const ImageTables& tables, Tokens tokens, std::string_view text,
          Context& context)
      : tables_(tables), tokens_(tokens), text_(text), context_(context) {}

  // Where the segment ends when it is matched at `at`, or kNowhere.
  size_t MatchAt(size_t at) {
    for (const TokenRecord& token : tokens_) {
      at = OpOf(token) == TokenOp::kQuestion ? SkipQuestions(token.a, at)
                                             : SkipText(token, at);
      if (at == kNowhere) return kNowhere;
    }
    return at;
  }

  // True when the segment matches the text's end, not beginning before `from`.
  bool MatchEnd(size_t from) {
    size_t at = text_.size();
    for (size_t i = tokens_.size(); i > 0; --i) {
      const TokenRecord& token = tokens_[i - 1];
      at = OpOf(token) == TokenOp::kQuestion ? BackQuestions(token.a, at, from)
                                             : BackText(token, at, from);
      if (at == kNowhere) return false;
    }
    return true;
  }

  // The end of the first match at or after `from`, or kNowhere.
  size_t Find(size_t from) {
    if (tokens_.size() == 1 && OpOf(tokens_[0]) != TokenOp::kQuestion) {
      const auto text = TextOf(tables_, tokens_[0], context_);
      if (!text) return kNowhere;
      if (text->size() <= 1) {
        const size_t at = text_.find(*text, from);
        return at == kNowhere ? kNowhere : at + text->size();
      }
    }
    // Making the masks costs more than a match that is near.
    const size_t places = kNearWork / (AtMostSize() + 1);
    const size_t near = from + std::min(text_.size() - from, places);
    const size_t end = FindByTrying(from, near);
    return end != kNowhere ? end : FindByBits(near);
  }

 private:
  size_t SkipQuestions(uint32_t count, size_t at) const {
    for (; count > 0; --count) {
      if (at >= text_.size() || IsContinuation(text_[at])) return kNowhere;
      at = SkipCharacter(text_, at);
    }
    return at;
  }

  size_t SkipText(const TokenRecord& token, size_t at) {
    const auto text = TextOf(tables_, token, context_);
    if (!text || text->size() > text_.size() - at) return kNowhere;
    if (!SameBytes(text_.data() + at, text->data(), text->size())) {
      return kNowhere;
    }
    return at + text->size();
  }

  size_t BackQuestions(uint32_t count, size_t at, size_t from) const {
    if (at < text_.size() && IsContinuation(text_[at])) return kNowhere;
    for (; count > 0; --count) {
      do {
        if (at <= from) return kNowhere;
        --at;
      } while (IsContinuation(text_[at]));
    }
    return at;
  }

  size_t BackText(const TokenRecord& token, size_t at, size_t from) {
    const auto text = TextOf(tables_, token, context_);
    if (!text || text->size() > at - from) return kNowhere;
    at -= text->size();
    return SameBytes(text_.data() + at, text->data(), text->size()) ? at
                                                                    : kNowhere;
  }

  // A position of the segment: a byte of a text, or a question mark.
  struct Place {
    size_t token = 0;
    size_t within = 0;
  };

  // Shift-and: bit i of masks_[c] tells whether byte c may stand at position i
  // of the part that begins at `place`, of at most 64 positions; `place` is
  // then where the next part begins. False when a variable has no value.
  bool Compile(Place& place) {
    std::memset(masks_, 0, sizeof(masks_));
    any_ = 0;
    size_ = 0;
    for (; place.token < tokens_.size(); place = {place.token + 1, 0}) {
      const TokenRecord& token = tokens_[place.token];
      if (OpOf(token) == TokenOp::kQuestion) {
        if (!AddQuestions(token.a, place.within)) break;
        continue;
      }
      const auto text = TextOf(tables_, token, context_);
      if (!text) return false;
      if (!AddText(*text, place.within)) break;
    }
    return true;
  }

  // These add what follows `within`, and return false when not all of it fits.
  bool AddQuestions(size_t count, size_t& within) {
    for (; within < count && size_ < 64; ++within) {
      any_ |= uint64_t{1} << size_++;
    }
    return within == count;
  }
  bool AddText(std::string_view text, size_t& within) {
    for (; within < text.size() && size_ < 64; ++within) {
      masks_[static_cast<unsigned char>(text[within])] |= uint64_t{1}
                                                          << size_++;
    }
    return within == text.size();
  }

  // Goes through the text from `from` on. A match of the part may begin where
  // `starts(place)` is 1, not 0; calls `take(end)` where one ends, until that
  // returns false.
  // A `?` takes a byte that begins a character and all bytes that continue it:
  // what follows in the segment does not begin with one of those.
  template <typename Starts, typename Take>
  void Pass(size_t from, Starts starts, Take take) const {
    const uint64_t accept = uint64_t{1} << (size_ - 1);
    uint64_t active = 0;
    for (size_t at = from; at < text_.size(); ++at) {
      const char c = text_[at];
      const uint64_t mask = masks_[static_cast<unsigned char>(c)];
      const uint64_t start = starts(at);
      active = IsContinuation(c)
                   ? (((active & ~any_) << 1 | start) & mask) | (active & any_)
                   : (active << 1 | start) & (mask | any_);
      if ((active & accept) == 0) continue;
      const bool within = (any_ & accept) != 0 && at + 1 < text_.size() &&
                          IsContinuation(text_[at + 1]);
      if (!within && !take(at + 1)) return;
    }
  }

  // The first end that Pass() finds.
  template <typename Starts>
  size_t FirstEnd(size_t from, Starts starts) const {
    size_t first = kNowhere;
    Pass(from, starts, [&first](size_t end) {
      first = end;
      return false;
    });
    return first;
  }

  size_t FindByBits(size_t from) {
    Place place;
    if (!Compile(place)) return kNowhere;
    if (place.token < tokens_.size()) return FindByParts(place, from);
    return size_ == 0 ? from
                      : FirstEnd(from, [](size_t) { return uint64_t{1}; });
  }

  // A segment of several parts, of which the first is compiled and ends at
  // `place`. What of it matches before the part at hand may end where `ends`
  // has a bit, by the distance to `from`; a pass reads a bit before it writes
  // it.
  size_t FindByParts(Place place, size_t from) {
    const std::span<uint64_t> ends = context_.scratch().segment_ends();
    if (text_.size() - from >= ends.size() * 64) {
      return FindByTrying(from, text_.size());
    }
    std::fill_n(ends.begin(), (text_.size() - from) / 64 + 1, ~uint64_t{0});
    size_t first = from;
    for (;;) {
      uint64_t next = TakeBit(ends, first - from);
      const auto starts = [&](size_t at) {
        const uint64_t start = next;
        next = TakeBit(ends, at + 1 - from);
        return start;
      };
      if (place.token == tokens_.size()) {
        return size_ == 0 ? first : FirstEnd(first, starts);
      }
      const size_t begin = first;
      first = kNowhere;
      Pass(begin, starts, [&](size_t end) {
        ends[(end - from) / 64] |= uint64_t{1} << ((end - from) % 64);
        first = std::min(first, end);
        return true;
      });
      if (first == kNowhere || !Compile(place)) return kNowhere;
    }
  }
  // The bit, which is cleared.
  static uint64_t TakeBit(std::span<uint64_t> bits, size_t at) {
    const uint64_t bit = bits[at / 64] >> (at % 64) & 1;
    bits[at / 64] &= ~(uint64_t{1} << (at % 64));
    return bit;
  }

  // Of the segment's texts and question marks; a variable counts as much as a
  // part for masks may have.
  size_t AtMostSize() const {
    size_t size = 0;
    for (const TokenRecord& token : tokens_) {
      size += OpOf(token) == TokenOp::kLiteral    ? token.b
              : OpOf(token) == TokenOp::kQuestion ? token.a
                                                  : 64;
    }
    return size;
  }

  // Tries the places from `from` to `last`.
  size_t FindByTrying(size_t from, size_t last) {
    for (size_t at = from; at <= last; ++at) {
      const size_t end = MatchAt(at);
      if (end != kNowhere) return end;
    }
    return kNowhere;
  }

  const ImageTables& tables_;
  const Tokens tokens_;
  const std::string_view text_;
  Context& context_;
  uint64_t masks_[256];
  uint64_t any_ = 0;
  uint32_t size_ = 0;
};

size_t NextStar(Tokens tokens, size_t from) {
  while (from < tokens.size() && OpOf(tokens[from]) != TokenOp::kStar) ++from;
  return from;
}

Tokens TokensOf(const ImageTables& tables, GlobRecord glob) {
  return tables.tokens.subspan(glob.a, SizeOf(glob));
}

// How many bytes at the front of `text` are those, or the letters, of `piece`;
// npos when it begins otherwise.
size_t MatchPiece(std::string_view text, std::string_view piece,
                  LetterCase letters) {
  if (letters == LetterCase::kFolded) return MatchFolded(text, piece);
  return StartsWith(text, piece) ? piece.size() : text.npos;
}

}  // namespace

// The first segment is anchored at the text's start, the last at its end; those
// between are taken as early as possible, which loses no match because a star
// follows.
//
// Where the function begins within a cache line decides how fast its loops are
// (T12/ns 1.40 or 1.63, the same instructions), so that it says it itself.
[[gnu::aligned(64)]]
bool MatchTokens(const ImageTables& tables, GlobRecord glob,
                 std::string_view text, Context& context) {
  const Tokens tokens = TokensOf(tables, glob);
  size_t star = NextStar(tokens, 0);
  size_t at = Segment(tables, tokens.first(star), text, context).MatchAt(0);
  if (at == kNowhere) return false;
  if (star == tokens.size()) return at == text.size();
  for (;;) {
    const size_t begin = star + 1;
    star = NextStar(tokens, begin);
    Segment segment(tables, tokens.subspan(begin, star - begin), text, context);
    if (star == tokens.size()) return segment.MatchEnd(at);
    at = segment.Find(at);
    if (at == kNowhere) return false;
  }
}

bool EqualsTemplate(const ImageTables& tables, GlobRecord glob,
                    std::string_view text, LetterCase letters,
                    Context& context) {
  if (KindOf(glob) != GlobKind::kTokens) {
    const std::string_view whole = tables.Text({glob.a, SizeOf(glob)});
    return MatchPiece(text, whole, letters) == text.size();
  }
  for (const TokenRecord& token : TokensOf(tables, glob)) {
    const auto piece = TextOf(tables, token, context);
    if (!piece) return false;
    const size_t matched = MatchPiece(text, *piece, letters);
    if (matched == text.npos) return false;
    text.remove_prefix(matched);
  }
  return text.empty();
}

bool HasUnresolved(const ImageTables& tables, GlobRecord glob,
                   Context& context) {
  if (KindOf(glob) != GlobKind::kTokens) return false;
  for (const TokenRecord& token : TokensOf(tables, glob)) {
    if (OpOf(token) == TokenOp::kVariable && !TextOf(tables, token, context)) {
      return true;
    }
  }
  return false;
}

bool MatchesBeforeStar(const ImageTables& tables, GlobRecord glob,
                       std::string_view text, Context& context) {
  switch (KindOf(glob)) {
    case GlobKind::kAny: return true;
    case GlobKind::kLiteral: return false;
    case GlobKind::kPrefix: return MatchGlob(tables, glob, text, context);
    case GlobKind::kAround:
      return StartsWith(text, tables.Text(BeforeStar(glob)));
    case GlobKind::kTokens: break;
  }
  const Tokens tokens = TokensOf(tables, glob);
  const size_t star = NextStar(tokens, 0);
  return star < tokens.size() &&
         Segment(tables, tokens.first(star), text, context).MatchAt(0) !=
             kNowhere;
}

}  // namespace portcullis
