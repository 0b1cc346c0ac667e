#include "runtime/context.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iterator>
#include <limits>
#include <utility>

#include "runtime/lookup.h"
#include "runtime/text.h"
#include "runtime/value.h"

namespace portcullis {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::string_view kRequestTagPrefix = "aws:requesttag/";

KeyValues Absent() { return {KeyForm::kAbsent, {}, {}}; }
KeyValues OneValue(std::string_view value) {
  return {KeyForm::kSingle, value, {}};
}
KeyValues ListOf(std::span<const std::string_view> values) {
  return {KeyForm::kList, {}, values};
}
KeyValues Truth(bool value) { return OneValue(value ? "true" : "false"); }

InstantValue InstantOf(int64_t nanoseconds) {
  const int64_t seconds = nanoseconds / kNanosecondsPerSecond;
  const int64_t rest = nanoseconds % kNanosecondsPerSecond;
  return rest < 0
             ? InstantValue{seconds - 1,
                            static_cast<uint32_t>(rest + kNanosecondsPerSecond)}
             : InstantValue{seconds, static_cast<uint32_t>(rest)};
}

constexpr std::string_view TextOf(const DerivedKeyName& name) {
  return {name.name, name.size};
}
constexpr bool IsTagPrefix(const DerivedKeyName& name) {
  return TextOf(name).back() == '/';
}

// The derived keys but those of tags, by the length of their names; those of
// one length follow one another.
constexpr size_t kTagPrefixes = static_cast<size_t>(std::count_if(
    std::begin(kDerivedKeyNames), std::end(kDerivedKeyNames), IsTagPrefix));
constexpr size_t kWholeNames = std::size(kDerivedKeyNames) - kTagPrefixes;
constexpr size_t kLongestKeyName = 40;
struct KeysBySize {
  std::array<DerivedKeyName, kWholeNames> names{};
  // By length: where they begin, and a bit for each of them.
  std::array<uint8_t, kLongestKeyName + 2> begin{};
  std::array<uint32_t, kLongestKeyName + 1> bits{};
};
// One of 32, by the letters that tell names of one length apart, in any case.
constexpr uint32_t NameBit(std::string_view name) {
  return uint32_t{1} << ((name[4] + name.back()) & 31);
}
constexpr KeysBySize MakeKeysBySize() {
  KeysBySize keys;
  size_t used = 0;
  for (size_t size = 0; size <= kLongestKeyName + 1; ++size) {
    keys.begin[size] = static_cast<uint8_t>(used);
    for (const DerivedKeyName& name : kDerivedKeyNames) {
      if (name.size != size || IsTagPrefix(name)) continue;
      keys.names[used++] = name;
      keys.bits[size] |= NameBit(TextOf(name));
    }
  }
  return keys;
}
constexpr KeysBySize kKeysBySize = MakeKeysBySize();

constexpr std::array<DerivedKeyName, kTagPrefixes> MakeTagPrefixes() {
  std::array<DerivedKeyName, kTagPrefixes> prefixes{};
  std::copy_if(std::begin(kDerivedKeyNames), std::end(kDerivedKeyNames),
               prefixes.begin(), IsTagPrefix);
  return prefixes;
}
constexpr auto kTagKeys = MakeTagPrefixes();

// The derived key that `name` is, and its tag part.
struct KeyName {
  KeyKind kind = KeyKind::kPlain;
  size_t tag = 0;
};
// `aws:` or `iam:`, in any case.
bool HasDerivedPrefix(std::string_view name) {
  constexpr uint32_t kLetterCase = 0x00202020;  // of the three letters
  const auto word = [](const char* text) {
    uint32_t four;
    std::memcpy(&four, text, sizeof(four));
    return four;
  };
  if (name.size() <= 4) return false;
  const uint32_t prefix = word(name.data()) | kLetterCase;
  return prefix == word("aws:") || prefix == word("iam:");
}

// Is there a slash where a tag's key begins?
bool MayHaveTag(std::string_view name) {
  return [&]<size_t... kIndex>(std::index_sequence<kIndex...>) {
    return ((name.size() > kTagKeys[kIndex].size &&
             name[kTagKeys[kIndex].size - 1] == '/') ||
            ...);
  }(std::make_index_sequence<kTagKeys.size()>());
}

// False for nearly all names that are no derived key, at little cost: what most
// of them fail comes first.
bool MayBeDerived(std::string_view name) {
  const size_t size = name.size();
  if (size <= 4) return false;
  const bool whole =
      size <= kLongestKeyName && (kKeysBySize.bits[size] & NameBit(name)) != 0;
  return (whole || MayHaveTag(name)) && HasDerivedPrefix(name);
}

KeyName ClassifyKey(std::string_view name) {
  if (!MayBeDerived(name)) return {};
  for (const DerivedKeyName& known : kTagKeys) {
    const std::string_view prefix = TextOf(known);
    if (name.size() > prefix.size() && StartsWithFolded(name, prefix)) {
      return {known.kind, prefix.size()};
    }
  }
  const size_t size = name.size();
  if (size > kLongestKeyName) return {};
  for (size_t i = kKeysBySize.begin[size]; i < kKeysBySize.begin[size + 1];
       ++i) {
    const DerivedKeyName& known = kKeysBySize.names[i];
    if (EqualsFolded(name, TextOf(known))) return {known.kind, 0};
  }
  return {};
}

// By the key record that the entry's handle names, if it is of this key.
KeyName NameOf(const ImageTables& tables, const ContextEntry& entry) {
  const auto hint = static_cast<uint32_t>(entry.handle);
  if (hint < tables.keys.size()) {
    const KeyRecord& key = tables.keys[hint];
    if (EqualsFolded(entry.key, tables.Text(key.name))) {
      return {static_cast<KeyKind>(key.kind), key.tag};
    }
  }
  return ClassifyKey(entry.key);
}

bool SameFolded(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](char x, char y) { return FoldChar(x) == FoldChar(y); });
}

KeyValues ValuesOf(const ContextEntry& entry) {
  const bool list = entry.is_list || entry.values.size() != 1;
  return list ? ListOf(entry.values) : OneValue(entry.values[0]);
}

// Both are lists of tag keys: the same keys, folded, in any order.
bool SameTagKeys(const KeyValues& a, const KeyValues& b) {
  const auto within = [](const KeyValues& x, const KeyValues& y) {
    for (size_t i = 0; i < x.size(); ++i) {
      bool found = false;
      for (size_t k = 0; k < y.size() && !found; ++k) {
        found = SameFolded(x[i], y[k]);
      }
      if (!found) return false;
    }
    return true;
  };
  return within(a, b) && within(b, a);
}

bool SameValues(KeyKind kind, const KeyValues& derived,
                const KeyValues& given) {
  if (derived.form != given.form) return false;
  if (kind == KeyKind::kTagKeys) return SameTagKeys(derived, given);
  if (derived.size() != given.size()) return false;
  for (size_t i = 0; i < derived.size(); ++i) {
    if (derived[i] != given[i]) return false;
  }
  return true;
}

bool IsOrganizationKey(KeyKind kind) {
  return kind == KeyKind::kPrincipalOrgId ||
         kind == KeyKind::kPrincipalOrgPaths ||
         kind == KeyKind::kResourceOrgId || kind == KeyKind::kResourceOrgPaths;
}

// Is it of a kind that can carry tags?
bool HasTags(const Caller& caller) {
  return caller.kind == CallerKind::kUser || caller.kind == CallerKind::kRole ||
         caller.kind == CallerKind::kFederatedUser;
}

// Appends texts to a fixed buffer that is large enough by the request limits.
class Writer {
 public:
  explicit Writer(std::span<char> buffer) : buffer_(buffer) {}
  Writer& operator<<(std::string_view text) {
    const size_t size = std::min(text.size(), buffer_.size() - used_);
    if (size > 0) std::memcpy(buffer_.data() + used_, text.data(), size);
    used_ += size;
    return *this;
  }
  std::string_view text() const { return {buffer_.data(), used_}; }

 private:
  std::span<char> buffer_;
  size_t used_ = 0;
};

}  // namespace

// ---- the request as a whole ------------------------------------------------

void Context::GlanceAtKeys() {
  uint64_t sizes = 0;  // modulo 64
  uint64_t sum = 0;    // the same as `sizes` when no two are alike
  bool derived = false;
  for (const ContextEntry& entry : request_.context) {
    const uint64_t size = uint64_t{1} << (entry.key.size() & 63);
    sizes |= size;
    sum += size;
    derived |= MayBeDerived(entry.key);
  }
  glance_.same_size = sizes != sum;
  glance_.derived = derived && request_.derive;
}

bool Context::IsPlain() const {
  const EntityRecord* const entity = entity_;
  if (entity == nullptr || (entity->flags & kEntityPlain) == 0 ||
      target_refusal_ != Refusal::kNone || request_.session != nullptr ||
      !request_.resource_account.empty()) {
    return false;
  }
  if (target_.none) return true;
  if (target_.service == TargetService::kIam ||
      target_.service == TargetService::kKms) {
    return false;
  }
  const char* const principal = request_.principal.data();  // `arn:P:iam::A:`
  const char* const resource = target_.arn.data();
  const ArnColons& colons = target_.colons;
  const size_t partition_end = entity->partition_size + size_t{5};
  if (colons.at[1] + 1 != partition_end ||
      !SameBytes(resource, principal, partition_end)) {
    return false;
  }
  // One comparison, whether the ARN names an account or not, which could not be
  // predicted.
  const char* const own = principal + EntityAccountBegin(*entity);
  const size_t account_size = colons.at[4] - colons.at[3] - 1;
  const char* const account =
      account_size == 12 ? resource + colons.at[3] + 1 : own;
  return ((account_size == 0) | (account_size == 12)) &&
         std::memcmp(account, own, 12) == 0;
}

Refusal Context::CheckMore() {
  const Refusal refusal = CheckKeys();
  if (refusal != Refusal::kNone) return refusal;
  const SessionInfo* session = request_.session;
  return session != nullptr && session->expires_at && IsExpired(*session)
             ? Refusal::kExpired
             : Refusal::kNone;
}

Refusal Context::CheckKeys() {
  const SessionInfo* session = request_.session;
  if (request_.context.size() > kMaxContextKeys ||
      (session != nullptr && session->tags.size() > kMaxSessionTags)) {
    return Refusal::kTooManyKeys;
  }
  if ((glance_.same_size && DuplicateKey() != nullptr) ||
      (session != nullptr && HasDuplicateTag())) {
    return Refusal::kDuplicateKey;
  }
  return glance_.derived && FalseKey() != nullptr ? Refusal::kDerivedKey
                                                  : Refusal::kNone;
}

// S-173: a key that the engine derives may come with its own value only.
const ContextEntry* Context::FalseKey() {
  for (const ContextEntry& entry : request_.context) {
    const KeyName name = NameOf(main_, entry);
    if (name.kind == KeyKind::kPlain) continue;
    const std::string_view tag =
        name.tag == 0 ? std::string_view() : Slice(entry.key, name.tag);
    const KeyValues derived = Derive(name.kind, tag);
    const KeyValues given = ValuesOf(entry);
    const bool is_false = derived.form == KeyForm::kUnknown
                              ? ClaimsOrganization(name.kind, given)
                              : !SameValues(name.kind, derived, given);
    if (is_false) return &entry;
  }
  return nullptr;
}

// S-172. A few keys are compared in pairs, many through a hash table.
const ContextEntry* Context::DuplicateKey() const {
  const auto context = request_.context;
  if (context.size() <= 16) {
    for (size_t i = 1; i < context.size(); ++i) {
      for (size_t k = 0; k < i; ++k) {
        if (SameFolded(context[i].key, context[k].key)) return &context[i];
      }
    }
    return nullptr;
  }
  auto& slots = scratch_.seen_keys;
  slots.fill(0);
  const size_t mask = slots.size() - 1;
  for (size_t i = 0; i < context.size(); ++i) {
    const std::string_view key = context[i].key;
    size_t at = HashName(key.data(), key.size()) & mask;
    for (; slots[at] != 0; at = (at + 1) & mask) {
      if (SameFolded(context[slots[at] - 1u].key, key)) return &context[i];
    }
    slots[at] = static_cast<uint16_t>(i + 1);
  }
  return nullptr;
}

std::string_view Context::KeyToBlame(Refusal refusal) {
  const ContextEntry* const entry =
      refusal == Refusal::kDuplicateKey ? DuplicateKey()
      : refusal == Refusal::kDerivedKey ? FalseKey()
                                        : nullptr;
  return entry == nullptr ? std::string_view() : entry->key;
}

// Session tags become context keys too. AWS allows 50 of them.
bool Context::HasDuplicateTag() const {
  const auto tags = request_.session->tags;
  for (size_t i = 1; i < tags.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (SameFolded(tags[i].key, tags[k].key)) return true;
    }
  }
  return false;
}

// S-142: compared with a supplied aws:CurrentTime, else the clock.
bool Context::IsExpired(const SessionInfo& session) {
  const auto time = RequestTime();
  return !time || *time >= InstantOf(*session.expires_at);
}

InstantValue Context::Clock() {
  if (!now_) {
    now_ = request_.now
               ? *request_.now
               : std::chrono::duration_cast<std::chrono::nanoseconds>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count();
  }
  return InstantOf(*now_);
}

// S-175; nullopt when the request supplies a time that is not a single date.
std::optional<InstantValue> Context::RequestTime() {
  const KeyValues given = FindInRequest("aws:currenttime");
  if (given.form == KeyForm::kAbsent) return Clock();
  if (given.form != KeyForm::kSingle) return std::nullopt;
  return ReadInstant(given.single);
}

// ---- look-up ---------------------------------------------------------------

KeyValues Context::FindInRequest(std::string_view folded_name) const {
  for (const ContextEntry& entry : request_.context) {
    if (EqualsFolded(entry.key, folded_name)) return ValuesOf(entry);
  }
  return Absent();
}

KeyValues Context::Resolve(const ImageTables& tables, const KeyRecord& key) {
  const std::string_view name = tables.Text(key.name);
  const auto kind = static_cast<KeyKind>(key.kind);
  if (request_.derive && kind != KeyKind::kPlain) {
    const std::string_view tag = key.tag == 0 ? "" : Slice(name, key.tag);
    const KeyValues derived = Derive(kind, tag);
    if (derived.form != KeyForm::kUnknown) return derived;
  }
  return FindInRequest(name);
}

KeyValues Context::Get(const ImageTables& tables, uint32_t key) {
  if (&tables != &main_) return Resolve(tables, tables.keys[key]);
  Scratch::KeySlot& slot = scratch_.keys[key];
  if (slot.generation != scratch_.generation) {
    slot.values = Resolve(tables, tables.keys[key]);
    slot.generation = scratch_.generation;
  }
  return slot.values;
}

// ---- derivation ------------------------------------------------------------

KeyValues Context::Derive(KeyKind kind, std::string_view tag_key) {
  FindIfNotYet();
  switch (kind) {
    case KeyKind::kPrincipalArn:
    case KeyKind::kPrincipalAccount:
    case KeyKind::kPrincipalOrgId:
    case KeyKind::kPrincipalOrgPaths:
    case KeyKind::kPrincipalTag:
    case KeyKind::kPrincipalType:
    case KeyKind::kUserId:
    case KeyKind::kUserName:
    case KeyKind::kPrincipalIsAwsService:
    case KeyKind::kPrincipalServiceName:
    case KeyKind::kPrincipalServiceNamesList:
      return DerivePrincipal(kind, tag_key);
    case KeyKind::kFederatedProvider:
    case KeyKind::kTokenIssueTime:
    case KeyKind::kMfaPresent:
    case KeyKind::kMfaAge:
    case KeyKind::kSourceIdentity:
    case KeyKind::kAssumedRoot: return DeriveSession(kind);
    case KeyKind::kResourceAccount:
    case KeyKind::kResourceOrgId:
    case KeyKind::kResourceOrgPaths:
    case KeyKind::kResourceTag:
    case KeyKind::kIamResourceTag: return DeriveResource(kind, tag_key);
    default: return DeriveRequest(kind);
  }
}

KeyValues Context::DerivePrincipal(KeyKind kind, std::string_view tag_key) {
  const bool service = caller_->kind == CallerKind::kService;
  const bool anonymous = caller_->kind == CallerKind::kAnonymous;
  switch (kind) {
    case KeyKind::kPrincipalArn: return PrincipalArn();
    case KeyKind::kPrincipalAccount:
      if (anonymous) return OneValue("anonymous");
      return caller_->account_id.empty() ? Absent()
                                         : OneValue(caller_->account_id);
    case KeyKind::kPrincipalOrgId:
      return caller_->account_id.empty() ? Absent()
                                         : OrganizationId(caller_->account);
    case KeyKind::kPrincipalOrgPaths:
      return caller_->account_id.empty() ? Absent()
                                         : OrganizationPath(caller_->account);
    case KeyKind::kPrincipalTag: return PrincipalTag(tag_key);
    case KeyKind::kPrincipalType: return PrincipalType();
    case KeyKind::kUserId: return UserId();
    case KeyKind::kUserName:
      return caller_->kind == CallerKind::kUser
                 ? OneValue(Slice(caller_->name, caller_->name.rfind('/') + 1))
                 : Absent();
    case KeyKind::kPrincipalIsAwsService:
      return service || !caller_->account_id.empty() ? Truth(service)
                                                     : Absent();
    case KeyKind::kPrincipalServiceName:
      return service ? OneValue(caller_->arn) : Absent();
    default:  // kPrincipalServiceNamesList
      if (!service) return Absent();
      scratch_.single_lists[0] = caller_->arn;
      return ListOf({&scratch_.single_lists[0], 1});
  }
}

// The role's ARN with its path, never the session's (S-118, S-136).
KeyValues Context::PrincipalArn() {
  switch (caller_->kind) {
    case CallerKind::kUser:
    case CallerKind::kRoot:
    case CallerKind::kFederatedUser: return OneValue(caller_->arn);
    case CallerKind::kRole: return OneValue(EntityArn());
    default: return Absent();
  }
}

std::string_view Context::EntityArn() {
  if (caller_->kind != CallerKind::kRole || !caller_->entity_arn.empty()) {
    return caller_->entity_arn;
  }
  Writer writer(scratch_.principal_arn);
  writer << "arn:" << caller_->partition << ":iam::" << caller_->account_id
         << ":role/" << caller_->name;
  caller_->entity_arn = writer.text();
  return caller_->entity_arn;
}

// Session tags override the entity's (S-136); keys are folded. Of an entity
// that the set does not know only the request can tell others.
KeyValues Context::PrincipalTag(std::string_view tag_key) {
  if (request_.session != nullptr && caller_->temporary) {
    for (const SessionTag& tag : request_.session->tags) {
      if (SameFolded(tag.key, tag_key)) return OneValue(tag.value);
    }
  }
  const EntityRecord* const entity = caller_->entity;
  if (entity == nullptr) return HasTags(*caller_) ? KeyValues{} : Absent();
  for (const TagRecord& tag :
       main_.tags.subspan(entity->tag_begin, entity->tag_count)) {
    if (EqualsFolded(tag_key, main_.Text(tag.key))) {
      return OneValue(main_.Text(tag.value));
    }
  }
  return Absent();
}

KeyValues Context::PrincipalType() const {
  switch (caller_->kind) {
    case CallerKind::kUser: return OneValue("User");
    case CallerKind::kRole: return OneValue("AssumedRole");
    case CallerKind::kFederatedUser: return OneValue("FederatedUser");
    case CallerKind::kRoot: return OneValue("Account");
    case CallerKind::kAnonymous: return OneValue("Anonymous");
    default: return Absent();
  }
}

KeyValues Context::UserId() {
  std::string_view unique_id;
  if (caller_->entity != nullptr) {
    unique_id = main_.Text(caller_->entity->unique_id);
  }
  Writer writer(scratch_.user_id);
  switch (caller_->kind) {
    case CallerKind::kRoot: return OneValue(caller_->account_id);
    case CallerKind::kAnonymous: return OneValue("anonymous");
    case CallerKind::kFederatedUser:
      writer << caller_->account_id << ":" << caller_->name;
      return OneValue(writer.text());
    case CallerKind::kUser:
      return unique_id.empty() ? KeyValues{} : OneValue(unique_id);
    case CallerKind::kRole:
      if (unique_id.empty() || caller_->session_name.empty()) return {};
      writer << unique_id << ":" << caller_->session_name;
      return OneValue(writer.text());
    default: return Absent();
  }
}

// Without an organisation in the set nothing is known of it.
bool Context::IsInOrganization(const AccountRecord* account) const {
  return main_.header->organization_id.size > 0 && account != nullptr &&
         (account->flags & kAccountInOrganization) != 0;
}

// An account outside the organisation may be in any but this one.
bool Context::ClaimsOrganization(KeyKind kind, const KeyValues& given) const {
  const std::string_view id = main_.Text(main_.header->organization_id);
  if (id.empty() || !IsOrganizationKey(kind)) return false;
  for (size_t i = 0; i < given.size(); ++i) {
    const std::string_view value = given[i];
    if (StartsWith(value, id) &&
        (value.size() == id.size() || value[id.size()] == '/')) {
      return true;
    }
  }
  return false;
}

KeyValues Context::OrganizationId(const AccountRecord* account) const {
  if (!IsInOrganization(account)) return {};
  return OneValue(main_.Text(main_.header->organization_id));
}

KeyValues Context::OrganizationPath(const AccountRecord* account) {
  if (!IsInOrganization(account)) return {};
  std::string_view& place =
      scratch_.single_lists[account == caller_->account ? 1 : 2];
  place = main_.Text(account->org_path);
  return ListOf({&place, 1});
}

KeyValues Context::DeriveSession(KeyKind kind) {
  const SessionInfo* session = request_.session;
  const bool held = caller_->temporary && session != nullptr;
  switch (kind) {
    case KeyKind::kFederatedProvider:
      if (held && session->federated_provider) {
        return OneValue(*session->federated_provider);
      }
      return Absent();
    case KeyKind::kTokenIssueTime:
      if (!caller_->temporary) return Absent();
      if (!held || !session->issued_at) return {};
      return OneValue(FormatInstant(InstantOf(*session->issued_at),
                                    scratch_.issue_time.data()));
    case KeyKind::kMfaPresent:
      return caller_->temporary ? Truth(held && session->mfa) : Absent();
    case KeyKind::kMfaAge: return held && session->mfa ? MfaAge() : Absent();
    case KeyKind::kSourceIdentity:
      if (held && session->source_identity) {
        return OneValue(*session->source_identity);
      }
      return Absent();
    default:  // kAssumedRoot
      return held && caller_->kind == CallerKind::kRoot && session->assumed_root
                 ? Truth(true)
                 : Absent();
  }
}

KeyValues Context::MfaAge() {
  const auto at = request_.session->mfa_at;
  const auto time = RequestTime();
  if (!at || !time) return {};
  const InstantValue since = InstantOf(*at);
  if (*time < since) return Absent();
  const uint64_t seconds = static_cast<uint64_t>(time->seconds) -
                           static_cast<uint64_t>(since.seconds);
  const uint64_t begun = time->nanoseconds < since.nanoseconds ? 1 : 0;
  // As far as 64 bits go: a supplied time may be anywhere.
  const uint64_t age =
      std::min(seconds - begun,
               static_cast<uint64_t>(std::numeric_limits<int64_t>::max()));
  return OneValue(
      FormatInteger(static_cast<int64_t>(age), scratch_.mfa_age.data()));
}

KeyValues Context::DeriveResource(KeyKind kind, std::string_view tag_key) {
  switch (kind) {
    case KeyKind::kResourceAccount:
      return target_.owner.empty() ? Absent() : OneValue(target_.owner);
    case KeyKind::kResourceOrgId: return OrganizationId(target_.owner_account);
    case KeyKind::kResourceOrgPaths:
      return OrganizationPath(target_.owner_account);
    case KeyKind::kIamResourceTag:
      return IsRole(target_) || IsUser(target_) ? ResourceTag(tag_key)
                                                : KeyValues{};
    default: return ResourceTag(tag_key);
  }
}

// S-133: what an `sts:` request on a role hands on to the session it asks for.
std::optional<std::string_view> Context::InheritedTag(
    std::string_view tag_key) const {
  const SessionInfo* const session = request_.session;
  if (session == nullptr || session->transitive_tag_keys.empty() ||
      !caller_->temporary || !StartsWithFolded(request_.action, "sts:") ||
      !IsRole(target_)) {
    return std::nullopt;
  }
  const auto keys = session->transitive_tag_keys;
  const bool transitive = std::any_of(
      keys.begin(), keys.end(),
      [&](std::string_view key) { return SameFolded(key, tag_key); });
  for (const SessionTag& tag : session->tags) {
    if (transitive && SameFolded(tag.key, tag_key)) return tag.value;
  }
  return std::nullopt;
}

// A tag that is handed on, else that of the governing entry, or of the user or
// role itself.
KeyValues Context::ResourceTag(std::string_view tag_key) {
  if (const auto inherited = InheritedTag(tag_key)) return OneValue(*inherited);
  uint32_t begin = 0;
  uint32_t count = 0;
  if (target_.tags_entry != nullptr) {
    begin = target_.tags_entry->tag_begin;
    count = target_.tags_entry->tag_count;
  } else if (target_.entity != nullptr && target_.entity->tag_count > 0) {
    begin = target_.entity->tag_begin;
    count = target_.entity->tag_count;
  } else {
    return {};
  }
  for (const TagRecord& tag : main_.tags.subspan(begin, count)) {
    if (EqualsFolded(tag_key, main_.Text(tag.key))) {
      return OneValue(main_.Text(tag.value));
    }
  }
  return Absent();
}

KeyValues Context::DeriveRequest(KeyKind kind) {
  switch (kind) {
    case KeyKind::kCurrentTime: return CurrentTime();
    case KeyKind::kEpochTime: return EpochTime();
    case KeyKind::kTagKeys: return TagKeys();
    case KeyKind::kCalledViaFirst: return CalledVia(true);
    case KeyKind::kCalledViaLast: return CalledVia(false);
    case KeyKind::kViaAwsService: return ViaAwsService();
    default: return {};
  }
}

KeyValues Context::CurrentTime() {
  if (FindInRequest("aws:currenttime").form != KeyForm::kAbsent) return {};
  return OneValue(
      FormatInstant({Clock().seconds, 0}, scratch_.current_time.data()));
}

KeyValues Context::EpochTime() {
  const auto time = RequestTime();
  if (!time) return {};
  return OneValue(FormatInteger(time->seconds, scratch_.epoch_time.data()));
}

// S-178: the keys of the request's aws:RequestTag/..., when it has any.
KeyValues Context::TagKeys() {
  size_t count = 0;
  for (const ContextEntry& entry : request_.context) {
    if (entry.key.size() > kRequestTagPrefix.size() &&
        StartsWithFolded(entry.key, kRequestTagPrefix)) {
      scratch_.tag_keys[count++] = Slice(entry.key, kRequestTagPrefix.size());
    }
  }
  if (count == 0) return {};
  return ListOf({scratch_.tag_keys.data(), count});
}

KeyValues Context::CalledVia(bool first) const {
  const KeyValues via = FindInRequest("aws:calledvia");
  if (via.form == KeyForm::kAbsent) return {};
  if (via.size() == 0) return Absent();
  return OneValue(first ? via[0] : via[via.size() - 1]);
}

// Not every service is named in a chain, so that without one the request may
// say it.
KeyValues Context::ViaAwsService() const {
  if (FindInRequest("aws:calledvia").size() > 0) return Truth(true);
  const KeyValues given = FindInRequest("aws:viaawsservice");
  return given.form == KeyForm::kAbsent ? Truth(false) : KeyValues{};
}

}  // namespace portcullis
