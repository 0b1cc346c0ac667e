// handle.h -- where an image holds a name: hints for callers that ask with the
// same names again and again.
//
// A handle stands beside the text in a request, never in its place, and what it
// leads to is held against the text: with another image, after a reload or with
// a handle of another name the decision is the same as without one. Only the
// time is lost, so ask for new handles when a new image is published.
#ifndef PORTCULLIS_RUNTIME_HANDLE_H_
#define PORTCULLIS_RUNTIME_HANDLE_H_

#include <cstdint>

namespace portcullis {

// Made by ImageView::FindPrincipal(), FindAction() and FindKey(). Any value may
// be given, those of other images too.
enum class PrincipalHandle : uint32_t { kNone = 0xFFFFFFFFu };
enum class ActionHandle : uint32_t { kNone = 0xFFFFFFFFu };
enum class KeyHandle : uint32_t { kNone = 0xFFFFFFFFu };

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_HANDLE_H_
