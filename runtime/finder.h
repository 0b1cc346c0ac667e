// Internal: use decide.h. Finds the statements of one image that match a
// request.
#ifndef PORTCULLIS_RUNTIME_FINDER_H_
#define PORTCULLIS_RUNTIME_FINDER_H_

#include <algorithm>
#include <cstdint>
#include <span>

#include "runtime/action.h"
#include "runtime/condition.h"
#include "runtime/context.h"
#include "runtime/image_view.h"
#include "runtime/lookup.h"
#include "runtime/pattern.h"
#include "runtime/principal.h"
#include "runtime/row.h"
#include "runtime/trie.h"

namespace portcullis {

// The row of the request's action in one rule set, found beforehand.
struct KnownRow {
  uint32_t table = kNoIndex;  // where the rule set's RowTable begins; kNoIndex:
                              // none was looked for
  Row row = kNoRow;
};

// Finds statements of one image that match the request. The main image and a
// session image each have one.
class Finder {
 public:
  Finder(const ImageTables& tables, const ActionRank& action, Context& context,
         const KnownRow& known)
      : tables_(tables), action_(action), context_(context), known_(known) {}

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

  struct Found {
    uint32_t statement = kNoIndex;
    bool deny = false;
  };
  // First(rule_set, true), or when that is none First(rule_set, false), of the
  // entity's identity rule set.
  Found FirstOfIdentity(const EntityRecord& entity) {
    const Row& row = known_.row;
    if (entity.rows.begin != known_.table || row.entries > kRowStep ||
        (entity.flags & kEntityOneRow) == 0) {
      return FirstOfRows(entity.identity);
    }
    // All there is are the bits of one row, in which denies come first.
    for (uint64_t found = row.found; found != 0; found &= found - 1) {
      const size_t bit = LowestBit(found);
      const uint32_t reference = row.Reference(0, bit);
      if (MatchEntry(row, EntryOfBit(bit), reference) != 0) {
        return {reference & kEntryStatement, EntryOfBit(bit) < row.denies};
      }
    }
    return {};
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
    if (MayHold(rule_set, deny)) ForEachCandidate(rule_set, deny, visit);
  }

 private:
  // FirstOfIdentity() of any rule set.
  [[gnu::noinline]] Found FirstOfRows(uint32_t rule_set) {
    const uint32_t deny = First(rule_set, true);
    if (deny != kNoIndex) return {deny, true};
    return {First(rule_set, false), false};
  }

  // Selects the rule set's rows. False when none of its denies, or allows, can
  // match; true without one that does is rare.
  bool MayHold(uint32_t rule_set, bool deny) {
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    if (deny && (set.flags & kRuleSetDenies) == 0) return false;
    if ((set.flags & kRuleSetByPolicy) != 0) return true;
    if (rule_set != rule_set_) SelectRows(rule_set);
    return MayMatch(*service_row_, deny) || MayMatch(*any_row_, deny);
  }

  template <typename Visit>
  void ForEachCandidate(uint32_t rule_set, bool deny, Visit& visit) {
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    if ((set.flags & kRuleSetByPolicy) != 0) {
      return ForEachOfPolicies(set, deny, visit);
    }
    if (MayMatch(*service_row_, deny)) ForEachInRow(*service_row_, deny, visit);
    if (MayMatch(*any_row_, deny)) ForEachInRow(*any_row_, deny, visit);
  }

  // Tries the statements of one policy one by one; false when `visit` ended it.
  template <typename Visit>
  bool ForEachOfPolicy(uint32_t policy, bool deny, Visit visit) {
    const PolicyRecord& record = tables_.policies[policy];
    for (uint32_t i = record.begin; i < record.begin + record.count; ++i) {
      const StatementRecord& s = tables_.statements[i];
      if (((s.flags & kStatementDeny) != 0) != deny ||
          !MatchAction(tables_, s, action_.folded, context_) ||
          !MatchResource(tables_, s, context_)) {
        continue;
      }
      const uint8_t level = Level(s);
      if (level != 0 && !visit(i, level)) return false;
    }
    return true;
  }

  template <typename Visit>
  [[gnu::noinline]] void ForEachOfPolicies(const RuleSetRecord& set, bool deny,
                                           Visit& visit) {
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
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    rule_set_ = rule_set;
    service_row_ = &known_.row;
    if (set.rows.begin != known_.table) OpenServiceRow(set.rows);
    any_row_ = &kNoRow;
    if (set.any_row != kNoIndex) OpenAnyRow(set.any_row);
  }
  [[gnu::noinline]] void OpenServiceRow(RowTable table) {
    service_row_ = &kNoRow;
    if (table.begin == kNoIndex || action_.service == kNoIndex) return;
    service_row_ = &opened_row_;
    const uint32_t row =
        FindRow(tables_, action_.service, HomeSlot(table, action_.service));
    opened_row_ = RowAt(tables_, row, action_.rank);
  }
  [[gnu::noinline]] void OpenAnyRow(uint32_t begin) {
    opened_any_row_ = RowAt(tables_, begin, 0);
    any_row_ = &opened_any_row_;
  }

  template <typename Visit>
  void ForEachInRow(const Row& row, bool deny, Visit& visit) {
    uint64_t found = row.Found(deny);
    for (size_t at = 0;; found = FoundFrom(row, at, deny)) {
      for (; found != 0; found &= found - 1) {
        const size_t bit = LowestBit(found);
        const uint32_t reference = row.Reference(at, bit);
        const uint8_t level = MatchEntry(row, at + EntryOfBit(bit), reference);
        if (level != 0 && !visit(reference & kEntryStatement, level)) return;
      }
      at += kRowStep;
      if (at >= row.entries) return;
    }
  }

  // The bits of a later step: of the denies or of the allows that may match.
  // Apart from its caller, as few rows are that long.
  [[gnu::noinline]] uint64_t FoundFrom(const Row& row, size_t at,
                                       bool deny) const {
    const uint64_t found = FindFrom(row, at, action_.rank);
    const uint64_t denies =
        at < row.denies ? BitsOfFirst(row.denies - at) : uint64_t{0};
    return found & (deny ? denies : ~denies);
  }

  // The level at which the entry's statement matches, or 0.
  uint8_t MatchEntry(const Row& row, size_t i, uint32_t reference) {
    if ((reference & kEntryWhole) != 0) return kGrantDirect;
    const StatementRecord& s = tables_.statements[reference & kEntryStatement];
    if ((reference & kEntryCheck) != 0 &&
        !MatchAction(tables_, s, action_.folded, context_)) {
      return 0;
    }
    const bool matches = IsInTrie(row, s) ? IsAccepted(row, i)
                                          : MatchResource(tables_, s, context_);
    return matches ? Level(s) : 0;
  }

  bool IsInTrie(const Row& row, const StatementRecord& s) const {
    return row.has_trie() && !context_.target().none && IsInRowTrie(s);
  }

  [[gnu::noinline]] bool IsAccepted(const Row& row, size_t i) {
    if (walked_row_ != row.begin) WalkRow(row);
    return (context_.scratch().accepted[i / 64] >> (i % 64) & 1) != 0;
  }

  // Notes in context_.scratch().accepted which entries' patterns match the
  // resource.
  void WalkRow(const Row& row) {
    const uint64_t place = row.words[ShapeOf(row.words[0]).trie];
    const TrieRecord& trie = tables_.tries[static_cast<uint32_t>(place)];
    std::fill_n(context_.scratch().accepted.begin(), (trie.targets + 63) / 64,
                0);
    const std::string_view arn = context_.target().arn;
    TrieWalk walk(tables_, trie, context_.scratch());
    walk.Run(TrieText(arn));
    walk.AnyAccepted([&](const TrieTargetRecord& target) {
      if ((target.flags & kTargetVerify) == 0 ||
          MatchPattern(tables_, tables_.patterns[target.pattern], arn,
                       context_.target().colons, context_)) {
        for (uint32_t i = 0; i < target.count; ++i) {
          const uint32_t entry = target.target + i;
          context_.scratch().accepted[entry / 64] |= uint64_t{1}
                                                     << (entry % 64);
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
    return ConditionsHold(tables_, s, context_) ? level : 0;
  }

  const ImageTables& tables_;
  const ActionRank& action_;
  Context& context_;
  const KnownRow& known_;
  uint32_t rule_set_ = kNoIndex;  // whose rows these are
  const Row* service_row_ = &kNoRow;
  const Row* any_row_ = &kNoRow;
  Row opened_row_;  // what the two may point to
  Row opened_any_row_;
  uint32_t walked_row_ = kNoIndex;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_FINDER_H_
