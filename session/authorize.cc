#include "session/authorize.h"

#include "runtime/explain.h"
#include "runtime/scratch.h"
#include "session/phrases.h"

namespace portcullis {
namespace {

// The resource policy of a role is its trust policy (S-110).
const char* PolicyWords(Layer layer) {
  return layer == Layer::kResource ? "role trust or resource-based policy"
                                   : LayerPhrase(layer);
}

std::string Reason(const Request& request, const Decision& decision) {
  const std::string action(request.action);
  const std::string resource(request.resource);
  const std::string words = PolicyWords(decision.decided_by);
  if (decision.verdict == Verdict::kExplicitDeny) {
    return action + " on " + resource + " is denied with an explicit deny in " +
           WithArticle(words);
  }
  return action + " on " + resource + " is denied because no " + words +
         " allows it";
}

// A root user needs no identity policy; that this layer fails all the same is
// S-116.
bool RootAssumesNoRole(const Question& question, const Decision& decision) {
  return question.root_user && decision.verdict == Verdict::kImplicitDeny &&
         decision.decided_by == Layer::kIdentity;
}

std::string RootReason(const Request& request) {
  return std::string(request.action) + " on " + std::string(request.resource) +
         " is denied because no policy can allow the root user to assume a "
         "role";
}

Layer FirstDenyOfOthers(const Explanation& explanation) {
  for (const LayerReport& report : explanation.layers) {
    const bool other = report.layer != Layer::kResource;
    if (other && report.denies) return report.layer;
  }
  return Layer::kNone;
}

// The first layer but the resource's that withholds its allow.
Layer FirstSilentOfOthers(const Explanation& explanation, bool root_user) {
  for (const LayerReport& report : explanation.layers) {
    if (report.layer == Layer::kResource) continue;
    const bool identity = report.layer == Layer::kIdentity;
    if (identity && root_user) continue;
    const bool silent = report.present ? !report.allows : identity;
    if (silent) return report.layer;
  }
  return Layer::kNone;
}

Decision Made(Verdict verdict, Layer layer) {
  Decision decision;
  decision.verdict = verdict;
  decision.decided_by = layer;
  return decision;
}

// The engine's decision, but for what `question.sides` says otherwise.
Decision Decided(const Explanation& explanation, const Question& question) {
  const Decision& formula = explanation.decision;
  if (question.sides == Sides::kFormula) return formula;
  if (question.sides == Sides::kBoth && formula.verdict != Verdict::kAllowed) {
    return formula;
  }
  const Layer deny = FirstDenyOfOthers(explanation);
  if (deny != Layer::kNone) return Made(Verdict::kExplicitDeny, deny);
  const Layer silent = FirstSilentOfOthers(explanation, question.root_user);
  return silent == Layer::kNone ? Made(Verdict::kAllowed, Layer::kIdentity)
                                : Made(Verdict::kImplicitDeny, silent);
}

}  // namespace

bool Authorize(const ImageView& image, const Question& question,
               SessionResult& result) {
  Scratch scratch(image);
  const Explanation explanation = Explain(image, question.request, scratch);
  if (explanation.decision.refusal != Refusal::kNone) {
    const RefusalPhrase phrase = PhraseOf(explanation.decision.refusal);
    result.problems.push_back({phrase.rule, phrase.text});
    result.decision = explanation.decision;
    return false;
  }
  const Decision decision = Decided(explanation, question);
  if (decision.verdict == Verdict::kAllowed) return true;
  result.decision = decision;
  result.denied = true;
  const bool no_roles = RootAssumesNoRole(question, decision);
  result.problems.push_back({no_roles ? "S-116" : question.rule,
                             no_roles ? RootReason(question.request)
                                      : Reason(question.request, decision)});
  return false;
}

}  // namespace portcullis
