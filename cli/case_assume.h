// case_assume.h -- cases that ask for a session: the member `assume` of a
// case's request.
//
//   {"name": "...", "assume": {"caller": "...", "roleArn": "...",
//                              "roleSessionName": "..."},
//    "expect": "allowed", "then": [{"action": "...", ...}]}
#ifndef PORTCULLIS_CLI_CASE_ASSUME_H_
#define PORTCULLIS_CLI_CASE_ASSUME_H_

#include <cstdint>
#include <string>

#include "cli/answer.h"
#include "policy/json_reader.h"
#include "runtime/image_view.h"

namespace portcullis::cli {

struct AssumeOutcome {
  // `allowed` when a session was issued, a denial when the engine said no,
  // refused when the call or its caller is at fault.
  Answer answer;
  std::string text;         // the whole outcome, for people
  std::string credentials;  // {"principal", "session"}; empty: none issued
  int64_t now = 0;          // time of the call, nanoseconds since 1970
};

// Asks `image` for the session that `assume`, a part of `json`, describes.
AssumeOutcome AskForSession(const JsonDocument& json, const JsonValue& assume,
                            const ImageView& image);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CASE_ASSUME_H_
