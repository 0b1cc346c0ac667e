// Internal: use session.h. One question of an issuing call to the engine.
#ifndef PORTCULLIS_SESSION_AUTHORIZE_H_
#define PORTCULLIS_SESSION_AUTHORIZE_H_

#include "runtime/image_view.h"
#include "runtime/request.h"
#include "session/session.h"

namespace portcullis {

struct Question {
  Request request;
  const char* rule = "S-130";  // cited when the answer is no
  // The caller's identity policies must allow as well, within its boundary and
  // session policies, whatever the resource policy grants (S-132).
  bool both_sides = false;
};

// True when the image allows it; else `result` says which action was denied, by
// which layer, and why.
bool Authorize(const ImageView& image, const Question& question,
               SessionResult& result);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_AUTHORIZE_H_
