// issued_session.h -- a session that was issued, as the JSON that requests
// carry (docs/semantics.md, sections 6 and 8).
#ifndef PORTCULLIS_CLI_ISSUED_SESSION_H_
#define PORTCULLIS_CLI_ISSUED_SESSION_H_

#include <string>
#include <string_view>

#include "session/session.h"

namespace portcullis::cli {

// {"principal": "...", "session": {...}} on one line; members of the session
// that are empty are left out.
// Requires. The inline policy is the JSON text that IssueSession() accepted.
std::string CredentialsJson(const IssuedSession& session);

// `time` (S-73), cut down to a whole second, in nanoseconds since 1970. Empty,
// or what is wrong with it: it is no date, or one at which no session is issued
// (S-142).
std::string ReadSessionTime(std::string_view time, int64_t& now);

// "DurationSeconds is 60; expected 900 to 43200 (S-134)".
std::string ProblemText(const SessionProblem& problem);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ISSUED_SESSION_H_
