// session.h -- temporary credentials: may they be issued, and what they then
// are (docs/semantics.md, section 6).
//
// Each operation of the token service asks the same engine that decides every
// other request, once for the call itself and once for each permission-only
// action it needs, and says precisely why not. Nothing is remembered: an issued
// session is a value that later requests carry.
#ifndef PORTCULLIS_SESSION_SESSION_H_
#define PORTCULLIS_SESSION_SESSION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/request.h"

namespace portcullis {

enum class SessionOperation : uint8_t {
  kAssumeRole,
  kAssumeRoleWithWebIdentity,
  kAssumeRoleWithSaml,
  kGetFederationToken,
  kGetSessionToken,
  kAssumeRoot,
};

// "AssumeRole", ...
const char* SessionOperationName(SessionOperation operation);
// "assume-role" or "AssumeRole" -> the operation; nullopt for any other text.
std::optional<SessionOperation> ParseSessionOperation(std::string_view name);
// Is the caller an identity provider, which vouches for claims?
bool IsProviderOperation(SessionOperation operation);

// A context key that an identity provider vouches for.
struct Claim {
  std::string key;  // "accounts.google.com:sub", "saml:aud"
  std::vector<std::string> values;
  bool is_list = false;
};

// The parameters of a call, by their names in the API. What an operation does
// not take must be left out: it is refused otherwise.
struct SessionRequest {
  SessionOperation operation = SessionOperation::kAssumeRole;

  // Who calls; not for web identity and SAML, whose caller is the provider.
  PrincipalForm caller_form = PrincipalForm::kArn;
  std::string_view caller;
  const SessionInfo* caller_session = nullptr;
  // What else the call's context holds: aws:SourceIp and the like, and the
  // claims of the caller's own session. Keys that the call itself sets
  // (section 6.1) are refused.
  std::span<const ContextEntry> context;

  std::string role_arn;      // AssumeRole*
  std::string session_name;  // RoleSessionName, or the Name of a federated user
  std::optional<int64_t> duration_seconds;
  std::optional<std::string> external_id;
  std::optional<std::string> source_identity;
  std::vector<Tag> tags;
  std::vector<std::string> transitive_tag_keys;
  std::optional<std::string> policy;  // inline session policy, JSON text
  std::vector<std::string> policy_arns;
  bool mfa = false;                // a valid code was passed
  bool provided_contexts = false;  // ProvidedContexts was passed

  // The verified token or assertion: the provider as a Principal names it, and
  // the context keys it vouches for.
  std::string provider;
  std::vector<Claim> claims;

  std::string target_principal;  // AssumeRoot: the member account or its root
  std::string task_policy_arn;   // AssumeRoot

  int64_t now = 0;  // nanoseconds since 1970-01-01T00:00:00Z
};

// What a later request carries (SessionInfo owns nothing; this owns all).
struct IssuedSession {
  std::string principal;
  std::string unique_id;              // AssumedRoleId, FederatedUserId; or ""
  std::optional<std::string> policy;  // JSON text
  std::vector<std::string> policy_arns;
  std::vector<Tag> tags;  // of the session, not of its role
  std::vector<std::string> transitive_tag_keys;
  std::optional<std::string> source_identity;
  std::optional<std::string> federated_provider;
  std::string parent;
  int64_t issued_at = 0;  // nanoseconds since 1970-01-01T00:00:00Z
  int64_t expires_at = 0;
  bool mfa = false;
  std::optional<int64_t> mfa_at;
  bool assumed_root = false;
  std::vector<Claim> claims;  // context keys that stay with the session
};

// One reason why a session was not issued.
struct SessionProblem {
  std::string rule;     // "S-134"
  std::string message;  // "DurationSeconds is 60; expected 900 to 43200"
};

struct SessionResult {
  std::optional<IssuedSession> session;
  // When there is none: all that is wrong with the parameters, or the first
  // authorisation that failed.
  std::vector<SessionProblem> problems;
  // An authorisation failed, and this is what the engine said; without one the
  // parameters or the caller's state are at fault.
  bool denied = false;
  Decision decision;
};

// Issues a session under the policies of `image`, or says why not.
//
// Errors. All of them are values in the result.
// Threads. Thread-safe.
// Cost. A handful of explained decisions (explain.h); parses the inline policy,
// when there is one.
SessionResult IssueSession(const ImageView& image,
                           const SessionRequest& request);

// The claims of a web identity token, read from the JSON object of its payload:
// `provider` becomes the issuer as a Principal of `role_arn`'s account names
// it. Session tags and a source identity in the token go to `request`.
// A `provider` that is set already stands for the issuer of a token without
// one, and must name the issuer otherwise: with its scheme, without it, or as a
// Principal does.
// Result. False, with a problem, when the object is not a token's, or when
// `request` has already what a token says.
bool ReadWebIdentityClaims(std::string_view json, SessionRequest& request,
                           std::vector<SessionProblem>& problems);

// The same for the attributes of a SAML assertion, by the names that follow
// `saml:` in policies. `tags`, `transitiveTagKeys`, `sourceIdentity` and
// `roleSessionName` are the attributes of these names, the last of which must
// be there; `request.provider` is the provider's ARN already.
bool ReadSamlClaims(std::string_view json, SessionRequest& request,
                    std::vector<SessionProblem>& problems);

// The one of these two that `request.operation` asks for.
// Requires. IsProviderOperation(request.operation).
bool ReadClaims(std::string_view json, SessionRequest& request,
                std::vector<SessionProblem>& problems);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_SESSION_H_
