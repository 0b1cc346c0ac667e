// phrases.h -- layers and refusals in words, for messages of calls and
// requests.
#ifndef PORTCULLIS_SESSION_PHRASES_H_
#define PORTCULLIS_SESSION_PHRASES_H_

#include <string>
#include <string_view>

#include "runtime/decision.h"

namespace portcullis {

// "identity-based policy", "service control policy", ...
const char* LayerPhrase(Layer layer);

// "an identity-based policy", "a role trust policy".
std::string WithArticle(std::string_view phrase);

// What is wrong with a refused request, and the rule that it breaks; both empty
// for kNone.
struct RefusalPhrase {
  const char* text;
  const char* rule;
};
RefusalPhrase PhraseOf(Refusal refusal);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_PHRASES_H_
