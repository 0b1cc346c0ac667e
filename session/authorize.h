// Internal: use session.h. One question of an issuing call to the engine.
#ifndef PORTCULLIS_SESSION_AUTHORIZE_H_
#define PORTCULLIS_SESSION_AUTHORIZE_H_

#include <cstdint>

#include "runtime/image_view.h"
#include "runtime/request.h"
#include "session/session.h"

namespace portcullis {

// Whose policies must allow.
enum class Sides : uint8_t {
  kFormula,  // what the formula asks
  // The caller's identity policies as well, within its boundary and session
  // policies, whatever the resource policy grants (S-132).
  kBoth,
  kCaller,  // no resource policy takes part (S-141)
};

struct Question {
  Request request;
  const char* rule = "S-130";  // cited when the answer is no
  Sides sides = Sides::kFormula;
  bool root_user = false;  // the caller is, and needs no identity policy
};

// True when the image allows it; else `result` says which action was denied, by
// which layer, and why.
bool Authorize(const ImageView& image, const Question& question,
               SessionResult& result);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_AUTHORIZE_H_
