// request.h -- one question: may this principal do this action on this
// resource? docs/semantics.md section 8 has its rules.
//
// Lifetime. A request owns nothing. All texts and spans that it, its context
// entries, its session and their tags name, and the session's image, live and
// stay as they are until Decide(), DecideMany() or Explain() returns;
// Explanation::refused_key needs the request's keys for longer.
// Threads. One request may be read by any number of threads at once.
#ifndef PORTCULLIS_RUNTIME_REQUEST_H_
#define PORTCULLIS_RUNTIME_REQUEST_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "runtime/handle.h"

namespace portcullis {

class ImageView;  // runtime/image_view.h

// How the request names its principal.
enum class PrincipalForm : uint8_t {
  kArn,        // user, role, role session, federated user or root ARN
  kService,    // {"Service": "..."}
  kFederated,  // {"Federated": "..."}: an identity provider's caller
  kAnonymous,  // "*"
};

// One context key. A list is multi-valued even with one element (S-171).
struct ContextEntry {
  std::string_view key;
  std::span<const std::string_view> values;
  bool is_list = false;
  KeyHandle handle = KeyHandle::kNone;  // of `key`
};

struct SessionTag {
  std::string_view key;
  std::string_view value;
};

// Temporary credentials that the request carries: a view, as Request is one.
// Times are nanoseconds since 1970-01-01T00:00:00Z.
struct SessionInfo {
  // The session's inline policies, compiled to an image of their own by
  // CompileSession(), else refused; null when there are none. (The reference
  // takes them as documents instead.)
  const ImageView* policies = nullptr;
  std::span<const SessionTag> tags;
  // Which of them go on to sessions made with this one (S-132).
  std::span<const std::string_view> transitive_tag_keys;
  std::span<const std::string_view> policy_arns;
  std::optional<std::string_view> source_identity;
  std::optional<std::string_view> federated_provider;
  std::string_view parent;  // federated users: the IAM user's ARN
  std::optional<int64_t> issued_at;
  std::optional<int64_t> expires_at;
  std::optional<int64_t> mfa_at;  // when the MFA code was given
  bool mfa = false;
  bool assumed_root = false;
};

struct Request {
  PrincipalForm form = PrincipalForm::kArn;
  std::string_view principal;
  std::string_view action;            // "service:Name", any case
  std::string_view resource;          // an ARN, or "*"
  std::string_view resource_account;  // empty: not given
  std::string_view endpoint;          // empty: not given
  std::span<const ContextEntry> context;
  const SessionInfo* session = nullptr;  // null: no session object
  bool derive = true;                    // S-173, S-174
  PrincipalHandle principal_handle = PrincipalHandle::kNone;
  ActionHandle action_handle = ActionHandle::kNone;
  // The clock in nanoseconds since 1970-01-01T00:00:00Z, for callers that
  // already have it; absent: read when needed, once at most.
  std::optional<int64_t> now;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_REQUEST_H_
