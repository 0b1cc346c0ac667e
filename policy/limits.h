// limits.h -- the limits of inputs (S-6). Running into one is an ordinary error
// that names the limit and the value.
#ifndef PORTCULLIS_POLICY_LIMITS_H_
#define PORTCULLIS_POLICY_LIMITS_H_

#include <cstddef>

namespace portcullis {

inline constexpr size_t kMaxFileBytes = size_t{256} << 20;
inline constexpr size_t kMaxStringBytes = size_t{1} << 20;  // after unescaping
inline constexpr size_t kMaxUniqueIdBytes = 128;            // of a user or role
inline constexpr int kMaxDepth = 32;  // objects and arrays, the outermost is 1

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_LIMITS_H_
