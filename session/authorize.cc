#include "session/authorize.h"

#include "runtime/explain.h"
#include "runtime/scratch.h"

namespace portcullis {
namespace {

const char* LayerWords(Layer layer) {
  switch (layer) {
    case Layer::kRcp: return "resource control policy";
    case Layer::kScp: return "service control policy";
    case Layer::kEndpoint: return "VPC endpoint policy";
    case Layer::kResource: return "role trust or resource-based policy";
    case Layer::kBoundary: return "permissions boundary";
    case Layer::kSession: return "session policy";
    default: return "identity-based policy";
  }
}

const char* RefusalWords(Refusal refusal) {
  switch (refusal) {
    case Refusal::kPrincipal: return "the caller is of no known form";
    case Refusal::kResource: return "the resource is not an ARN";
    case Refusal::kEndpoint:
      return "`aws:SourceVpce` is a list, which names no one endpoint";
    case Refusal::kTooManyKeys:
      return "the call has too many context keys or tags";
    case Refusal::kDuplicateKey:
      return "two context keys or tags differ only in case";
    case Refusal::kDerivedKey:
      return "a context key that the engine derives has another value";
    case Refusal::kExpired: return "the caller's session has expired";
    case Refusal::kSessionPolicy:
      return "a session policy of the caller is not in the policy set";
    default: return "the call cannot be decided";
  }
}

const char* RefusalRule(Refusal refusal) {
  switch (refusal) {
    case Refusal::kEndpoint: return "S-102";
    case Refusal::kDuplicateKey: return "S-172";
    case Refusal::kDerivedKey: return "S-173";
    case Refusal::kExpired: return "S-142";
    case Refusal::kSessionPolicy: return "S-144";
    default: return "S-170";
  }
}

std::string Reason(const Request& request, const Decision& decision) {
  const std::string action(request.action);
  const std::string resource(request.resource);
  const std::string words = LayerWords(decision.decided_by);
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
    result.problems.push_back(
        {RefusalRule(decision.refusal), RefusalWords(decision.refusal)});
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
