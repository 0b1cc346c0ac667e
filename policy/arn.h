// arn.h -- the parts of ARNs, as text.
#ifndef PORTCULLIS_POLICY_ARN_H_
#define PORTCULLIS_POLICY_ARN_H_

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace portcullis {

// 12 digits (S-159).
bool IsAccountId(std::string_view text);

// What stands before the colon of an action: letters of any case, digits and
// hyphens (S-23).
bool IsActionService(std::string_view text);

// arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE
inline constexpr size_t kArnParts = 6;

// Cuts `text` at its first five colons, at most six parts. With `variables`
// colons inside `${...}` do not cut (S-38, S-78). The parts borrow `text`.
std::vector<std::string_view> SplitArn(std::string_view text, bool variables);

// Six parts as SplitArn() cuts them, the first of which is `arn`.
bool IsArn(const std::vector<std::string_view>& parts);

// True for one or more `*` and nothing else (S-36).
bool IsAllStars(std::string_view text);

// The ARN of an IAM or STS entity: arn:P:iam::A:KIND/path/NAME. Borrows the
// text it was read from.
struct EntityArn {
  std::string_view partition;
  std::string_view service;  // "iam" or "sts"
  std::string_view account;  // not empty; not checked further
  std::string_view kind;     // "user", "role", "group", "policy", "root", ...
  std::string_view path;     // with both slashes, "/" at least; "" for root
  std::string_view name;     // after the path; "" for root alone
};
std::optional<EntityArn> ParseEntityArn(std::string_view text);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_ARN_H_
