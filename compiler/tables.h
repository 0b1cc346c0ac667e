// Internal: use compile.h. The image's sections while they grow: records are
// appended, equal ones shared, and nothing is ever taken out again.
#ifndef PORTCULLIS_COMPILER_TABLES_H_
#define PORTCULLIS_COMPILER_TABLES_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/hash_table.h"
#include "compiler/pattern.h"
#include "runtime/image_format.h"

namespace portcullis {

// Finds again what stands in a section, by its bytes, without a copy of them.
template <typename Place>
class ByContent {
 public:
  // The place of which `holds(place)` says that it holds the bytes of this
  // hash, or that of `append()`, which puts them there.
  template <typename Holds, typename Append>
  Place FindOrAdd(uint64_t hash, Holds holds, Append append) {
    for (;; ++hash) {  // other bytes of the same hash take the next number
      const auto [it, inserted] = places_.try_emplace(hash);
      if (inserted) it->second = append();
      if (inserted || holds(it->second)) return it->second;
    }
  }

 private:
  absl::flat_hash_map<uint64_t, Place> places_;
};

// Appends sequences of trivially copyable records to one section; a sequence
// that is there already is found again.
template <typename T>
class SharedSequences {
 public:
  // The index of the sequence's first record. `count` 0 gives 0.
  uint32_t Add(const std::vector<T>& sequence, std::vector<T>& section) {
    if (sequence.empty()) return 0;
    const size_t bytes = sequence.size() * sizeof(T);
    const auto hash =
        HashBytes(reinterpret_cast<const char*>(sequence.data()), bytes);
    const auto holds = [&](const Range& range) {
      return range.count == sequence.size() &&
             std::memcmp(&section[range.begin], sequence.data(), bytes) == 0;
    };
    const auto append = [&] {
      const Range range = {section.size(), sequence.size()};
      section.insert(section.end(), sequence.begin(), sequence.end());
      return range;
    };
    return static_cast<uint32_t>(ranges_.FindOrAdd(hash, holds, append).begin);
  }

 private:
  struct Range {
    size_t begin = 0;
    size_t count = 0;
  };
  ByContent<Range> ranges_;
};

// A pattern as a policy has it.
struct PatternSource {
  std::string_view text;
  bool variables = false;
  // Of the policy whose Resource or NotResource it is; none: of an Arn
  // operator.
  std::optional<PolicyType> type;
};

// Everything that becomes an image. The vectors are the sections; the functions
// keep equal things once.
class Tables {
 public:
  TextRef AddText(std::string_view text);
  uint32_t AddKey(std::string_view folded_name);
  // A glob over one text; `tokens` as Tokenize() gives them.
  GlobRecord AddGlob(const Tokens& tokens);
  // Indices of `all_patterns`, ascending without duplicates.
  std::vector<uint32_t> AddPatterns(const std::vector<PatternSource>& list);
  // One of them once more, parsed.
  ArnPattern ParsedPattern(uint32_t pattern) const;
  // The index in `patterns`, the image's, of one of `all_patterns`.
  uint32_t ImagePattern(uint32_t pattern);
  // What AddPatterns() gave, one after another in `patterns`: where they begin.
  uint32_t AddPatternSequence(const std::vector<uint32_t>& list);
  // The same as a list of the image.
  uint32_t AddPatternList(const std::vector<uint32_t>& list);
  uint32_t AddGlobs(const std::vector<GlobRecord>& sequence);
  uint32_t AddActionRefs(const std::vector<uint32_t>& sequence);
  uint32_t AddConditionRefs(const std::vector<uint32_t>& sequence);
  uint32_t AddPrincipalEntries(
      const std::vector<PrincipalEntryRecord>& sequence);
  uint32_t AddTags(const std::vector<TagRecord>& sequence);

  std::string strings;
  std::vector<TokenRecord> tokens;
  std::vector<GlobRecord> globs;
  // Every distinct pattern; only those that are not the one pattern of their
  // statements become part of the image.
  std::vector<PatternRecord> all_patterns;
  std::vector<PatternRecord> patterns;
  std::vector<uint32_t> pattern_ids;  // parallel to `patterns`: of
                                      // `all_patterns`
  std::vector<PatternListRecord> pattern_lists;
  std::vector<std::vector<uint32_t>> list_patterns;  // parallel to
                                                     // `pattern_lists`; of
                                                     // `all_patterns`
  std::vector<ActionPointRecord> action_points;
  HashTableDraft<SlotRecord> action_slots;
  std::vector<ServiceRecord> services;
  HashTableDraft<SlotRecord> service_slots;
  std::vector<KeyRecord> keys;
  std::vector<ConditionRecord> conditions;
  std::vector<uint32_t> condition_refs;
  std::vector<NumberRecord> numbers;
  std::vector<DateRecord> dates;
  std::vector<AddressRecord> addresses;
  std::vector<PrincipalEntryRecord> principal_entries;
  std::vector<StatementRecord> statements;
  std::vector<PolicyRecord> policies;
  std::vector<uint32_t> policy_refs;
  std::vector<uint64_t> rows;
  std::vector<RuleSetRecord> rule_sets;
  std::vector<LevelRecord> levels;
  std::vector<RowSlotRecord> row_slots;
  std::vector<TagRecord> tags;
  std::vector<EntityRecord> entities;
  HashTableDraft<EntitySlotRecord> entity_slots;
  std::vector<AccountRecord> accounts;
  HashTableDraft<SlotRecord> account_slots;
  std::vector<ResourceRecord> resources;
  HashTableDraft<SlotRecord> resource_slots;
  std::vector<EndpointRecord> endpoints;
  HashTableDraft<SlotRecord> endpoint_slots;
  std::vector<ManagedPolicyRecord> managed_policies;
  HashTableDraft<SlotRecord> managed_policy_slots;
  std::vector<TrieNodeRecord> trie_nodes;
  std::vector<TrieEdgeRecord> trie_edges;
  std::vector<TrieTargetRecord> trie_targets;
  std::vector<TrieRecord> tries;
  std::vector<SourceRecord> sources;
  std::vector<PolicySourceRecord> policy_sources;
  std::vector<uint32_t> action_refs;

  uint32_t flags = 0;  // ImageFlags
  uint32_t session = kNoIndex;
  uint32_t resource_pieces = 0;
  TextRef organization_id = {0, 0};

  std::string_view Text(TextRef ref) const {
    return std::string_view(strings).substr(ref.offset, ref.size);
  }

 private:
  // An index of `all_patterns`.
  uint32_t AddPattern(const PatternSource& source);
  std::optional<GlobRecord> AddAround(const Tokens& list);
  TokenRecord ToRecord(const Token& token);
  PatternRecord ToRecord(const ArnPattern& pattern);

  // The sources of `all_patterns`, in one text.
  struct StoredSource {
    size_t begin = 0;
    size_t size = 0;
    bool variables = false;
    std::optional<PolicyType> type;
  };
  std::string source_texts_;
  std::vector<StoredSource> sources_of_patterns_;  // parallel to `all_patterns`

  ByContent<TextRef> texts_;
  absl::flat_hash_map<std::string, uint32_t> key_index_;
  ByContent<uint32_t> pattern_index_;
  std::vector<uint32_t> image_patterns_;  // parallel to `all_patterns`
  absl::flat_hash_map<uint32_t, std::vector<uint32_t>> lists_by_begin_;
  SharedSequences<TokenRecord> token_sequences_;
  SharedSequences<GlobRecord> glob_sequences_;
  SharedSequences<uint32_t> pattern_sequences_;
  SharedSequences<uint32_t> action_ref_sequences_;
  SharedSequences<uint32_t> condition_ref_sequences_;
  SharedSequences<PrincipalEntryRecord> principal_sequences_;
  SharedSequences<TagRecord> tag_sequences_;
};

// Narrows to the format's 32-bit indices. A set that does not fit is beyond
// every limit of memory first; the program ends with a message.
uint32_t Narrow(size_t value);

// The last `size` bytes of a text that has as many.
TextRef Tail(TextRef text, size_t size);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_TABLES_H_
