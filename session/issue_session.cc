#include <utility>

#include "policy/policy_set.h"
#include "session/call.h"
#include "session/operations.h"
#include "session/parameters.h"
#include "session/phrases.h"
#include "session/session.h"

namespace portcullis {
namespace {

// S-134: the text must be a legal session policy.
void CheckInlinePolicy(Call& call) {
  if (!call.request().policy) return;
  Issues issues;
  LoadDocument({"Policy", *call.request().policy}, PolicyType::kSession,
               issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) {
      call.Add("S-134", FormatIssue(issue));
    }
  }
}

// S-142: by the time of the call, which a supplied aws:CurrentTime does not
// move. The engine compares that one as well.
void CheckExpiry(Call& call) {
  const SessionInfo* session = call.request().caller_session;
  if (session == nullptr || !session->expires_at) return;
  if (call.request().now < *session->expires_at) return;
  const RefusalPhrase phrase = PhraseOf(Refusal::kExpired);
  call.Add(phrase.rule, phrase.text);
}

void Perform(Call& call) {
  switch (call.request().operation) {
    case SessionOperation::kAssumeRole:
    case SessionOperation::kAssumeRoleWithWebIdentity:
    case SessionOperation::kAssumeRoleWithSaml: return AssumeRole(call);
    case SessionOperation::kGetFederationToken: return GetFederationToken(call);
    case SessionOperation::kGetSessionToken: return GetSessionToken(call);
    case SessionOperation::kAssumeRoot: return AssumeRoot(call);
  }
}

}  // namespace

SessionResult IssueSession(const ImageView& image,
                           const SessionRequest& request) {
  Call call(image, request);
  call.Add(CheckParameters(request));
  CheckInlinePolicy(call);
  CheckExpiry(call);
  if (call.ok()) Perform(call);
  return call.Finish();
}

}  // namespace portcullis
