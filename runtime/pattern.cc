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
  const auto fields =
      tables.globs.subspan(pattern.fields, kPatternFields - pattern.first);
  size_t part = pattern.first + size_t{1};
  for (const GlobRecord glob : fields) {
    if (!MatchGlob(tables, glob, ArnPart(arn, colons, part++), context)) {
      return false;
    }
  }
  return MatchGlob(tables, pattern.rest, ArnPart(arn, colons, part), context);
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

}  // namespace

GlobRecord PatternPart(const ImageTables& tables, const PatternRecord& pattern,
                       size_t i) {
  if (i >= pattern.first && i < kPatternFields) {
    return tables.globs[pattern.fields + i - pattern.first];
  }
  const auto tail = static_cast<PatternTail>(pattern.tail);
  if (i == kPatternFields && tail == PatternTail::kGlobs) return pattern.rest;
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
  for (const GlobRecord field :
       tables.globs.subspan(pattern.fields, kPatternFields - pattern.first)) {
    if (HasUnresolved(tables, field, context)) return true;
  }
  return HasUnresolved(tables, pattern.rest, context);
}

bool MatchList(const ImageTables& tables, const PatternListRecord& list,
               std::string_view arn, const ArnColons& colons, Context& context,
               Scratch& scratch) {
  if (list.trie != kNoIndex && colons.valid) {
    TrieWalk walk(tables, tables.tries[list.trie], scratch);
    walk.Run(TrieText(arn));
    return walk.AnyAccepted([&](const TrieTargetRecord& target) {
      return (target.flags & kTargetVerify) == 0 ||
             MatchPattern(tables, tables.patterns[target.pattern], arn, colons,
                          context);
    });
  }
  for (const uint32_t ref :
       tables.pattern_refs.subspan(list.begin, list.count)) {
    if (MatchPattern(tables, tables.patterns[ref], arn, colons, context)) {
      return true;
    }
  }
  return false;
}

bool MatchManyResources(const ImageTables& tables,
                        const StatementRecord& statement, Context& context,
                        Scratch& scratch) {
  const PatternListRecord& list = tables.pattern_lists[statement.resources];
  const Target& target = context.target();
  if ((statement.flags & kStatementNotResource) == 0) {
    // The first stands in the statement's cache line, the list does not.
    return MatchPattern(tables, statement.pattern, target.arn, target.colons,
                        context) ||
           MatchList(tables, list, target.arn, target.colons, context, scratch);
  }
  if ((list.flags & (kPatternNever | kPatternVariables)) != 0) {
    const bool unusable =
        AnyPattern(tables, statement, [&](const PatternRecord& pattern) {
          return IsUnusable(tables, pattern, context);
        });
    if (unusable) return (statement.flags & kStatementDeny) != 0;
  }
  return !MatchList(tables, list, target.arn, target.colons, context, scratch);
}

}  // namespace portcullis
