// statement: the parts of a statement against a request.
#include "reference/matching.h"
#include "reference/pattern.h"

namespace portcullis::reference {
namespace {

// S-31
bool ActionMatches(const Statement& statement, const Request& request) {
  bool any = false;
  for (const Text& action : statement.actions) {
    any = any || MatchesAction(action.text, request.action);
  }
  return any != statement.not_action;
}

// One Resource pattern; kNever when a variable has no value (S-56).
Match PatternMatches(const Document& document, const Text& text,
                     const Request& request, const Context& context) {
  const auto pattern = Resolve(text.text, document.variables, context);
  if (!pattern) return Match::kNever;
  return MatchesResource(*pattern, document.type, request.resource);
}

// S-31, S-45, S-46
bool ResourceMatches(const Document& document, const Statement& statement,
                     const Request& request, const Context& context) {
  if (!statement.has_resource) return true;
  bool any = false;
  for (const Text& text : statement.resources) {
    const Match match = PatternMatches(document, text, request, context);
    if (match == Match::kNever && statement.not_resource) {
      return statement.effect == Effect::kDeny;
    }
    any = any || match == Match::kYes;
  }
  return any != statement.not_resource;
}

}  // namespace

// S-30, S-60
bool Matches(const Document& document, const Statement& statement,
             const Request& request, const Context& context) {
  if (!ActionMatches(statement, request)) return false;
  if (!ResourceMatches(document, statement, request, context)) return false;
  for (const Condition& pair : statement.conditions) {
    if (!Holds(pair, statement.effect, document.variables, context)) {
      return false;
    }
  }
  return true;
}

}  // namespace portcullis::reference
