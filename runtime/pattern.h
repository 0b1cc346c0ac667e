// Internal to this repository; embedders use decide.h. Matches ARNs against ARN
// patterns (S-36 to S-47, S-78).
#ifndef PORTCULLIS_RUNTIME_PATTERN_H_
#define PORTCULLIS_RUNTIME_PATTERN_H_

#include <span>
#include <string_view>

#include "runtime/caller.h"
#include "runtime/context.h"
#include "runtime/image_view.h"
#include "runtime/text.h"

namespace portcullis {

// Part `i` of a pattern, 0 (partition) to 4 (the rest), as a glob.
GlobRecord PatternPart(const ImageTables& tables, const PatternRecord& pattern,
                       size_t i);

// The part of MatchPattern() that is left when the head matches and the tail is
// globs.
bool MatchBehindHead(const ImageTables& tables, const PatternRecord& pattern,
                     std::string_view arn, const ArnColons& colons,
                     Context& context);

// Is what stands in `text`, which follows `arn:`, where the pattern's head ends
// the end of that head? Most heads that do not match are told by it, and the
// head's text, which lies elsewhere in memory, is not waited for.
// Requires. The text is not shorter than the head, and the tail is not globs.
inline bool EndsAlike(const PatternRecord& pattern, std::string_view text) {
  const char* const end = text.data() + pattern.head.size;
  return SameBytes(end - kHeadEndBytes, pattern.head_end.data(), kHeadEndBytes);
}

// True when `arn`, whose colons are `colons`, matches `pattern`. Without valid
// colons (the resource "*") only an all-star pattern matches.
// Cost. Linear in the ARN as MatchGlob is.
inline bool MatchPattern(const ImageTables& tables,
                         const PatternRecord& pattern, std::string_view arn,
                         const ArnColons& colons, Context& context) {
  if ((pattern.flags & (kPatternAll | kPatternNever)) != 0) {
    return (pattern.flags & kPatternAll) != 0;
  }
  if (!colons.valid) return false;
  const std::string_view text = Slice(arn, 4);  // behind `arn:`
  if (text.size() < pattern.head.size) return false;
  const auto tail = static_cast<PatternTail>(pattern.tail);
  if (tail != PatternTail::kGlobs && !EndsAlike(pattern, text)) return false;
  if (!StartsWith(text, tables.Text(pattern.head))) return false;
  switch (tail) {
    case PatternTail::kNothing: return text.size() == pattern.head.size;
    case PatternTail::kAnything: return true;
    case PatternTail::kGlobs: break;
  }
  return MatchBehindHead(tables, pattern, arn, colons, context);
}

// True when the pattern can never match, or holds a variable that has no value:
// what NotResource must not turn into "everything" (S-46).
bool IsUnusable(const ImageTables& tables, const PatternRecord& pattern,
                Context& context);

// True when some pattern of the list matches.
bool MatchList(const ImageTables& tables, const PatternListRecord& list,
               std::string_view arn, const ArnColons& colons, Context& context,
               Scratch& scratch);

// The patterns of the statement's Resource or NotResource.
std::span<const PatternRecord> PatternsOf(const ImageTables& tables,
                                          const StatementRecord& statement);

// MatchResource() for statements that are not of one plain pattern.
bool MatchManyResources(const ImageTables& tables,
                        const StatementRecord& statement, Context& context,
                        Scratch& scratch);

// True when the statement's Resource or NotResource part matches the request's
// resource (S-31, S-45, S-46).
inline bool MatchResource(const ImageTables& tables,
                          const StatementRecord& statement, Context& context,
                          Scratch& scratch) {
  if ((statement.flags & kStatementAnyResource) != 0) return true;
  if (statement.pattern_count == 1 &&
      (statement.flags & kStatementNotResource) == 0) {
    const Target& target = context.target();
    return MatchPattern(tables, statement.pattern, target.arn, target.colons,
                        context);
  }
  return MatchManyResources(tables, statement, context, scratch);
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_PATTERN_H_
