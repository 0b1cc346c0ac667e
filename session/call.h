// Internal: use session.h. What all operations share: who calls, the context of
// the call (section 6.1), the questions to the engine, and the session that
// comes of it.
#ifndef PORTCULLIS_SESSION_CALL_H_
#define PORTCULLIS_SESSION_CALL_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/caller.h"
#include "runtime/image_view.h"
#include "session/authorize.h"
#include "session/session.h"

namespace portcullis {

// One call. Borrows the image and the request.
class Call {
 public:
  Call(const ImageView& image, const SessionRequest& request)
      : image_(image), tables_(image.tables()), request_(request) {}
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  const SessionRequest& request() const { return request_; }
  const ImageTables& tables() const { return tables_; }
  // Web identity or SAML: the provider calls, unsigned.
  bool is_provider() const;

  // Problems end the call.
  bool ok() const { return result_.problems.empty(); }
  void Add(const char* rule, std::string message) {
    result_.problems.push_back({rule, std::move(message)});
  }
  void Add(std::vector<SessionProblem> problems);

  // Finds who calls; false, with a problem, for callers of no known form.
  // Requires. Not a provider's call.
  bool ResolveTheCaller();
  const Caller& caller() const { return caller_; }
  // A role session, which makes the call one of a chain.
  bool is_chained() const { return caller_.kind == CallerKind::kRole; }

  // The tags that the caller's session hands on (S-132).
  void SetInherited(std::vector<Tag> tags) { inherited_ = std::move(tags); }
  const std::vector<Tag>& inherited() const { return inherited_; }

  // Puts the context together, for the questions that follow. `role`: the
  // resource is request().role_arn.
  void BuildContext(bool role);

  struct Permission {
    std::string_view action;
    std::string_view resource;
    std::string_view owner;  // account of the resource
    const char* rule = "S-130";
    Sides sides = Sides::kFormula;
  };
  // Asks the engine; false, with the denial as the problem, when the answer is
  // no. Requires. BuildContext() was called.
  bool Ask(const Permission& permission);
  // S-113: as a user with long-term keys, without the call's own keys.
  // Requires. BuildContext() was not called.
  bool AskForSessionToken();

  // S-144: the managed policies are of `account` or AWS's own and in the set.
  void CheckPolicyArns(std::string_view account);
  // The times of the session that is made.
  void SetTimes(int64_t seconds);

  IssuedSession& session() { return session_; }
  // Call once, last.
  SessionResult Finish();

 private:
  // A context key with the texts that its entry refers to.
  struct KeyValue {
    std::string key;
    std::vector<std::string> values;
    std::vector<std::string_view> views;
  };

  void AddKey(std::string key, std::vector<std::string> values, bool is_list);
  void AddCallKeys(bool role);
  std::string ClaimPrefix() const;
  void AddGivenKeys();
  Request CallerRequest();

  const ImageView& image_;
  const ImageTables& tables_;
  const SessionRequest& request_;
  Caller caller_;
  SessionInfo mfa_session_;
  std::deque<KeyValue> context_;  // elements keep their places
  std::vector<ContextEntry> entries_;
  std::vector<Tag> inherited_;
  IssuedSession session_;
  SessionResult result_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_CALL_H_
