#include "compiler/condition.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "policy/values.h"

namespace portcullis {
namespace {

static_assert(static_cast<int>(Comparison::kNull) ==
                  static_cast<int>(CompareOp::kNull),
              "the image's operator codes are the parser's");
static_assert(kComparisonCount == kCompareOpCount);

// Length-prefixed, so that different conditions have different keys.
std::string KeyOf(const NormalCondition& condition, bool variables) {
  std::string key =
      absl::StrCat(variables ? "v" : "c", OperatorName(condition.op), "\n",
                   condition.key.size(), ":", condition.key);
  for (const std::string& value : condition.values) {
    absl::StrAppend(&key, "\n", value.size(), ":", value);
  }
  return key;
}

bool IsPlainText(const Tokens& tokens) {
  return tokens.empty() ||
         (tokens.size() == 1 && tokens[0].op == TokenOp::kLiteral);
}

bool IsIgnoreCase(Comparison comparison) {
  return comparison == Comparison::kStringEqualsIgnoreCase ||
         comparison == Comparison::kStringNotEqualsIgnoreCase;
}

bool IsLike(Comparison comparison) {
  return comparison == Comparison::kStringLike ||
         comparison == Comparison::kStringNotLike;
}

}  // namespace

uint32_t ConditionCompiler::Add(const NormalCondition& condition,
                                bool variables) {
  std::string key = KeyOf(condition, variables);
  const auto found = index_.find(key);
  if (found != index_.end()) return found->second;
  const uint32_t index = Narrow(tables_.conditions.size());
  tables_.conditions.push_back(Compile(condition, variables));
  index_.emplace(std::move(key), index);
  return index;
}

ConditionRecord ConditionCompiler::Compile(const NormalCondition& condition,
                                           bool variables) {
  ConditionRecord record = {};
  record.op = static_cast<uint8_t>(condition.op.comparison);
  record.set = static_cast<uint8_t>(condition.op.prefix);
  record.if_exists = condition.op.if_exists ? 1 : 0;
  record.key = tables_.AddKey(condition.key);
  switch (condition.op.comparison) {
    case Comparison::kBool:
    case Comparison::kNull: AddTruths(condition, variables, record); break;
    case Comparison::kBinaryEquals: AddBinaries(condition, record); break;
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress: AddAddresses(condition, record); break;
    case Comparison::kArnEquals:
    case Comparison::kArnNotEquals:
    case Comparison::kArnLike:
    case Comparison::kArnNotLike: AddArns(condition, variables, record); break;
    default:
      if (condition.op.comparison <= Comparison::kStringNotLike) {
        AddStrings(condition, variables, record);
      } else if (condition.op.comparison <=
                 Comparison::kNumericGreaterThanEquals) {
        AddNumbers(condition, record);
      } else {
        AddDates(condition, record);
      }
  }
  return record;
}

void ConditionCompiler::AddStrings(const NormalCondition& condition,
                                   bool variables, ConditionRecord& record) {
  const Comparison comparison = condition.op.comparison;
  const Wildcards wildcards =
      IsLike(comparison) ? Wildcards::kActive : Wildcards::kLiteral;
  std::set<std::string> literals;
  std::vector<GlobRecord> globs;
  for (const std::string& value : condition.values) {
    const Tokens tokens = Tokenize(value, variables, wildcards);
    if (IsPlainText(tokens)) {
      const std::string text = tokens.empty() ? "" : tokens[0].text;
      literals.insert(IsIgnoreCase(comparison) ? FoldLetters(text) : text);
    } else {
      globs.push_back(tables_.AddGlob(tokens));
    }
  }
  std::vector<GlobRecord> all;
  for (const std::string& text : literals) {
    const TextRef ref = tables_.AddText(text);
    all.push_back(MakeGlob(GlobKind::kLiteral, ref.offset, ref.size));
  }
  all.insert(all.end(), globs.begin(), globs.end());
  record.literals = Narrow(literals.size());
  record.begin = tables_.AddGlobs(all);
  record.count = Narrow(all.size());
}

// Bool and Null: the constants as bits, the rest as templates.
void ConditionCompiler::AddTruths(const NormalCondition& condition,
                                  bool variables, ConditionRecord& record) {
  std::vector<GlobRecord> templates;
  for (const std::string& value : condition.values) {
    if (value == "true" || value == "false") {
      record.literals |= value == "true" ? 2u : 1u;
    } else {
      templates.push_back(
          tables_.AddGlob(Tokenize(value, variables, Wildcards::kLiteral)));
    }
  }
  record.begin = tables_.AddGlobs(templates);
  record.count = Narrow(templates.size());
}

void ConditionCompiler::AddBinaries(const NormalCondition& condition,
                                    ConditionRecord& record) {
  std::set<std::string> values;
  for (const std::string& value : condition.values) {
    const auto bytes = ParseBase64(value);
    if (bytes) {
      values.insert(*bytes);
    } else {
      record.unreadable = 1;
    }
  }
  std::vector<GlobRecord> globs;
  for (const std::string& bytes : values) {
    const TextRef ref = tables_.AddText(bytes);
    globs.push_back(MakeGlob(GlobKind::kLiteral, ref.offset, ref.size));
  }
  record.begin = tables_.AddGlobs(globs);
  record.count = record.literals = Narrow(globs.size());
}

void ConditionCompiler::AddNumbers(const NormalCondition& condition,
                                   ConditionRecord& record) {
  record.begin = Narrow(tables_.numbers.size());
  for (const std::string& value : condition.values) {
    const auto number = ParseNumber(value);
    if (!number) {
      record.unreadable = 1;
      continue;
    }
    tables_.numbers.push_back({tables_.AddText(number->digits),
                               number->exponent, number->negative ? 1u : 0u,
                               0});
    ++record.count;
  }
}

void ConditionCompiler::AddDates(const NormalCondition& condition,
                                 ConditionRecord& record) {
  record.begin = Narrow(tables_.dates.size());
  for (const std::string& value : condition.values) {
    const auto instant = ParseDate(value);
    if (!instant) {
      record.unreadable = 1;
      continue;
    }
    tables_.dates.push_back({instant->seconds, instant->nanoseconds, 0});
    ++record.count;
  }
}

void ConditionCompiler::AddAddresses(const NormalCondition& condition,
                                     ConditionRecord& record) {
  record.begin = Narrow(tables_.addresses.size());
  for (const std::string& value : condition.values) {
    const auto block = ParseAddressBlock(value);
    if (!block) {
      record.unreadable = 1;
      continue;
    }
    AddressRecord address = {};
    std::copy(block->bytes.begin(), block->bytes.end(), address.bytes);
    address.bits = block->prefix_bits;
    address.is_v6 = block->is_v6 ? 1 : 0;
    tables_.addresses.push_back(address);
    ++record.count;
  }
}

void ConditionCompiler::AddArns(const NormalCondition& condition,
                                bool variables, ConditionRecord& record) {
  std::vector<PatternSource> patterns;
  for (const std::string& value : condition.values) {
    patterns.push_back({value, variables, std::nullopt});
  }
  record.begin = tables_.AddPatternList(tables_.AddPatterns(patterns));
  record.count = 1;
}

}  // namespace portcullis
