// stage 12: view + request -> decision
#include "runtime/decide.h"

#include <algorithm>
#include <span>

#include "runtime/action.h"
#include "runtime/condition.h"
#include "runtime/context.h"
#include "runtime/formula.h"
#include "runtime/layers.h"
#include "runtime/lookup.h"
#include "runtime/pattern.h"
#include "runtime/principal.h"
#include "runtime/trie.h"

namespace portcullis {
namespace {

// What a search of a layer's statements looks for.
struct Search {
  bool deny = false;
  uint8_t levels = kGrantDirect | kGrantEntity | kGrantAccount;
};

// Finds statements of one image that match the request. The main image and a
// session image each have one.
class Finder {
 public:
  Finder(const ImageTables& tables, std::string_view folded_action,
         Context& context, Scratch& scratch)
      : tables_(tables),
        action_(RankAction(tables, folded_action)),
        context_(context),
        scratch_(scratch),
        main_(&tables == &context.tables()) {}

  const ActionRank& action() const { return action_; }

  // The first statement of the rule set that matches, in report order, or
  // kNoIndex.
  uint32_t First(uint32_t rule_set, const Search& search) {
    if (rule_set == kNoIndex) return kNoIndex;
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    if (search.deny && set.has_deny == 0) return kNoIndex;
    uint32_t first = kNoIndex;
    if (action_.service != kNoIndex) {
      first = FirstInRow(FindRow(tables_, rule_set, action_.service), search);
    }
    return std::min(first, FirstInRow(set.any_row, search));
  }

  // The first statement of one policy, tried one by one.
  uint32_t FirstOfPolicy(uint32_t policy, const Search& search) {
    const PolicyRecord& record = tables_.policies[policy];
    for (uint32_t i = 0; i < record.count; ++i) {
      const StatementRecord& s = tables_.statements[record.begin + i];
      if (((s.flags & kStatementDeny) != 0) == search.deny &&
          MatchAction(tables_, s, action_.folded, context_) &&
          MatchResource(tables_, s, context_, scratch_) &&
          MatchRest(s, search)) {
        return record.begin + i;
      }
    }
    return kNoIndex;
  }

  // The grant levels of all matching Allows of the rule set.
  uint8_t Levels(uint32_t rule_set) {
    uint8_t found = 0;
    for (const uint8_t level : {kGrantDirect, kGrantEntity, kGrantAccount}) {
      if (First(rule_set, {.deny = false, .levels = level}) != kNoIndex) {
        found = static_cast<uint8_t>(found | level);
      }
    }
    return found;
  }

 private:
  uint32_t FirstInRow(uint32_t index, const Search& search) {
    if (index == kNoIndex) return kNoIndex;
    const RowRecord& row = tables_.rows[index];
    const auto entries =
        search.deny ? tables_.entries.subspan(row.begin, row.deny_count)
                    : tables_.entries.subspan(row.begin + row.deny_count,
                                              row.allow_count);
    for (const EntryRecord& entry : entries) {
      if (action_.rank < entry.lo || action_.rank > entry.hi) continue;
      const StatementRecord& s = tables_.statements[entry.statement];
      if ((entry.target_check & 1) != 0 &&
          !MatchAction(tables_, s, action_.folded, context_)) {
        continue;
      }
      if (MatchRowResource(index, row, entry, s) && MatchRest(s, search)) {
        return entry.statement;
      }
    }
    return kNoIndex;
  }

  // By the row's trie where it has one; a statement with a trie of its own is
  // not part of the row's.
  bool MatchRowResource(uint32_t index, const RowRecord& row,
                        const EntryRecord& entry, const StatementRecord& s) {
    const bool in_trie =
        row.trie != kNoIndex && !context_.target().none &&
        (s.flags & (kStatementAnyResource | kStatementNotResource)) == 0 &&
        tables_.pattern_lists[s.resources].trie == kNoIndex;
    if (!in_trie) return MatchResource(tables_, s, context_, scratch_);
    if (walked_row_ != index) WalkRow(index, row);
    const uint32_t target = entry.target_check / 2;
    return (scratch_.accepted[target / 64] >> (target % 64) & 1) != 0;
  }

  // Notes in scratch_.accepted whose patterns match the resource.
  void WalkRow(uint32_t index, const RowRecord& row) {
    const TrieRecord& trie = tables_.tries[row.trie];
    std::fill_n(scratch_.accepted.begin(), (trie.targets + 63) / 64, 0);
    const std::string_view arn = context_.target().arn;
    TrieWalk walk(tables_, trie, scratch_);
    walk.Run(TrieText(arn));
    walk.AnyAccepted([&](const TrieTargetRecord& target) {
      if ((target.flags & kTargetVerify) == 0 ||
          MatchPattern(tables_, tables_.patterns[target.pattern], arn,
                       context_.target().colons, context_)) {
        scratch_.accepted[target.target / 64] |= uint64_t{1}
                                                 << (target.target % 64);
      }
      return false;
    });
    walked_row_ = index;
  }

  // Principal and conditions.
  bool MatchRest(const StatementRecord& s, const Search& search) {
    return (GrantLevelOf(tables_, s, context_) & search.levels) != 0 &&
           ConditionsHold(tables_, s, context_, scratch_, main_);
  }

  const ImageTables& tables_;
  const ActionRank action_;
  Context& context_;
  Scratch& scratch_;
  const bool main_;
  uint32_t walked_row_ = kNoIndex;
};

// The layers of one request, asked by the formula.
class ImageLayers {
 public:
  ImageLayers(Finder& main, const LayerSets& sets, Context& context,
              Scratch& scratch)
      : main_(main), sets_(sets), context_(context), scratch_(scratch) {}

  bool Denies(Layer layer) {
    statement_ = Find(layer, {.deny = true});
    return statement_ != kNoIndex;
  }

  bool Present(Layer layer) const {
    switch (layer) {
      case Layer::kIdentity: return sets_.identity != kNoIndex;
      case Layer::kSession: return sets_.session;
      default: return true;
    }
  }

  bool Allows(Layer layer) {
    switch (layer) {
      case Layer::kScp: return EveryLevelAllows(sets_.scps);
      case Layer::kEndpoint:
        return sets_.endpoint == kNoIndex || FindAllow(layer);
      case Layer::kIdentity: return FindAllow(layer);
      case Layer::kBoundary:
        return sets_.boundary == kNoIndex || FindAllow(layer);
      case Layer::kSession: return !sets_.session || FindAllow(layer);
      default:  // RCPs deny only; the managed full-access RCP allows (S-95)
        return true;
    }
  }

  uint8_t ResourceLevels() { return main_.Levels(sets_.resource); }

  // The statement that decided: the deny found last, or for an allow the first
  // that grants (S-120).
  uint32_t Deciding(const Outcome& outcome) {
    if (outcome.verdict == Verdict::kExplicitDeny) return statement_;
    if (outcome.resource_grants != 0) {
      return main_.First(sets_.resource,
                         {.deny = false, .levels = outcome.resource_grants});
    }
    if (outcome.identity_grants) return Find(Layer::kIdentity, {});
    return kNoIndex;
  }
  bool deciding_in_session() const { return in_session_; }

 private:
  bool FindAllow(Layer layer) {
    return Find(layer, {.deny = false}) != kNoIndex;
  }

  uint32_t Find(Layer layer, const Search& search) {
    switch (layer) {
      case Layer::kRcp: return FirstOfLevels(sets_.rcps, search);
      case Layer::kScp: return FirstOfLevels(sets_.scps, search);
      case Layer::kEndpoint: return main_.First(sets_.endpoint, search);
      case Layer::kResource: return main_.First(sets_.resource, search);
      case Layer::kIdentity: return main_.First(sets_.identity, search);
      case Layer::kBoundary: return main_.First(sets_.boundary, search);
      case Layer::kSession: return FirstOfSession(search);
      default: return kNoIndex;
    }
  }

  uint32_t FirstOfLevels(std::span<const LevelRecord> levels,
                         const Search& search) {
    uint32_t first = kNoIndex;
    for (const LevelRecord& level : levels) {
      first = std::min(first, main_.First(level.rule_set, search));
    }
    return first;
  }

  bool EveryLevelAllows(std::span<const LevelRecord> levels) {
    return std::all_of(levels.begin(), levels.end(), [this](const auto& level) {
      return main_.First(level.rule_set, {.deny = false}) != kNoIndex;
    });
  }

  // Inline session policies are an image of their own, managed ones are
  // policies of the main image (S-93).
  uint32_t FirstOfSession(const Search& search) {
    in_session_ = false;
    uint32_t managed = kNoIndex;
    for (const std::string_view arn : sets_.session_arns) {
      const ImageTables& tables = context_.tables();
      const uint32_t index = FindManagedPolicy(tables, arn);
      managed = std::min(
          managed,
          main_.FirstOfPolicy(tables.managed_policies[index].policy, search));
    }
    if (managed != kNoIndex || sets_.session_tables == nullptr) return managed;
    Finder finder(*sets_.session_tables, main_.action().folded, context_,
                  scratch_);
    const uint32_t first =
        finder.First(sets_.session_tables->header->session, search);
    in_session_ = first != kNoIndex;
    return first;
  }

  Finder& main_;
  const LayerSets& sets_;
  Context& context_;
  Scratch& scratch_;
  uint32_t statement_ = kNoIndex;
  bool in_session_ = false;
};

Decision Refuse(Refusal refusal) {
  Decision decision;
  decision.refusal = refusal;
  return decision;
}

}  // namespace

Decision Decide(const ImageView& image, const Request& request,
                Scratch& scratch) noexcept {
  const ImageTables& tables = image.tables();
  const std::string_view folded = FoldAction(request.action, scratch.action);
  if (folded.empty()) return Refuse(Refusal::kAction);

  Context context(tables, request, scratch);
  const Refusal refusal = context.Prepare();
  if (refusal != Refusal::kNone) return Refuse(refusal);

  Finder finder(tables, folded, context, scratch);
  const Situation situation = Classify(context, finder.action());
  LayerSets sets;
  const Refusal session =
      FindLayerSets(context, finder.action(), situation, sets);
  if (session != Refusal::kNone) return Refuse(session);

  ImageLayers layers(finder, sets, context, scratch);
  const Outcome outcome = Formula(context, situation, layers).Run();

  Decision decision;
  decision.verdict = outcome.verdict;
  decision.decided_by = outcome.decided_by;
  decision.statement = layers.Deciding(outcome);
  decision.in_session = decision.statement != kNoIndex &&
                        outcome.decided_by == Layer::kSession &&
                        layers.deciding_in_session();
  return decision;
}

}  // namespace portcullis
