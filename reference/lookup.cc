// lookup: names -> things of the policy set.
#include "reference/lookup.h"

#include <algorithm>

#include "policy/values.h"

namespace portcullis::reference {
namespace {

template <typename T, typename Is>
const T* First(const std::vector<T>& things, Is is) {
  const auto found = std::ranges::find_if(things, is);
  return found == things.end() ? nullptr : &*found;
}

}  // namespace

std::vector<std::string_view> ArnParts(std::string_view text) {
  std::vector<std::string_view> parts;
  while (parts.size() < 5 && text.find(':') != text.npos) {
    parts.push_back(text.substr(0, text.find(':')));
    text.remove_prefix(text.find(':') + 1);
  }
  parts.push_back(text);
  return parts;
}

bool IsArn(std::string_view text) {
  return text.starts_with("arn:") && ArnParts(text).size() == 6;
}

bool IsAccountId(std::string_view text) {
  return text.size() == 12 && text.find_first_not_of("0123456789") == text.npos;
}

bool IsArnOf(std::string_view arn, std::string_view service,
             std::string_view prefix) {
  if (!IsArn(arn)) return false;
  const std::vector<std::string_view> parts = ArnParts(arn);
  return parts[2] == service && parts[5].starts_with(prefix);
}

bool IsRoleArn(std::string_view arn) { return IsArnOf(arn, "iam", "role/"); }

std::string ServiceOf(std::string_view action) {
  return Fold(action.substr(0, action.find(':')));
}

// S-158: an entry governs its own ARN and what continues it.
bool Governs(const Resource& entry, std::string_view arn) {
  if (entry.arn == arn) return true;
  if (!arn.starts_with(entry.arn)) return false;
  if (IsArnOf(entry.arn, "iam", "") || IsArnOf(entry.arn, "sts", "")) {
    return false;
  }
  const char next = arn[entry.arn.size()];
  return next == '/' || next == ':';
}

const Principal* FindEntity(const PolicySet& set, EntityKind kind,
                            std::string_view arn) {
  return First(set.principals, [=](const Principal& entity) {
    return entity.kind == kind && entity.arn == arn;
  });
}

const Principal* FindRoleByName(const PolicySet& set,
                                std::string_view partition,
                                std::string_view account,
                                std::string_view name) {
  return First(set.principals, [=](const Principal& entity) {
    return entity.kind == EntityKind::kRole && entity.partition == partition &&
           entity.account == account && entity.name == name;
  });
}

const Account* FindAccount(const PolicySet& set, std::string_view id) {
  return First(set.accounts,
               [=](const Account& account) { return account.id == id; });
}

const Policy* FindManagedPolicy(const PolicySet& set, std::string_view arn) {
  return First(set.policies, [=](const Policy& policy) {
    return !arn.empty() && policy.arn == arn;
  });
}

std::vector<const OrganizationNode*> OrganizationPath(
    const PolicySet& set, std::string_view account) {
  std::vector<const OrganizationNode*> path;
  if (!set.organization) return path;
  const std::vector<OrganizationNode>& nodes = set.organization->nodes;
  const OrganizationNode* step =
      First(nodes, [=](const OrganizationNode& node) {
        return std::ranges::find(node.accounts, account) != node.accounts.end();
      });
  while (step != nullptr) {
    path.insert(path.begin(), step);
    step = step->parent ? &nodes[*step->parent] : nullptr;
  }
  return path;
}

std::string OwnerOf(const PolicySet& set, const Request& request,
                    std::string_view caller_account) {
  if (!request.resource_account.empty()) {
    return std::string(request.resource_account);
  }
  const Resource* entry = EntryWith(set, request.resource, &Resource::account);
  if (entry != nullptr) return *entry->account;
  if (IsArn(request.resource)) {
    const std::string_view account = ArnParts(request.resource)[4];
    if (IsAccountId(account)) return std::string(account);
  }
  return std::string(caller_account);
}

}  // namespace portcullis::reference
