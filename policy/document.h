// document.h -- one policy document as it was written (the AST).
//
// True of every Document that policy/parse returns: the grammar of its policy
// type holds (docs/semantics.md, section 1), a scalar-or-list is a list, every
// statement and value has its place in the source. Nothing is folded, split or
// interpreted yet, so that a Document prints back as the JSON it came from.
#ifndef PORTCULLIS_POLICY_DOCUMENT_H_
#define PORTCULLIS_POLICY_DOCUMENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/issue.h"

namespace portcullis {

enum class PolicyType : uint8_t {
  kIdentity,
  kBoundary,
  kSession,
  kScp,
  kRcp,
  kResource,
  kEndpoint,
  kTrust,
};

enum class Effect : uint8_t { kAllow, kDeny };

// Text with the place where it stands.
struct Text {
  std::string text;
  Position position;
};

// The four keys of a Principal map, and the bare "*".
enum class PrincipalClass : uint8_t {
  kEveryone,       // "*" or {"AWS": "*"}
  kAws,            // an account id, an ARN or a unique id
  kService,        // a service principal's DNS name
  kFederated,      // an identity provider's name or ARN
  kCanonicalUser,  // an S3 canonical user id
};

struct PrincipalEntry {
  PrincipalClass kind = PrincipalClass::kEveryone;
  std::string value;  // as written; "*" for kEveryone
  Position position;
};

// The comparison of a condition operator, without set prefix and suffix.
enum class Comparison : uint8_t {
  kStringEquals,
  kStringNotEquals,
  kStringEqualsIgnoreCase,
  kStringNotEqualsIgnoreCase,
  kStringLike,
  kStringNotLike,
  kNumericEquals,
  kNumericNotEquals,
  kNumericLessThan,
  kNumericLessThanEquals,
  kNumericGreaterThan,
  kNumericGreaterThanEquals,
  kDateEquals,
  kDateNotEquals,
  kDateLessThan,
  kDateLessThanEquals,
  kDateGreaterThan,
  kDateGreaterThanEquals,
  kBool,
  kBinaryEquals,
  kIpAddress,
  kNotIpAddress,
  kArnEquals,
  kArnNotEquals,
  kArnLike,
  kArnNotLike,
  kNull,
};
inline constexpr int kComparisonCount = 27;

enum class SetPrefix : uint8_t { kNone, kForAllValues, kForAnyValue };

struct Operator {
  Comparison comparison = Comparison::kStringEquals;
  SetPrefix prefix = SetPrefix::kNone;
  bool if_exists = false;

  friend bool operator==(const Operator&, const Operator&) = default;
};

// One pair of a Condition element: operator, key, values.
struct Condition {
  Operator op;
  std::string key;           // as written
  std::vector<Text> values;  // never empty; numbers and booleans as source text
  Position position;         // of the key
};

struct Statement {
  std::string sid;          // empty when absent
  bool has_effect = false;  // Effect is present and one of the two
  Effect effect = Effect::kAllow;

  bool has_principal = false;  // Principal or NotPrincipal is present
  bool not_principal = false;
  std::vector<PrincipalEntry> principals;

  bool not_action = false;
  std::vector<Text> actions;  // never empty

  bool has_resource = false;  // Resource or NotResource is present
  bool not_resource = false;
  std::vector<Text> resources;  // not empty when has_resource

  std::vector<Condition> conditions;

  Position begin;      // of the statement's `{`
  Position end;        // just after its `}`
  uint32_t index = 0;  // of the statement in its document, from 0
};

struct Document {
  PolicyType type = PolicyType::kIdentity;
  bool has_version = false;
  bool variables = false;  // Version is 2012-10-17: `${...}` is active (S-50)
  std::string id;
  std::vector<Statement> statements;
  std::string file;   // where it was read from
  Position position;  // of its `{`
};

// "StringEquals", "ForAllValues:StringLikeIfExists", ...
std::string OperatorName(const Operator& op);
// The operator of that name in any case (S-26); nullopt for unknown names.
std::optional<Operator> ParseOperatorName(std::string_view name);
// The known operator name that is nearest to `name` by edit distance.
std::string NearestOperatorName(std::string_view name);
// True for the ...Not... comparisons (S-62).
bool IsNegated(Comparison comparison);
// "identity", "boundary", ... as on the command line.
const char* PolicyTypeName(PolicyType type);
// The type of that name; nullopt for unknown names.
std::optional<PolicyType> ParsePolicyType(std::string_view name);
// "Allow" or "Deny".
const char* EffectName(Effect effect);
// The key of a Principal object that holds entries of this class: "AWS" (also
// for kEveryone), "Service", "Federated", "CanonicalUser".
const char* PrincipalKey(PrincipalClass kind);

// True when variables are active in values of this comparison (S-54).
bool TakesVariables(Comparison comparison);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_DOCUMENT_H_
