#include "runtime/pattern.h"

#include <algorithm>

#include "runtime/glob.h"
#include "runtime/text.h"
#include "runtime/trie.h"

namespace portcullis {
namespace {

constexpr uint32_t kRestStart = uint32_t{1} << kPatternFields;

bool Part(const ImageTables& tables, const PatternRecord& pattern, size_t i,
          std::string_view text, Context& context) {
  return MatchGlob(tables, PatternPart(tables, pattern, i), text, context);
}

// The parts that the head does not cover, each against the same part (S-38).
bool MatchParts(const ImageTables& tables, const PatternRecord& pattern,
                std::string_view arn, const ArnColons& colons,
                Context& context) {
  const auto fields = tables.globs.subspan(pattern.globs.fields,
                                           kPatternFields - pattern.first);
  size_t part = pattern.first + size_t{1};
  for (const GlobRecord glob : fields) {
    if (!MatchGlob(tables, glob, ArnPart(arn, colons, part++), context)) {
      return false;
    }
  }
  return MatchGlob(tables, pattern.globs.rest, ArnPart(arn, colons, part),
                   context);
}

// S-39: goes through the ARN colon by colon. Bit i of `starts` tells that part
// i may begin after this colon; bit i of `crossing` that part i's final star is
// running and may end at any further colon.
bool MatchAcrossColons(const ImageTables& tables, const PatternRecord& pattern,
                       std::string_view arn, const ArnColons& colons,
                       Context& context) {
  uint32_t starts = 1;
  uint32_t crossing = 0;
  size_t at = colons.at[0];
  while (at != arn.npos) {
    if ((starts & kRestStart) != 0) {
      const std::string_view rest = Slice(arn, at + 1);
      if (Part(tables, pattern, kPatternFields, rest, context)) return true;
      // Where the text before the rest's first star matches, an earlier place
      // is as good as any later one.
      if (MatchesBeforeStar(tables,
                            PatternPart(tables, pattern, kPatternFields), rest,
                            context)) {
        return false;
      }
    }
    const size_t next = arn.find(':', at + 1);
    if (next == arn.npos) return false;
    const std::string_view field = Slice(arn, at + 1, next - at - 1);
    uint32_t following = crossing << 1;
    for (size_t i = 0; i < kPatternFields; ++i) {
      const uint32_t bit = uint32_t{1} << i;
      if ((starts & bit) == 0 || !Part(tables, pattern, i, field, context)) {
        continue;
      }
      following |= bit << 1;
      crossing |= pattern.crossing & bit;
    }
    starts = following;
    at = next;
  }
  return false;
}

bool MatchSome(const ImageTables& tables,
               std::span<const PatternRecord> patterns, std::string_view arn,
               const ArnColons& colons, Context& context) {
  for (const PatternRecord& pattern : patterns) {
    if (MatchPattern(tables, pattern, arn, colons, context)) return true;
  }
  return false;
}

// All patterns of a statement that has many or excludes.
bool MatchPatterns(const ImageTables& tables, const StatementRecord& statement,
                   Context& context) {
  const Target& target = context.target();
  if ((statement.flags & kStatementListed) == 0) {
    return MatchSome(tables, PatternsOf(tables, statement), target.arn,
                     target.colons, context);
  }
  return MatchList(tables, tables.pattern_lists[statement.resources],
                   target.arn, target.colons, context);
}

// Of a NotResource. A long list says at once when it has no such pattern.
bool SomeUnusable(const ImageTables& tables, const StatementRecord& statement,
                  Context& context) {
  constexpr uint32_t kMayBe = kPatternNever | kPatternVariables;
  if ((statement.flags & kStatementListed) != 0 &&
      (tables.pattern_lists[statement.resources].flags & kMayBe) == 0) {
    return false;
  }
  for (const PatternRecord& pattern : PatternsOf(tables, statement)) {
    if (IsUnusable(tables, pattern, context)) return true;
  }
  return false;
}

}  // namespace

GlobRecord PatternPart(const ImageTables& tables, const PatternRecord& pattern,
                       size_t i) {
  if (i >= pattern.first && i < kPatternFields) {
    return tables.globs[pattern.globs.fields + i - pattern.first];
  }
  const auto tail = static_cast<PatternTail>(pattern.tail);
  if (i == kPatternFields && tail == PatternTail::kGlobs) {
    return pattern.globs.rest;
  }
  const std::string_view head = tables.Text(pattern.head);
  size_t begin = 0;
  for (size_t k = 0; k < i; ++k) begin = head.find(':', begin) + 1;
  const bool last = i == kPatternFields;
  const size_t end =
      last ? head.size() : std::min(head.find(':', begin), head.size());
  const bool prefix = last && tail == PatternTail::kAnything;
  const auto size = static_cast<uint32_t>(end - std::min(begin, end));
  if (prefix && size == 0) return MakeGlob(GlobKind::kAny, 0, 0);
  return MakeGlob(prefix ? GlobKind::kPrefix : GlobKind::kLiteral,
                  pattern.head.offset + static_cast<uint32_t>(end) - size,
                  size);
}

bool MatchBehindHead(const ImageTables& tables, const PatternRecord& pattern,
                     std::string_view arn, const ArnColons& colons,
                     Context& context) {
  // A field holds no colon, so that no value with one fits into it (S-47).
  if (MatchParts(tables, pattern, arn, colons, context)) return true;
  return (pattern.flags & kPatternCrossing) != 0 &&
         arn.find(':', colons.at[4] + 1) != arn.npos &&
         MatchAcrossColons(tables, pattern, arn, colons, context);
}

bool IsUnusable(const ImageTables& tables, const PatternRecord& pattern,
                Context& context) {
  if ((pattern.flags & kPatternNever) != 0) return true;
  if ((pattern.flags & kPatternVariables) == 0) return false;
  for (const GlobRecord field : tables.globs.subspan(
           pattern.globs.fields, kPatternFields - pattern.first)) {
    if (HasUnresolved(tables, field, context)) return true;
  }
  return HasUnresolved(tables, pattern.globs.rest, context);
}

bool MatchList(const ImageTables& tables, const PatternListRecord& list,
               std::string_view arn, const ArnColons& colons,
               Context& context) {
  if (list.trie != kNoIndex && colons.valid) {
    TrieWalk walk(tables, tables.tries[list.trie], context.scratch());
    walk.Run(TrieText(arn));
    return walk.AnyAccepted([&](const TrieTargetRecord& target) {
      return (target.flags & kTargetVerify) == 0 ||
             MatchPattern(tables, tables.patterns[target.pattern], arn, colons,
                          context);
    });
  }
  return MatchSome(tables, tables.patterns.subspan(list.begin, list.count), arn,
                   colons, context);
}

std::span<const PatternRecord> PatternsOf(const ImageTables& tables,
                                          const StatementRecord& statement) {
  if (statement.pattern_count == 0) return {};
  if (statement.resources == kNoIndex) return {&statement.pattern, 1};
  const uint32_t begin = (statement.flags & kStatementListed) != 0
                             ? tables.pattern_lists[statement.resources].begin
                             : statement.resources;
  return tables.patterns.subspan(begin, statement.pattern_count);
}

bool MatchManyResources(const ImageTables& tables,
                        const StatementRecord& statement, Context& context) {
  if ((statement.flags & kStatementNotResource) == 0) {
    // The first stands in the statement's cache line, the others do not.
    const Target& target = context.target();
    return MatchPattern(tables, statement.pattern, target.arn, target.colons,
                        context) ||
           MatchPatterns(tables, statement, context);
  }
  if (SomeUnusable(tables, statement, context)) {
    return (statement.flags & kStatementDeny) != 0;
  }
  return !MatchPatterns(tables, statement, context);
}

}  // namespace portcullis
