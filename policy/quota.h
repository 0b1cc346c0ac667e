// quota.h -- Internal to stages 3 and 4: AWS's own quotas (S-6, section 1.2 of
// docs/semantics.md), reported as warnings and never enforced. They are the
// defaults: an account may have had some of them raised.
#ifndef PORTCULLIS_POLICY_QUOTA_H_
#define PORTCULLIS_POLICY_QUOTA_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/document.h"
#include "policy/issue.h"
#include "policy/policy_set.h"
#include "policy/reporter.h"

namespace portcullis {

// The size of a JSON text in each of the ways in which AWS counts.
struct TextSize {
  size_t bytes = 0;
  size_t characters = 0;
  size_t not_blank = 0;  // characters without white space

  TextSize& operator+=(const TextSize& other);
};
TextSize MeasureText(std::string_view text);

enum class TextUnit : uint8_t { kBytes, kCharacters, kNotBlank };

struct TextQuota {
  const char* owner;  // what has it: "a managed policy"
  TextUnit unit;
  size_t limit;  // in that unit
};

inline constexpr TextQuota kManagedPolicyText = {"a managed policy",
                                                 TextUnit::kNotBlank, 6144};
inline constexpr TextQuota kUserInlineText = {"the inline policies of a user",
                                              TextUnit::kNotBlank, 2048};
inline constexpr TextQuota kRoleInlineText = {"the inline policies of a role",
                                              TextUnit::kNotBlank, 10240};
inline constexpr TextQuota kGroupInlineText = {"the inline policies of a group",
                                               TextUnit::kNotBlank, 5120};
inline constexpr TextQuota kTrustPolicyText = {"a trust policy",
                                               TextUnit::kNotBlank, 2048};
inline constexpr TextQuota kSessionPolicyText = {"session policies",
                                                 TextUnit::kCharacters, 2048};
inline constexpr TextQuota kScpText = {"an SCP", TextUnit::kCharacters, 5120};
inline constexpr TextQuota kRcpText = {"an RCP", TextUnit::kCharacters, 5120};
inline constexpr TextQuota kBucketPolicyText = {
    "a bucket policy", TextUnit::kBytes, size_t{20} << 10};
inline constexpr TextQuota kKeyPolicyText = {
    "a KMS key policy", TextUnit::kBytes, size_t{32} << 10};

// True for a managed policy of AWS, which has no quotas.
bool IsAwsPolicy(std::string_view arn);

// The quota of a managed policy; null for AWS's own.
const TextQuota* ManagedPolicyText(std::string_view arn);
// The quota of the policy of a resource; null where section 1.2 has none.
const TextQuota* ResourcePolicyText(std::string_view arn);
// The quota of a document of which nothing but the type is known; likewise.
const TextQuota* DocumentText(PolicyType type);

// A warning at `offset` when `size` is beyond `quota`; null is no quota.
// `what` is what has that size.
void WarnText(const std::string& what, const TextSize& size,
              const TextQuota* quota, uint32_t offset, const Reporter& report);

struct CountQuota {
  const char* things;  // what is counted: "managed policies"
  const char* owner;   // what has them: "a user"
  size_t limit;
};

inline constexpr CountQuota kUserPolicies = {"managed policies", "a user", 10};
inline constexpr CountQuota kRolePolicies = {"managed policies", "a role", 10};
inline constexpr CountQuota kGroupPolicies = {"managed policies", "a group",
                                              10};
inline constexpr CountQuota kUserGroups = {"groups", "a user", 10};
inline constexpr CountQuota kPolicyVersions = {"versions", "a managed policy",
                                               5};
inline constexpr CountQuota kNodeScps = {"SCPs", "a root, unit or account", 5};
inline constexpr CountQuota kNodeRcps = {"RCPs with `RCPFullAWSAccess`",
                                         "a root, unit or account", 5};

// A warning at `origin` when what is called `name` has more than `quota`.
void WarnCount(const std::string& name, size_t count, const CountQuota& quota,
               const Origin& origin, Issues& issues);

// The quotas of what is attached to principals, groups and the organization.
void CheckAttachmentQuotas(const PolicySet& set, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_QUOTA_H_
