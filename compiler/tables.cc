#include "compiler/tables.h"

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace portcullis {
namespace {

// The derived key that `name` is (S-173).
const DerivedKeyName* FindDerivedKey(std::string_view name) {
  for (const DerivedKeyName& known : kDerivedKeyNames) {
    const std::string_view text(known.name, known.size);
    const bool tag = text.back() == '/';
    if (tag ? name.size() > text.size() && name.substr(0, text.size()) == text
            : name == text) {
      return &known;
    }
  }
  return nullptr;
}

std::string_view BytesOf(const PatternRecord& record) {
  return {reinterpret_cast<const char*>(&record), sizeof(record)};
}

}  // namespace

uint32_t Narrow(size_t value) {
  if (value < kNoIndex) return static_cast<uint32_t>(value);
  std::fputs(
      "portcullis: the policy set does not fit an image's 32-bit "
      "offsets\n",
      stderr);
  std::abort();
}

std::vector<uint32_t> MakeSlots(const std::vector<std::string_view>& texts) {
  std::vector<uint32_t> slots(std::bit_ceil(2 * texts.size() + 1), kNoIndex);
  const size_t mask = slots.size() - 1;
  for (size_t i = 0; i < texts.size(); ++i) {
    size_t at = HashBytes(texts[i].data(), texts[i].size()) & mask;
    while (slots[at] != kNoIndex) at = (at + 1) & mask;
    slots[at] = Narrow(i);
  }
  return slots;
}

TextRef Tables::AddText(std::string_view text) {
  if (text.empty()) return {0, 0};
  const auto [it, inserted] = texts_.try_emplace(std::string(text));
  if (inserted) {
    it->second = {Narrow(strings.size()), Narrow(text.size())};
    strings.append(text);
  }
  return it->second;
}

uint32_t Tables::AddKey(std::string_view folded_name) {
  const auto [it, inserted] =
      key_index_.try_emplace(std::string(folded_name), Narrow(keys.size()));
  if (!inserted) return it->second;
  KeyRecord record = {};
  record.name = AddText(folded_name);
  if (const DerivedKeyName* known = FindDerivedKey(folded_name)) {
    record.kind = static_cast<uint32_t>(known->kind);
    record.tag = known->name[known->size - 1] == '/' ? known->size : 0;
  }
  keys.push_back(record);
  return it->second;
}

TokenRecord Tables::ToRecord(const Token& token) {
  TokenRecord record = {static_cast<uint32_t>(token.op), 0, 0, 0};
  if (token.op == TokenOp::kLiteral) {
    const TextRef text = AddText(token.text);
    record.a = text.offset;
    record.b = text.size;
  } else if (token.op == TokenOp::kQuestion) {
    record.a = token.count;
  } else if (token.op == TokenOp::kVariable) {
    const TextRef text = AddText(token.default_value.value_or(""));
    record.a = AddKey(token.text);
    record.b = token.default_value ? text.offset : kNoIndex;
    record.c = text.size;
  }
  return record;
}

GlobRecord Tables::AddGlob(const Tokens& list) {
  if (list.empty()) return MakeGlob(GlobKind::kLiteral, 0, 0);
  if (list.size() == 1 && list[0].op == TokenOp::kStar) {
    return MakeGlob(GlobKind::kAny, 0, 0);
  }
  const bool literal_first = list[0].op == TokenOp::kLiteral;
  const bool prefix = list.size() == 2 && list[1].op == TokenOp::kStar;
  if (literal_first && (list.size() == 1 || prefix)) {
    const TextRef text = AddText(list[0].text);
    return MakeGlob(prefix ? GlobKind::kPrefix : GlobKind::kLiteral,
                    text.offset, text.size);
  }
  std::vector<TokenRecord> records;
  for (const Token& token : list) records.push_back(ToRecord(token));
  return MakeGlob(GlobKind::kTokens, token_sequences_.Add(records, tokens),
                  Narrow(records.size()));
}

uint32_t Tables::AddPattern(const ArnPattern& pattern) {
  PatternRecord record = {};
  const bool special = (pattern.flags & (kPatternAll | kPatternNever)) != 0;
  for (size_t i = 0; i < kPatternParts; ++i) {
    record.parts[i] =
        special ? MakeGlob(GlobKind::kAny, 0, 0) : AddGlob(pattern.parts[i]);
  }
  record.flags = pattern.flags;
  record.crossing = pattern.crossing;
  const auto [it, inserted] = pattern_index_.try_emplace(
      std::string(BytesOf(record)), Narrow(patterns.size()));
  if (inserted) {
    patterns.push_back(record);
    parsed_patterns.push_back(pattern);
  }
  return it->second;
}

uint32_t Tables::AddPatternList(std::vector<uint32_t> list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  PatternListRecord record = {};
  record.begin = pattern_ref_sequences_.Add(list, pattern_refs);
  record.count = Narrow(list.size());
  record.trie = kNoIndex;
  for (const uint32_t pattern : list) record.flags |= patterns[pattern].flags;
  for (const uint32_t candidate : lists_by_begin_[record.begin]) {
    if (pattern_lists[candidate].count == record.count) return candidate;
  }
  pattern_lists.push_back(record);
  lists_by_begin_[record.begin].push_back(Narrow(pattern_lists.size() - 1));
  return Narrow(pattern_lists.size() - 1);
}

uint32_t Tables::AddGlobs(const std::vector<GlobRecord>& sequence) {
  return glob_sequences_.Add(sequence, globs);
}

uint32_t Tables::AddConditionRefs(const std::vector<uint32_t>& sequence) {
  return condition_ref_sequences_.Add(sequence, condition_refs);
}

uint32_t Tables::AddPrincipalEntries(
    const std::vector<PrincipalEntryRecord>& sequence) {
  return principal_sequences_.Add(sequence, principal_entries);
}

uint32_t Tables::AddTags(const std::vector<TagRecord>& sequence) {
  return tag_sequences_.Add(sequence, tags);
}

}  // namespace portcullis
