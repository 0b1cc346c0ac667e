#include "runtime/variables.h"

#include <algorithm>
#include <span>

namespace portcullis {
namespace {

using Keys = std::vector<uint32_t>;

void AddGlob(const ImageTables& tables, GlobRecord glob, Keys& keys) {
  if (KindOf(glob) != GlobKind::kTokens) return;
  for (const TokenRecord& token : tables.tokens.subspan(glob.a, SizeOf(glob))) {
    const bool known =
        std::find(keys.begin(), keys.end(), token.a) != keys.end();
    if (static_cast<TokenOp>(token.op) == TokenOp::kVariable && !known) {
      keys.push_back(token.a);
    }
  }
}

void AddPattern(const ImageTables& tables, const PatternRecord& pattern,
                Keys& keys) {
  if ((pattern.flags & kPatternVariables) == 0) return;
  for (const GlobRecord field : tables.globs.subspan(
           pattern.globs.fields, kPatternFields - pattern.first)) {
    AddGlob(tables, field, keys);
  }
  AddGlob(tables, pattern.globs.rest, keys);
}

bool HoldsGlobs(CompareOp op) {
  return op < CompareOp::kNumericEquals || op == CompareOp::kBool;
}

bool HoldsPatterns(CompareOp op) {
  return op >= CompareOp::kArnEquals && op <= CompareOp::kArnNotLike;
}

}  // namespace

std::vector<uint32_t> VariablesOf(const ImageTables& tables,
                                  const PatternRecord& pattern) {
  Keys keys;
  AddPattern(tables, pattern, keys);
  return keys;
}

std::vector<uint32_t> VariablesOf(const ImageTables& tables,
                                  const ConditionRecord& condition) {
  Keys keys;
  const auto op = static_cast<CompareOp>(condition.op);
  if (HoldsGlobs(op)) {
    for (const GlobRecord glob :
         tables.globs.subspan(condition.begin, condition.count)) {
      AddGlob(tables, glob, keys);
    }
  } else if (HoldsPatterns(op)) {
    const PatternListRecord& list = tables.pattern_lists[condition.begin];
    for (const PatternRecord& pattern :
         tables.patterns.subspan(list.begin, list.count)) {
      AddPattern(tables, pattern, keys);
    }
  }
  return keys;
}

}  // namespace portcullis
