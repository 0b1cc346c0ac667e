#include "compiler/directory.h"

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "policy/values.h"

namespace portcullis {
namespace {

constexpr std::string_view kServiceLinkedPath = "/aws-service-role/";

uint64_t HashOf(std::string_view text) {
  return HashBytes(text.data(), text.size());
}

// The hash of a resource's ARN, and how many pieces it has.
std::pair<uint64_t, uint32_t> HashPieces(std::string_view arn) {
  size_t rest = 0;
  for (int colons = 0; colons < 5; ++colons) {
    rest = std::min(arn.find(':', rest), arn.size() - 1) + 1;
  }
  PathHash hash;
  uint32_t pieces = 0;
  for (size_t begin = 0; begin < arn.size(); ++pieces) {
    const size_t end =
        PieceEnd(arn.data(), arn.size(), begin == 0 ? rest : begin + 1);
    hash.Add(arn.data() + begin, end - begin);
    begin = end;
  }
  return {hash.value(), pieces};
}

class DirectoryBuilder {
 public:
  DirectoryBuilder(const PolicySet& set, const CompiledPolicies& policies,
                   const CompileOptions& options, RuleSetBuilder& rule_sets,
                   Tables& tables)
      : set_(set),
        policies_(policies),
        plain_entities_(options.testing.plain_entities),
        rule_sets_(rule_sets),
        t_(tables) {}

  void Run() {
    AddAccounts();
    AddEntities();
    AddResources();
    AddEndpoints();
    AddManagedPolicies();
    AddOrganization();
  }

 private:
  // ---- accounts ------------------------------------------------------------

  // Everything known of an account before its record is written.
  struct AccountDraft {
    const Account* account = nullptr;
    const OrganizationNode* node = nullptr;  // where it hangs in the tree
  };

  void AddAccounts() {
    std::map<std::string, AccountDraft> drafts;
    for (const Principal& principal : set_.principals) {
      drafts[principal.account];
    }
    for (const Account& account : set_.accounts) {
      drafts[account.id].account = &account;
    }
    if (set_.organization) {
      for (const OrganizationNode& node : set_.organization->nodes) {
        for (const std::string& id : node.accounts) drafts[id].node = &node;
      }
    }
    std::vector<std::string_view> ids;
    for (const auto& [id, draft] : drafts) {
      account_index_[id] = Narrow(t_.accounts.size());
      t_.accounts.push_back(MakeAccount(id, draft));
      ids.push_back(id);
    }
    t_.account_slots = MakeTable(ids);
  }

  AccountRecord MakeAccount(const std::string& id, const AccountDraft& draft) {
    AccountRecord record = {};
    record.id = t_.AddText(id);
    if (draft.node == nullptr) return record;
    record.flags |= kAccountInOrganization;
    if (set_.organization->management_account == id) {
      record.flags |= kAccountManagement;
    }
    const std::vector<const OrganizationNode*> path = PathTo(draft.node);
    std::string text = set_.organization->id;
    for (const OrganizationNode* node : path) {
      absl::StrAppend(&text, "/", node->id);
    }
    record.org_path = t_.AddText(text + "/");
    AddScps(path, id, draft.account, record);
    AddRcps(path, id, draft.account, record);
    return record;
  }

  // From the root to `node`.
  std::vector<const OrganizationNode*> PathTo(
      const OrganizationNode* node) const {
    std::vector<const OrganizationNode*> path = {node};
    while (path.back()->parent) {
      path.push_back(&set_.organization->nodes[*path.back()->parent]);
    }
    std::reverse(path.begin(), path.end());
    return path;
  }

  void AddLevel(const std::vector<PolicyIndex>& policies,
                const std::string& node) {
    t_.levels.push_back({rule_sets_.Add(policies), t_.AddText(node)});
  }

  // S-94: a level without `scps` imposes nothing.
  void AddScps(const std::vector<const OrganizationNode*>& path,
               const std::string& id, const Account* account,
               AccountRecord& record) {
    record.scp_begin = Narrow(t_.levels.size());
    for (const OrganizationNode* node : path) {
      if (node->scps) AddLevel(*node->scps, node->id);
    }
    if (account != nullptr && account->scps) AddLevel(*account->scps, id);
    record.scp_count = Narrow(t_.levels.size()) - record.scp_begin;
  }

  // S-95: RCPs only deny, so that a level without any is left out.
  void AddRcps(const std::vector<const OrganizationNode*>& path,
               const std::string& id, const Account* account,
               AccountRecord& record) {
    record.rcp_begin = Narrow(t_.levels.size());
    for (const OrganizationNode* node : path) {
      if (!node->rcps.empty()) AddLevel(node->rcps, node->id);
    }
    if (account != nullptr && !account->rcps.empty()) {
      AddLevel(account->rcps, id);
    }
    record.rcp_count = Narrow(t_.levels.size()) - record.rcp_begin;
  }

  // ---- entities ------------------------------------------------------------

  void AddTags(const std::vector<Tag>& tags, uint32_t& begin, uint32_t& count) {
    std::vector<TagRecord> records;
    for (const Tag& tag : tags) {
      records.push_back({t_.AddText(Fold(tag.key)), t_.AddText(tag.value)});
    }
    begin = t_.AddTags(records);
    count = Narrow(records.size());
  }

  EntityRecord MakeEntity(const Principal& principal) {
    EntityRecord record = {};
    const bool role = principal.kind == EntityKind::kRole;
    if (role) record.flags |= kEntityRole;
    if (role &&
        absl::StartsWith(principal.path, std::string(kServiceLinkedPath))) {
      record.flags |= kEntityServiceLinked;
    }
    record.arn = t_.AddText(principal.arn);
    record.name = Tail(record.arn, principal.name.size());
    record.unique_id = t_.AddText(principal.unique_id);
    record.account = account_index_.at(principal.account);
    const std::vector<PolicyIndex> identity = IdentityPolicies(set_, principal);
    record.identity = identity.empty() ? kNoIndex : rule_sets_.Add(identity);
    record.rows = record.identity == kNoIndex
                      ? kNoRowTable
                      : t_.rule_sets[record.identity].rows;
    record.boundary =
        principal.boundary ? rule_sets_.Add({*principal.boundary}) : kNoIndex;
    record.trust =
        principal.trust ? rule_sets_.Add({*principal.trust}) : kNoIndex;
    if (record.identity != kNoIndex &&
        HasOneRow(t_.rule_sets[record.identity])) {
      record.flags |= kEntityOneRow;
    }
    const AccountRecord& account = t_.accounts[record.account];
    if (plain_entities_ && set_.resources.empty() && set_.endpoints.empty() &&
        record.identity != kNoIndex && record.boundary == kNoIndex &&
        account.scp_count == 0 && account.rcp_count == 0) {
      record.flags |= kEntityPlain;
    }
    AddTags(principal.tags, record.tag_begin, record.tag_count);
    record.max_session_duration =
        static_cast<uint16_t>(principal.max_session_duration);
    record.partition_size = static_cast<uint16_t>(principal.partition.size());
    return record;
  }

  // Roles are found by their ARN and by what their sessions' ARNs begin with.
  void AddEntities() {
    std::vector<HashedIndex> keys;
    for (const Principal& principal : set_.principals) {
      const uint32_t index = Narrow(t_.entities.size());
      t_.entities.push_back(MakeEntity(principal));
      keys.push_back({HashOf(principal.arn), index});
      if (principal.kind == EntityKind::kRole) {
        keys.push_back({HashOf(absl::StrCat("arn:", principal.partition,
                                            ":sts::", principal.account,
                                            ":assumed-role/", principal.name)),
                        index});
      }
    }
    t_.entity_slots = MakeTable(keys, t_.entities);
  }

  // ---- resources, endpoints, managed policies ------------------------------

  static bool IsExact(std::string_view arn) {
    const size_t partition_end = arn.find(':', 4);
    const std::string_view service = arn.substr(partition_end + 1, 4);
    return service == "iam:" || service == "sts:";
  }

  void AddResources() {
    std::vector<HashedIndex> arns;
    for (const Resource& resource : set_.resources) {
      ResourceRecord record = {};
      record.arn = t_.AddText(resource.arn);
      if (IsExact(resource.arn)) record.flags |= kResourceExact;
      if (resource.account) {
        record.flags |= kResourceHasAccount;
        record.account = t_.AddText(*resource.account);
      }
      if (resource.policy) {
        record.flags |= kResourceHasPolicy;
        record.policy = rule_sets_.Add({*resource.policy});
      }
      if (resource.tags) {
        record.flags |= kResourceHasTags;
        AddTags(*resource.tags, record.tag_begin, record.tag_count);
      }
      const auto [hash, pieces] = HashPieces(resource.arn);
      arns.push_back({hash, Narrow(t_.resources.size())});
      t_.resource_pieces = std::max(t_.resource_pieces, pieces);
      t_.resources.push_back(record);
    }
    t_.resource_slots = MakeTable(arns);
  }

  void AddEndpoints() {
    std::vector<std::string_view> ids;
    for (const Endpoint& endpoint : set_.endpoints) {
      t_.endpoints.push_back(
          {t_.AddText(endpoint.id),
           endpoint.policy ? rule_sets_.Add({*endpoint.policy}) : kNoIndex});
      ids.push_back(endpoint.id);
    }
    t_.endpoint_slots = MakeTable(ids);
  }

  void AddManagedPolicies() {
    std::vector<std::string_view> arns;
    for (size_t i = 0; i < set_.policies.size(); ++i) {
      const std::string& arn = set_.policies[i].arn;
      if (arn.empty()) continue;
      t_.managed_policies.push_back({t_.AddText(arn), policies_.record_of[i]});
      arns.push_back(arn);
    }
    t_.managed_policy_slots = MakeTable(arns);
  }

  void AddOrganization() {
    if (!set_.organization) return;
    const Organization& organization = *set_.organization;
    t_.organization_id = t_.AddText(organization.id);
    if (!organization.rcp_services) {
      t_.flags |= kImageAllServicesRcp;
      return;
    }
    const ServiceNames reached = RcpServices(set_);
    for (ServiceRecord& record : t_.services) {
      if (reached.contains(t_.Text(record.name))) record.flags |= kServiceRcp;
    }
  }

  const PolicySet& set_;
  const CompiledPolicies& policies_;
  const bool plain_entities_;
  RuleSetBuilder& rule_sets_;
  Tables& t_;
  std::map<std::string, uint32_t> account_index_;
};

}  // namespace

void AddDirectory(const PolicySet& set, const CompiledPolicies& policies,
                  const CompileOptions& options, RuleSetBuilder& rule_sets,
                  Tables& tables) {
  DirectoryBuilder(set, policies, options, rule_sets, tables).Run();
}

}  // namespace portcullis
