// stage 12: view + request -> decision
#include "runtime/decide.h"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <type_traits>

#include "runtime/action.h"
#include "runtime/context.h"
#include "runtime/finder.h"
#include "runtime/formula.h"
#include "runtime/layers.h"
#include "runtime/lookup.h"
#include "runtime/principal.h"

namespace portcullis {
namespace {

// The matching Allows of a resource policy.
struct Grants {
  uint8_t levels = 0;                      // GrantLevel bits
  uint32_t first[kGrantAccount + 1] = {};  // by level; where its bit is set

  bool operator()(uint32_t statement, uint8_t level) {
    const bool seen = (levels & level) != 0;
    first[level] = seen ? std::min(first[level], statement) : statement;
    levels = static_cast<uint8_t>(levels | level);
    return true;
  }
  uint32_t First(uint8_t of_levels) const {
    uint32_t found = kNoIndex;
    for (const uint8_t level : {kGrantDirect, kGrantEntity, kGrantAccount}) {
      if ((levels & of_levels & level) != 0) {
        found = std::min(found, first[level]);
      }
    }
    return found;
  }
};

// The layers of one request, asked by the formula.
class ImageLayers {
 public:
  ImageLayers(Finder& main, const LayerSets& sets, Context& context)
      : main_(main), sets_(sets), context_(context) {}

  Layer FirstDeny(bool resource) {
    if (DeniesOfLevels(sets_.rcps)) return Layer::kRcp;
    if (DeniesOfLevels(sets_.scps)) return Layer::kScp;
    if (Denies(sets_.endpoint)) return Layer::kEndpoint;
    if (resource && Denies(sets_.resource)) return Layer::kResource;
    if (Denies(sets_.identity)) return Layer::kIdentity;
    if (Denies(sets_.boundary)) return Layer::kBoundary;
    if (!sets_.session) return Layer::kNone;
    deny_ = FirstOfSession(true);
    return deny_ != kNoIndex ? Layer::kSession : Layer::kNone;
  }

  // RCPs deny only; the managed full-access RCP allows (S-95).
  Layer FirstSilentGuard() {
    for (const LevelRecord& level : sets_.scps) {
      if (!Allows(level.rule_set)) return Layer::kScp;
    }
    return sets_.endpoint != kNoIndex && !Allows(sets_.endpoint)
               ? Layer::kEndpoint
               : Layer::kNone;
  }

  bool Present(Layer layer) const {
    return layer == Layer::kIdentity ? sets_.identity != kNoIndex
                                     : sets_.session;
  }

  bool Allows(Layer layer) {
    switch (layer) {
      case Layer::kIdentity:
        identity_allow_ = main_.First(sets_.identity, false);
        return identity_allow_ != kNoIndex;
      case Layer::kBoundary:
        return sets_.boundary == kNoIndex || Allows(sets_.boundary);
      default: return !sets_.session || FirstOfSession(false) != kNoIndex;
    }
  }

  uint8_t ResourceLevels() {
    if (sets_.resource == kNoIndex) return 0;
    grants_ = {};
    main_.ForEachMatch(sets_.resource, false,
                       [this](uint32_t statement, uint8_t level) {
                         return grants_(statement, level);
                       });
    return grants_.levels;
  }

  // The statement that decided: the deny found last, or for an allow the first
  // that grants (S-120).
  uint32_t Deciding(const Outcome& outcome) const {
    if (outcome.verdict == Verdict::kExplicitDeny) return deny_;
    if (outcome.resource_grants != 0) {
      return grants_.First(outcome.resource_grants);
    }
    return outcome.identity_grants ? identity_allow_ : kNoIndex;
  }
  bool deciding_in_session() const { return in_session_; }

 private:
  bool Allows(uint32_t rule_set) {
    return main_.First(rule_set, false) != kNoIndex;
  }

  bool Denies(uint32_t rule_set) {
    if (rule_set == kNoIndex) return false;
    deny_ = main_.First(rule_set, true);
    return deny_ != kNoIndex;
  }

  bool DeniesOfLevels(std::span<const LevelRecord> levels) {
    deny_ = kNoIndex;
    for (const LevelRecord& level : levels) {
      deny_ = std::min(deny_, main_.First(level.rule_set, true));
    }
    return deny_ != kNoIndex;
  }

  // Inline session policies are an image of their own, managed ones are
  // policies of the main image (S-93).
  uint32_t FirstOfSession(bool deny) {
    in_session_ = false;
    uint32_t managed = kNoIndex;
    for (const std::string_view arn : sets_.session_arns) {
      const ImageTables& tables = context_.tables();
      const uint32_t index = FindManagedPolicy(tables, arn);
      managed = std::min(
          managed,
          main_.FirstOfPolicy(tables.managed_policies[index].policy, deny));
    }
    if (managed != kNoIndex || sets_.session_tables == nullptr) return managed;
    const uint32_t first = FirstOfInline(*sets_.session_tables, deny);
    in_session_ = first != kNoIndex;
    return first;
  }

  uint32_t FirstOfInline(const ImageTables& tables, bool deny) {
    const std::string_view name = main_.action().folded;
    std::array<char, kMaxActionBytes> buffer;
    ActionRank action;
    RankAction(tables, name, ProbeForAction(tables, name), buffer, action);
    const KnownRow none;
    Finder finder(tables, action, context_, none);
    const uint32_t rule_set = tables.header->session;
    return rule_set == kNoIndex ? kNoIndex : finder.First(rule_set, deny);
  }

  Finder& main_;
  const LayerSets& sets_;
  Context& context_;
  uint32_t deny_ = kNoIndex;
  uint32_t identity_allow_ = kNoIndex;
  Grants grants_;
  bool in_session_ = false;
};

Decision Refuse(Refusal refusal) {
  Decision decision;
  decision.refusal = refusal;
  return decision;
}

// One request on its way to a decision, step by step in the order below.
// Between its steps a batch takes other requests through theirs, so that
// look-ups of many requests are in flight at once; and each step asks for
// memory that a later one reads, with work between the two that needs neither.
// The row of the identity layer, which most decisions come to, is looked for by
// what the slots of action and caller say, before either is proved. Should they
// be another's, the row is of another rule set, and the Finder does not use it.
class Decider {
 public:
  Decider(const ImageTables& tables, const Request& request,
          std::span<char, kMaxActionBytes> action_buffer, Scratch& scratch)
      : tables_(tables),
        context_(tables, request, scratch),
        buffer_(action_buffer) {
    const auto hint = static_cast<uint32_t>(request.action_handle);
    if (hint < tables_.action_points.size()) {
      hint_ = hint;
      Prefetch(&tables_.action_points[hint_]);
    } else {
      ProbeAction();
    }
  }

  void ParseResource() { context_.ParseResource(); }

  // Asks for the slot of the identity layer's row.
  void GuessRow() {
    rows_ = GuessedRows();
    if (rows_.begin == kNoIndex) return;
    const uint32_t point = GuessedPoint();
    if (point == kNoIndex) return;
    const ActionPointRecord& action = tables_.action_points[point];
    Prefetch(tables_.strings + action.text.offset);
    AskForRow(action.service);
  }

  void GlanceAtKeys() { context_.GlanceAtKeys(); }

  // The action, and asks for the row.
  void FindAction() {
    if (!RankRequest()) refusal_ = Refusal::kAction;
    if (rows_.begin == kNoIndex) return;
    if (action_.service != row_service_) AskForRow(action_.service);
    if (row_service_ == kNoIndex) return;
    row_ = FindRow(tables_, row_service_, row_home_);
    if (row_ != kNoIndex) PrefetchLines(&tables_.rows[row_], 3);
  }

  // Caller and resource.
  void Find() {
    if (refusal_ != Refusal::kNone) return;
    context_.FindEntity();
    plain_ = context_.IsPlain() && !StartsWith(action_.folded, "sts:");
    if (plain_) return;
    const EntityRecord* const entity = context_.entity();
    if (entity != nullptr && entity->identity != kNoIndex) {
      Prefetch(&tables_.rule_sets[entity->identity]);
    }
    refusal_ = context_.Find();
  }

  // The row, and asks for the first statement that may match.
  void OpenRow() {
    identity_.table = rows_.begin;
    identity_.row = RowAt(tables_, row_, action_.rank);
    const Row& row = identity_.row;
    if (row.found == 0) return;
    statement_ = row.Reference(0, LowestBit(row.found)) & kEntryStatement;
    Prefetch(&tables_.statements[statement_]);
  }

  Decision Finish() {
    if (refusal_ == Refusal::kNone) refusal_ = context_.Check();
    if (refusal_ != Refusal::kNone) return Refuse(refusal_);
    Finder finder(tables_, action_, context_, identity_);
    return plain_ ? AskIdentity(finder) : AskLayers(finder);
  }

  // ---- hints: they change nothing but what is in the cache -----------------

  // The records that the slots name at first sight.
  void PrefetchRecords() const {
    const uint32_t point = GuessedPoint();
    if (point != kNoIndex) Prefetch(&tables_.action_points[point]);
    const uint32_t entity = GuessedEntity();
    if (entity != kNoIndex) Prefetch(&tables_.entities[entity]);
  }

  // What Find() begins with.
  void TouchEntity() const {
    const uint32_t index = GuessedEntity();
    if (index == kNoIndex) return;
    const EntityRecord& entity = tables_.entities[index];
    Touch(&entity);
    Touch(tables_.strings + entity.arn.offset);
  }

  void PrefetchPattern() const {
    if (statement_ == kNoIndex) return;
    const StatementRecord& s = tables_.statements[statement_];
    Prefetch(tables_.strings + s.pattern.head.offset);
    if (HasSecondPattern(s)) Prefetch(&tables_.patterns[s.resources + 1]);
  }

  void PrefetchSecondPattern() const {
    if (statement_ == kNoIndex) return;
    const StatementRecord& s = tables_.statements[statement_];
    if (!HasSecondPattern(s)) return;
    const PatternRecord& second = tables_.patterns[s.resources + 1];
    Prefetch(tables_.strings + second.head.offset);
  }

 private:
  // In the guessed table; a service that is none has no row.
  void AskForRow(uint32_t service) {
    row_service_ = service;
    if (service == kNoIndex) return;
    row_home_ = HomeSlot(rows_, service);
    Prefetch(&tables_.row_slots[row_home_]);
  }

  // What the formula comes to for a plain request.
  Decision AskIdentity(Finder& finder) const {
    const auto found = finder.FirstOfIdentity(*context_.entity());
    Decision decision;
    decision.decided_by = Layer::kIdentity;
    decision.statement = found.statement;
    if (found.statement != kNoIndex) {
      decision.verdict =
          found.deny ? Verdict::kExplicitDeny : Verdict::kAllowed;
    }
    return decision;
  }

  [[gnu::noinline]] Decision AskLayers(Finder& finder) {
    Situation situation;
    Classify(context_, action_, situation);
    LayerSets sets;
    const Refusal refusal = FindLayerSets(context_, action_, situation, sets);
    if (refusal != Refusal::kNone) return Refuse(refusal);
    ImageLayers layers(finder, sets, context_);
    const Outcome outcome = Formula(context_, situation, layers).Run();

    Decision decision;
    decision.verdict = outcome.verdict;
    decision.decided_by = outcome.decided_by;
    decision.statement = layers.Deciding(outcome);
    decision.in_session = decision.statement != kNoIndex &&
                          outcome.decided_by == Layer::kSession &&
                          layers.deciding_in_session();
    return decision;
  }

  static bool HasSecondPattern(const StatementRecord& s) {
    return s.pattern_count > 1 && (s.flags & kStatementListed) == 0;
  }

  void ProbeAction() {
    action_probe_ = ProbeForAction(tables_, context_.request().action);
    Prefetch(&tables_.action_slots.slots[action_probe_.slot]);
  }

  bool RankRequest() {
    const Request& request = context_.request();
    if (hint_ != kNoIndex) {
      if (TakeHandle(tables_, request.action_handle, request.action, action_)) {
        return true;
      }
      hint_ = kNoIndex;
      ProbeAction();
    }
    return RankAction(tables_, request.action, action_probe_, buffer_, action_);
  }

  uint32_t GuessedPoint() const {
    return hint_ != kNoIndex ? hint_
                             : GuessIndex(tables_.action_slots, action_probe_);
  }
  uint32_t GuessedEntity() const {
    const CallerKey& key = context_.key();
    return key.hint != kNoIndex ? key.hint
                                : GuessIndex(tables_.entity_slots, key.probe);
  }
  RowTable GuessedRows() const {
    const CallerKey& key = context_.key();
    return key.hint != kNoIndex
               ? tables_.entities[key.hint].rows
               : tables_.entity_slots.slots[key.probe.slot].rows;
  }

  const ImageTables& tables_;
  Context context_;
  const std::span<char, kMaxActionBytes> buffer_;
  uint32_t hint_ = kNoIndex;  // the action point that a handle names, unproved;
                              // the name has no probe then
  Probe action_probe_;
  ActionRank action_;
  Refusal refusal_ = Refusal::kNone;
  bool plain_ = false;
  RowTable rows_ = kNoRowTable;      // a guess
  uint32_t row_service_ = kNoIndex;  // likewise
  size_t row_home_ = 0;
  uint32_t row_ = kNoIndex;
  KnownRow identity_;
  uint32_t statement_ = kNoIndex;  // a guess, for PrefetchPattern() alone
};

// At most kMaxBatch requests, each step for all of them before the next step.
void DecideBatch(const ImageTables& tables, std::span<const Request> requests,
                 std::span<Decision> decisions, Scratch& scratch) {
  union Place {  // holds nothing until it is asked to
    Place() {}
    Decider decider;
  };
  static_assert(std::is_trivially_destructible_v<Decider>);
  Place places[kMaxBatch];
  const auto each = [&](auto step) {
    for (size_t i = 0; i < requests.size(); ++i) step(places[i].decider);
  };
  for (size_t i = 0; i < requests.size(); ++i) {
    std::construct_at(&places[i].decider, tables, requests[i],
                      scratch.actions[i], scratch);
  }
  each([](Decider& decider) { decider.PrefetchRecords(); });
  each([](Decider& decider) { decider.ParseResource(); });
  each([](Decider& decider) { decider.GuessRow(); });
  each([](Decider& decider) { decider.GlanceAtKeys(); });
  each([](Decider& decider) { decider.FindAction(); });
  each([](Decider& decider) { decider.TouchEntity(); });
  each([](Decider& decider) { decider.Find(); });
  each([](Decider& decider) { decider.OpenRow(); });
  each([](Decider& decider) { decider.PrefetchPattern(); });
  each([](Decider& decider) { decider.PrefetchSecondPattern(); });
  for (size_t i = 0; i < requests.size(); ++i) {
    decisions[i] = places[i].decider.Finish();
  }
}

}  // namespace

Decision Decide(const ImageView& image, const Request& request,
                Scratch& scratch) noexcept {
  Decider decider(image.tables(), request, scratch.actions[0], scratch);
  decider.ParseResource();
  decider.GuessRow();
  decider.GlanceAtKeys();
  decider.FindAction();
  decider.Find();
  decider.OpenRow();
  return decider.Finish();
}

void DecideMany(const ImageView& image, std::span<const Request> requests,
                std::span<Decision> decisions, Scratch& scratch) noexcept {
  for (size_t at = 0; at < requests.size(); at += kMaxBatch) {
    const size_t count = std::min(requests.size() - at, kMaxBatch);
    DecideBatch(image.tables(), requests.subspan(at, count),
                decisions.subspan(at, count), scratch);
  }
}

}  // namespace portcullis
