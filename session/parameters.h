// Internal: use session.h. The grammar and limits of a call's parameters
// (S-134, section 6.2).
#ifndef PORTCULLIS_SESSION_PARAMETERS_H_
#define PORTCULLIS_SESSION_PARAMETERS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "session/session.h"

namespace portcullis {

inline constexpr size_t kMaxTags = 50;

// All that is wrong with the parameters by themselves, before anything is
// looked up.
std::vector<SessionProblem> CheckParameters(const SessionRequest& request);

// One of the providers that a Principal names without an ARN (S-137).
bool IsBuiltInProvider(std::string_view name);

// Seconds: what was asked for, or the operation's default.
int64_t DurationOf(const SessionRequest& request);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_PARAMETERS_H_
