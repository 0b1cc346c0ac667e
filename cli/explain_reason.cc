#include "cli/explain_reason.h"

#include <algorithm>
#include <span>
#include <string_view>

#include "policy/issue.h"
#include "policy/values.h"
#include "runtime/image_dump.h"
#include "runtime/pattern.h"
#include "session/phrases.h"

namespace portcullis::cli {
namespace {

constexpr size_t kMaxListed = 6;  // patterns of one statement

// `a`, `b` and 7 more
std::string Listed(const std::vector<std::string>& texts) {
  std::string out;
  for (size_t i = 0; i < texts.size() && i < kMaxListed; ++i) {
    if (i > 0) out += ", ";
    out += Quoted(texts[i]);
  }
  if (texts.size() > kMaxListed) {
    out += " and " + std::to_string(texts.size() - kMaxListed) + " more";
  }
  return out;
}

const LayerReport* FindLayer(const Explanation& explanation, Layer layer) {
  const auto at = std::find_if(
      explanation.layers.begin(), explanation.layers.end(),
      [layer](const LayerReport& report) { return report.layer == layer; });
  return at == explanation.layers.end() ? nullptr : &*at;
}

// The node at which a layer with levels denies or does not allow.
std::string NodeOf(const LayerReport* layer, bool denies) {
  if (layer == nullptr) return "";
  for (const LevelReport& level : layer->levels) {
    if (denies ? level.denies : !level.allows) return level.node;
  }
  return "";
}

// " at `ou-x`"
std::string AtNode(const LayerReport* layer, bool denies) {
  const std::string node = NodeOf(layer, denies);
  return node.empty() ? "" : " at " + Quoted(node);
}

std::string AllowedReason(const Explained& explained) {
  const Decision& decision = explained.explanation.decision;
  if (decision.decided_by == Layer::kRoot) {
    const SessionInfo* session = explained.request.session;
    return session != nullptr && !session->parent.empty()
               ? "the parent is the root user, and the session policies allow"
               : "the root user may do everything that no policy denies";
  }
  if (decision.decided_by == Layer::kAlways) {
    return "the action is allowed to every such caller, whatever the policies "
           "say";
  }
  return "an allow in " + WithArticle(LayerPhrase(decision.decided_by));
}

// What no policy could allow, or "".
std::string RefusedReason(const Explained& explained) {
  const Layer refused_by = explained.explanation.refused_by;
  if (refused_by != explained.explanation.decision.decided_by) return "";
  if (refused_by == Layer::kResource) {
    return "the caller and the resource are in different partitions (S-117)";
  }
  return Fold(explained.request.action) == "sts:assumerole"
             ? "no policy can allow the root user, or its federated user, this "
               "action (S-116)"
             : "no policy can allow this caller this action on this resource "
               "(S-114)";
}

std::string ImplicitDenyReason(const Explained& explained) {
  const Layer decided_by = explained.explanation.decision.decided_by;
  const std::string refused = RefusedReason(explained);
  if (!refused.empty()) return refused;
  const LayerReport* layer = FindLayer(explained.explanation, decided_by);
  std::string text = "no ";
  text += LayerPhrase(decided_by);
  text += AtNode(layer, false) + " allows the action " +
          Quoted(explained.request.action);
  if (layer != nullptr && !layer->present) text += "; there is none";
  return text;
}

std::vector<std::string> ActionTexts(const ImageView& image,
                                     const StatementRecord& statement) {
  std::vector<std::string> texts;
  const ImageTables& tables = image.tables();
  for (const uint32_t ref : tables.action_refs.subspan(
           statement.action_begin, statement.action_count)) {
    texts.push_back(GlobText(image, tables.globs[ref]));
  }
  return texts;
}

std::vector<std::string> ResourceTexts(const ImageView& image,
                                       const StatementRecord& statement) {
  const ImageTables& tables = image.tables();
  if ((statement.flags & kStatementAnyResource) != 0) return {"*"};
  std::vector<std::string> texts;
  for (const PatternRecord& pattern : PatternsOf(tables, statement)) {
    texts.push_back(PatternText(image, pattern));
  }
  return texts;
}

std::vector<std::string> PrincipalTexts(const ImageView& image,
                                        const StatementRecord& statement) {
  const ImageTables& tables = image.tables();
  std::vector<std::string> texts;
  for (const PrincipalEntryRecord& entry : tables.principal_entries.subspan(
           statement.principal_begin, statement.principal_count)) {
    const auto match = static_cast<PrincipalMatch>(entry.match);
    texts.emplace_back(match == PrincipalMatch::kEveryone
                           ? std::string_view("*")
                           : tables.Text(entry.text));
  }
  return texts;
}

// "action `x` is none of `a`, `b`" or "action `x` is one of NotAction `a`".
std::string Mismatched(const char* what, std::string_view value, bool negated,
                       const char* negated_name,
                       const std::vector<std::string>& patterns) {
  std::string text = std::string(what) + " " + Quoted(value);
  text += negated ? std::string(" is one of ") + negated_name + " "
                  : " is none of ";
  return text + Listed(patterns);
}

std::string SeenValues(const KeyReport& key) {
  if (!key.present) return "is absent";
  if (key.is_list) {
    return key.values.empty() ? "is a list without elements"
                              : "is the list " + Listed(key.values);
  }
  return "is " + Listed(key.values);
}

// "`aws:username` is `ana`, `app:mode` is absent"
std::string SeenKeys(const ImageTables& tables,
                     const std::vector<KeyReport>& keys) {
  std::string text;
  for (const KeyReport& key : keys) {
    text += (text.empty() ? "" : ", ") + Quoted(KeyName(tables, key)) + " " +
            SeenValues(key);
  }
  return text;
}

// "in `arn:aws:s3:::b/${aws:username}` `aws:username` is `ana`"
std::string PatternReason(const ImageView& image, const StatementRecord& s,
                          const PatternReport& report) {
  const ImageTables& tables = image.tables();
  if (report.variables.empty()) return "a pattern can never match";
  return "in " +
         Quoted(PatternText(image, PatternsOf(tables, s)[report.pattern])) +
         " " + SeenKeys(tables, report.variables);
}

// What is to be said of the patterns beyond their texts, the unusable ones or
// the others.
std::string PatternReasons(const ImageView& image, const StatementRecord& s,
                           const StatementReport& report, bool unusable) {
  std::string text;
  size_t count = 0;
  for (const PatternReport& pattern : report.patterns) {
    if (pattern.unusable != unusable || ++count > kMaxListed) continue;
    text += "; " + PatternReason(image, s, pattern);
  }
  return text;
}

std::string ResourceReason(const Explained& explained, const ImageView& image,
                           const StatementRecord& s,
                           const StatementReport& report) {
  const std::vector<std::string> patterns = ResourceTexts(image, s);
  const bool negated = (s.flags & kStatementNotResource) != 0;
  const std::string unusable = PatternReasons(image, s, report, true);
  if (negated && !unusable.empty()) {
    return "NotResource holds a pattern that can never match, or whose "
           "variable has no value (S-46): " +
           Listed(patterns) + unusable;
  }
  return Mismatched("resource", explained.request.resource, negated,
                    "NotResource", patterns) +
         unusable + PatternReasons(image, s, report, false);
}

std::string PrincipalName(const Request& request) {
  return request.form == PrincipalForm::kAnonymous
             ? "*"
             : std::string(request.principal);
}

std::string FailedPairs(const StatementReport& report) {
  const auto failed = std::count_if(
      report.conditions.begin(), report.conditions.end(),
      [](const ConditionReport& condition) { return !condition.holds; });
  return failed == 1 ? "a condition does not hold"
                     : std::to_string(failed) + " conditions do not hold";
}

}  // namespace

std::string DecisionReason(const Explained& explained) {
  const Decision& decision = explained.explanation.decision;
  switch (decision.verdict) {
    case Verdict::kAllowed: return AllowedReason(explained);
    case Verdict::kImplicitDeny: return ImplicitDenyReason(explained);
    case Verdict::kExplicitDeny: break;
  }
  const LayerReport* layer =
      FindLayer(explained.explanation, decision.decided_by);
  return "an explicit deny in " +
         WithArticle(LayerPhrase(decision.decided_by)) + AtNode(layer, true);
}

std::string SourcePlace(const Explained& explained,
                        const StatementReport& report) {
  const ImageTables& tables = explained.ImageOf(report.in_session).tables();
  if (tables.sources.empty()) return "";
  const SourceRecord& source = tables.sources[report.statement];
  const uint32_t policy = tables.statements[report.statement].policy;
  return std::string(tables.Text(tables.policy_sources[policy].file)) + ":" +
         std::to_string(source.line) + ":" + std::to_string(source.column);
}

std::string_view KeyName(const ImageTables& tables, const KeyReport& key) {
  return tables.Text(tables.keys[key.key].name);
}

std::string StatementReason(const Explained& explained,
                            const StatementReport& report) {
  const ImageView& image = explained.ImageOf(report.in_session);
  const StatementRecord& s = image.tables().statements[report.statement];
  switch (report.mismatch) {
    case Mismatch::kNone: break;
    case Mismatch::kAction:
      return Mismatched("action", explained.request.action,
                        (s.flags & kStatementNotAction) != 0, "NotAction",
                        ActionTexts(image, s));
    case Mismatch::kResource:
      return ResourceReason(explained, image, s, report);
    case Mismatch::kPrincipal:
      return Mismatched("principal", PrincipalName(explained.request),
                        (s.flags & kStatementNotPrincipal) != 0, "NotPrincipal",
                        PrincipalTexts(image, s));
    case Mismatch::kCondition: return FailedPairs(report);
  }
  return "action, resource, principal and conditions match";
}

std::string ConditionReason(const Explained& explained,
                            const StatementReport& report,
                            const ConditionReport& condition) {
  const ImageView& image = explained.ImageOf(report.in_session);
  const ImageTables& tables = image.tables();
  std::string text = Quoted(ConditionText(image, condition.condition));
  text += condition.holds ? " holds: " : " does not hold: ";
  text += SeenKeys(tables, {condition.key});
  if (!condition.malformed.empty()) {
    text += ", and " + Quoted(condition.malformed) +
            " is not of the operator's type";
  }
  if (!condition.variables.empty()) {
    text += "; " + SeenKeys(tables, condition.variables);
  }
  return text;
}

}  // namespace portcullis::cli
