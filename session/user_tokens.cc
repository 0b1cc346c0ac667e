// Tokens of users and root users with long-term keys (S-139, S-140).
#include <string>

#include "session/operations.h"
#include "session/parameters.h"

namespace portcullis {
namespace {

constexpr int64_t kRootSeconds = 3600;

bool HasLongTermKeys(Call& call, const char* rule) {
  if (!call.ResolveTheCaller()) return false;
  const Caller& caller = call.caller();
  const bool user =
      caller.kind == CallerKind::kUser || caller.kind == CallerKind::kRoot;
  if (user && !caller.temporary) return true;
  call.Add(rule, std::string(SessionOperationName(call.request().operation)) +
                     " is for users and root users with long-term keys");
  return false;
}

// Seconds; a root user gets an hour by default and at most.
int64_t CheckedDuration(Call& call) {
  const SessionRequest& request = call.request();
  const int64_t seconds = DurationOf(request);
  if (call.caller().kind != CallerKind::kRoot || seconds <= kRootSeconds) {
    return seconds;
  }
  if (request.duration_seconds) {
    call.Add("S-134", "DurationSeconds is " + std::to_string(seconds) +
                          "; a root user gets at most " +
                          std::to_string(kRootSeconds));
  }
  return kRootSeconds;
}

}  // namespace

void GetFederationToken(Call& call) {
  if (!HasLongTermKeys(call, "S-139")) return;
  const SessionRequest& request = call.request();
  const int64_t seconds = CheckedDuration(call);
  const std::string account(call.caller().account_id);
  call.CheckPolicyArns(account);
  if (!call.ok()) return;
  const std::string arn = "arn:" + std::string(call.caller().partition) +
                          ":sts::" + account + ":federated-user/" +
                          request.session_name;
  call.BuildContext(false);
  if (!call.Ask({"sts:GetFederationToken", arn, account, "S-139"})) return;
  if (!request.tags.empty() &&
      !call.Ask({"sts:TagSession", arn, account, "S-132"})) {
    return;
  }
  IssuedSession& session = call.session();
  session.principal = arn;
  session.unique_id = account + ":" + request.session_name;
  session.parent = std::string(request.caller);
  session.policy = request.policy;
  session.policy_arns = request.policy_arns;
  session.tags = request.tags;
  call.SetTimes(seconds);
}

void GetSessionToken(Call& call) {
  if (!HasLongTermKeys(call, "S-140")) return;
  const SessionRequest& request = call.request();
  const int64_t seconds = CheckedDuration(call);
  if (!call.ok() || !call.AskForSessionToken()) return;
  IssuedSession& session = call.session();
  session.principal = std::string(request.caller);
  session.mfa = request.mfa;
  if (request.mfa) session.mfa_at = request.now;
  call.SetTimes(seconds);
}

}  // namespace portcullis
