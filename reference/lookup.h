// lookup.h -- how names find their way into a policy set: entities, resource
// entries, the organisation. Plain linear searches. Internal: use reference.h.
#ifndef PORTCULLIS_REFERENCE_LOOKUP_H_
#define PORTCULLIS_REFERENCE_LOOKUP_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "runtime/request.h"

namespace portcullis::reference {

// `text` cut at its first five colons.
std::vector<std::string_view> ArnParts(std::string_view text);
// `arn:` with six parts.
bool IsArn(std::string_view text);
bool IsAccountId(std::string_view text);
// `arn:P:SERVICE:R:A:PREFIX...`
bool IsArnOf(std::string_view arn, std::string_view service,
             std::string_view prefix);
// `arn:P:iam::A:role/...`
bool IsRoleArn(std::string_view arn);

// The part of an action before its colon, folded.
std::string ServiceOf(std::string_view action);

// S-158
bool Governs(const Resource& entry, std::string_view arn);

// The entity with this ARN, or null.
const Principal* FindEntity(const PolicySet& set, EntityKind kind,
                            std::string_view arn);
// The role of that name whatever its path (S-176), or null.
const Principal* FindRoleByName(const PolicySet& set,
                                std::string_view partition,
                                std::string_view account,
                                std::string_view name);
const Account* FindAccount(const PolicySet& set, std::string_view id);
const Policy* FindManagedPolicy(const PolicySet& set, std::string_view arn);

// The longest entry that governs `arn` and has the member (S-158), or null:
// EntryWith(set, arn, &Resource::tags).
template <typename Member>
const Resource* EntryWith(const PolicySet& set, std::string_view arn,
                          std::optional<Member> Resource::* member) {
  const Resource* longest = nullptr;
  for (const Resource& entry : set.resources) {
    if (!(entry.*member) || !Governs(entry, arn)) continue;
    if (longest == nullptr || entry.arn.size() > longest->arn.size()) {
      longest = &entry;
    }
  }
  return longest;
}

// The organisation's nodes from the root to the one that holds the account;
// empty when the account is not in the tree.
std::vector<const OrganizationNode*> OrganizationPath(const PolicySet& set,
                                                      std::string_view account);

// The account that owns the resource (S-177); empty when nothing tells.
std::string OwnerOf(const PolicySet& set, const Request& request,
                    std::string_view caller_account);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_LOOKUP_H_
