#include "session/phrases.h"

namespace portcullis {

const char* LayerPhrase(Layer layer) {
  switch (layer) {
    case Layer::kRcp: return "resource control policy";
    case Layer::kScp: return "service control policy";
    case Layer::kEndpoint: return "VPC endpoint policy";
    case Layer::kResource: return "resource-based policy";
    case Layer::kIdentity: return "identity-based policy";
    case Layer::kBoundary: return "permissions boundary";
    case Layer::kSession: return "session policy";
    case Layer::kRoot: return "root user";
    case Layer::kAlways: return "rule";
    case Layer::kNone: break;
  }
  return "policy";
}

std::string WithArticle(std::string_view phrase) {
  constexpr std::string_view kVowels = "aeiou";
  const bool vowel = kVowels.find(phrase.front()) != kVowels.npos;
  return (vowel ? "an " : "a ") + std::string(phrase);
}

RefusalPhrase PhraseOf(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone: break;
    case Refusal::kAction:
      return {"`action`: not of the form `service:name`", "S-170"};
    case Refusal::kPrincipal: return {"`principal`: of no known form", "S-170"};
    case Refusal::kResource:
      return {"`resource`: neither `*` nor an ARN of six parts", "S-170"};
    case Refusal::kResourceAccount:
      return {"`resourceAccount`: not 12 digits", "S-170"};
    case Refusal::kEndpoint:
      return {"`aws:SourceVpce`: a list; name the endpoint in `endpoint`",
              "S-102"};
    case Refusal::kTooManyKeys:
      return {"more than 1,024 context keys or 128 session tags", "S-170"};
    case Refusal::kDuplicateKey:
      return {"two context keys or tags are the same but for case", "S-172"};
    case Refusal::kDerivedKey:
      return {"a context key that is derived has another value", "S-173"};
    case Refusal::kExpired: return {"the session has expired", "S-142"};
    case Refusal::kSessionPolicy:
      return {"`session.policyArns`: no such policy", "S-144"};
    case Refusal::kSessionImage:
      return {"the image of the session's policies was not compiled as one",
              "S-144"};
  }
  return {"", ""};
}

}  // namespace portcullis
