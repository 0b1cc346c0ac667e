// stage 3: draft -> policy set.
#include "policy/resolve.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "policy/arn.h"

namespace portcullis {
namespace {

std::string GroupKey(std::string_view account, std::string_view name) {
  return std::string(account) + "/" + std::string(name);
}

// S-150: AWS attaches nothing of another account; its own policies are in every
// account of their partition.
bool MayHave(std::string_view owner, std::string_view arn) {
  const std::optional<EntityArn> who = ParseEntityArn(owner);
  const std::optional<EntityArn> what = ParseEntityArn(arn);
  if (!who || !what) return true;  // not for this rule to say
  return what->partition == who->partition &&
         (what->account == who->account || what->account == "aws");
}

// " of `owner`"; nothing where an error has been said of its ARN.
std::string OfOwner(const std::string& owner) {
  return owner.empty() ? "" : " of " + Quoted(owner);
}

class Resolver {
 public:
  Resolver(Draft draft, Issues& issues)
      : draft_(std::move(draft)), issues_(issues) {}

  PolicySet Run() {
    AddManagedPolicies();
    AddGroups();
    AddPrincipals();
    for (DraftOrganization& draft : draft_.organizations)
      AddOrganization(draft);
    AddAccounts();
    AddResources();
    AddEndpoints();
    return std::move(set_);
  }

 private:
  void AddManagedPolicies();
  void AddGroups();
  void AddPrincipals();
  void AddOrganization(DraftOrganization& draft);
  void AddNodes(DraftOrganization& draft, Organization& organization);
  void AddAccounts();
  void AddResources();
  void AddEndpoints();

  PolicyIndex AddPolicy(Policy policy);
  std::optional<PolicyIndex> AddOptional(std::optional<Policy>& policy);
  std::optional<PolicyIndex> Resolve(Attachment& attachment,
                                     const char* relation,
                                     const std::string& owner);
  std::vector<PolicyIndex> ResolveAll(std::vector<Attachment>& attachments,
                                      const std::string& owner);
  void CheckReach(const Origin& origin, const std::string& relation,
                  const std::string& arn, const std::string& owner);
  void ResolveGroups(const DraftPrincipal& draft, Principal& principal);
  bool MoveToTrust(DraftResource& resource);

  Draft draft_;
  Issues& issues_;
  PolicySet set_;
  std::unordered_map<std::string, PolicyIndex> managed_;      // by ARN
  std::unordered_map<std::string, uint32_t> groups_;          // by ARN
  std::unordered_map<std::string, uint32_t> groups_by_name_;  // by GroupKey()
  std::unordered_map<std::string, uint32_t> principals_;      // by ARN
  std::unordered_map<std::string, uint32_t> trusted_;  // with a trustPolicy
};

PolicyIndex Resolver::AddPolicy(Policy policy) {
  set_.policies.push_back(std::move(policy));
  return static_cast<PolicyIndex>(set_.policies.size() - 1);
}

std::optional<PolicyIndex> Resolver::AddOptional(
    std::optional<Policy>& policy) {
  if (!policy) return std::nullopt;
  return AddPolicy(std::move(*policy));
}

void Resolver::CheckReach(const Origin& origin, const std::string& relation,
                          const std::string& arn, const std::string& owner) {
  if (MayHave(owner, arn)) return;
  issues_.AddWarning(origin.file, origin.position, "S-150",
                     relation + " " + Quoted(arn) + " of " + Quoted(owner) +
                         " is of another account or partition",
                     "it counts, which AWS would not let it");
}

std::optional<PolicyIndex> Resolver::Resolve(Attachment& attachment,
                                             const char* relation,
                                             const std::string& owner) {
  if (attachment.arn.empty())
    return AddPolicy(std::move(attachment.inline_policy));
  CheckReach(attachment.origin, relation, attachment.arn, owner);
  const auto found = managed_.find(attachment.arn);
  if (found != managed_.end()) return found->second;
  issues_.AddError(attachment.origin.file, attachment.origin.position, "S-150",
                   std::string(relation) + " " + Quoted(attachment.arn) +
                       OfOwner(owner) + " is in no input",
                   "add it under `policies`, or export it with the account");
  return std::nullopt;
}

std::vector<PolicyIndex> Resolver::ResolveAll(
    std::vector<Attachment>& attachments, const std::string& owner) {
  std::vector<PolicyIndex> indices;
  std::unordered_set<PolicyIndex> seen;
  for (Attachment& attachment : attachments) {
    const std::optional<PolicyIndex> index =
        Resolve(attachment, "policy", owner);
    if (index && seen.insert(*index).second) indices.push_back(*index);
  }
  return indices;
}

void Resolver::AddManagedPolicies() {
  for (DraftPolicy& entry : draft_.policies) {
    const std::string arn = entry.policy.arn;
    const PolicyIndex index = AddPolicy(std::move(entry.policy));
    if (!arn.empty()) managed_.emplace(arn, index);
  }
}

void Resolver::AddGroups() {
  for (DraftGroup& draft : draft_.groups) {
    const auto index = static_cast<uint32_t>(set_.groups.size());
    if (!draft.arn.empty()) groups_.emplace(draft.arn, index);
    if (const std::optional<EntityArn> arn = ParseEntityArn(draft.arn))
      groups_by_name_.emplace(GroupKey(arn->account, arn->name), index);
    set_.groups.push_back(
        {draft.arn, ResolveAll(draft.policies, draft.arn), draft.origin});
  }
}

void Resolver::ResolveGroups(const DraftPrincipal& draft,
                             Principal& principal) {
  for (const GroupReference& group : draft.groups) {
    if (group.by_name && principal.account.empty()) continue;
    const auto& names = group.by_name ? groups_by_name_ : groups_;
    const auto found = names.find(
        group.by_name ? GroupKey(principal.account, group.text) : group.text);
    if (found != names.end()) {
      CheckReach(group.origin, "group", set_.groups[found->second].arn,
                 principal.arn);
      principal.groups.push_back(found->second);
      continue;
    }
    issues_.AddError(group.origin.file, group.origin.position, "S-150",
                     "group " + Quoted(group.text) + OfOwner(principal.arn) +
                         " is in no input",
                     "add it under `groups`, or export it with the account");
  }
  std::sort(principal.groups.begin(), principal.groups.end());
  principal.groups.erase(
      std::unique(principal.groups.begin(), principal.groups.end()),
      principal.groups.end());
}

void Resolver::AddPrincipals() {
  for (DraftPrincipal& draft : draft_.principals) {
    Principal principal = std::move(draft.entity);
    principal.policies = ResolveAll(draft.policies, principal.arn);
    ResolveGroups(draft, principal);
    if (draft.boundary) {
      principal.boundary =
          Resolve(*draft.boundary, "permissions boundary", principal.arn);
    }
    principal.trust = AddOptional(draft.trust);
    const auto index = static_cast<uint32_t>(set_.principals.size());
    if (!principal.arn.empty()) {
      principals_.emplace(principal.arn, index);
      if (principal.trust) trusted_.emplace(principal.arn, index);
    }
    set_.principals.push_back(std::move(principal));
  }
}

// S-94: the management account stands at the root unless the tree names it.
void PlaceManagementAccount(Organization& organization) {
  const std::string& account = organization.management_account;
  std::vector<OrganizationNode>& nodes = organization.nodes;
  const bool placed =
      std::any_of(nodes.begin(), nodes.end(), [&](const OrganizationNode& n) {
        return std::find(n.accounts.begin(), n.accounts.end(), account) !=
               n.accounts.end();
      });
  if (account.empty() || placed) return;
  if (nodes.empty()) nodes.emplace_back();
  nodes[0].accounts.push_back(account);
}

void Resolver::AddNodes(DraftOrganization& draft, Organization& organization) {
  const auto first = static_cast<uint32_t>(organization.nodes.size());
  for (DraftNode& node : draft.nodes) {
    OrganizationNode out{node.id, node.parent, std::nullopt,
                         {},      {},          node.origin};
    if (out.parent) *out.parent += first;
    for (AccountReference& account : node.accounts)
      out.accounts.push_back(std::move(account.id));
    if (node.scps) out.scps = ResolveAll(*node.scps, node.id);
    out.rcps = ResolveAll(node.rcps, node.id);
    organization.nodes.push_back(std::move(out));
  }
}

// A second organization, which is an error, adds its tree to the first, where
// what only the whole set shows is looked for.
void Resolver::AddOrganization(DraftOrganization& draft) {
  if (set_.organization) {
    AddNodes(draft, *set_.organization);
    return;
  }
  Organization organization{
      draft.id, draft.management_account, std::move(draft.rcp_services), {}};
  AddNodes(draft, organization);
  PlaceManagementAccount(organization);
  set_.organization = std::move(organization);
}

void Resolver::AddAccounts() {
  for (DraftAccount& draft : draft_.accounts) {
    Account account{
        draft.id, std::nullopt, {}, draft.canonical_id, draft.origin};
    if (draft.scps) account.scps = ResolveAll(*draft.scps, draft.id);
    account.rcps = ResolveAll(draft.rcps, draft.id);
    set_.accounts.push_back(std::move(account));
  }
}

// True when the resource is a role of the set: its policy is then the role's
// trust policy, which it has no other of.
bool Resolver::MoveToTrust(DraftResource& resource) {
  const auto found = principals_.find(resource.arn);
  if (found == principals_.end() || !resource.policy) return false;
  Principal& role = set_.principals[found->second];
  if (role.kind != EntityKind::kRole) return false;
  role.trust = AddPolicy(std::move(*resource.policy));
  const auto other = trusted_.find(resource.arn);
  if (other == trusted_.end()) return true;
  const Origin& origin = set_.principals[other->second].origin;
  issues_.AddError(resource.origin.file, resource.origin.position, "S-157",
                   "role " + Quoted(role.arn) +
                       " has both a trust policy and a resource policy",
                   "the role is defined at " + origin.file + ":" +
                       PositionText(origin.position));
  return true;
}

void Resolver::AddResources() {
  for (DraftResource& draft : draft_.resources) {
    Resource resource{draft.arn, draft.account, std::nullopt,
                      std::move(draft.tags), draft.origin};
    if (!MoveToTrust(draft)) resource.policy = AddOptional(draft.policy);
    set_.resources.push_back(std::move(resource));
  }
}

void Resolver::AddEndpoints() {
  for (DraftEndpoint& draft : draft_.endpoints) {
    set_.endpoints.push_back(
        {draft.id, AddOptional(draft.policy), draft.origin});
  }
}

}  // namespace

PolicySet ResolveDraft(Draft draft, Issues& issues) {
  return Resolver(std::move(draft), issues).Run();
}

}  // namespace portcullis
