#include <algorithm>
#include <map>
#include <string_view>

#include "cli/grow.h"

namespace portcullis::cli {
namespace {

// The steps of an even sample.
size_t StepOf(size_t count, size_t sample) {
  return std::max<size_t>(1, (count + sample - 1) / sample);
}

class TargetCollector {
 public:
  TargetCollector(const PolicySet& set, size_t sample)
      : set_(set), sample_(sample) {
    if (!set.organization) return;
    const std::vector<OrganizationNode>& nodes = set.organization->nodes;
    for (size_t i = 0; i < nodes.size(); ++i) {
      for (const std::string& account : nodes[i].accounts) {
        node_of_[account] = i;
      }
    }
  }

  std::vector<GrowTarget> Collect() {
    for (size_t i = 0; i < set_.principals.size();
         i += StepOf(set_.principals.size(), sample_)) {
      AddPrincipal(set_.principals[i]);
    }
    for (size_t i = 0; i < set_.resources.size();
         i += StepOf(set_.resources.size(), sample_)) {
      AddResource(set_.resources[i]);
    }
    for (size_t i = 0; i < set_.endpoints.size();
         i += StepOf(set_.endpoints.size(), sample_)) {
      AddEndpoint(set_.endpoints[i]);
    }
    AddRcps();
    return std::move(targets_);
  }

 private:
  // Adds each statement of the policy, otherwise like `target`.
  void Add(PolicyIndex policy, GrowTarget target) {
    target.document = &set_.policies[policy].document;
    for (const Statement& statement : target.document->statements) {
      target.statement = &statement;
      targets_.push_back(target);
    }
  }

  void AddPrincipal(const Principal& principal) {
    GrowTarget target;
    target.caller = &principal;
    for (const PolicyIndex policy : IdentityPolicies(set_, principal)) {
      Add(policy, target);
    }
    if (principal.boundary) Add(*principal.boundary, target);
    AddScps(principal.account, target);
    if (!principal.trust) return;
    GrowTarget trust;
    trust.resource = principal.arn;
    Add(*principal.trust, trust);
  }

  void AddScps(const std::string& account, const GrowTarget& target) {
    for (const OrganizationNode* node : PathOf(account)) {
      if (!node->scps) continue;
      for (const PolicyIndex policy : *node->scps) Add(policy, target);
    }
    const Account* own = FindAccount(account);
    if (own == nullptr || !own->scps) return;
    for (const PolicyIndex policy : *own->scps) Add(policy, target);
  }

  std::vector<const OrganizationNode*> PathOf(std::string_view account) {
    std::vector<const OrganizationNode*> path;
    const auto at = node_of_.find(account);
    if (at == node_of_.end()) return path;
    std::optional<uint32_t> node = static_cast<uint32_t>(at->second);
    while (node) {
      path.push_back(&set_.organization->nodes[*node]);
      node = path.back()->parent;
    }
    return path;
  }

  const Account* FindAccount(std::string_view id) {
    const auto at =
        std::find_if(set_.accounts.begin(), set_.accounts.end(),
                     [id](const Account& account) { return account.id == id; });
    return at == set_.accounts.end() ? nullptr : &*at;
  }

  void AddResource(const Resource& resource) {
    if (!resource.policy) return;
    GrowTarget target;
    target.resource = resource.arn;
    Add(*resource.policy, target);
  }

  void AddEndpoint(const Endpoint& endpoint) {
    if (!endpoint.policy) return;
    GrowTarget target;
    target.endpoint = endpoint.id;
    Add(*endpoint.policy, target);
  }

  // Once for every account below the node, up to the sample.
  void AddRcps() {
    size_t left = sample_;
    for (const auto& [account, node] : node_of_) {
      if (left == 0) return;
      --left;
      GrowTarget target;
      target.owner = account;
      for (const OrganizationNode* above : PathOf(account)) {
        for (const PolicyIndex policy : above->rcps) Add(policy, target);
      }
      const Account* own = FindAccount(account);
      if (own == nullptr) continue;
      for (const PolicyIndex policy : own->rcps) Add(policy, target);
    }
  }

  const PolicySet& set_;
  const size_t sample_;
  std::map<std::string_view, size_t> node_of_;  // account id -> node
  std::vector<GrowTarget> targets_;
};

}  // namespace

std::vector<GrowTarget> CollectTargets(const PolicySet& set, size_t sample) {
  return TargetCollector(set, sample).Collect();
}

}  // namespace portcullis::cli
