// Internal: use decide.h. Finds the statements of one image that match a
// request.
#ifndef PORTCULLIS_RUNTIME_FINDER_H_
#define PORTCULLIS_RUNTIME_FINDER_H_

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>

#include "runtime/action.h"
#include "runtime/condition.h"
#include "runtime/context.h"
#include "runtime/image_view.h"
#include "runtime/lookup.h"
#include "runtime/pattern.h"
#include "runtime/principal.h"
#include "runtime/scratch.h"
#include "runtime/trie.h"

namespace portcullis {

// A row of the image; see ShapeOf().
struct Row {
  uint32_t begin = kNoIndex;  // names the row; kNoIndex: there is none
  const uint64_t* words = nullptr;
  RowShape shape;
  uint64_t first_found = 0;  // FindEntries() of the first 64 entries

  uint32_t Reference(size_t i) const {
    return RowReference(words[shape.references + i / 2], i);
  }
  uint32_t Statement(size_t i) const { return Reference(i) & ~kEntryCheck; }
  uint32_t trie() const {
    return (words[0] & kRowHasTrie) != 0
               ? static_cast<uint32_t>(words[shape.trie])
               : kNoIndex;
  }
};

// Bit i: the interval of entry `from` + i holds `rank`. Looks at 64 entries;
// `from` is a multiple of 64. Four 16-bit lanes are compared at once: the top
// bit of a lane survives a subtraction exactly when it does not borrow.
inline uint64_t FindEntries(const Row& row, size_t from, uint32_t rank) {
  const uint64_t ranks = rank * uint64_t{0x0001000100010001};
  const uint64_t* const words = row.words + 1 + from / 2;
  const size_t count = std::min<size_t>(row.shape.entries - from, 64);
  uint64_t found = 0;
  for (size_t i = 0; i < count; i += 4) {
    const uint64_t not_below = (ranks | kRankTopBits) - words[i / 2];
    const uint64_t not_above = (words[i / 2 + 1] | kRankTopBits) - ranks;
    const uint64_t within = (not_below & not_above & kRankTopBits) >> 15;
    found |= (within * 0x0001000200040008 >> 48) << i;
  }
  return found;
}

// The row that begins at word `begin`; an empty one for kNoIndex.
inline Row RowAt(const ImageTables& tables, uint32_t begin, uint32_t rank) {
  Row row;
  if (begin == kNoIndex) return row;
  row.begin = begin;
  row.words = &tables.rows[begin];
  row.shape = ShapeOf(row.words[0]);
  row.first_found = FindEntries(row, 0, rank);
  return row;
}

// The row of the request's action in one rule set, found beforehand.
struct KnownRow {
  uint32_t rule_set = kNoIndex;  // kNoIndex: none was looked for
  Row row;
};

// Finds statements of one image that match the request. The main image and a
// session image each have one.
class Finder {
 public:
  Finder(const ImageTables& tables, const ActionRank& action, Context& context,
         Scratch& scratch, const KnownRow& known)
      : tables_(tables),
        action_(action),
        context_(context),
        scratch_(scratch),
        known_(known),
        main_(&tables == &context.tables()) {}

  const ActionRank& action() const { return action_; }

  // The first Deny or Allow of the rule set that matches, in report order, or
  // kNoIndex.
  // Requires. `rule_set` is not kNoIndex.
  uint32_t First(uint32_t rule_set, bool deny) {
    uint32_t first = kNoIndex;
    ForEachMatch(rule_set, deny, [&first](uint32_t statement, uint8_t) {
      first = std::min(first, statement);
      return false;  // what follows in this row comes later in the report
    });
    return first;
  }

  // The first statement of one policy that matches, or kNoIndex.
  uint32_t FirstOfPolicy(uint32_t policy, bool deny) {
    uint32_t first = kNoIndex;
    ForEachOfPolicy(policy, deny, [&first](uint32_t statement, uint8_t) {
      first = statement;
      return false;
    });
    return first;
  }

  // Calls `visit(statement, level)` for the rule set's statements that match,
  // with the level at which their Principal names the caller, in report order
  // within a row, until it returns false; then goes on with the next row.
  // Requires. `rule_set` is not kNoIndex.
  template <typename Visit>
  void ForEachMatch(uint32_t rule_set, bool deny, Visit visit) {
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    if (deny && (set.flags & kRuleSetDenies) == 0) return;
    if ((set.flags & kRuleSetByPolicy) != 0) {
      return ForEachOfPolicies(set, deny, visit);
    }
    if (rule_set != rule_set_) SelectRows(rule_set);
    if (MayMatch(*service_row_, deny)) ForEachInRow(*service_row_, deny, visit);
    if (MayMatch(any_row_, deny)) ForEachInRow(any_row_, deny, visit);
  }

 private:
  // Tries the statements of one policy one by one; false when `visit` ended it.
  template <typename Visit>
  bool ForEachOfPolicy(uint32_t policy, bool deny, Visit visit) {
    const PolicyRecord& record = tables_.policies[policy];
    for (uint32_t i = record.begin; i < record.begin + record.count; ++i) {
      const StatementRecord& s = tables_.statements[i];
      if (((s.flags & kStatementDeny) != 0) != deny ||
          !MatchAction(tables_, s, action_.folded, context_) ||
          !MatchResource(tables_, s, context_, scratch_)) {
        continue;
      }
      const uint8_t level = Level(s);
      if (level != 0 && !visit(i, level)) return false;
    }
    return true;
  }

  template <typename Visit>
  void ForEachOfPolicies(const RuleSetRecord& set, bool deny, Visit& visit) {
    for (const uint32_t policy :
         tables_.policy_refs.subspan(set.policy_begin, set.policy_count)) {
      const bool go_on = ForEachOfPolicy(
          policy, deny, [&visit](uint32_t statement, uint8_t level) {
            return visit(statement, level);
          });
      if (!go_on) return;
    }
  }

  // A rule set is asked for denies first and for allows a little later.
  void SelectRows(uint32_t rule_set) {
    rule_set_ = rule_set;
    service_row_ = &known_.row;
    if (rule_set != known_.rule_set) {
      opened_row_ = OpenRow(rule_set);
      service_row_ = &opened_row_;
    }
    any_row_ = RowAt(tables_, tables_.rule_sets[rule_set].any_row, 0);
  }

  Row OpenRow(uint32_t rule_set) const {
    if (action_.service == kNoIndex) return {};
    const Probe probe = ProbeForRow(tables_, rule_set, action_.service);
    return RowAt(tables_, FindRow(tables_, rule_set, action_.service, probe),
                 action_.rank);
  }

  // False when none of the row's denies or allows has an interval that holds
  // the action.
  static bool MayMatch(const Row& row, bool deny) {
    if (row.shape.entries >= 64) return true;
    const uint64_t denies =
        row.first_found & ((uint64_t{1} << row.shape.denies) - 1);
    return (deny ? denies : row.first_found ^ denies) != 0;
  }

  template <typename Visit>
  void ForEachInRow(const Row& row, bool deny, Visit& visit) {
    const size_t begin = deny ? 0 : row.shape.denies;
    const size_t end = deny ? row.shape.denies : row.shape.entries;
    for (size_t at = begin; at < end; at = at / 64 * 64 + 64) {
      uint64_t found = FoundFrom(row, at);
      if (end - at < 64) found &= (uint64_t{1} << (end - at)) - 1;
      for (; found != 0; found &= found - 1) {
        const size_t i = at + static_cast<size_t>(std::countr_zero(found));
        const uint8_t level = MatchEntry(row, i);
        if (level != 0 && !visit(row.Statement(i), level)) return;
      }
    }
  }

  // Bit i: entry `at` + i may match; up to the next multiple of 64.
  uint64_t FoundFrom(const Row& row, size_t at) const {
    const uint64_t found = at < 64
                               ? row.first_found
                               : FindEntries(row, at / 64 * 64, action_.rank);
    return found >> (at % 64);
  }

  // The level at which the entry's statement matches, or 0.
  uint8_t MatchEntry(const Row& row, size_t i) {
    const uint32_t reference = row.Reference(i);
    const StatementRecord& s = tables_.statements[reference & ~kEntryCheck];
    if ((reference & kEntryCheck) != 0 &&
        !MatchAction(tables_, s, action_.folded, context_)) {
      return 0;
    }
    const bool matches = IsInTrie(row, s)
                             ? IsAccepted(row, i)
                             : MatchResource(tables_, s, context_, scratch_);
    return matches ? Level(s) : 0;
  }

  bool IsInTrie(const Row& row, const StatementRecord& s) const {
    return (row.words[0] & kRowHasTrie) != 0 && !context_.target().none &&
           IsInRowTrie(s, tables_.pattern_lists);
  }

  bool IsAccepted(const Row& row, size_t i) {
    if (walked_row_ != row.begin) WalkRow(row);
    return (scratch_.accepted[i / 64] >> (i % 64) & 1) != 0;
  }

  // Notes in scratch_.accepted which entries' patterns match the resource.
  void WalkRow(const Row& row) {
    const TrieRecord& trie = tables_.tries[row.trie()];
    std::fill_n(scratch_.accepted.begin(), (trie.targets + 63) / 64, 0);
    const std::string_view arn = context_.target().arn;
    TrieWalk walk(tables_, trie, scratch_);
    walk.Run(TrieText(arn));
    walk.AnyAccepted([&](const TrieTargetRecord& target) {
      if ((target.flags & kTargetVerify) == 0 ||
          MatchPattern(tables_, tables_.patterns[target.pattern], arn,
                       context_.target().colons, context_)) {
        for (uint32_t i = 0; i < target.count; ++i) {
          const uint32_t entry = target.target + i;
          scratch_.accepted[entry / 64] |= uint64_t{1} << (entry % 64);
        }
      }
      return false;
    });
    walked_row_ = row.begin;
  }

  // Principal and conditions: the grant level, or 0.
  uint8_t Level(const StatementRecord& s) {
    const uint8_t level = (s.flags & kStatementPrincipal) == 0
                              ? uint8_t{kGrantDirect}
                              : GrantLevelOf(tables_, s, context_);
    if (level == 0 || s.condition_count == 0) return level;
    return ConditionsHold(tables_, s, context_, scratch_, main_) ? level : 0;
  }

  const ImageTables& tables_;
  const ActionRank& action_;
  Context& context_;
  Scratch& scratch_;
  const KnownRow& known_;
  const bool main_;
  uint32_t rule_set_ = kNoIndex;  // whose rows these are
  const Row* service_row_ = nullptr;
  Row opened_row_;
  Row any_row_;
  uint32_t walked_row_ = kNoIndex;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_FINDER_H_
