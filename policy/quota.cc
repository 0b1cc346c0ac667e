#include "policy/quota.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "policy/arn.h"
#include "policy/line_table.h"

namespace portcullis {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

size_t InUnit(const TextSize& size, TextUnit unit) {
  switch (unit) {
    case TextUnit::kBytes: return size.bytes;
    case TextUnit::kCharacters: return size.characters;
    case TextUnit::kNotBlank: break;
  }
  return size.not_blank;
}

const char* UnitName(TextUnit unit) {
  switch (unit) {
    case TextUnit::kBytes: return "bytes with white space";
    case TextUnit::kCharacters: return "characters with white space";
    case TextUnit::kNotBlank: break;
  }
  return "characters without white space";
}

std::string QuotaHint(const char* owner, size_t limit) {
  return std::string("the default AWS quota of ") + owner + " is " +
         std::to_string(limit);
}

bool IsRole(std::string_view arn) {
  const std::optional<EntityArn> parts = ParseEntityArn(arn);
  return parts && parts->service == "iam" && parts->kind == "role";
}

// arn:P:s3:::BUCKET, neither one of its objects nor an access point.
bool IsBucket(const std::vector<std::string_view>& parts) {
  return parts[2] == "s3" && parts[3].empty() && parts[4].empty() &&
         parts[5].find('/') == std::string_view::npos;
}

bool IsKey(const std::vector<std::string_view>& parts) {
  return parts[2] == "kms" && parts[5].starts_with("key/");
}

size_t CountManaged(const PolicySet& set,
                    const std::vector<PolicyIndex>& policies) {
  return static_cast<size_t>(std::count_if(
      policies.begin(), policies.end(),
      [&](PolicyIndex index) { return !set.policies[index].arn.empty(); }));
}

// The full-access RCP is attached wherever RCPs are, and never in an input.
void CheckControlPolicies(const std::string& id,
                          const std::optional<std::vector<PolicyIndex>>& scps,
                          const std::vector<PolicyIndex>& rcps,
                          const Origin& origin, Issues& issues) {
  if (scps) WarnCount(id, scps->size(), kNodeScps, origin, issues);
  WarnCount(id, rcps.size() + 1, kNodeRcps, origin, issues);
}

}  // namespace

TextSize& TextSize::operator+=(const TextSize& other) {
  bytes += other.bytes;
  characters += other.characters;
  not_blank += other.not_blank;
  return *this;
}

TextSize MeasureText(std::string_view text) {
  TextSize size;
  size.bytes = text.size();
  for (const char c : text) {
    if (ContinuesCharacter(c)) continue;
    ++size.characters;
    if (!IsBlank(c)) ++size.not_blank;
  }
  return size;
}

bool IsAwsPolicy(std::string_view arn) {
  const std::optional<EntityArn> parts = ParseEntityArn(arn);
  return parts && parts->account == "aws";
}

const TextQuota* ManagedPolicyText(std::string_view arn) {
  return IsAwsPolicy(arn) ? nullptr : &kManagedPolicyText;
}

const TextQuota* ResourcePolicyText(std::string_view arn) {
  if (IsRole(arn)) return &kTrustPolicyText;
  const std::vector<std::string_view> parts = SplitArn(arn, false);
  if (parts.size() < kArnParts) return nullptr;
  if (IsBucket(parts)) return &kBucketPolicyText;
  return IsKey(parts) ? &kKeyPolicyText : nullptr;
}

const TextQuota* DocumentText(PolicyType type) {
  switch (type) {
    case PolicyType::kIdentity:
    case PolicyType::kBoundary: return &kManagedPolicyText;
    case PolicyType::kSession: return &kSessionPolicyText;
    case PolicyType::kScp: return &kScpText;
    case PolicyType::kRcp: return &kRcpText;
    case PolicyType::kTrust: return &kTrustPolicyText;
    case PolicyType::kResource:
    case PolicyType::kEndpoint: break;
  }
  return nullptr;
}

void WarnText(const std::string& what, const TextSize& size,
              const TextQuota* quota, uint32_t offset, const Reporter& report) {
  if (quota == nullptr) return;
  const size_t count = InUnit(size, quota->unit);
  if (count <= quota->limit) return;
  report.Warning(
      offset, "S-6",
      what + " has " + std::to_string(count) + " " + UnitName(quota->unit),
      QuotaHint(quota->owner, quota->limit));
}

void WarnCount(const std::string& name, size_t count, const CountQuota& quota,
               const Origin& origin, Issues& issues) {
  if (count <= quota.limit) return;
  issues.AddWarning(
      origin.file, origin.position, "S-6",
      Quoted(name) + " has " + std::to_string(count) + " " + quota.things,
      QuotaHint(quota.owner, quota.limit));
}

void CheckAttachmentQuotas(const PolicySet& set, Issues& issues) {
  for (const Group& group : set.groups) {
    WarnCount(group.arn, CountManaged(set, group.policies), kGroupPolicies,
              group.origin, issues);
  }
  for (const Principal& principal : set.principals) {
    const bool user = principal.kind == EntityKind::kUser;
    WarnCount(principal.arn, CountManaged(set, principal.policies),
              user ? kUserPolicies : kRolePolicies, principal.origin, issues);
    WarnCount(principal.arn, principal.groups.size(), kUserGroups,
              principal.origin, issues);
  }
  if (set.organization) {
    for (const OrganizationNode& node : set.organization->nodes)
      CheckControlPolicies(node.id, node.scps, node.rcps, node.origin, issues);
  }
  for (const Account& account : set.accounts) {
    CheckControlPolicies(account.id, account.scps, account.rcps, account.origin,
                         issues);
  }
}

}  // namespace portcullis
