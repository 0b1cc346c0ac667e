// stage 10: bytes -> image view
#include "runtime/image_verify.h"

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/crc32c.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

static_assert(std::endian::native == std::endian::little,
              "images are little-endian; a big-endian reader would swap");

ImageError Fail(ImageErrorCode code, std::string message) {
  return {code, std::move(message)};
}

// ---- layout ----------------------------------------------------------------

constexpr char kDamagedHeader[] =
    "the image's header is damaged; compile it again";

ImageError CheckHeader(std::span<const std::byte> bytes,
                       const ImageHeader& header) {
  if (header.magic != kImageMagic) {
    return Fail(ImageErrorCode::kMagic, "not a portcullis image");
  }
  if (header.version != kImageVersion) {
    return Fail(ImageErrorCode::kVersion,
                "image is version " + std::to_string(header.version) +
                    ", this runtime reads version " +
                    std::to_string(kImageVersion) +
                    "; compile it again with the `portcullis` of this version");
  }
  if (header.header_bytes != sizeof(ImageHeader) ||
      HeaderCrc32c(header) != header.header_crc32c) {
    return Fail(ImageErrorCode::kHeader, kDamagedHeader);
  }
  if (header.image_bytes != bytes.size()) {
    return Fail(ImageErrorCode::kTruncated,
                "the image is " + std::to_string(bytes.size()) +
                    " bytes, its header says " +
                    std::to_string(header.image_bytes));
  }
  if (header.reserved != 0 || (header.flags & ~kImageFlags) != 0) {
    return Fail(ImageErrorCode::kHeader, kDamagedHeader);
  }
  return {};
}

ImageError CheckBody(std::span<const std::byte> bytes,
                     const ImageHeader& header) {
  if (FastCrc32c(bytes.subspan(sizeof(ImageHeader))) != header.crc32c) {
    return Fail(ImageErrorCode::kChecksum,
                "the image's checksum is wrong: it was damaged after it was "
                "written; compile it again");
  }
  return {};
}

// Sections lie in order, aligned, without overlap, inside the image.
ImageError CheckSections(const ImageHeader& header) {
  uint64_t end = sizeof(ImageHeader);
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const Section& section = header.sections[i];
    const uint64_t bytes = uint64_t{section.count} * section.stride;
    if (section.offset % kImageAlignment != 0 || section.offset < end ||
        section.offset > header.image_bytes ||
        bytes > header.image_bytes - section.offset) {
      return Fail(ImageErrorCode::kSection,
                  "section " + std::to_string(i) + " is out of bounds");
    }
    end = section.offset + bytes;
  }
  return {};
}

template <typename T>
bool Bind(const std::byte* base, const ImageHeader& header, SectionId id,
          std::span<const T>& out) {
  const Section& section = header.sections[static_cast<uint32_t>(id)];
  if (section.stride != sizeof(T)) return false;
  out = {reinterpret_cast<const T*>(base + section.offset), section.count};
  return true;
}

bool BindAll(const std::byte* base, ImageTables& t,
             std::span<const uint32_t>& seeds) {
  const ImageHeader& h = *t.header;
  std::span<const char> strings;
  const bool ok =
      Bind(base, h, SectionId::kStrings, strings) &&
      Bind(base, h, SectionId::kTokens, t.tokens) &&
      Bind(base, h, SectionId::kGlobs, t.globs) &&
      Bind(base, h, SectionId::kPatterns, t.patterns) &&
      Bind(base, h, SectionId::kPatternLists, t.pattern_lists) &&
      Bind(base, h, SectionId::kActionPoints, t.action_points) &&
      Bind(base, h, SectionId::kActionSlots, t.action_slots.slots) &&
      Bind(base, h, SectionId::kServices, t.services) &&
      Bind(base, h, SectionId::kServiceSlots, t.service_slots.slots) &&
      Bind(base, h, SectionId::kKeys, t.keys) &&
      Bind(base, h, SectionId::kConditions, t.conditions) &&
      Bind(base, h, SectionId::kConditionRefs, t.condition_refs) &&
      Bind(base, h, SectionId::kNumbers, t.numbers) &&
      Bind(base, h, SectionId::kDates, t.dates) &&
      Bind(base, h, SectionId::kAddresses, t.addresses) &&
      Bind(base, h, SectionId::kPrincipalEntries, t.principal_entries) &&
      Bind(base, h, SectionId::kStatements, t.statements) &&
      Bind(base, h, SectionId::kPolicies, t.policies) &&
      Bind(base, h, SectionId::kPolicyRefs, t.policy_refs) &&
      Bind(base, h, SectionId::kRows, t.rows) &&
      Bind(base, h, SectionId::kRuleSets, t.rule_sets) &&
      Bind(base, h, SectionId::kLevels, t.levels) &&
      Bind(base, h, SectionId::kRowSlots, t.row_slots) &&
      Bind(base, h, SectionId::kTags, t.tags) &&
      Bind(base, h, SectionId::kEntities, t.entities) &&
      Bind(base, h, SectionId::kEntitySlots, t.entity_slots.slots) &&
      Bind(base, h, SectionId::kAccounts, t.accounts) &&
      Bind(base, h, SectionId::kAccountSlots, t.account_slots.slots) &&
      Bind(base, h, SectionId::kResources, t.resources) &&
      Bind(base, h, SectionId::kResourceSlots, t.resource_slots.slots) &&
      Bind(base, h, SectionId::kEndpoints, t.endpoints) &&
      Bind(base, h, SectionId::kEndpointSlots, t.endpoint_slots.slots) &&
      Bind(base, h, SectionId::kManagedPolicies, t.managed_policies) &&
      Bind(base, h, SectionId::kManagedPolicySlots,
           t.managed_policy_slots.slots) &&
      Bind(base, h, SectionId::kTrieNodes, t.trie_nodes) &&
      Bind(base, h, SectionId::kTrieEdges, t.trie_edges) &&
      Bind(base, h, SectionId::kTrieTargets, t.trie_targets) &&
      Bind(base, h, SectionId::kTries, t.tries) &&
      Bind(base, h, SectionId::kSources, t.sources) &&
      Bind(base, h, SectionId::kPolicySources, t.policy_sources) &&
      Bind(base, h, SectionId::kActionRefs, t.action_refs) &&
      Bind(base, h, SectionId::kSeeds, seeds);
  t.strings = strings.data();
  t.string_bytes = static_cast<uint32_t>(strings.size());
  return ok;
}

// Gives each hash table its seeds.
bool BindSeeds(std::span<const uint32_t> seeds, ImageTables& t) {
  const auto take = [&seeds](auto& table) {
    const size_t count = SeedCount(table.slots.size());
    if (seeds.size() < count) return false;
    table.seeds = seeds.first(count);
    seeds = seeds.subspan(count);
    return true;
  };
  return take(t.action_slots) && take(t.service_slots) &&
         take(t.entity_slots) && take(t.account_slots) &&
         take(t.resource_slots) && take(t.endpoint_slots) &&
         take(t.managed_policy_slots) && seeds.empty();
}

// ---- records ---------------------------------------------------------------

// Collects the first contradiction found in the records.
class RecordVerifier {
 public:
  explicit RecordVerifier(const ImageTables& tables) : t_(tables) {}

  ImageError Run() {
    CheckTokensAndGlobs();
    CheckPatterns();
    CheckActions();
    CheckConditions();
    CheckStatements();
    CheckRuleSets();
    CheckEntities();
    CheckResources();
    CheckTries();
    CheckHeaderRefs();
    if (problem_ == nullptr) return {};
    return Fail(ImageErrorCode::kRecord, std::string("bad ") + problem_);
  }

 private:
  void Require(bool holds, const char* what) {
    if (!holds && problem_ == nullptr) problem_ = what;
  }
  static bool InRange(uint32_t begin, uint32_t count, size_t size) {
    return begin <= size && count <= size - begin;
  }
  bool IsText(TextRef text) const {
    return InRange(text.offset, text.size, t_.string_bytes);
  }
  // Adds a text of those that are apart from one another; false when they have
  // more bytes than all texts have, so that reading them is linear.
  bool AddApart(TextRef text, uint64_t& total) const {
    total += text.size;
    return total <= t_.string_bytes;
  }
  static bool IsIndexOrNone(uint32_t index, size_t size) {
    return index == kNoIndex || index < size;
  }

  // Element n: how many of the first n records have a property.
  using Counts = std::vector<uint32_t>;
  template <typename Record, typename Has>
  static Counts CountAll(std::span<const Record> records, Has has) {
    Counts counts(records.size() + 1);
    for (size_t i = 0; i < records.size(); ++i) {
      counts[i + 1] = counts[i] + (has(records[i]) ? 1 : 0);
    }
    return counts;
  }
  static uint32_t CountIn(const Counts& counts, uint32_t begin,
                          uint32_t count) {
    return counts[begin + count] - counts[begin];
  }

  // The last slot is empty, so that every probe ends.
  template <typename Slot, typename Index>
  void CheckSlots(const HashTable<Slot>& table, Index index, size_t targets,
                  const char* what) {
    for (const Slot& slot : table.slots) {
      Require(IsIndexOrNone(index(slot), targets), what);
    }
    Require(!table.slots.empty() && index(table.slots.back()) == kNoIndex,
            what);
  }
  template <typename Slot>
  void CheckTextSlots(const HashTable<Slot>& table, size_t targets,
                      const char* what) {
    CheckSlots(
        table, [](const Slot& slot) { return slot.index; }, targets, what);
  }

  void CheckToken(const TokenRecord& token) {
    switch (static_cast<TokenOp>(token.op)) {
      case TokenOp::kLiteral:
        return Require(IsText({token.a, token.b}) && token.b > 0, "token text");
      case TokenOp::kQuestion:
        return Require(token.a > 0 && token.a <= kMaxQuestions, "token count");
      case TokenOp::kStar: return;
      case TokenOp::kVariable:
        Require(token.a < t_.keys.size(), "token key");
        return Require(token.b == kNoIndex || IsText({token.b, token.c}),
                       "token default");
    }
    Require(false, "token");
  }

  void CheckGlob(GlobRecord glob) {
    switch (KindOf(glob)) {
      case GlobKind::kAny:
        return Require(glob.a == 0 && SizeOf(glob) == 0, "glob");
      case GlobKind::kLiteral:
      case GlobKind::kPrefix:
        return Require(IsText({glob.a, SizeOf(glob)}), "glob text");
      case GlobKind::kTokens:
        return Require(InRange(glob.a, SizeOf(glob), t_.tokens.size()),
                       "glob tokens");
      case GlobKind::kAround:
        return Require(
            IsText({glob.a, BeforeStar(glob).size + BehindStar(glob).size}),
            "glob text");
    }
    Require(false, "glob");
  }

  void CheckTokensAndGlobs() {
    for (const TokenRecord& token : t_.tokens) CheckToken(token);
    for (GlobRecord glob : t_.globs) CheckGlob(glob);
    for (const KeyRecord& key : t_.keys) {
      Require(IsText(key.name) && key.kind < kKeyKindCount &&
                  key.tag <= key.name.size,
              "key");
    }
  }

  // Requires. The head is sound, and the tail is not globs.
  bool IsEndOfHead(const PatternRecord& pattern) const {
    if ((pattern.flags & (kPatternAll | kPatternNever)) != 0) return true;
    const std::string_view head = t_.Text(pattern.head);
    return head.size() >= kLeastHead &&
           pattern.head_end == EndOfHead(head.data(), head.size());
  }

  void CheckPattern(const PatternRecord& pattern) {
    const auto tail = static_cast<PatternTail>(pattern.tail);
    Require(IsText(pattern.head) && pattern.first <= kPatternFields &&
                pattern.crossing < 1u << kPatternFields &&
                pattern.tail <= static_cast<uint8_t>(PatternTail::kAnything) &&
                (tail == PatternTail::kGlobs ||
                 (pattern.first == kPatternFields &&
                  (pattern.flags & kPatternVariables) == 0)),
            "pattern");
    if (problem_ != nullptr) return;
    if (tail != PatternTail::kGlobs) {
      return Require(IsEndOfHead(pattern), "pattern head");
    }
    CheckGlob(pattern.globs.rest);
    if (problem_ != nullptr) return;
    Require(InRange(pattern.globs.fields, kPatternFields - pattern.first,
                    t_.globs.size()),
            "pattern fields");
  }

  void CheckPatterns() {
    for (const PatternRecord& pattern : t_.patterns) CheckPattern(pattern);
    for (const PatternListRecord& list : t_.pattern_lists) {
      Require(InRange(list.begin, list.count, t_.patterns.size()) &&
                  IsIndexOrNone(list.trie, t_.tries.size()),
              "pattern list");
    }
  }

  // Requires. The point's text is sound.
  bool IsInOrder(const ActionPointRecord& point) const {
    const std::string_view text = t_.Text(point.text);
    const std::string_view name = Slice(text, text.find(':') + 1);
    return point.order == OrderOf(name.data(), name.size());
  }

  // Requires. The point's text and the services are sound.
  bool IsNameOrNot(const ActionPointRecord& point) const {
    if (point.colon == 0) return true;
    const std::string_view text = t_.Text(point.text);
    return point.service != kNoIndex && text.size() <= kMaxActionBytes &&
           size_t{point.colon} + 1 < text.size() && text[point.colon] == ':' &&
           t_.Text(t_.services[point.service].name) ==
               text.substr(0, point.colon);
  }

  void CheckActions() {
    uint64_t total = 0;
    for (const ServiceRecord& service : t_.services) {
      Require(IsText(service.name) && AddApart(service.name, total) &&
                  IsServiceName(t_.Text(service.name)) &&
                  InRange(service.first_point, service.point_count,
                          t_.action_points.size()),
              "service");
    }
    if (problem_ != nullptr) return;
    total = 0;
    std::string_view before;
    for (const ActionPointRecord& point : t_.action_points) {
      Require(IsText(point.text) && AddApart(point.text, total) &&
                  IsIndexOrNone(point.service, t_.services.size()) &&
                  point.rank <= kMaxRowRank && IsInOrder(point) &&
                  IsNameOrNot(point),
              "action point");
      if (problem_ != nullptr) return;
      const std::string_view text = t_.Text(point.text);
      Require(before < text, "order of action points");
      before = text;
    }
    for (const uint32_t ref : t_.action_refs) {
      Require(ref < t_.globs.size(), "action reference");
    }
    CheckTextSlots(t_.action_slots, t_.action_points.size(), "action slots");
    CheckTextSlots(t_.service_slots, t_.services.size(), "service slots");
  }

  void CheckConditionValues(const ConditionRecord& c) {
    const auto op = static_cast<CompareOp>(c.op);
    if (op >= CompareOp::kNumericEquals &&
        op <= CompareOp::kNumericGreaterThanEquals) {
      return Require(InRange(c.begin, c.count, t_.numbers.size()), "number");
    }
    if (op >= CompareOp::kDateEquals &&
        op <= CompareOp::kDateGreaterThanEquals) {
      return Require(InRange(c.begin, c.count, t_.dates.size()), "date");
    }
    if (op == CompareOp::kIpAddress || op == CompareOp::kNotIpAddress) {
      return Require(InRange(c.begin, c.count, t_.addresses.size()), "address");
    }
    if (op >= CompareOp::kArnEquals && op <= CompareOp::kArnNotLike) {
      return Require(c.begin < t_.pattern_lists.size() && c.count == 1,
                     "ARN values");
    }
    Require(InRange(c.begin, c.count, t_.globs.size()), "condition values");
    if (op != CompareOp::kBool && op != CompareOp::kNull) {
      Require(c.literals <= c.count, "condition values");
    }
    if (problem_ != nullptr) return;
    CheckLiterals(c, op);
  }

  // The sorted literals of string and binary conditions are what they claim,
  // and templates hold no wildcards.
  void CheckLiterals(const ConditionRecord& c, CompareOp op) {
    const bool truth = op == CompareOp::kBool || op == CompareOp::kNull;
    const uint32_t literals = truth ? 0 : c.literals;
    Require(CountIn(non_literals_, c.begin, literals) == 0,
            "condition literal");
    Require(op != CompareOp::kBinaryEquals || c.literals == c.count,
            "condition literal");
    const bool like =
        op == CompareOp::kStringLike || op == CompareOp::kStringNotLike;
    Require(like || CountIn(non_templates_, c.begin, c.count) == 0,
            "condition template");
  }

  // Conditions share globs, and globs tokens; so that many of them cost no more
  // than few, what is in a range is counted once for all.
  void CountGlobs() {
    const Counts wildcards = CountAll(t_.tokens, [](const TokenRecord& token) {
      const auto op = static_cast<TokenOp>(token.op);
      return op == TokenOp::kQuestion || op == TokenOp::kStar;
    });
    non_literals_ = CountAll(t_.globs, [](GlobRecord glob) {
      return KindOf(glob) != GlobKind::kLiteral;
    });
    non_templates_ = CountAll(t_.globs, [&wildcards](GlobRecord glob) {
      return KindOf(glob) == GlobKind::kTokens
                 ? CountIn(wildcards, glob.a, SizeOf(glob)) > 0
                 : KindOf(glob) != GlobKind::kLiteral;
    });
  }

  void CheckConditions() {
    if (problem_ != nullptr) return;
    CountGlobs();
    for (const ConditionRecord& c : t_.conditions) {
      Require(c.op < kCompareOpCount && c.set <= 2 && c.if_exists <= 1 &&
                  c.unreadable <= 1 && c.key < t_.keys.size(),
              "condition");
      if (problem_ != nullptr) return;
      CheckConditionValues(c);
    }
    for (uint32_t ref : t_.condition_refs) {
      Require(ref < t_.conditions.size(), "condition reference");
    }
    for (const NumberRecord& number : t_.numbers) {
      Require(
          IsText(number.digits) && number.negative <= 1 && number.reserved == 0,
          "number");
    }
    for (const DateRecord& date : t_.dates) {
      Require(date.nanoseconds < 1'000'000'000u && date.reserved == 0, "date");
    }
    for (const AddressRecord& address : t_.addresses) {
      Require(address.is_v6 <= 1 &&
                  address.bits <= (address.is_v6 == 1 ? 128u : 32u),
              "address");
    }
  }

  void CheckStatement(const StatementRecord& s) {
    Require(
        s.policy < t_.policies.size() &&
            InRange(s.action_begin, s.action_count, t_.action_refs.size()) &&
            InRange(s.condition_begin, s.condition_count,
                    t_.condition_refs.size()) &&
            InRange(s.principal_begin, s.principal_count,
                    t_.principal_entries.size()),
        "statement");
    if ((s.flags & kStatementAnyResource) != 0) {
      return Require(s.resources == kNoIndex && s.pattern_count == 0,
                     "statement resources");
    }
    CheckPattern(s.pattern);
    Require(s.pattern_count > 0 && AreResources(s), "statement resources");
  }

  static uint8_t TraitsOf(const StatementRecord& s) {
    return static_cast<uint8_t>(
        ((s.flags & kStatementDeny) != 0 ? kDenies : 0) |
        (MatchesAllButAction(s) ? kAllButAction : 0));
  }

  // The statement has patterns.
  bool AreResources(const StatementRecord& s) const {
    if ((s.flags & kStatementListed) != 0) {
      return s.resources < t_.pattern_lists.size() &&
             s.pattern_count == t_.pattern_lists[s.resources].count &&
             t_.pattern_lists[s.resources].trie != kNoIndex;
    }
    return s.resources == kNoIndex
               ? s.pattern_count == 1 && (s.flags & kStatementNotResource) == 0
               : InRange(s.resources, s.pattern_count, t_.patterns.size());
  }

  void CheckStatements() {
    traits_.reserve(t_.statements.size());
    for (const StatementRecord& statement : t_.statements) {
      CheckStatement(statement);
      traits_.push_back(TraitsOf(statement));
    }
    for (const PrincipalEntryRecord& entry : t_.principal_entries) {
      Require(entry.match <= static_cast<uint32_t>(PrincipalMatch::kNobody) &&
                  IsText(entry.text),
              "principal entry");
    }
    for (const PolicyRecord& policy : t_.policies) {
      Require(InRange(policy.begin, policy.count, t_.statements.size()),
              "policy");
    }
    Require(t_.policy_sources.empty()
                ? t_.sources.empty()
                : t_.policy_sources.size() == t_.policies.size() &&
                      t_.sources.size() == t_.statements.size(),
            "sources");
    for (const SourceRecord& source : t_.sources) {
      Require(IsText(source.sid), "source");
    }
    for (const PolicySourceRecord& source : t_.policy_sources) {
      Require(IsText(source.file) && IsText(source.name), "source");
    }
  }

  // Ranks with their top bit would be compared wrongly, and a missing entry
  // that holds a rank would be taken for one.
  void CheckIntervals(const uint64_t* row, const RowShape& shape) {
    for (uint64_t i = 1; i < shape.trie; i += 4) {
      Require(((row[i] | row[i + 1]) & kRankTopBits) == 0, "row ranks");
    }
    for (uint64_t i = shape.entries; i % 4 != 0; ++i) {
      const RowEntryFields none = RowEntryAt(row, i);
      Require(none.low == kMaxRowRank && none.high == 0 && none.reference == 0,
              "row ranks");
    }
  }

  void CheckRowEntry(uint32_t reference, bool denies) {
    const uint32_t index = reference & kEntryStatement;
    if (index >= traits_.size()) return Require(false, "row entry");
    const uint8_t traits = traits_[index];
    Require(((traits & kDenies) != 0) == denies, "row order");
    const bool whole =
        (reference & kEntryCheck) == 0 && (traits & kAllButAction) != 0;
    Require(((reference & kEntryWhole) != 0) == whole, "row entry");
  }

  // Deny entries come first, and the effect of each is what its place says.
  // Returns the words of the row.
  uint64_t CheckRow(uint64_t begin) {
    const uint64_t left = t_.rows.size() - begin;
    const uint64_t* const row = &t_.rows[begin];
    const RowShape shape = ShapeOf(row[0]);
    Require(shape.entries > 0 && shape.words <= left, "row");
    if (problem_ != nullptr) return left;
    CheckIntervals(row, shape);
    if (shape.words > shape.trie) {
      const uint64_t trie = row[shape.trie];
      Require(trie < t_.tries.size() && t_.tries[trie].targets == shape.entries,
              "row trie");
    }
    for (uint64_t i = 0; i < shape.entries; ++i) {
      CheckRowEntry(RowEntryAt(row, i).reference, i < shape.denies);
    }
    return shape.words;
  }

  // Rows follow one another.
  void CheckRows() {
    const Section& section =
        t_.header->sections[static_cast<uint32_t>(SectionId::kRows)];
    const uint64_t end =
        section.offset + uint64_t{section.count} * section.stride;
    Require(t_.header->image_bytes - end >= kBehindRows, "rows");
    row_begins_.resize(t_.rows.size());
    for (uint64_t begin = 0; begin < t_.rows.size() && problem_ == nullptr;) {
      row_begins_[begin] = true;
      begin += CheckRow(begin);
    }
  }
  bool IsRow(uint32_t row) const {
    return row < row_begins_.size() && row_begins_[row];
  }

  bool IsRowTable(const RowTable& table) const {
    if (table.begin == kNoIndex) return table == kNoRowTable;
    return table.homes > 0 &&
           InRange(table.begin, table.homes, t_.row_slots.size());
  }

  void CheckRuleSets() {
    if (problem_ != nullptr) return;
    CheckRows();
    for (uint32_t ref : t_.policy_refs) {
      Require(ref < t_.policies.size(), "policy reference");
    }
    for (const RuleSetRecord& set : t_.rule_sets) {
      Require(
          InRange(set.policy_begin, set.policy_count, t_.policy_refs.size()) &&
              (set.any_row == kNoIndex || IsRow(set.any_row)) &&
              IsRowTable(set.rows),
          "rule set");
    }
    for (const LevelRecord& level : t_.levels) {
      Require(level.rule_set < t_.rule_sets.size() && IsText(level.node),
              "level");
    }
    for (const RowSlotRecord& slot : t_.row_slots) {
      const uint32_t service = slot.service & ~kRowSlotMore;
      Require(slot.row == kNoIndex
                  ? service == kNoService
                  : service < t_.services.size() && IsRow(slot.row),
              "row slots");
    }
    Require(t_.row_slots.empty() ||
                (t_.row_slots.back().service & kRowSlotMore) == 0,
            "row slots");
  }

  bool IsTagRange(uint32_t begin, uint32_t count) const {
    return InRange(begin, count, t_.tags.size());
  }

  // The rows of an entity's identity layer.
  // Requires. The rule set exists.
  RowTable RowsOf(const EntityRecord& e) const {
    return e.identity == kNoIndex ? kNoRowTable : t_.rule_sets[e.identity].rows;
  }

  // Requires. The account and the rule set exist.
  bool IsPlainOrNot(const EntityRecord& e) const {
    const AccountRecord& account = t_.accounts[e.account];
    const bool one_row =
        e.identity != kNoIndex && HasOneRow(t_.rule_sets[e.identity]);
    if ((e.flags & kEntityOneRow) != 0 && !one_row) return false;
    return (e.flags & kEntityPlain) == 0 ||
           (e.identity != kNoIndex && e.boundary == kNoIndex &&
            account.scp_count == 0 && account.rcp_count == 0 &&
            t_.resources.empty() && t_.endpoints.empty());
  }

  void CheckEntities() {
    for (const TagRecord& tag : t_.tags) {
      Require(IsText(tag.key) && IsText(tag.value), "tag");
    }
    for (const EntityRecord& e : t_.entities) {
      Require(IsText(e.arn) && IsText(e.name) && IsText(e.unique_id) &&
                  e.account < t_.accounts.size() &&
                  IsIndexOrNone(e.identity, t_.rule_sets.size()) &&
                  IsIndexOrNone(e.boundary, t_.rule_sets.size()) &&
                  IsIndexOrNone(e.trust, t_.rule_sets.size()) &&
                  IsTagRange(e.tag_begin, e.tag_count) &&
                  e.partition_size <= e.arn.size &&
                  EntityAccountBegin(e) + 12 <= e.arn.size &&
                  e.rows == RowsOf(e) && IsPlainOrNot(e),
              "entity");
    }
    CheckTextSlots(t_.entity_slots, t_.entities.size(), "entity slots");
    if (problem_ != nullptr) return;
    for (const EntitySlotRecord& slot : t_.entity_slots.slots) {
      Require(
          slot.rows == (slot.index == kNoIndex ? kNoRowTable
                                               : t_.entities[slot.index].rows),
          "entity slots");
    }
    for (const AccountRecord& a : t_.accounts) {
      Require(IsText(a.id) && IsText(a.org_path) &&
                  InRange(a.scp_begin, a.scp_count, t_.levels.size()) &&
                  InRange(a.rcp_begin, a.rcp_count, t_.levels.size()),
              "account");
    }
    CheckTextSlots(t_.account_slots, t_.accounts.size(), "account slots");
  }

  void CheckResources() {
    for (const ResourceRecord& r : t_.resources) {
      const bool policy = (r.flags & kResourceHasPolicy) != 0;
      Require(IsText(r.arn) && IsText(r.account) &&
                  IsTagRange(r.tag_begin, r.tag_count) &&
                  (!policy || r.policy < t_.rule_sets.size()),
              "resource");
    }
    for (const EndpointRecord& e : t_.endpoints) {
      Require(IsText(e.id) && IsIndexOrNone(e.policy, t_.rule_sets.size()),
              "endpoint");
    }
    for (const ManagedPolicyRecord& m : t_.managed_policies) {
      Require(IsText(m.arn) && m.policy < t_.policies.size(), "managed policy");
    }
    CheckTextSlots(t_.resource_slots, t_.resources.size(), "resource slots");
    CheckTextSlots(t_.endpoint_slots, t_.endpoints.size(), "endpoint slots");
    CheckTextSlots(t_.managed_policy_slots, t_.managed_policies.size(),
                   "managed policy slots");
  }

  // Each node is reached by one edge, question or star of an earlier node, and
  // says itself by which: then no node is active twice at one place of a text.
  void CheckTrieChild(const TrieRecord& trie, uint32_t parent, uint32_t child,
                      bool is_question, bool is_star) {
    Require(child > parent && child - trie.root < trie.node_count,
            "trie order");
    if (problem_ != nullptr) return;
    const TrieNodeRecord& node = t_.trie_nodes[child];
    Require(!reached_[child] && node.is_question == (is_question ? 1 : 0) &&
                node.is_star == (is_star ? 1 : 0),
            "trie node");
    reached_[child] = true;
  }

  // Nodes' edges and targets follow one another.
  void CheckTrieNode(const TrieRecord& trie, uint32_t index) {
    const TrieNodeRecord& node = t_.trie_nodes[index];
    Require(
        node.edge_begin == next_edge_ &&
            InRange(node.edge_begin, node.edge_count, t_.trie_edges.size()) &&
            node.target_begin == next_target_ &&
            InRange(node.target_begin, node.target_count,
                    t_.trie_targets.size()),
        "trie node");
    if (problem_ != nullptr) return;
    next_edge_ += node.edge_count;
    next_target_ += node.target_count;
    if (node.question != kNoIndex) {
      CheckTrieChild(trie, index, node.question, true, false);
    }
    if (node.star != kNoIndex) {
      CheckTrieChild(trie, index, node.star, false, true);
    }
    CheckTrieEdges(trie, index);
    for (const TrieTargetRecord& target :
         t_.trie_targets.subspan(node.target_begin, node.target_count)) {
      Require(target.pattern < t_.patterns.size() && target.count > 0 &&
                  InRange(target.target, target.count, trie.targets),
              "trie target");
    }
  }

  void CheckTrieEdges(const TrieRecord& trie, uint32_t index) {
    const TrieNodeRecord& node = t_.trie_nodes[index];
    uint32_t next_byte = 0;
    for (const TrieEdgeRecord& edge :
         t_.trie_edges.subspan(node.edge_begin, node.edge_count)) {
      Require(edge.byte >= next_byte && edge.byte < 256, "trie edge");
      next_byte = edge.byte + 1;
      CheckTrieChild(trie, index, edge.node, false, false);
    }
  }

  // Tries follow one another, each with nodes of its own.
  void CheckTries() {
    reached_.resize(t_.trie_nodes.size());
    uint32_t next_node = 0;
    for (const TrieRecord& trie : t_.tries) {
      // A row's trie has as many targets as the row has entries, any other one.
      Require(trie.root == next_node && trie.node_count > 0 &&
                  trie.targets <= t_.rows.size() + 1 && trie.reserved == 0 &&
                  InRange(trie.root, trie.node_count, t_.trie_nodes.size()),
              "trie");
      if (problem_ != nullptr) return;
      const TrieNodeRecord& root = t_.trie_nodes[trie.root];
      Require(root.is_question == 0 && root.is_star == 0, "trie node");
      for (uint32_t i = 0; i < trie.node_count; ++i) {
        CheckTrieNode(trie, trie.root + i);
        if (problem_ != nullptr) return;
      }
      next_node += trie.node_count;
    }
  }

  void CheckHeaderRefs() {
    Require(IsIndexOrNone(t_.header->session, t_.rule_sets.size()) &&
                IsText(t_.header->organization_id),
            "header");
  }

  const ImageTables& t_;
  const char* problem_ = nullptr;
  Counts non_literals_;   // over globs: all but kLiteral
  Counts non_templates_;  // over globs: those that EqualsTemplate cannot take
  // What rows say of statements, over statements; rows name them in any order,
  // and the records themselves would have to come from memory for each.
  enum Traits : uint8_t { kDenies = 1, kAllButAction = 2 };
  std::vector<uint8_t> traits_;
  std::vector<bool> row_begins_;  // over row words: where a row begins
  std::vector<bool> reached_;     // trie nodes that have a parent
  uint32_t next_edge_ = 0;
  uint32_t next_target_ = 0;
};

}  // namespace

ImageError VerifyLayout(std::span<const std::byte> bytes, ImageTables& tables) {
  if (bytes.size() < sizeof(ImageHeader)) {
    return Fail(ImageErrorCode::kTruncated, "the image is " +
                                                std::to_string(bytes.size()) +
                                                " bytes, less than a header");
  }
  if (reinterpret_cast<uintptr_t>(bytes.data()) % kImageAlignment != 0) {
    return Fail(ImageErrorCode::kAlignment,
                "the image does not start at a 64-byte boundary");
  }
  tables.header = reinterpret_cast<const ImageHeader*>(bytes.data());
  const ImageHeader& header = *tables.header;
  ImageError error = CheckHeader(bytes, header);
  if (error.code == ImageErrorCode::kNone) error = CheckBody(bytes, header);
  if (error.code == ImageErrorCode::kNone) error = CheckSections(header);
  if (error.code != ImageErrorCode::kNone) return error;
  std::span<const uint32_t> seeds;
  if (!BindAll(bytes.data(), tables, seeds)) {
    return Fail(ImageErrorCode::kSection, "a section has the wrong stride");
  }
  if (!BindSeeds(seeds, tables)) {
    return Fail(ImageErrorCode::kSection,
                "the seeds do not fit the hash tables");
  }
  return {};
}

ImageError VerifyRecords(const ImageTables& tables) {
  return RecordVerifier(tables).Run();
}

}  // namespace portcullis
