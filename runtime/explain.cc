#include "runtime/explain.h"

#include <algorithm>

#include "runtime/action.h"
#include "runtime/condition.h"
#include "runtime/context.h"
#include "runtime/formula.h"
#include "runtime/layers.h"
#include "runtime/lookup.h"
#include "runtime/pattern.h"
#include "runtime/principal.h"
#include "runtime/variables.h"

namespace portcullis {
namespace {

// Holds single statements of one image against the request.
class Examiner {
 public:
  Examiner(const ImageTables& tables, std::string_view folded_action,
           Context& context)
      : tables_(tables),
        folded_action_(folded_action),
        context_(context),
        in_session_(&tables != &context.tables()) {}

  void ExaminePolicy(uint32_t policy, LevelReport& level) {
    const PolicyRecord& record = tables_.policies[policy];
    for (uint32_t i = 0; i < record.count; ++i) {
      level.statements.push_back(Examine(record.begin + i));
    }
  }

  void ExamineRuleSet(uint32_t rule_set, LevelReport& level) {
    const RuleSetRecord& set = tables_.rule_sets[rule_set];
    for (const uint32_t policy :
         tables_.policy_refs.subspan(set.policy_begin, set.policy_count)) {
      ExaminePolicy(policy, level);
    }
  }

 private:
  StatementReport Examine(uint32_t index) {
    const StatementRecord& s = tables_.statements[index];
    StatementReport report;
    report.statement = index;
    report.deny = (s.flags & kStatementDeny) != 0;
    report.in_session = in_session_;
    ExaminePatterns(s, report);
    report.grant_level = GrantLevelOf(tables_, s, context_);
    if (!MatchAction(tables_, s, folded_action_, context_)) {
      report.mismatch = Mismatch::kAction;
    } else if (!MatchResource(tables_, s, context_)) {
      report.mismatch = Mismatch::kResource;
    } else if (report.grant_level == 0) {
      report.mismatch = Mismatch::kPrincipal;
    } else if (!ExamineConditions(s, report)) {
      report.mismatch = Mismatch::kCondition;
    }
    return report;
  }

  void ExaminePatterns(const StatementRecord& s, StatementReport& report) {
    uint32_t index = 0;
    for (const PatternRecord& pattern : PatternsOf(tables_, s)) {
      if ((pattern.flags & (kPatternNever | kPatternVariables)) != 0) {
        report.patterns.push_back({index,
                                   IsUnusable(tables_, pattern, context_),
                                   ReportKeys(VariablesOf(tables_, pattern))});
      }
      ++index;
    }
  }

  bool ExamineConditions(const StatementRecord& s, StatementReport& report) {
    bool all = true;
    for (const uint32_t ref :
         tables_.condition_refs.subspan(s.condition_begin, s.condition_count)) {
      report.conditions.push_back(ExamineCondition(ref, report.deny));
      all = all && report.conditions.back().holds;
    }
    return all;
  }

  ConditionReport ExamineCondition(uint32_t index, bool deny) {
    const ConditionRecord& record = tables_.conditions[index];
    ConditionReport report;
    report.condition = index;
    const uint8_t outcome = EvaluateCondition(tables_, index, context_);
    report.holds = (outcome & (deny ? kHoldsInDeny : kHoldsInAllow)) != 0;
    report.key = ReportKey(record.key);
    report.variables = ReportKeys(VariablesOf(tables_, record));
    const auto malformed = MalformedValue(tables_, record, context_);
    if (malformed) report.malformed = std::string(*malformed);
    return report;
  }

  KeyReport ReportKey(uint32_t key) {
    const KeyValues values = context_.Get(tables_, key);
    KeyReport report;
    report.key = key;
    report.present = values.form != KeyForm::kAbsent;
    report.is_list = values.form == KeyForm::kList;
    for (size_t i = 0; report.present && i < values.size(); ++i) {
      report.values.emplace_back(values[i]);
    }
    return report;
  }

  std::vector<KeyReport> ReportKeys(const std::vector<uint32_t>& keys) {
    std::vector<KeyReport> reports;
    for (const uint32_t key : keys) reports.push_back(ReportKey(key));
    return reports;
  }

  const ImageTables& tables_;
  const std::string_view folded_action_;
  Context& context_;
  const bool in_session_;
};

bool Matches(const StatementReport& statement, bool deny) {
  return statement.deny == deny && statement.mismatch == Mismatch::kNone;
}

// Fills in what the statements say.
void Conclude(LevelReport& level) {
  for (const StatementReport& statement : level.statements) {
    level.denies = level.denies || Matches(statement, true);
    level.allows = level.allows || Matches(statement, false);
  }
}

void Conclude(LayerReport& layer) {
  const auto& levels = layer.levels;
  for (LevelReport& level : layer.levels) Conclude(level);
  layer.denies = std::any_of(levels.begin(), levels.end(),
                             [](const auto& level) { return level.denies; });
  layer.allows = layer.layer == Layer::kRcp ||
                 std::all_of(levels.begin(), levels.end(),
                             [](const auto& level) { return level.allows; });
}

// Examines every layer that takes part.
class LayerExaminer {
 public:
  LayerExaminer(const LayerSets& sets, std::string_view folded_action,
                Context& context)
      : sets_(sets),
        folded_action_(folded_action),
        context_(context),
        main_(context.tables(), folded_action, context) {}

  std::vector<LayerReport> Run() {
    std::vector<LayerReport> layers;
    for (const Layer layer : kReportOrder) layers.push_back(Examine(layer));
    return layers;
  }

 private:
  LayerReport Examine(Layer layer) {
    LayerReport report;
    report.layer = layer;
    switch (layer) {
      case Layer::kRcp: AddLevels(sets_.rcps, report); break;
      case Layer::kScp: AddLevels(sets_.scps, report); break;
      case Layer::kEndpoint: AddRuleSet(sets_.endpoint, report); break;
      case Layer::kResource: AddRuleSet(sets_.resource, report); break;
      case Layer::kIdentity: AddRuleSet(sets_.identity, report); break;
      case Layer::kBoundary: AddRuleSet(sets_.boundary, report); break;
      default: AddSession(report);
    }
    report.present = !report.levels.empty();
    Conclude(report);
    return report;
  }

  void AddLevels(std::span<const LevelRecord> levels, LayerReport& report) {
    for (const LevelRecord& level : levels) {
      AddRuleSet(level.rule_set, report);
      report.levels.back().node = context_.tables().Text(level.node);
    }
  }

  void AddRuleSet(uint32_t rule_set, LayerReport& report) {
    if (rule_set == kNoIndex) return;
    report.levels.emplace_back();
    main_.ExamineRuleSet(rule_set, report.levels.back());
  }

  void AddSession(LayerReport& report) {
    if (!sets_.session) return;
    LevelReport& level = report.levels.emplace_back();
    const ImageTables& tables = context_.tables();
    for (const std::string_view arn : sets_.session_arns) {
      const uint32_t index = FindManagedPolicy(tables, arn);
      main_.ExaminePolicy(tables.managed_policies[index].policy, level);
    }
    if (sets_.session_tables == nullptr) return;
    const uint32_t rule_set = sets_.session_tables->header->session;
    if (rule_set == kNoIndex) return;
    Examiner session(*sets_.session_tables, folded_action_, context_);
    session.ExamineRuleSet(rule_set, level);
  }

  const LayerSets& sets_;
  const std::string_view folded_action_;
  Context& context_;
  Examiner main_;
};

// The reports, asked by the formula.
class ReportedLayers {
 public:
  explicit ReportedLayers(const std::vector<LayerReport>& layers)
      : layers_(layers) {}

  Layer FirstDeny(bool resource) const {
    for (const LayerReport& report : layers_) {  // in report order
      const bool counts = resource || report.layer != Layer::kResource;
      if (counts && report.denies) return report.layer;
    }
    return Layer::kNone;
  }
  Layer FirstSilentGuard() const {
    for (const Layer guard : {Layer::kRcp, Layer::kScp, Layer::kEndpoint}) {
      if (!Allows(guard)) return guard;
    }
    return Layer::kNone;
  }
  bool Present(Layer layer) const { return Get(layer).present; }
  bool Allows(Layer layer) const {
    const LayerReport& report = Get(layer);
    // An absent identity layer grants nothing; other absent layers restrict
    // nothing.
    return report.present ? report.allows : layer != Layer::kIdentity;
  }
  uint8_t ResourceLevels() const {
    uint8_t levels = 0;
    for (const LevelReport& level : Get(Layer::kResource).levels) {
      for (const StatementReport& statement : level.statements) {
        if (!Matches(statement, false)) continue;
        levels = static_cast<uint8_t>(levels | statement.grant_level);
      }
    }
    return levels;
  }

 private:
  const LayerReport& Get(Layer layer) const {
    return *std::find_if(
        layers_.begin(), layers_.end(),
        [layer](const LayerReport& report) { return report.layer == layer; });
  }

  const std::vector<LayerReport>& layers_;
};

// S-120: the denies for an explicit deny, the allows of the granting layers for
// an allow.
bool Counts(const StatementReport& statement, Layer layer,
            const Outcome& outcome) {
  if (outcome.verdict == Verdict::kExplicitDeny)
    return Matches(statement, true);
  if (outcome.verdict != Verdict::kAllowed || !Matches(statement, false)) {
    return false;
  }
  if (layer == Layer::kIdentity) return outcome.identity_grants;
  return layer == Layer::kResource &&
         (statement.grant_level & outcome.resource_grants) != 0;
}

std::vector<MatchedStatement> Matched(const std::vector<LayerReport>& layers,
                                      const Situation& situation,
                                      const Outcome& outcome) {
  std::vector<MatchedStatement> matched;
  for (const LayerReport& layer : layers) {
    if (layer.layer == Layer::kResource && !situation.resource_denies_count &&
        outcome.verdict == Verdict::kExplicitDeny) {
      continue;
    }
    for (const LevelReport& level : layer.levels) {
      for (const StatementReport& statement : level.statements) {
        if (Counts(statement, layer.layer, outcome)) {
          matched.push_back(
              {layer.layer, statement.statement, statement.in_session});
        }
      }
    }
  }
  return matched;
}

// The first in layer order, then in statement order.
Decision Conclude(const Outcome& outcome,
                  const std::vector<MatchedStatement>& matched) {
  Decision decision;
  decision.verdict = outcome.verdict;
  decision.decided_by = outcome.decided_by;
  for (const MatchedStatement& candidate : matched) {
    if (candidate.layer != outcome.decided_by) continue;
    const bool first = decision.statement == kNoStatement;
    if (first || (candidate.in_session == decision.in_session &&
                  candidate.statement < decision.statement)) {
      decision.statement = candidate.statement;
      decision.in_session = candidate.in_session;
    }
  }
  return decision;
}

Explanation Refused(Refusal refusal) {
  Explanation explanation;
  explanation.decision.refusal = refusal;
  return explanation;
}

}  // namespace

Explanation Explain(const ImageView& image, const Request& request,
                    Scratch& scratch) {
  const ImageTables& tables = image.tables();
  ActionRank action;
  const Probe probe = ProbeForAction(tables, request.action);
  if (!RankAction(tables, request.action, probe, scratch.actions[0], action)) {
    return Refused(Refusal::kAction);
  }
  Context context(tables, request, scratch);
  Refusal refusal = context.Prepare();
  if (refusal != Refusal::kNone) {
    Explanation refused = Refused(refusal);
    refused.refused_key = context.KeyToBlame(refusal);
    return refused;
  }

  Situation situation;
  Classify(context, action, situation);
  LayerSets sets;
  refusal = FindLayerSets(context, action, situation, sets);
  if (refusal != Refusal::kNone) return Refused(refusal);

  Explanation explanation;
  explanation.refused_by = situation.refused_by;
  explanation.layers = LayerExaminer(sets, action.folded, context).Run();
  ReportedLayers layers(explanation.layers);
  const Outcome outcome = Formula(context, situation, layers).Run();
  explanation.matched = Matched(explanation.layers, situation, outcome);
  explanation.decision = Conclude(outcome, explanation.matched);
  return explanation;
}

std::string StatementLabel(const ImageView& image, uint32_t statement) {
  const ImageTables& tables = image.tables();
  if (tables.sources.empty()) return "#" + std::to_string(statement);
  const SourceRecord& source = tables.sources[statement];
  const std::string_view sid = tables.Text(source.sid);
  const uint32_t index = tables.statements[statement].policy;
  const PolicySourceRecord& policy = tables.policy_sources[index];
  const uint32_t number = statement - tables.policies[index].begin + 1;
  return std::string(tables.Text(policy.name)) + "#" +
         (sid.empty() ? std::to_string(number) : std::string(sid));
}

}  // namespace portcullis
