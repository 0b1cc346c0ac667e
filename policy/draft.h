// draft.h -- Internal: use policy_set.h. What the inputs say before anything
// refers to anything else by index: one Draft collects all sources, merge.h
// removes repetitions, resolve.h makes the PolicySet.
#ifndef PORTCULLIS_POLICY_DRAFT_H_
#define PORTCULLIS_POLICY_DRAFT_H_

#include <optional>
#include <string>
#include <vector>

#include "policy/policy_set.h"

namespace portcullis {

// A managed policy by its ARN, or an inline policy.
struct Attachment {
  std::string arn;  // empty: inline
  Policy inline_policy;
  Origin origin;  // of the reference
};

struct DraftPolicy {
  Policy policy;
  Origin origin;
};

struct DraftGroup {
  std::string arn;
  std::vector<Attachment> policies;
  Origin origin;
};

// A group by ARN, or by its name in the account of the user.
struct GroupReference {
  std::string text;
  bool by_name = false;
  Origin origin;
};

struct DraftPrincipal {
  Principal entity;  // but for what the members below hold
  std::vector<Attachment> policies;
  std::vector<GroupReference> groups;
  std::optional<Attachment> boundary;
  std::optional<Policy> trust;
};

// An account in the organisation's tree.
struct AccountReference {
  std::string id;
  Origin origin;
};

struct DraftNode {
  std::string id;
  std::optional<uint32_t> parent;  // into DraftOrganization::nodes
  std::optional<std::vector<Attachment>> scps;
  std::vector<Attachment> rcps;
  std::vector<AccountReference> accounts;
  Origin origin;
};

struct DraftOrganization {
  std::string id;
  std::string management_account;
  std::optional<std::vector<std::string>> rcp_services;
  std::vector<DraftNode> nodes;  // parents before children
  Origin origin;
};

struct DraftAccount {
  std::string id;
  std::optional<std::vector<Attachment>> scps;
  std::vector<Attachment> rcps;
  std::string canonical_id;
  Origin origin;
};

struct DraftResource {
  std::string arn;
  std::optional<std::string> account;
  std::optional<Policy> policy;
  std::optional<std::vector<Tag>> tags;
  Origin origin;
};

struct DraftEndpoint {
  std::string id;
  std::optional<Policy> policy;
  Origin origin;
};

struct Draft {
  std::vector<DraftPolicy> policies;
  std::vector<DraftGroup> groups;
  std::vector<DraftPrincipal> principals;
  std::vector<DraftOrganization> organizations;
  std::vector<DraftAccount> accounts;
  std::vector<DraftResource> resources;
  std::vector<DraftEndpoint> endpoints;
};

// The last part of a managed policy's ARN, as reports name it (S-121).
std::string ManagedPolicyName(const std::string& arn);

// Fills the parts of `entity` that its ARN says. False when `arn` is not the
// ARN of an IAM user or role (S-159).
bool SetEntityArn(const std::string& arn, Principal& entity);

// True for arn:P:iam::A:group/... and arn:P:iam::A:policy/..., A being `aws`
// for the policies of AWS (S-159).
bool IsGroupArn(const std::string& arn);
bool IsManagedPolicyArn(const std::string& arn);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_DRAFT_H_
