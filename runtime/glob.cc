#include "runtime/glob.h"

#include <algorithm>
#include <optional>
#include <span>

#include "runtime/context.h"
#include "runtime/letters.h"
#include "runtime/shift_or.h"
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

// What the segments of a pattern share.
struct Search {
  explicit Search(std::string_view text) : subject(text) {}

  // For comparing at most `bytes` in vain. The table is made when that comes to
  // more than it costs.
  void Pay(size_t bytes) {
    if (bytes > credit) {
      part.emplace();
    } else {
      credit -= bytes;
    }
  }

  Subject subject;
  size_t credit = 64;           // bytes
  std::optional<ShiftOr> part;  // with its table
};

// A segment of so few tokens is tried at the first place, table or not.
constexpr size_t kFewTokens = 4;

// A pattern's tokens between two stars, matched against one text.
class Segment {
 public:
  Segment(const ImageTables& tables, Tokens tokens, Search& search,
          Context& context)
      : tables_(tables),
        tokens_(tokens),
        search_(search),
        text_(search.subject.text()),
        context_(context) {}

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
      return text ? FindText(*text, from) : kNowhere;
    }
    if (!search_.part || tokens_.size() <= kFewTokens) {
      const size_t end = MatchAt(from);
      if (end != kNowhere) return end;
    }
    return search_.part ? FindByBits(*search_.part, from) : FindNear(from);
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

  // Makes `part` of what begins at `place`, which is then where the next part
  // begins. False when a variable has no value.
  bool Compile(ShiftOr& part, Place& place) {
    part.Clear();
    for (; place.token < tokens_.size(); place = {place.token + 1, 0}) {
      const TokenRecord& token = tokens_[place.token];
      if (OpOf(token) == TokenOp::kQuestion) {
        if (!part.AddQuestions(token.a, place.within)) break;
        continue;
      }
      const auto text = TextOf(tables_, token, context_);
      if (!text) return false;
      if (!part.AddText(*text, place.within)) break;
    }
    return true;
  }

  size_t FindByBits(ShiftOr& part, size_t from) {
    Place place;
    if (!Compile(part, place)) return kNowhere;
    if (place.token < tokens_.size()) return FindByParts(part, place, from);
    return part.size() == 0 ? from : part.FirstEnd(search_.subject, from);
  }

  // A segment of several parts, of which the first is compiled and ends at
  // `place`. What of it matches before the part at hand may end where `ends`
  // has a bit, by the distance to `from`; a pass reads a bit before it writes
  // it.
  size_t FindByParts(ShiftOr& part, Place place, size_t from) {
    const std::span<uint64_t> ends = context_.scratch().segment_ends();
    if (text_.size() - from >= ends.size() * 64) {
      return FindByTrying(from, text_.size());
    }
    std::fill_n(ends.begin(), (text_.size() - from) / 64 + 1, ~uint64_t{0});
    size_t first = from;
    for (;;) {
      const bool is_last = place.token == tokens_.size();
      if (is_last && part.size() == 0) return first;
      const size_t begin = first;
      first = kNowhere;
      uint64_t next = TakeBit(ends, begin - from);
      const auto starts = [&](size_t at) {
        const uint64_t start = next;
        next = TakeBit(ends, at + 1 - from);
        return start;
      };
      part.Pass(search_.subject, begin, starts, [&](size_t end) {
        ends[(end - from) / 64] |= uint64_t{1} << ((end - from) % 64);
        first = std::min(first, end);
        return !is_last;
      });
      if (is_last || first == kNowhere) return first;
      if (!Compile(part, place)) return kNowhere;
    }
  }
  // The bit, which is cleared.
  static uint64_t TakeBit(std::span<uint64_t> bits, size_t at) {
    const uint64_t bit = bits[at / 64] >> (at % 64) & 1;
    bits[at / 64] &= ~(uint64_t{1} << (at % 64));
    return bit;
  }

  // Of the segment's texts and question marks; a variable counts as much as a
  // part may have.
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

  size_t FindText(std::string_view needle, size_t from) {
    if (needle.size() > text_.size() - from) return kNowhere;
    if (needle.size() <= kMostShortBytes) {
      const size_t at = FindShort(text_, from, needle);
      return at == kNowhere ? kNowhere : at + needle.size();
    }
    while (!search_.part) {
      const size_t at = FindEnds(text_, from, needle);
      if (at == kNowhere) return kNowhere;
      if (SameBytes(text_.data() + at, needle.data(), needle.size())) {
        return at + needle.size();
      }
      search_.Pay(needle.size());
      from = at + 1;
    }
    return FindByBits(*search_.part, from);
  }

  // Tries the places behind `from` until that costs more than a table.
  size_t FindNear(size_t from) {
    const size_t work = AtMostSize() + 1;
    for (search_.Pay(work); !search_.part; search_.Pay(work)) {
      if (from == text_.size()) return kNowhere;
      const size_t end = MatchAt(++from);
      if (end != kNowhere) return end;
    }
    return FindByBits(*search_.part, from);
  }

  const ImageTables& tables_;
  const Tokens tokens_;
  Search& search_;
  const std::string_view text_;
  Context& context_;
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
bool MatchTokens(const ImageTables& tables, GlobRecord glob,
                 std::string_view text, Context& context) {
  const Tokens tokens = TokensOf(tables, glob);
  Search search(text);
  size_t star = NextStar(tokens, 0);
  size_t at = Segment(tables, tokens.first(star), search, context).MatchAt(0);
  if (at == kNowhere) return false;
  if (star == tokens.size()) return at == text.size();
  for (;;) {
    const size_t begin = star + 1;
    star = NextStar(tokens, begin);
    Segment segment(tables, tokens.subspan(begin, star - begin), search,
                    context);
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
  Search search(text);
  return star < tokens.size() &&
         Segment(tables, tokens.first(star), search, context).MatchAt(0) !=
             kNowhere;
}

}  // namespace portcullis
