#include "compiler/tables.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <optional>

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

// The text of the first `count` tokens, when they hold no wildcard and no
// variable.
std::optional<std::string_view> LiteralText(const Tokens& tokens,
                                            size_t count) {
  if (count == 0) return "";
  if (count > 1 || tokens[0].op != TokenOp::kLiteral) return std::nullopt;
  return tokens[0].text;
}

ArnPattern Parse(const PatternSource& source) {
  return source.type
             ? ParseResourcePattern(source.text, source.variables, *source.type)
             : ParseArnOperand(source.text, source.variables);
}

// Moves a pattern's last part into its head when it is a literal or a prefix,
// and says what is left.
PatternTail TakeRest(const Tokens& rest, std::string& head) {
  const bool star = !rest.empty() && rest.back().op == TokenOp::kStar;
  const auto text = LiteralText(rest, rest.size() - (star ? 1 : 0));
  if (!text || head.size() + text->size() < kLeastHead) {
    return PatternTail::kGlobs;
  }
  head.append(*text);
  return star ? PatternTail::kAnything : PatternTail::kNothing;
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

TextRef Tail(TextRef text, size_t size) {
  const uint32_t tail = std::min(text.size, Narrow(size));
  return {text.offset + text.size - tail, tail};
}

TextRef Tables::AddText(std::string_view text) {
  if (text.empty()) return {0, 0};
  return texts_.FindOrAdd(
      HashBytes(text.data(), text.size()),
      [&](TextRef place) { return Text(place) == text; },
      [&] {
        const TextRef place = {Narrow(strings.size()), Narrow(text.size())};
        strings.append(text);
        return place;
      });
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

// One star with a literal behind it, and perhaps one before it.
std::optional<GlobRecord> Tables::AddAround(const Tokens& list) {
  const size_t star = list[0].op == TokenOp::kStar ? 0 : 1;
  if (list.size() != star + 2 || list[star].op != TokenOp::kStar ||
      list[star + 1].op != TokenOp::kLiteral) {
    return std::nullopt;
  }
  const auto before = LiteralText(list, star);
  const std::string& behind = list[star + 1].text;
  if (!before || before->size() > kMaxAround || behind.size() > kMaxAround) {
    return std::nullopt;
  }
  const TextRef text = AddText(std::string(*before) + behind);
  return MakeGlob(GlobKind::kAround, text.offset,
                  AroundSize(Narrow(before->size()), Narrow(behind.size())));
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
  if (const auto around = AddAround(list)) return *around;
  std::vector<TokenRecord> records;
  for (const Token& token : list) records.push_back(ToRecord(token));
  return MakeGlob(GlobKind::kTokens, token_sequences_.Add(records, tokens),
                  Narrow(records.size()));
}

PatternRecord Tables::ToRecord(const ArnPattern& pattern) {
  PatternRecord record = {};
  record.flags = static_cast<uint8_t>(pattern.flags);
  record.crossing = static_cast<uint8_t>(pattern.crossing);
  record.first = kPatternFields;
  record.tail = static_cast<uint8_t>(PatternTail::kAnything);
  if ((pattern.flags & (kPatternAll | kPatternNever)) != 0) return record;
  std::string head;
  record.first = 0;
  for (; record.first < kPatternFields; ++record.first) {
    const Tokens& part = pattern.parts[record.first];
    const auto text = LiteralText(part, part.size());
    if (!text) break;
    head.append(*text).push_back(':');
  }
  const PatternTail tail = record.first < kPatternFields
                               ? PatternTail::kGlobs
                               : TakeRest(pattern.parts[kPatternFields], head);
  record.tail = static_cast<uint8_t>(tail);
  record.head = AddText(head);
  if (tail != PatternTail::kGlobs) {
    record.head_end = EndOfHead(head.data(), head.size());
    return record;
  }
  record.globs.rest = AddGlob(pattern.parts[kPatternFields]);
  std::vector<GlobRecord> fields;
  for (size_t i = record.first; i < kPatternFields; ++i) {
    fields.push_back(AddGlob(pattern.parts[i]));
  }
  record.globs.fields = AddGlobs(fields);
  return record;
}

uint32_t Tables::AddPattern(const PatternSource& source) {
  const PatternRecord record = ToRecord(Parse(source));
  const std::string_view bytes = BytesOf(record);
  return pattern_index_.FindOrAdd(
      HashBytes(bytes.data(), bytes.size()),
      [&](uint32_t index) { return BytesOf(all_patterns[index]) == bytes; },
      [&] {
        all_patterns.push_back(record);
        sources_of_patterns_.push_back({source_texts_.size(),
                                        source.text.size(), source.variables,
                                        source.type});
        source_texts_.append(source.text);
        image_patterns_.push_back(kNoIndex);
        return Narrow(all_patterns.size() - 1);
      });
}

ArnPattern Tables::ParsedPattern(uint32_t pattern) const {
  const StoredSource& source = sources_of_patterns_[pattern];
  const std::string_view texts = source_texts_;
  return Parse(
      {texts.substr(source.begin, source.size), source.variables, source.type});
}

std::vector<uint32_t> Tables::AddPatterns(
    const std::vector<PatternSource>& list) {
  std::vector<uint32_t> indices;
  for (const PatternSource& source : list) {
    indices.push_back(AddPattern(source));
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

uint32_t Tables::ImagePattern(uint32_t pattern) {
  if (image_patterns_[pattern] == kNoIndex) AddPatternSequence({pattern});
  return image_patterns_[pattern];
}

uint32_t Tables::AddPatternSequence(const std::vector<uint32_t>& list) {
  const uint32_t begin = pattern_sequences_.Add(list, pattern_ids);
  for (size_t i = patterns.size(); i < pattern_ids.size(); ++i) {
    const uint32_t id = pattern_ids[i];
    if (image_patterns_[id] == kNoIndex) image_patterns_[id] = Narrow(i);
    patterns.push_back(all_patterns[id]);
  }
  return begin;
}

uint32_t Tables::AddPatternList(const std::vector<uint32_t>& list) {
  PatternListRecord record = {};
  record.begin = AddPatternSequence(list);
  record.count = Narrow(list.size());
  record.trie = kNoIndex;
  for (const uint32_t pattern : list) {
    record.flags |= all_patterns[pattern].flags;
  }
  for (const uint32_t candidate : lists_by_begin_[record.begin]) {
    if (pattern_lists[candidate].count == record.count) return candidate;
  }
  pattern_lists.push_back(record);
  list_patterns.push_back(list);
  lists_by_begin_[record.begin].push_back(Narrow(pattern_lists.size() - 1));
  return Narrow(pattern_lists.size() - 1);
}

uint32_t Tables::AddGlobs(const std::vector<GlobRecord>& sequence) {
  return glob_sequences_.Add(sequence, globs);
}

uint32_t Tables::AddActionRefs(const std::vector<uint32_t>& sequence) {
  return action_ref_sequences_.Add(sequence, action_refs);
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
