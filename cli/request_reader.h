// request_reader.h -- the JSON form of requests (S-170, S-171) -> requests.
#ifndef PORTCULLIS_CLI_REQUEST_READER_H_
#define PORTCULLIS_CLI_REQUEST_READER_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/session_policies.h"
#include "policy/json_reader.h"
#include "policy/policy_set.h"
#include "runtime/request.h"

namespace portcullis::cli {

// Reads request objects one after the other, reusing its memory.
//
//   {"id": "r1", "principal": "arn:...", "action": "s3:GetObject",
//    "resource": "arn:...", "resourceAccount": "...", "context": {...},
//    "session": {...}, "endpoint": "vpce-1", "derive": true}
//
// Threads. Thread-compatible.
class RequestReader {
 public:
  RequestReader() = default;
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  // Reads `value`, a part of `json`. Members named in `others` are the
  // caller's and left alone.
  //
  // Result. True, or false and error() says what is wrong with which member.
  // Lifetime. request() borrows the texts of `json` until the next Read().
  bool Read(const JsonDocument& json, const JsonValue& value,
            std::span<const std::string_view> others = {});

  // The whole text, which stands in line `line` of its file, as one request.
  // Borrows `bytes` until the next Read().
  bool ReadText(const std::string& name, std::string_view bytes,
                size_t line = 1);

  // Only who asks: {"principal", "session"}, either of which may be missing, or
  // a session alone. After an error error_place() tells where it stands.
  bool ReadCredentials(const JsonDocument& json);

  const Request& request() const { return request_; }
  // The session's inline policies, for the reference.
  std::span<const Policy> session_policies() const;
  // The member `id` as JSON text, `null` without one; also after an error.
  std::string_view id() const { return id_; }
  const std::string& error() const { return error_; }
  // The byte offset of the member that is wrong, or of the whole object.
  uint32_t error_place() const { return error_place_; }
  // The error is that the request is beyond a limit (S-6, S-170).
  bool beyond_limit() const { return beyond_limit_; }

  // For callers that know a better time than each engine's own clock reading;
  // nanoseconds since 1970.
  void SetNow(int64_t now) { request_.now = now; }

 private:
  struct Member;
  static const Member kRequestMembers[];
  friend std::vector<std::string_view> RequestMembers();

  void Clear();
  bool Fail(std::string_view member, const std::string& message);
  bool FailLimit(std::string_view member, size_t size, const char* unit,
                 size_t limit);
  bool Expect(std::string_view member, const JsonValue& value,
              JsonValue::Kind kind);
  bool ReadMembers(const JsonValue& object, std::string_view what,
                   std::span<const Member> members,
                   std::span<const std::string_view> others);
  bool FailedAt(const JsonMember& member);
  bool FailUnknown(const JsonMember& member, std::string_view what,
                   std::span<const Member> members,
                   std::span<const std::string_view> others);
  void ReadId(const JsonDocument& json, const JsonValue& object);
  bool CheckId(const JsonValue& value);
  bool CheckComplete();
  bool ReadLimited(const JsonValue& value, std::string_view member,
                   size_t max_bytes, std::string_view& out);
  bool ReadName(const JsonValue& value, std::string_view member,
                std::string_view& out);
  bool ReadFlag(const JsonValue& value, std::string_view member, bool& out);
  bool ReadTime(const JsonValue& value, std::string_view member,
                std::optional<int64_t>& out);

  bool ReadPrincipal(const JsonValue& value);
  bool ReadPrincipalObject(const JsonValue& value);
  void SetPrincipalText(std::string_view text);
  bool ReadAction(const JsonValue& value);
  bool ReadResource(const JsonValue& value);
  bool ReadResourceAccount(const JsonValue& value);
  bool ReadEndpoint(const JsonValue& value);
  bool ReadDerive(const JsonValue& value);
  bool ReadContext(const JsonValue& value);
  bool TakeContext();
  bool ReserveContext();
  bool AddContextEntry(const JsonMember& member);
  bool AddContextValue(std::string_view key, const JsonValue& value);
  bool ReadSession(const JsonValue& value);
  bool ReadSessionPolicies(const JsonValue& value);
  bool ReadPolicyArns(const JsonValue& value);
  bool ReadTags(const JsonValue& value);
  bool ReadSourceIdentity(const JsonValue& value);
  bool ReadIssuedAt(const JsonValue& value);
  bool ReadExpiresAt(const JsonValue& value);
  bool ReadMfa(const JsonValue& value);
  bool ReadMfaTime(const JsonValue& value);
  bool ReadParent(const JsonValue& value);
  bool ReadProvider(const JsonValue& value);
  bool ReadAssumedRoot(const JsonValue& value);
  bool ReadTransitiveKeys(const JsonValue& value);
  bool ReadClaims(const JsonValue& value);
  bool AddClaim(const JsonMember& member, size_t own_keys);

  std::optional<JsonDocument> document_;  // of ReadText()
  const JsonDocument* json_ = nullptr;    // during Read()
  Request request_;
  SessionInfo session_;
  bool has_principal_ = false;
  bool has_action_ = false;
  bool has_resource_ = false;
  std::string id_ = "null";
  std::string error_;
  uint32_t error_place_ = 0;
  bool beyond_limit_ = false;
  const JsonValue* context_value_ = nullptr;  // null: none
  std::vector<ContextEntry> context_;
  std::vector<std::string_view> values_;  // of all context keys
  std::vector<SessionTag> tags_;
  std::vector<std::string_view> policy_arns_;
  std::vector<std::string_view> transitive_keys_;
  const JsonValue* claims_ = nullptr;  // of the session; null: none
  SessionPolicyCache session_policies_;
  const SessionPolicies* policies_ = nullptr;
};

// The members that a request can have.
std::vector<std::string_view> RequestMembers();

// `what was found; what was expected (S-7)` of an issue, without its place.
std::string IssueText(const Issue& issue);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_REQUEST_READER_H_
