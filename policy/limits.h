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

// AWS quotas in characters, reported as warnings and never enforced.
inline constexpr size_t kQuotaManagedPolicy = 6144;  // without white space
inline constexpr size_t kQuotaUserInline = 2048;     // sum, same
inline constexpr size_t kQuotaRoleInline = 10240;    // sum, same
inline constexpr size_t kQuotaGroupInline = 5120;    // sum, same
inline constexpr size_t kQuotaTrustPolicy = 2048;    // without white space
inline constexpr size_t kQuotaControlPolicy =
    5120;  // SCP, RCP; with white space

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_LIMITS_H_
