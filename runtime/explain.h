// explain.h -- why a decision is what it is: every statement that was
// considered, and what in it did or did not match. Off the hot path.
#ifndef PORTCULLIS_RUNTIME_EXPLAIN_H_
#define PORTCULLIS_RUNTIME_EXPLAIN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/request.h"
#include "runtime/scratch.h"

namespace portcullis {

// The first part of a statement that does not match, in this order.
enum class Mismatch : uint8_t {
  kNone = 0,  // the statement matches
  kAction,
  kResource,
  kPrincipal,
  kCondition,
};

// A context key as it was found.
struct KeyReport {
  uint32_t key = 0;  // key record of the statement's image
  bool present = false;
  bool is_list = false;
  std::vector<std::string> values;  // the request's or derived values
};

// One pair of a statement's Condition and how it fared.
struct ConditionReport {
  uint32_t condition = 0;  // condition record of the statement's image
  bool holds = false;
  KeyReport key;
  std::vector<KeyReport> variables;  // of its values, each once
  std::string malformed;  // a value that is not of the operator's type (S-79)
};

// A resource pattern that has variables or can never match.
struct PatternReport {
  uint32_t pattern = 0;   // among those of the statement, from 0
  bool unusable = false;  // can never match, or a variable has no value
  std::vector<KeyReport> variables;  // each once
};

struct StatementReport {
  uint32_t statement = 0;
  bool deny = false;
  bool in_session = false;  // of the session's image
  Mismatch mismatch = Mismatch::kNone;
  // Under NotResource an unusable one decides the resource part (S-46).
  std::vector<PatternReport> patterns;
  uint8_t grant_level = 0;  // runtime/principal.h's GrantLevel; 0: none
  std::vector<ConditionReport> conditions;  // when all before them matched
};

// The statements of one policy type at one place: a layer, or a level of it.
struct LevelReport {
  std::string node;  // organisation node; empty for layers without levels
  bool allows = false;
  bool denies = false;
  std::vector<StatementReport> statements;
};

struct LayerReport {
  Layer layer = Layer::kNone;
  bool present = false;
  bool allows = false;  // absent layers do not restrict; see `present`
  bool denies = false;
  std::vector<LevelReport> levels;  // one for layers without levels
};

struct MatchedStatement {
  Layer layer = Layer::kNone;
  uint32_t statement = 0;
  bool in_session = false;
};

struct Explanation {
  Decision decision;                      // what Decide() answers
  Layer refused_by = Layer::kNone;        // whatever any policy allows
                                          // (S-114, S-116, S-117)
  std::vector<LayerReport> layers;        // in report order (S-119)
  std::vector<MatchedStatement> matched;  // S-120
  // Of a refused request the context key that is to blame (S-172, S-173);
  // empty when none is. Points into the request's own key.
  std::string_view refused_key;
};

// Says why `request` is decided as it is.
//
// Result. The decision is found anew, statement by statement, without the
// image's rows and tries; it equals Decide()'s. A refused request has neither
// layers nor matched statements.
//
// Errors. None but std::bad_alloc: it allocates, unlike Decide().
//
// Requires, Threads. As Decide().
//
// Lifetime. Borrows its arguments for the call and keeps nothing, but that
// `refused_key` points into the bytes of the request's key. All other texts of
// the result are its own; its numbers are indices into the image, or into the
// session's image where `in_session` says so.
//
// Cost. Linear in the statements of all layers that take part.
Explanation Explain(const ImageView& image, const Request& request,
                    Scratch& scratch);

// Names a statement in a report.
//
// Result. `Policy#Sid` or `Policy#N` (S-120); "#INDEX" in an image without
// sources.
//
// Requires. `statement` is a statement of `image`, as a decision or a report on
// that very image has it (one with `in_session` is of the session's image); it
// is not checked. kNoStatement is none.
//
// Threads. Thread-safe.
//
// Cost. Linear in the text.
std::string StatementLabel(const ImageView& image, uint32_t statement);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_EXPLAIN_H_
