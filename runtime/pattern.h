// Internal to this repository; embedders use decide.h. Matches ARNs against ARN
// patterns (S-36 to S-47, S-78).
#ifndef PORTCULLIS_RUNTIME_PATTERN_H_
#define PORTCULLIS_RUNTIME_PATTERN_H_

#include <algorithm>
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

// Is `text`, which follows `arn:`, as long as the pattern wants, and the end of
// its head where it should be? Most that do not match are told by it in one
// branch, and the head's text, which lies elsewhere in memory, is not waited
// for.
// Requires. The text has at least kLeastHead bytes, and the tail is not globs.
inline bool EndsAlike(const PatternRecord& pattern, std::string_view text) {
  const size_t size = pattern.head.size;
  const bool whole =
      pattern.tail == static_cast<uint8_t>(PatternTail::kNothing);
  const char* const end = text.data() + std::min(size, text.size());
  const char* const head = pattern.head_end.data();
  uint64_t differ = text.size() < size ? 1 : 0;
  differ |= whole ? text.size() ^ size : 0;
  differ |= LoadWord(end - kHeadEndBytes) ^ LoadWord(head);
  differ |= LoadWord(end - 8) ^ LoadWord(head + kHeadEndBytes - 8);
  return differ == 0;
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
  const std::string_view head = tables.Text(pattern.head);
  if (pattern.tail != static_cast<uint8_t>(PatternTail::kGlobs)) {
    return text.size() >= kLeastHead && EndsAlike(pattern, text) &&
           SameBytes(text.data(), head.data(), head.size());
  }
  return StartsWith(text, head) &&
         MatchBehindHead(tables, pattern, arn, colons, context);
}

// True when the pattern can never match, or holds a variable that has no value:
// what NotResource must not turn into "everything" (S-46).
bool IsUnusable(const ImageTables& tables, const PatternRecord& pattern,
                Context& context);

// True when some pattern of the list matches.
bool MatchList(const ImageTables& tables, const PatternListRecord& list,
               std::string_view arn, const ArnColons& colons, Context& context);

// The patterns of the statement's Resource or NotResource.
std::span<const PatternRecord> PatternsOf(const ImageTables& tables,
                                          const StatementRecord& statement);

// MatchResource() for statements that are not of one plain pattern.
bool MatchManyResources(const ImageTables& tables,
                        const StatementRecord& statement, Context& context);

// True when the statement's Resource or NotResource part matches the request's
// resource (S-31, S-45, S-46).
inline bool MatchResource(const ImageTables& tables,
                          const StatementRecord& statement, Context& context) {
  if ((statement.flags & kStatementAnyResource) != 0) return true;
  if (statement.pattern_count == 1 &&
      (statement.flags & kStatementNotResource) == 0) {
    const Target& target = context.target();
    return MatchPattern(tables, statement.pattern, target.arn, target.colons,
                        context);
  }
  return MatchManyResources(tables, statement, context);
}

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_PATTERN_H_
