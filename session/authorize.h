// Internal: use session.h. One question of an issuing call to the engine.
#ifndef PORTCULLIS_SESSION_AUTHORIZE_H_
#define PORTCULLIS_SESSION_AUTHORIZE_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/image_view.h"
#include "runtime/request.h"
#include "session/session.h"

namespace portcullis {

// Asks `request` of the image. True when it is allowed; else the result says
// which action was denied, by which layer, and why.
// With `both_sides` the caller's identity policies must allow as well, whatever
// the resource policy grants (S-132).
bool Authorize(const ImageView& image, const Request& request, bool both_sides,
               SessionResult& result);

}  // namespace portcullis

#endif  // PORTCULLIS_SESSION_AUTHORIZE_H_
