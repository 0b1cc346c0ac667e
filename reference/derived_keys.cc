// derived_keys: the keys that the engine itself knows (section 8.1).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>

#include "reference/context.h"
#include "reference/lookup.h"

namespace portcullis::reference {
namespace {

// What is known about context keys: a value, or that the key must be absent.
// A key that is not here is left to the request.
struct Derived {
  std::map<std::string, std::optional<ContextValue>> keys;  // folded
  bool all_principal_tags = false;  // aws:PrincipalTag/k: the rest is absent
  bool all_resource_tags = false;   // aws:ResourceTag/k: likewise
  bool of_iam = false;  // iam:ResourceTag/k too: the resource is a user or role
  // Keys, folded, of accounts outside this organisation: they may be in another
  // one, which the request names.
  std::map<std::string, std::string> elsewhere;

  // Without a text the key is known to be absent.
  void Put(std::string_view key, std::optional<std::string_view> text) {
    keys[Fold(key)].reset();
    if (text) keys[Fold(key)] = ContextValue{{std::string(*text)}, false};
  }
  void PutList(std::string_view key, std::vector<std::string> texts) {
    keys[Fold(key)] = ContextValue{std::move(texts), true};
  }
};

std::string DateText(Instant instant) {
  using namespace std::chrono;
  const seconds time{instant.seconds};
  const days day = floor<days>(time);
  const year_month_day date{sys_days{day}};
  const hh_mm_ss<seconds> clock{time - day};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ",
                static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string date_text = text;
  if (instant.nanoseconds == 0) return date_text;
  std::snprintf(text, sizeof text, ".%09u", instant.nanoseconds);
  std::string fraction = text;
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return date_text.insert(date_text.size() - 1, fraction);
}

Instant InstantOf(int64_t nanoseconds) {
  const std::chrono::nanoseconds all(nanoseconds);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(all);
  return {seconds.count(), static_cast<uint32_t>((all - seconds).count())};
}

// aws:PrincipalArn, aws:PrincipalAccount (S-118): never a session's ARN.
void DerivePrincipalArn(const Caller& caller, Derived& derived) {
  std::optional<std::string_view> arn, account;
  if (caller.HasAccount()) arn = caller.arn, account = caller.account;
  if (caller.kind == CallerKind::kRoleSession) arn = caller.entity_arn;
  if (caller.kind == CallerKind::kAnonymous) account = "anonymous";
  derived.Put("aws:PrincipalArn", arn);
  derived.Put("aws:PrincipalAccount", account);
}

// The table of section 8.1; an id that is unknown is left to the request.
void DerivePrincipalNames(const Caller& caller, Derived& derived) {
  const std::string id = caller.entity ? caller.entity->unique_id : "";
  std::optional<std::string> username, userid, type;
  switch (caller.kind) {
    case CallerKind::kRoot: userid = caller.account, type = "Account"; break;
    case CallerKind::kUser:
      username = caller.name, userid = id, type = "User";
      break;
    case CallerKind::kFederatedUser:
      userid = caller.account + ":" + caller.name, type = "FederatedUser";
      break;
    case CallerKind::kRoleSession:
      userid =
          id.empty() || caller.session.empty() ? "" : id + ":" + caller.session;
      type = "AssumedRole";
      break;
    case CallerKind::kAnonymous:
      userid = "anonymous", type = "Anonymous";
      break;
    case CallerKind::kService:
    case CallerKind::kProvider: break;
  }
  derived.Put("aws:username", username);
  derived.Put("aws:PrincipalType", type);
  if (userid != "") derived.Put("aws:userid", userid);
}

// aws:PrincipalIsAWSService, aws:PrincipalServiceName(sList)
void DeriveService(const Caller& caller, Derived& derived) {
  std::optional<std::string_view> is_service, name;
  if (caller.HasAccount()) is_service = "false";
  if (caller.kind == CallerKind::kService) {
    is_service = "true", name = caller.arn;
  }
  derived.Put("aws:PrincipalIsAWSService", is_service);
  derived.Put("aws:PrincipalServiceName", name);
  derived.Put("aws:PrincipalServiceNamesList", std::nullopt);
  if (name) derived.PutList("aws:PrincipalServiceNamesList", {caller.arn});
}

// S-143; a session whose issue time is unknown leaves it to the request.
void DeriveTokenTime(const Caller& caller, const SessionInfo& session,
                     Derived& derived) {
  constexpr std::string_view kKey = "aws:TokenIssueTime";
  if (!caller.temporary) derived.Put(kKey, std::nullopt);
  if (session.issued_at) {
    derived.Put(kKey, DateText(InstantOf(*session.issued_at)));
  }
}

// aws:MultiFactorAuthPresent, aws:MultiFactorAuthAge: temporary credentials
// only. The age is that at the request's time (S-175): left to the request when
// one of the two times is unknown, absent before the authentication.
void DeriveMfa(const Caller& caller, const SessionInfo& session,
               std::optional<Instant> time, Derived& derived) {
  constexpr std::string_view kAge = "aws:MultiFactorAuthAge";
  std::optional<std::string_view> present;
  if (caller.temporary) present = session.mfa ? "true" : "false";
  derived.Put("aws:MultiFactorAuthPresent", present);
  if (session.mfa && !(session.mfa_at && time)) return;
  derived.Put(kAge, std::nullopt);
  if (!session.mfa) return;
  const Instant since = InstantOf(*session.mfa_at);
  if (*time < since) return;
  const int64_t begun = time->nanoseconds < since.nanoseconds ? 1 : 0;
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  const bool within =
      since.seconds >= 0 || time->seconds <= kMost + since.seconds;
  derived.Put(
      kAge,
      std::to_string(within ? time->seconds - since.seconds - begun : kMost));
}

// What the session itself carries.
void DeriveSession(const Caller& caller, const SessionInfo& session,
                   Derived& derived) {
  std::optional<std::string_view> assumed_root;
  if (IsAssumedRoot(caller, session)) assumed_root = "true";
  derived.Put("aws:SourceIdentity", session.source_identity);
  derived.Put("aws:FederatedProvider", session.federated_provider);
  derived.Put("aws:AssumedRoot", assumed_root);
}

// S-136: the entity's tags, overridden by the session's; no others where the
// set knows whose tags there can be.
void DerivePrincipalTags(const Caller& caller, const SessionInfo& session,
                         Derived& derived) {
  const bool of_entity = caller.kind == CallerKind::kUser ||
                         caller.kind == CallerKind::kRoleSession ||
                         caller.kind == CallerKind::kFederatedUser;
  derived.all_principal_tags = !of_entity || caller.entity != nullptr;
  if (caller.entity != nullptr) {
    for (const Tag& tag : caller.entity->tags) {
      derived.Put("aws:PrincipalTag/" + tag.key, tag.value);
    }
  }
  for (const SessionTag& tag : session.tags) {
    derived.Put("aws:PrincipalTag/" + std::string(tag.key),
                std::string(tag.value));
  }
}

// `o-x/r-y/ou-a/ou-b/`
std::string PathText(const PolicySet& set,
                     const std::vector<const OrganizationNode*>& path) {
  std::string text = set.organization->id + "/";
  for (const OrganizationNode* node : path) text += node->id + "/";
  return text;
}

// aws:PrincipalOrg..., aws:ResourceOrg...: unknown without an organisation. An
// account outside of it may be in any but this one.
void DeriveOrganization(const PolicySet& set, const std::string& account,
                        const std::string& prefix, Derived& derived) {
  if (!set.organization || set.organization->id.empty()) return;
  const auto path = OrganizationPath(set, account);
  if (path.empty()) {
    derived.elsewhere[Fold(prefix + "OrgID")] = set.organization->id;
    derived.elsewhere[Fold(prefix + "OrgPaths")] = set.organization->id;
    return;
  }
  derived.Put(prefix + "OrgID", set.organization->id);
  derived.PutList(prefix + "OrgPaths", {PathText(set, path)});
}

void DerivePrincipalOrganization(const PolicySet& set, const Caller& caller,
                                 Derived& derived) {
  if (caller.HasAccount()) {
    DeriveOrganization(set, caller.account, "aws:Principal", derived);
  } else {
    derived.Put("aws:PrincipalOrgID", std::nullopt);
    derived.Put("aws:PrincipalOrgPaths", std::nullopt);
  }
}

// S-177
void DeriveOwner(const PolicySet& set, const std::string& owner,
                 Derived& derived) {
  std::optional<std::string_view> account;
  if (!owner.empty()) account = owner;
  derived.Put("aws:ResourceAccount", account);
  DeriveOrganization(set, owner, "aws:Resource", derived);
}

// What the resource is when it is a user or role, of the set or not.
std::optional<EntityKind> KindOf(std::string_view arn) {
  if (!IsArn(arn) || ArnParts(arn)[2] != "iam") return std::nullopt;
  const std::string_view name = ArnParts(arn)[5];
  if (name.starts_with("role/")) return EntityKind::kRole;
  if (name.starts_with("user/")) return EntityKind::kUser;
  return std::nullopt;
}

// S-133: what an `sts:` request on a role hands on to the session it asks for.
std::vector<Tag> InheritedTags(const Request& request,
                               const SessionInfo& session) {
  std::vector<Tag> tags;
  const bool asks = Fold(request.action).starts_with("sts:") &&
                    KindOf(request.resource) == EntityKind::kRole;
  for (const SessionTag& tag : session.tags) {
    const bool transitive = std::ranges::any_of(
        session.transitive_tag_keys,
        [&](std::string_view key) { return Fold(key) == Fold(tag.key); });
    if (!asks || !transitive) continue;
    tags.push_back({std::string(tag.key), std::string(tag.value)});
  }
  return tags;
}

// The tags that the set holds for a resource, or null (S-158): of the longest
// entry with tags, else of the user or role itself, when it has some.
const std::vector<Tag>* OwnTags(const PolicySet& set, std::string_view arn) {
  const Resource* entry = EntryWith(set, arn, &Resource::tags);
  if (entry != nullptr) return &*entry->tags;
  const auto kind = KindOf(arn);
  const Principal* entity = kind ? FindEntity(set, *kind, arn) : nullptr;
  return entity == nullptr || entity->tags.empty() ? nullptr : &entity->tags;
}

// aws:ResourceTag/k, and of users and roles iam:ResourceTag/k: their own tags,
// behind those that are handed on.
void DeriveResourceTags(const PolicySet& set, const Request& request,
                        const SessionInfo& session, Derived& derived) {
  derived.of_iam = KindOf(request.resource).has_value();
  const auto put = [&](const Tag& tag) {
    derived.Put("aws:ResourceTag/" + tag.key, tag.value);
    if (derived.of_iam) derived.Put("iam:ResourceTag/" + tag.key, tag.value);
  };
  const std::vector<Tag>* own = OwnTags(set, request.resource);
  derived.all_resource_tags = own != nullptr;
  if (own != nullptr) std::ranges::for_each(*own, put);
  std::ranges::for_each(InheritedTags(request, session), put);
}

// S-175
void DeriveClock(const Context& supplied, Instant clock, Derived& derived) {
  const std::optional<Instant> time = TimeOf(supplied, clock);
  if (time) derived.Put("aws:EpochTime", std::to_string(time->seconds));
  if (Find(supplied, "aws:CurrentTime") != nullptr) return;
  derived.Put("aws:CurrentTime", DateText({clock.seconds, 0}));
}

// `PREFIXk` with some k; both folded.
bool IsTagKey(std::string_view key, std::string_view prefix) {
  return key.starts_with(prefix) && key.size() > prefix.size();
}

// S-178
void DeriveTagKeys(const Request& request, Derived& derived) {
  constexpr std::string_view kPrefix = "aws:requesttag/";
  std::vector<std::string> keys;
  for (const ContextEntry& entry : request.context) {
    if (IsTagKey(Fold(entry.key), kPrefix)) {
      keys.emplace_back(entry.key.substr(kPrefix.size()));
    }
  }
  if (!keys.empty()) derived.PutList("aws:TagKeys", std::move(keys));
}

// aws:ViaAWSService: true behind a chain; else the request may say so, as not
// every service is named in one.
void DeriveViaService(const Context& supplied, Derived& derived) {
  constexpr std::string_view kKey = "aws:ViaAWSService";
  const ContextValue* chain = Find(supplied, "aws:CalledVia");
  if (chain != nullptr && !chain->texts.empty()) {
    derived.Put(kKey, "true");
  } else if (Find(supplied, kKey) == nullptr) {
    derived.Put(kKey, "false");
  }
}

// aws:CalledViaFirst, aws:CalledViaLast: the ends of aws:CalledVia.
void DeriveCalledVia(const Context& supplied, Derived& derived) {
  const ContextValue* chain = Find(supplied, "aws:CalledVia");
  if (chain == nullptr) return;
  derived.Put("aws:CalledViaFirst", std::nullopt);
  derived.Put("aws:CalledViaLast", std::nullopt);
  if (chain->texts.empty()) return;
  derived.Put("aws:CalledViaFirst", chain->texts.front());
  derived.Put("aws:CalledViaLast", chain->texts.back());
}

std::vector<std::string> FoldedSet(const ContextValue& value) {
  std::vector<std::string> texts;
  for (const std::string& text : value.texts) texts.push_back(Fold(text));
  std::ranges::sort(texts);
  const auto rest = std::ranges::unique(texts);
  texts.erase(rest.begin(), rest.end());
  return texts;
}

// S-173; tag keys compare as a set, folded (S-178).
bool SameValue(const std::string& key, const ContextValue& a,
               const ContextValue& b) {
  if (key != "aws:tagkeys") return a == b;
  return a.is_list == b.is_list && FoldedSet(a) == FoldedSet(b);
}

// The id of an organisation, or a path in it.
bool IsOfOrganization(const std::string& text, const std::string& id) {
  return text == id || text.starts_with(id + "/");
}

// S-173: may the request bring this key with this value?
bool MayBring(const Derived& derived, const std::string& key,
              const ContextValue& value) {
  const auto known = derived.keys.find(key);
  if (known != derived.keys.end()) {
    return known->second && SameValue(key, value, *known->second);
  }
  const auto elsewhere = derived.elsewhere.find(key);
  if (elsewhere != derived.elsewhere.end()) {
    return std::ranges::none_of(value.texts, [&](const std::string& text) {
      return IsOfOrganization(text, elsewhere->second);
    });
  }
  if (IsTagKey(key, "aws:principaltag/")) return !derived.all_principal_tags;
  if (IsTagKey(key, "aws:resourcetag/") ||
      (derived.of_iam && IsTagKey(key, "iam:resourcetag/"))) {
    return !derived.all_resource_tags;
  }
  return true;
}

}  // namespace

bool AddDerivedKeys(const PolicySet& set, const Request& request,
                    const Caller& caller, const std::string& owner,
                    Instant clock, Context& context) {
  SessionInfo session;  // only temporary credentials have one
  if (caller.temporary && request.session != nullptr)
    session = *request.session;
  Derived derived;
  DerivePrincipalArn(caller, derived);
  DerivePrincipalNames(caller, derived);
  DeriveService(caller, derived);
  DeriveTokenTime(caller, session, derived);
  DeriveMfa(caller, session, TimeOf(context, clock), derived);
  DeriveSession(caller, session, derived);
  DerivePrincipalTags(caller, session, derived);
  DerivePrincipalOrganization(set, caller, derived);
  DeriveOwner(set, owner, derived);
  DeriveResourceTags(set, request, session, derived);
  DeriveClock(context, clock, derived);
  DeriveTagKeys(request, derived);
  DeriveCalledVia(context, derived);
  DeriveViaService(context, derived);
  for (const auto& [key, value] : context) {
    if (!MayBring(derived, key, value)) return false;
  }
  for (const auto& [key, value] : derived.keys) {
    if (value) context[key] = *value;
  }
  return true;
}

}  // namespace portcullis::reference
