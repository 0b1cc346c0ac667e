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
    return action + " on " + resource +
           " is denied with an explicit deny in a " + words;
  }
  return action + " on " + resource + " is denied because no " + words +
         " allows it";
}

// Across accounts the formula asks the caller's side by itself; here it must
// allow within one account too. Nothing else of an allow changes.
Layer FirstSilentLayer(const Explanation& explanation) {
  for (const LayerReport& layer : explanation.layers) {
    const bool identity = layer.layer == Layer::kIdentity;
    const bool limit =
        layer.layer == Layer::kBoundary || layer.layer == Layer::kSession;
    if (identity && !(layer.present && layer.allows)) return layer.layer;
    if (limit && layer.present && !layer.allows) return layer.layer;
  }
  return Layer::kNone;
}

}  // namespace

bool Authorize(const ImageView& image, const Question& question,
               SessionResult& result) {
  Scratch scratch(image);
  const Explanation explanation = Explain(image, question.request, scratch);
  Decision decision = explanation.decision;
  if (decision.refusal != Refusal::kNone) {
    const RefusalPhrase phrase = PhraseOf(decision.refusal);
    result.problems.push_back({phrase.rule, phrase.text});
    result.decision = decision;
    return false;
  }
  if (decision.verdict == Verdict::kAllowed && question.both_sides) {
    const Layer silent = FirstSilentLayer(explanation);
    if (silent != Layer::kNone) {
      decision = Decision{};
      decision.decided_by = silent;
    }
  }
  if (decision.verdict == Verdict::kAllowed) return true;
  result.decision = decision;
  result.denied = true;
  result.problems.push_back(
      {question.rule, Reason(question.request, decision)});
  return false;
}

}  // namespace portcullis
