// stage 3: policy set documents -> draft.
#include "policy/policy_set_document.h"

#include <string>
#include <utility>

#include "policy/account_export.h"
#include "policy/arn.h"
#include "policy/document_reader.h"
#include "policy/members.h"
#include "policy/quota.h"
#include "policy/values.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

// One entry of a `policies` list, or a boundary.
Attachment ReadAttachment(const JsonValue& value, PolicyType type,
                          const Reporter& report, TextSize& size) {
  if (value.kind == Kind::kObject)
    return ReadInlinePolicy(value, type, report, size);
  Attachment attachment;
  attachment.origin = OriginOf(value, report);
  if (value.kind != Kind::kString) {
    report.Error(value.begin, "S-12",
                 std::string("policy is ") + KindName(value.kind),
                 "expected an ARN or an object {name, document}");
    return attachment;
  }
  if (CheckManagedPolicyArn(value, report)) attachment.arn = value.text;
  return attachment;
}

std::vector<Attachment> ReadAttachments(const JsonValue& object,
                                        const TextQuota& quota,
                                        const Reporter& report) {
  std::vector<Attachment> attachments;
  const JsonValue* list = FindOfKind(object, "policies", Kind::kArray, report);
  if (list == nullptr) return attachments;
  TextSize inline_size;
  for (const JsonValue& element : list->elements()) {
    TextSize size;
    attachments.push_back(
        ReadAttachment(element, PolicyType::kIdentity, report, size));
    inline_size += size;
  }
  WarnText("inline policy text", inline_size, &quota, list->begin, report);
  return attachments;
}

void ReadPolicy(const JsonValue& value, const Reporter& report, Draft& draft) {
  if (!CheckMembers(value, "policies", {"arn", "document"}, report)) return;
  DraftPolicy entry;
  entry.origin = OriginOf(value, report);
  if (const JsonValue* arn = RequiredMember(value, "policies", "arn", report)) {
    entry.policy.arn = arn->text;
    CheckManagedPolicyArn(*arn, report);
  }
  entry.policy.name = ManagedPolicyName(entry.policy.arn);
  const JsonValue* document = value.Find("document");
  if (document == nullptr) {
    report.Error(value.begin, "S-155", "no `document` in `policies`");
  } else {
    SizedDocument sized =
        ReadDocument(*document, PolicyType::kIdentity, report);
    WarnText("managed policy " + Quoted(entry.policy.name), sized.size,
             ManagedPolicyText(entry.policy.arn), document->begin, report);
    entry.policy.document = std::move(sized.document);
  }
  draft.policies.push_back(std::move(entry));
}

void ReadGroup(const JsonValue& value, const Reporter& report, Draft& draft) {
  if (!CheckMembers(value, "groups", {"arn", "policies"}, report)) return;
  DraftGroup group;
  group.origin = OriginOf(value, report);
  if (const JsonValue* arn = RequiredMember(value, "groups", "arn", report)) {
    group.arn = arn->text;
    CheckGroupArn(*arn, report);
  }
  group.policies = ReadAttachments(value, kGroupInlineText, report);
  draft.groups.push_back(std::move(group));
}

std::vector<Tag> ReadTags(const JsonValue& object, const Reporter& report) {
  std::vector<Tag> tags;
  const JsonValue* value = FindOfKind(object, "tags", Kind::kObject, report);
  if (value == nullptr) return tags;
  for (const JsonMember& member : value->members()) {
    if (report.Expect(member.value, Kind::kString, member.key))
      tags.push_back({std::string(member.key), std::string(member.value.text)});
  }
  CheckTagKeys(tags, value->begin, report);
  return tags;
}

void ReadTrust(const JsonValue& object, const Reporter& report,
               DraftPrincipal& principal) {
  const JsonValue* value = object.Find("trustPolicy");
  if (value == nullptr) return;
  SizedDocument sized = ReadDocument(*value, PolicyType::kTrust, report);
  WarnText("trust policy", sized.size, &kTrustPolicyText, value->begin, report);
  principal.trust = Policy{principal.entity.arn, "", std::move(sized.document)};
}

void ReadGroupReferences(const JsonValue& object, const Reporter& report,
                         DraftPrincipal& principal) {
  const JsonValue* list = FindOfKind(object, "groups", Kind::kArray, report);
  if (list == nullptr) return;
  for (const JsonValue& element : list->elements()) {
    if (!report.Expect(element, Kind::kString, "groups")) continue;
    principal.groups.push_back(
        {std::string(element.text), false, OriginOf(element, report)});
  }
}

// Members that only one kind of entity has.
void CheckEntityMembers(const JsonValue& value, EntityKind kind,
                        const Reporter& report) {
  const bool user = kind == EntityKind::kUser;
  for (const JsonMember& member : value.members()) {
    const bool of_role =
        member.key == "trustPolicy" || member.key == "maxSessionDuration";
    if (user ? !of_role : member.key != "groups") continue;
    report.Error(member.key_begin, "S-155",
                 Quoted(member.key) + (user ? " of a user" : " of a role"),
                 user ? "only roles have it" : "only users have it");
  }
}

void ReadPrincipal(const JsonValue& value, const Reporter& report,
                   Draft& draft) {
  static const std::vector<std::string_view> kKeys = {
      "arn",      "id",          "policies", "groups",
      "boundary", "trustPolicy", "tags",     "maxSessionDuration"};
  if (!CheckMembers(value, "principals", kKeys, report)) return;
  DraftPrincipal principal;
  Principal& entity = principal.entity;
  entity.origin = OriginOf(value, report);
  const JsonValue* arn = RequiredMember(value, "principals", "arn", report);
  if (arn != nullptr && CheckEntityArn(*arn, std::nullopt, report, entity))
    CheckEntityMembers(value, entity.kind, report);
  entity.unique_id = UniqueIdMember(value, "id", report);
  entity.tags = ReadTags(value, report);
  entity.max_session_duration =
      SessionDurationMember(value, "maxSessionDuration", report)
          .value_or(entity.max_session_duration);
  ReadTrust(value, report, principal);
  ReadGroupReferences(value, report, principal);
  principal.policies = ReadAttachments(
      value,
      entity.kind == EntityKind::kUser ? kUserInlineText : kRoleInlineText,
      report);
  if (const JsonValue* boundary = value.Find("boundary")) {
    TextSize size;
    principal.boundary =
        ReadAttachment(*boundary, PolicyType::kBoundary, report, size);
    WarnText("permissions boundary", size, &kManagedPolicyText, boundary->begin,
             report);
  }
  draft.principals.push_back(std::move(principal));
}

std::optional<Policy> ReadAttachedPolicy(const JsonValue& object,
                                         const std::string& name,
                                         PolicyType type,
                                         const TextQuota* quota,
                                         const Reporter& report) {
  const JsonValue* value = object.Find("policy");
  if (value == nullptr) return std::nullopt;
  SizedDocument sized = ReadDocument(*value, type, report);
  WarnText("policy of " + Quoted(name), sized.size, quota, value->begin,
           report);
  return Policy{name, "", std::move(sized.document)};
}

// An entry that is no ARN would govern nothing, its denies included.
std::string ReadResourceArn(const JsonValue& value, const Reporter& report) {
  const JsonValue* arn = RequiredMember(value, "resources", "arn", report);
  if (arn == nullptr) return "";
  if (!IsArn(SplitArn(arn->text, false))) {
    report.Error(arn->begin, "S-159", Quoted(arn->text) + " is not an ARN",
                 "expected `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`");
  }
  return std::string(arn->text);
}

void ReadResource(const JsonValue& value, const Reporter& report,
                  Draft& draft) {
  if (!CheckMembers(value, "resources", {"arn", "account", "policy", "tags"},
                    report))
    return;
  DraftResource resource;
  resource.origin = OriginOf(value, report);
  resource.arn = ReadResourceArn(value, report);
  if (const JsonValue* account =
          FindOfKind(value, "account", Kind::kString, report)) {
    CheckAccountId(account->text, account->begin, report);
    resource.account = account->text;
  }
  resource.policy =
      ReadAttachedPolicy(value, resource.arn, PolicyType::kResource,
                         ResourcePolicyText(resource.arn), report);
  if (value.Find("tags") != nullptr) resource.tags = ReadTags(value, report);
  draft.resources.push_back(std::move(resource));
}

void ReadEndpoint(const JsonValue& value, const Reporter& report,
                  Draft& draft) {
  if (!CheckMembers(value, "endpoints", {"id", "policy"}, report)) return;
  DraftEndpoint endpoint;
  endpoint.origin = OriginOf(value, report);
  endpoint.id = RequiredString(value, "endpoints", "id", report);
  endpoint.policy =
      ReadAttachedPolicy(value, endpoint.id, PolicyType::kEndpoint,
                         DocumentText(PolicyType::kEndpoint), report);
  draft.endpoints.push_back(std::move(endpoint));
}

void CheckCanonicalId(const JsonValue& object, const Reporter& report) {
  const JsonValue* value = object.Find("canonicalId");
  if (value == nullptr || value->kind != Kind::kString) return;
  const bool hex = value->text.size() == 64 &&
                   value->text.find_first_not_of("0123456789abcdefABCDEF") ==
                       std::string_view::npos;
  if (hex) return;
  report.Error(value->begin, "S-159",
               Quoted(value->text) + " is no canonical user id",
               "expected 64 hexadecimal digits");
}

void ReadAccount(const JsonValue& value, const Reporter& report, Draft& draft) {
  if (!CheckMembers(value, "accounts",
                    {"id", "scps", "rcps", "canonicalId", "export"}, report))
    return;
  DraftAccount account;
  account.origin = OriginOf(value, report);
  if (const JsonValue* id = RequiredMember(value, "accounts", "id", report)) {
    account.id = id->text;
    CheckAccountId(id->text, id->begin, report);
  }
  account.scps = ReadScps(value, report);
  account.rcps = ReadRcps(value, report);
  account.canonical_id = Fold(StringMember(value, "canonicalId", report));
  CheckCanonicalId(value, report);
  if (const JsonValue* nested =
          FindOfKind(value, "export", Kind::kObject, report))
    ReadAccountExport(*nested, account.id, report, draft);
  draft.accounts.push_back(std::move(account));
}

using EntryReader = void (*)(const JsonValue&, const Reporter&, Draft&);

void ReadEntries(const JsonValue& root, const char* key, EntryReader read,
                 const Reporter& report, Draft& draft) {
  const JsonValue* list = FindOfKind(root, key, Kind::kArray, report);
  if (list == nullptr) return;
  for (const JsonValue& element : list->elements())
    read(element, report, draft);
}

}  // namespace

const std::vector<std::string_view>& PolicySetKeys() {
  static const std::vector<std::string_view> kKeys = {
      "organization", "accounts",  "policies", "groups",
      "principals",   "resources", "endpoints"};
  return kKeys;
}

Attachment ReadInlinePolicy(const JsonValue& value, PolicyType type,
                            const Reporter& report, TextSize& size) {
  Attachment attachment;
  attachment.origin = OriginOf(value, report);
  if (!CheckMembers(value, "policy", {"name", "document"}, report))
    return attachment;
  Policy& policy = attachment.inline_policy;
  policy.name = RequiredString(value, "policy", "name", report);
  const JsonValue* document = value.Find("document");
  if (document == nullptr) {
    report.Error(value.begin, "S-155", "no `document` in `policy`");
    return attachment;
  }
  SizedDocument sized = ReadDocument(*document, type, report);
  policy.document = std::move(sized.document);
  size = sized.size;
  return attachment;
}

void ReadPolicySetDocument(const JsonValue& root, const Reporter& report,
                           Draft& draft) {
  if (!CheckMembers(root, "policy set", PolicySetKeys(), report)) return;
  if (const JsonValue* organization = root.Find("organization"))
    ReadOrganization(*organization, report, draft);
  ReadEntries(root, "accounts", ReadAccount, report, draft);
  ReadEntries(root, "policies", ReadPolicy, report, draft);
  ReadEntries(root, "groups", ReadGroup, report, draft);
  ReadEntries(root, "principals", ReadPrincipal, report, draft);
  ReadEntries(root, "resources", ReadResource, report, draft);
  ReadEntries(root, "endpoints", ReadEndpoint, report, draft);
}

}  // namespace portcullis
