// grammar.h -- Internal to parsing: the table of section 1.1 of
// docs/semantics.md, and what the parser's parts share.
#ifndef PORTCULLIS_POLICY_GRAMMAR_H_
#define PORTCULLIS_POLICY_GRAMMAR_H_

#include <string_view>
#include <vector>

#include "policy/document.h"
#include "policy/reporter.h"

namespace portcullis {

enum class Presence : uint8_t { kForbidden, kOptional, kRequired };

struct Grammar {
  bool id_warns = false;                    // S-10
  bool needs_version = false;               // S-8
  bool principal = false;                   // required; else forbidden
  bool not_principal = false;               // may stand for Principal
  bool not_action = true;                   // may stand for Action
  Presence resource = Presence::kRequired;  // or NotResource
  bool of_iam = false;                      // S-4, S-15, S-16
};
const Grammar& GrammarOf(PolicyType type);

// "an identity policy", "an SCP", ...
const char* PolicyTypePhrase(PolicyType type);

struct ParseContext {
  PolicyType type;
  const Grammar& grammar;
  const Reporter& report;
};

// The statement; then one for each element that stands there again, or beside
// its other half. S-5 and S-14 have refused these: what they hold is checked
// apart.
std::vector<Statement> ParseStatement(const JsonValue& value,
                                      const ParseContext& context);

// `Principal` or `NotPrincipal` (S-17 to S-21).
void ParsePrincipal(const JsonMember& member, const ParseContext& context,
                    Statement& statement);

// `Condition` (S-25, S-26).
void ParseCondition(const JsonValue& value, const ParseContext& context,
                    Statement& statement);

// A string or an array of strings as a list (S-13), each with its place.
std::vector<Text> ParseTexts(const JsonValue& value, std::string_view name,
                             const Reporter& report);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_GRAMMAR_H_
