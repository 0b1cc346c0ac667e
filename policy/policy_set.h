// policy_set.h -- everything that a decision can depend on, read from account
// exports and policy set documents and merged (stage 3).
//
// True of every PolicySet that LoadPolicySet() returns without errors: every
// attachment, group, boundary and organisation account resolves (an index is
// always valid), no ARN stands twice with different content, accounts are 12
// digits.
#ifndef PORTCULLIS_POLICY_POLICY_SET_H_
#define PORTCULLIS_POLICY_POLICY_SET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"
#include "policy/issue.h"

namespace portcullis {

using PolicyIndex = uint32_t;  // into PolicySet::policies

// Where a thing was defined.
struct Origin {
  std::string file;
  Position position;
};

// A policy document with the name that reports give it (S-121).
struct Policy {
  std::string name;
  std::string arn;  // managed policies; empty otherwise
  Document document;
};

struct Tag {
  std::string key;
  std::string value;

  friend bool operator==(const Tag&, const Tag&) = default;
};

struct Group {
  std::string arn;
  std::vector<PolicyIndex> policies;
  Origin origin;
};

enum class EntityKind : uint8_t { kUser, kRole };

// An IAM user or role.
struct Principal {
  EntityKind kind = EntityKind::kUser;
  std::string arn;                    // with path
  std::string partition;              // "aws"
  std::string account;                // 12 digits
  std::string path;                   // "/" or "/a/b/"
  std::string name;                   // after the path
  std::string unique_id;              // AIDA..., AROA...; empty when unknown
  std::vector<PolicyIndex> policies;  // own, inline and managed
  std::vector<uint32_t> groups;       // into PolicySet::groups
  std::optional<PolicyIndex> boundary;
  std::optional<PolicyIndex> trust;  // roles: the trust policy, whether given
                                     // as trustPolicy or as resources policy
  std::vector<Tag> tags;
  uint32_t max_session_duration = 3600;  // seconds; roles
  Origin origin;
};

// The root or a unit of the organisation.
struct OrganizationNode {
  std::string id;
  std::optional<uint32_t> parent;  // into Organization::nodes; none: the root
  std::optional<std::vector<PolicyIndex>> scps;  // absent: imposes nothing
  std::vector<PolicyIndex> rcps;
  std::vector<std::string> accounts;
  Origin origin;
};

struct Organization {
  std::string id;
  std::string management_account;  // empty: none; else some node has it
  std::optional<std::vector<std::string>> rcp_services;  // absent: all
  std::vector<OrganizationNode> nodes;  // parents before children
};

struct Account {
  std::string id;
  std::optional<std::vector<PolicyIndex>> scps;
  std::vector<PolicyIndex> rcps;
  std::string canonical_id;  // 64 hex digits, folded, or empty
  Origin origin;
};

struct Resource {
  std::string arn;  // literal text, never a pattern
  std::optional<std::string> account;
  std::optional<PolicyIndex> policy;  // absent for roles: see Principal::trust
  std::optional<std::vector<Tag>> tags;
  Origin origin;
};

struct Endpoint {
  std::string id;
  std::optional<PolicyIndex> policy;
  Origin origin;
};

struct PolicySet {
  std::vector<Policy> policies;
  std::vector<Group> groups;
  std::vector<Principal> principals;
  std::optional<Organization> organization;
  std::vector<Account> accounts;
  std::vector<Resource> resources;
  std::vector<Endpoint> endpoints;
};

// The policies of `principal`'s identity layer: its own, then its groups'
// (S-91), each index once, in ascending order.
std::vector<PolicyIndex> IdentityPolicies(const PolicySet& set,
                                          const Principal& principal);

// One input: a file, or a part of one.
struct Source {
  std::string file;
  std::string_view bytes;   // borrowed for the call
  Position first = {1, 1};  // the place of the first byte
};

// What a file is, by its content.
enum class InputKind : uint8_t { kAccountExport, kPolicySet, kPolicyDocument };

// Reads account exports and policy set documents and merges them.
//
// Errors. All problems of all sources go to `issues`; with an error among them
// the result must not be used. A bare policy document is an error here.
//
// Lifetime. The result borrows nothing: `sources` and their bytes are needed
// for the call alone.
//
// Threads. Any, if each call has its own `issues`.
//
// Cost. Linear in the bytes, but for sorting; one source at a time is held as
// JSON values.
PolicySet LoadPolicySet(const std::vector<Source>& sources, Issues& issues);

// Reads one bare policy document of the given type.
//
// Errors. As of LoadPolicySet(); an account export or a policy set document has
// no element of a policy document.
//
// Lifetime, Threads, Cost. As of LoadPolicySet().
Document LoadDocument(const Source& source, PolicyType type, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_POLICY_SET_H_
