#include "session/authorize.h"

#include "runtime/explain.h"
#include "runtime/scratch.h"

namespace portcullis {
namespace {

const char* LayerWords(Layer layer) {
  switch (layer) {
    case Layer::kRcp:
      return "resource control policy";
    case Layer::kScp:
      return "service control policy";
    case Layer::kEndpoint:
      return "VPC endpoint policy";
    case Layer::kResource:
      return "role trust or resource-based policy";
    case Layer::kBoundary:
      return "permissions boundary";
    case Layer::kSession:
      return "session policy";
    default:
      return "identity-based policy";
  }
}

const char* RefusalWords(Refusal refusal) {
  switch (refusal) {
    case Refusal::kPrincipal:
      return "the caller is of no known form";
    case Refusal::kResource:
      return "the resource is not an ARN";
    case Refusal::kTooManyKeys:
      return "the call has too many context keys or tags";
    case Refusal::kDuplicateKey:
      return "two context keys or tags differ only in case";
    case Refusal::kDerivedKey:
      return "a context key that the engine derives has another value";
    case Refusal::kExpired:
      return "the caller's session has expired";
    case Refusal::kSessionPolicy:
      return "a session policy of the caller is not in the policy set";
    default:
      return "the call cannot be decided";
  }
}

const char* RefusalRule(Refusal refusal) {
  switch (refusal) {
    case Refusal::kDuplicateKey:
      return "S-172";
    case Refusal::kDerivedKey:
      return "S-173";
    case Refusal::kExpired:
      return "S-142";
    case Refusal::kSessionPolicy:
      return "S-144";
    default:
      return "S-170";
  }
}

std::string Reason(const Request& request, const Decision& decision) {
  const std::string action(request.action);
  const std::string resource(request.resource);
  const std::string words = LayerWords(decision.decided_by);
  if (decision.verdict == Verdict::kExplicitDeny) {
    return action + " on " + resource + " is denied with an explicit deny in a " +
           words;
  }
  return action + " on " + resource + " is denied because no " + words +
         " allows it";
}

bool IdentityAllows(const Explanation& explanation) {
  for (const LayerReport& layer : explanation.layers) {
    if (layer.layer == Layer::kIdentity) return layer.present && layer.allows;
  }
  return false;
}

}  // namespace

bool Authorize(const ImageView& image, const Request& request, bool both_sides,
               SessionResult& result) {
  Scratch scratch(image);
  Explanation explanation = Explain(image, request, scratch);
  Decision& decision = explanation.decision;
  if (decision.refusal != Refusal::kNone) {
    result.problems.push_back(
        {RefusalRule(decision.refusal), RefusalWords(decision.refusal)});
    result.decision = decision;
    return false;
  }
  if (decision.verdict == Verdict::kAllowed && both_sides &&
      !IdentityAllows(explanation)) {
    decision = Decision{};
    decision.decided_by = Layer::kIdentity;
  }
  if (decision.verdict == Verdict::kAllowed) return true;
  result.decision = decision;
  result.denied = true;
  result.problems.push_back({"S-130", Reason(request, decision)});
  return false;
}

}  // namespace portcullis
