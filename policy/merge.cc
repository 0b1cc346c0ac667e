// stage 3: equal definitions become one.
#include "policy/merge.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "policy/arn.h"
#include "policy/print.h"
#include "policy/quota.h"
#include "policy/values.h"

namespace portcullis {
namespace {

std::string Place(const Origin& origin) {
  return origin.file + ":" + PositionText(origin.position);
}

// Content as text: equal definitions have equal texts. Every part is a JSON
// string, so that parts cannot run into each other.
class Content {
 public:
  Content& Add(std::string_view text) {
    text_ += JsonString(text);
    return *this;
  }
  // In any order.
  Content& AddSorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    text_ += '[';
    for (const std::string& text : texts) Add(text);
    text_ += ']';
    return *this;
  }
  std::string Take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string ContentOf(const Policy& policy) {
  return Content()
      .Add(policy.name)
      .Add(policy.arn)
      .Add(PrintDocument(policy.document))
      .Take();
}

std::string ContentOf(const std::optional<Policy>& policy) {
  return policy ? ContentOf(*policy) : "absent";
}

std::string ContentOf(const Attachment& attachment) {
  return attachment.arn.empty() ? ContentOf(attachment.inline_policy)
                                : attachment.arn;
}

std::vector<std::string> ContentsOf(const std::vector<Attachment>& list) {
  std::vector<std::string> texts;
  for (const Attachment& attachment : list)
    texts.push_back(ContentOf(attachment));
  return texts;
}

std::string ContentOf(const std::optional<std::vector<Attachment>>& list) {
  if (!list) return "absent";
  return Content().AddSorted(ContentsOf(*list)).Take();
}

std::string ContentOf(const std::vector<Tag>& tags) {
  std::vector<std::string> texts;
  for (const Tag& tag : tags)
    texts.push_back(Content().Add(tag.key).Add(tag.value).Take());
  return Content().AddSorted(std::move(texts)).Take();
}

std::string ContentOf(const DraftPolicy& entry) {
  return ContentOf(entry.policy);
}

std::string ContentOf(const DraftGroup& group) {
  return Content().AddSorted(ContentsOf(group.policies)).Take();
}

// A group by its name, however it was referred to.
std::string GroupName(const GroupReference& reference) {
  const size_t slash = reference.text.rfind('/');
  if (reference.by_name || slash == std::string::npos) return reference.text;
  return reference.text.substr(slash + 1);
}

std::string ContentOf(const DraftPrincipal& principal) {
  std::vector<std::string> groups;
  for (const GroupReference& group : principal.groups)
    groups.push_back(GroupName(group));
  const std::optional<Attachment>& boundary = principal.boundary;
  return Content()
      .Add(principal.entity.unique_id)
      .Add(ContentOf(principal.entity.tags))
      .Add(std::to_string(principal.entity.max_session_duration))
      .Add(boundary ? ContentOf(*boundary) : "absent")
      .Add(ContentOf(principal.trust))
      .AddSorted(ContentsOf(principal.policies))
      .AddSorted(std::move(groups))
      .Take();
}

std::string ContentOf(const DraftAccount& account) {
  return Content()
      .Add(account.canonical_id)
      .Add(ContentOf(account.scps))
      .AddSorted(ContentsOf(account.rcps))
      .Take();
}

std::string ContentOf(const DraftResource& resource) {
  return Content()
      .Add(resource.account.value_or("absent"))
      .Add(ContentOf(resource.policy))
      .Add(resource.tags ? ContentOf(*resource.tags) : "absent")
      .Take();
}

std::string ContentOf(const DraftEndpoint& endpoint) {
  return ContentOf(endpoint.policy);
}

std::string ContentOf(const DraftNode& node) {
  std::vector<std::string> accounts;
  for (const AccountReference& account : node.accounts)
    accounts.push_back(account.id);
  return Content()
      .Add(node.id)
      .Add(node.parent ? std::to_string(*node.parent) : "root")
      .Add(ContentOf(node.scps))
      .AddSorted(ContentsOf(node.rcps))
      .AddSorted(std::move(accounts))
      .Take();
}

std::string ContentOf(const DraftOrganization& organization) {
  Content content;
  content.Add(organization.id).Add(organization.management_account);
  content.Add(organization.rcp_services ? "some" : "all");
  std::vector<std::string> services;
  for (const std::string& service :
       organization.rcp_services.value_or(std::vector<std::string>()))
    services.push_back(Fold(service));
  content.AddSorted(std::move(services));
  for (const DraftNode& node : organization.nodes) content.Add(ContentOf(node));
  return content.Take();
}

const std::string& KeyOf(const DraftPolicy& p) { return p.policy.arn; }
const std::string& KeyOf(const DraftGroup& group) { return group.arn; }
const std::string& KeyOf(const DraftPrincipal& p) { return p.entity.arn; }
const std::string& KeyOf(const DraftAccount& account) { return account.id; }
const std::string& KeyOf(const DraftResource& resource) { return resource.arn; }
const std::string& KeyOf(const DraftEndpoint& endpoint) { return endpoint.id; }

template <typename T>
const Origin& PlaceOf(const T& item) {
  return item.origin;
}
const Origin& PlaceOf(const DraftPrincipal& p) { return p.entity.origin; }

void AddTwice(const char* what, const std::string& key, const Origin& second,
              const Origin& first, Issues& issues) {
  issues.AddError(second.file, second.position, "S-153",
                  std::string(what) + " " + Quoted(key) +
                      " is defined twice with different content",
                  "it is first defined at " + Place(first));
}

// Keeps the first item of each key, and those that differ from it.
template <typename T>
void Unite(const char* what, std::vector<T>& items, Issues& issues) {
  std::unordered_map<std::string, size_t> seen;
  std::vector<T> kept;
  for (T& item : items) {
    const auto [first, added] = seen.emplace(KeyOf(item), kept.size());
    if (added || KeyOf(item).empty()) {
      kept.push_back(std::move(item));
      continue;
    }
    const T& before = kept[first->second];
    if (ContentOf(before) == ContentOf(item)) continue;
    AddTwice(what, KeyOf(item), PlaceOf(item), PlaceOf(before), issues);
    kept.push_back(std::move(item));
  }
  items = std::move(kept);
}

void UniteOrganizations(std::vector<DraftOrganization>& items, Issues& issues) {
  std::vector<DraftOrganization> kept;
  for (DraftOrganization& item : items) {
    if (!kept.empty()) {
      if (ContentOf(item) == ContentOf(kept[0])) continue;
      AddTwice("organization", item.id, item.origin, kept[0].origin, issues);
    }
    kept.push_back(std::move(item));
  }
  items = std::move(kept);
}

// A unit or an account has one place in the tree.
void CheckTree(const DraftOrganization& organization, Issues& issues) {
  using Places = std::map<std::string, const Origin*>;
  Places nodes;
  Places accounts;
  const auto add = [&](const char* what, const std::string& id,
                       const Origin& origin, Places& places) {
    const auto [first, added] = places.emplace(id, &origin);
    if (added) return;
    issues.AddError(origin.file, origin.position, "S-153",
                    std::string(what) + " " + Quoted(id) +
                        " stands twice in the organization",
                    "its first place is at " + Place(*first->second));
  };
  for (const DraftNode& node : organization.nodes) {
    if (!node.id.empty()) add("unit", node.id, node.origin, nodes);
    for (const AccountReference& account : node.accounts)
      add("account", account.id, account.origin, accounts);
  }
}

// S-154: `seen` maps account, kind and folded name to the first ARN.
class NameChecker {
 public:
  explicit NameChecker(Issues& issues) : issues_(issues) {}

  void Add(const std::string& text, const Origin& origin) {
    const std::optional<EntityArn> arn = ParseEntityArn(text);
    if (!arn) return;
    const std::string key = std::string(arn->account) + ":" +
                            std::string(arn->kind) + "/" + Fold(arn->name);
    const auto [first, added] = seen_.emplace(key, Seen{text, origin});
    if (added || first->second.arn == text) return;
    issues_.AddError(origin.file, origin.position, "S-154",
                     "the name of " + Quoted(text) +
                         " is taken: names of one account differ in more "
                         "than case and path",
                     Quoted(first->second.arn) + " is defined at " +
                         Place(first->second.origin));
  }

 private:
  struct Seen {
    std::string arn;
    Origin origin;
  };
  Issues& issues_;
  std::unordered_map<std::string, Seen> seen_;
};

void CheckNames(const Draft& draft, Issues& issues) {
  NameChecker names(issues);
  for (const DraftPrincipal& principal : draft.principals)
    names.Add(principal.entity.arn, principal.entity.origin);
  for (const DraftGroup& group : draft.groups) {
    if (IsGroupArn(group.arn)) names.Add(group.arn, group.origin);
  }
  for (const DraftPolicy& entry : draft.policies) {
    const std::string& arn = entry.policy.arn;
    if (IsManagedPolicyArn(arn) && !IsAwsPolicy(arn))
      names.Add(arn, entry.origin);
  }
}

// S-153: an id by which callers are known belongs to one of them.
class IdChecker {
 public:
  IdChecker(const char* what, Issues& issues) : what_(what), issues_(issues) {}

  void Add(const std::string& id, const std::string& owner,
           const Origin& origin) {
    if (id.empty() || owner.empty()) return;
    const auto [first, added] = seen_.emplace(id, Owner{owner, origin});
    if (added || first->second.name == owner) return;
    issues_.AddError(origin.file, origin.position, "S-153",
                     std::string(what_) + " " + Quoted(id) + " of " +
                         Quoted(owner) + " is taken",
                     Quoted(first->second.name) + " has it at " +
                         Place(first->second.origin));
  }

 private:
  struct Owner {
    std::string name;
    Origin origin;
  };
  const char* what_;
  Issues& issues_;
  std::unordered_map<std::string, Owner> seen_;
};

void CheckCanonicalIds(const Draft& draft, Issues& issues) {
  IdChecker ids("canonical id", issues);
  for (const DraftAccount& account : draft.accounts)
    ids.Add(account.canonical_id, account.id, account.origin);
}

void CheckUniqueIds(const Draft& draft, Issues& issues) {
  IdChecker ids("unique id", issues);
  for (const DraftPrincipal& principal : draft.principals) {
    const Principal& entity = principal.entity;
    ids.Add(entity.unique_id, entity.arn, entity.origin);
  }
}

}  // namespace

void MergeDraft(Draft& draft, Issues& issues) {
  Unite("policy", draft.policies, issues);
  Unite("group", draft.groups, issues);
  Unite("principal", draft.principals, issues);
  Unite("account", draft.accounts, issues);
  Unite("resource", draft.resources, issues);
  Unite("endpoint", draft.endpoints, issues);
  UniteOrganizations(draft.organizations, issues);
  for (const DraftOrganization& organization : draft.organizations)
    CheckTree(organization, issues);
  CheckNames(draft, issues);
  CheckCanonicalIds(draft, issues);
  CheckUniqueIds(draft, issues);
}

}  // namespace portcullis
