// Internal: use decide.h. Matches one text against one wildcard pattern (S-32,
// S-33, S-55).
#ifndef PORTCULLIS_RUNTIME_GLOB_H_
#define PORTCULLIS_RUNTIME_GLOB_H_

#include <string_view>

#include "runtime/image_view.h"
#include "runtime/text.h"

namespace portcullis {

class Context;  // runtime/context.h: the values of variables

// How texts compare letter by letter.
enum class LetterCase : uint8_t { kExact, kFolded };

// MatchGlob() of kTokens.
bool MatchTokens(const ImageTables& tables, GlobRecord glob,
                 std::string_view text, Context& context);

// True when `text` matches `glob` as a whole. A variable without value and
// default makes it false (S-56).
//
// Cost. Linear in the text, whatever the stars and `?`, for pattern segments
// (the text between two stars) of up to 64 bytes; a longer segment costs up to
// its length more at each place where its beginning matches.
inline bool MatchGlob(const ImageTables& tables, GlobRecord glob,
                      std::string_view text, Context& context) {
  switch (KindOf(glob)) {
    case GlobKind::kAny: return true;
    case GlobKind::kLiteral:
      return SameText(text, tables.Text({glob.a, SizeOf(glob)}));
    case GlobKind::kPrefix:
      return StartsWith(text, tables.Text({glob.a, SizeOf(glob)}));
    case GlobKind::kAround: {
      const std::string_view before = tables.Text(BeforeStar(glob));
      return StartsWith(text, before) &&
             EndsWith(Slice(text, before.size()),
                      tables.Text(BehindStar(glob)));
    }
    case GlobKind::kTokens: break;
  }
  return MatchTokens(tables, glob, text, context);
}

// True when `text` equals the pattern, which has no wildcards, by `letters`.
bool EqualsTemplate(const ImageTables& tables, GlobRecord glob,
                    std::string_view text, LetterCase letters,
                    Context& context);

// True when some variable of the pattern has neither value nor default.
bool HasUnresolved(const ImageTables& tables, GlobRecord glob,
                   Context& context);

// True when `text` begins with what stands before the pattern's first star;
// false for a pattern without a star.
bool MatchesBeforeStar(const ImageTables& tables, GlobRecord glob,
                       std::string_view text, Context& context);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_GLOB_H_
