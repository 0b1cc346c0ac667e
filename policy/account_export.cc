// stage 3: account exports -> draft.
#include "policy/account_export.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/arn.h"
#include "policy/document_reader.h"
#include "policy/members.h"
#include "policy/policy_set_document.h"
#include "policy/quota.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;
using Keys = std::vector<std::string_view>;

const Keys kRootKeys = {"UserDetailList",  "GroupDetailList", "RoleDetailList",
                        "Policies",        "IsTruncated",     "Marker",
                        "ResponseMetadata"};
const Keys kDocumentKeys = {"Version", "Statement"};  // of a policy document
const Keys kUserKeys = {"Path",
                        "UserName",
                        "UserId",
                        "Arn",
                        "CreateDate",
                        "UserPolicyList",
                        "GroupList",
                        "AttachedManagedPolicies",
                        "PermissionsBoundary",
                        "Tags"};
const Keys kGroupKeys = {"Path",
                         "GroupName",
                         "GroupId",
                         "Arn",
                         "CreateDate",
                         "GroupPolicyList",
                         "AttachedManagedPolicies"};
const Keys kRoleKeys = {"Path",
                        "RoleName",
                        "RoleId",
                        "Arn",
                        "CreateDate",
                        "AssumeRolePolicyDocument",
                        "InstanceProfileList",
                        "RolePolicyList",
                        "AttachedManagedPolicies",
                        "PermissionsBoundary",
                        "Tags",
                        "RoleLastUsed"};
const Keys kPolicyKeys = {"PolicyName",
                          "PolicyId",
                          "Arn",
                          "Path",
                          "DefaultVersionId",
                          "AttachmentCount",
                          "PermissionsBoundaryUsageCount",
                          "IsAttachable",
                          "Description",
                          "CreateDate",
                          "UpdateDate",
                          "PolicyVersionList"};
const Keys kVersionKeys = {"Document", "VersionId", "IsDefaultVersion",
                           "CreateDate"};
const Keys kInlineKeys = {"PolicyName", "PolicyDocument"};
const Keys kAttachedKeys = {"PolicyName", "PolicyArn"};
const Keys kBoundaryKeys = {"PermissionsBoundaryType",
                            "PermissionsBoundaryArn"};
const Keys kTagKeys = {"Key", "Value"};

// Reads one export. Each of its functions takes an object of the export.
class ExportReader {
 public:
  ExportReader(std::string_view account, const Reporter& report, Draft& draft)
      : account_(account), report_(report), draft_(draft) {}

  void ReadRoot(const JsonValue& root);

 private:
  bool CheckKeys(const JsonValue& value, const char* name, const Keys& keys);
  std::vector<const JsonValue*> List(const JsonValue& object, const char* key);
  void CheckAccount(std::string_view account, const JsonValue& value);
  void CheckPart(const JsonValue& value, const char* key,
                 std::string_view part);

  void RefuseOtherKinds(const JsonValue& root);
  void ReadUser(const JsonValue& value);
  void ReadGroup(const JsonValue& value);
  void ReadRole(const JsonValue& value);
  void ReadPolicy(const JsonValue& value);

  void ReadEntity(const JsonValue& value, const char* list, EntityKind kind,
                  DraftPrincipal& principal);
  void ReadEntityArn(const JsonValue& value, const char* list,
                     Principal& entity);
  void ReadGroupArn(const JsonValue& value, const char* list,
                    DraftGroup& group);
  void ReadPolicyArn(const JsonValue& value, Policy& policy);
  void ReadInline(const JsonValue& value, const char* key,
                  const TextQuota& quota, std::vector<Attachment>& policies);
  void ReadAttached(const JsonValue& value, std::vector<Attachment>& policies);
  void ReadBoundary(const JsonValue& value, DraftPrincipal& principal);
  void ReadGroups(const JsonValue& value, DraftPrincipal& principal);
  void ReadTags(const JsonValue& value, Principal& entity);
  void ReadTrust(const JsonValue& value, DraftPrincipal& principal);
  void ReadSessionDuration(const JsonValue& value, Principal& role);
  const JsonValue* DefaultVersion(const JsonValue& value,
                                  const std::string& arn);
  void CheckDefaultFlags(const std::vector<const JsonValue*>& versions,
                         const std::string& default_id);
  void ReadVersion(const JsonValue& version, Policy& policy);

  std::string_view account_;  // empty: any
  const Reporter& report_;
  Draft& draft_;
  std::set<std::string> warned_;  // unknown members, once each
};

bool ExportReader::CheckKeys(const JsonValue& value, const char* name,
                             const Keys& keys) {
  if (!report_.Expect(value, Kind::kObject, name)) return false;
  for (const JsonMember& member : value.members()) {
    if (Contains(keys, member.key)) continue;
    const std::string id = std::string(name) + "." + std::string(member.key);
    if (!warned_.insert(id).second) continue;
    report_.Warning(member.key_begin, "S-155",
                    "unknown member " + Quoted(member.key) + " of " +
                        Quoted(name) + " is ignored");
  }
  return true;
}

// The elements of a list; a bare object is a list of one (S-156).
std::vector<const JsonValue*> ExportReader::List(const JsonValue& object,
                                                 const char* key) {
  std::vector<const JsonValue*> items;
  const JsonValue* value = object.Find(key);
  if (value == nullptr) return items;
  if (value->kind == Kind::kObject) return {value};
  if (!report_.Expect(*value, Kind::kArray, key)) return items;
  for (const JsonValue& element : value->elements()) items.push_back(&element);
  return items;
}

void ExportReader::CheckAccount(std::string_view account,
                                const JsonValue& value) {
  if (account_.empty() || account == account_) return;
  report_.Error(value.begin, "S-159",
                "entity of account " + Quoted(account) +
                    " in the export of account " + Quoted(account_));
}

// The name and the path that stand beside the ARN must be the ARN's.
void ExportReader::CheckPart(const JsonValue& value, const char* key,
                             std::string_view part) {
  const JsonValue* other = FindOfKind(value, key, Kind::kString, report_);
  if (other == nullptr || other->text == part) return;
  report_.Error(other->begin, "S-159",
                Quoted(key) + " is " + Quoted(other->text) +
                    ", but `Arn` says " + Quoted(part));
}

void ExportReader::ReadEntityArn(const JsonValue& value, const char* list,
                                 Principal& entity) {
  const JsonValue* arn = RequiredMember(value, list, "Arn", report_);
  if (arn == nullptr || !CheckEntityArn(*arn, entity.kind, report_, entity))
    return;
  CheckAccount(entity.account, *arn);
  CheckPart(value, entity.kind == EntityKind::kUser ? "UserName" : "RoleName",
            entity.name);
  CheckPart(value, "Path", entity.path);
}

void ExportReader::ReadEntity(const JsonValue& value, const char* list,
                              EntityKind kind, DraftPrincipal& principal) {
  Principal& entity = principal.entity;
  entity.origin = OriginOf(value, report_);
  entity.kind = kind;
  ReadEntityArn(value, list, entity);
  ReadTags(value, entity);
  ReadAttached(value, principal.policies);
  ReadBoundary(value, principal);
}

void ExportReader::ReadInline(const JsonValue& value, const char* key,
                              const TextQuota& quota,
                              std::vector<Attachment>& policies) {
  TextSize size;
  for (const JsonValue* item : List(value, key)) {
    if (!CheckKeys(*item, key, kInlineKeys)) continue;
    Attachment attachment;
    attachment.origin = OriginOf(*item, report_);
    attachment.inline_policy.name =
        RequiredString(*item, key, "PolicyName", report_);
    const JsonValue* document = item->Find("PolicyDocument");
    if (document == nullptr) {
      report_.Error(item->begin, "S-155",
                    "no `PolicyDocument` in " + Quoted(key));
      continue;
    }
    SizedDocument sized =
        ReadEncodedDocument(*document, PolicyType::kIdentity, report_);
    size += sized.size;
    attachment.inline_policy.document = std::move(sized.document);
    policies.push_back(std::move(attachment));
  }
  WarnText("inline policy text", size, &quota, value.begin, report_);
}

void ExportReader::ReadAttached(const JsonValue& value,
                                std::vector<Attachment>& policies) {
  const char* key = "AttachedManagedPolicies";
  for (const JsonValue* item : List(value, key)) {
    if (!CheckKeys(*item, key, kAttachedKeys)) continue;
    Attachment attachment;
    attachment.origin = OriginOf(*item, report_);
    attachment.arn = RequiredString(*item, key, "PolicyArn", report_);
    if (!attachment.arn.empty()) policies.push_back(std::move(attachment));
  }
}

void ExportReader::ReadBoundary(const JsonValue& value,
                                DraftPrincipal& principal) {
  const char* key = "PermissionsBoundary";
  const JsonValue* boundary = value.Find(key);
  if (boundary == nullptr || !CheckKeys(*boundary, key, kBoundaryKeys)) return;
  Attachment attachment;
  attachment.origin = OriginOf(*boundary, report_);
  attachment.arn =
      RequiredString(*boundary, key, "PermissionsBoundaryArn", report_);
  if (!attachment.arn.empty()) principal.boundary = std::move(attachment);
}

void ExportReader::ReadGroups(const JsonValue& value,
                              DraftPrincipal& principal) {
  const JsonValue* list = FindOfKind(value, "GroupList", Kind::kArray, report_);
  if (list == nullptr) return;
  for (const JsonValue& element : list->elements()) {
    if (!report_.Expect(element, Kind::kString, "GroupList")) continue;
    principal.groups.push_back(
        {std::string(element.text), true, OriginOf(element, report_)});
  }
}

void ExportReader::ReadTags(const JsonValue& value, Principal& entity) {
  for (const JsonValue* item : List(value, "Tags")) {
    if (!CheckKeys(*item, "Tags", kTagKeys)) continue;
    if (item->Find("Value") == nullptr)
      report_.Error(item->begin, "S-155", "no `Value` in `Tags`");
    entity.tags.push_back({RequiredString(*item, "Tags", "Key", report_),
                           StringMember(*item, "Value", report_)});
  }
  if (const JsonValue* tags = value.Find("Tags"))
    CheckTagKeys(entity.tags, tags->begin, report_);
}

void ExportReader::ReadTrust(const JsonValue& value,
                             DraftPrincipal& principal) {
  const JsonValue* document = value.Find("AssumeRolePolicyDocument");
  if (document == nullptr) {
    report_.Error(value.begin, "S-155",
                  "no `AssumeRolePolicyDocument` in `RoleDetailList`");
    return;
  }
  SizedDocument sized =
      ReadEncodedDocument(*document, PolicyType::kTrust, report_);
  WarnText("trust policy", sized.size, &kTrustPolicyText, document->begin,
           report_);
  principal.trust = Policy{principal.entity.arn, "", std::move(sized.document)};
}

// S-161: the detail of a role lacks it, but its instance profiles repeat the
// role with it.
void ExportReader::ReadSessionDuration(const JsonValue& value,
                                       Principal& role) {
  const char* key = "MaxSessionDuration";
  std::optional<uint32_t> known;
  if (role.arn.empty()) return;
  for (const JsonValue* profile : List(value, "InstanceProfileList")) {
    for (const JsonValue* item : List(*profile, "Roles")) {
      if (StringMember(*item, "Arn", report_) != role.arn) continue;
      const auto seconds = SessionDurationMember(*item, key, report_);
      if (!seconds) continue;
      if (known.value_or(*seconds) != *seconds) {
        report_.Error(item->Find(key)->begin, "S-161",
                      Quoted(key) + " of " + Quoted(role.arn) + " is " +
                          std::to_string(*seconds) + " here and " +
                          std::to_string(*known) + " before");
      }
      known = role.max_session_duration = *seconds;
    }
  }
}

void ExportReader::ReadUser(const JsonValue& value) {
  const char* list = "UserDetailList";
  DraftPrincipal principal;
  if (!CheckKeys(value, list, kUserKeys)) return;
  ReadEntity(value, list, EntityKind::kUser, principal);
  principal.entity.unique_id = UniqueIdMember(value, "UserId", report_);
  ReadInline(value, "UserPolicyList", kUserInlineText, principal.policies);
  ReadGroups(value, principal);
  draft_.principals.push_back(std::move(principal));
}

void ExportReader::ReadRole(const JsonValue& value) {
  const char* list = "RoleDetailList";
  DraftPrincipal principal;
  if (!CheckKeys(value, list, kRoleKeys)) return;
  ReadEntity(value, list, EntityKind::kRole, principal);
  principal.entity.unique_id = UniqueIdMember(value, "RoleId", report_);
  ReadInline(value, "RolePolicyList", kRoleInlineText, principal.policies);
  ReadTrust(value, principal);
  ReadSessionDuration(value, principal.entity);
  draft_.principals.push_back(std::move(principal));
}

void ExportReader::ReadGroupArn(const JsonValue& value, const char* list,
                                DraftGroup& group) {
  const JsonValue* text = RequiredMember(value, list, "Arn", report_);
  if (text == nullptr) return;
  group.arn = text->text;
  if (!CheckGroupArn(*text, report_)) return;
  const std::optional<EntityArn> arn = ParseEntityArn(group.arn);
  CheckAccount(arn->account, *text);
  CheckPart(value, "GroupName", arn->name);
  CheckPart(value, "Path", arn->path);
}

void ExportReader::ReadGroup(const JsonValue& value) {
  const char* list = "GroupDetailList";
  if (!CheckKeys(value, list, kGroupKeys)) return;
  DraftGroup group;
  group.origin = OriginOf(value, report_);
  ReadGroupArn(value, list, group);
  ReadAttached(value, group.policies);
  ReadInline(value, "GroupPolicyList", kGroupInlineText, group.policies);
  draft_.groups.push_back(std::move(group));
}

// S-151: `IsDefaultVersion`, where it is given, agrees with the id.
void ExportReader::CheckDefaultFlags(
    const std::vector<const JsonValue*>& versions,
    const std::string& default_id) {
  for (const JsonValue* version : versions) {
    const JsonValue* flag =
        FindOfKind(*version, "IsDefaultVersion", Kind::kBool, report_);
    if (flag == nullptr) continue;
    const std::string id = StringMember(*version, "VersionId", report_);
    if ((flag->text == "true") == (id == default_id)) continue;
    report_.Error(flag->begin, "S-151",
                  "`IsDefaultVersion` of " + Quoted(id) + " is " +
                      Quoted(flag->text) + ", but `DefaultVersionId` is " +
                      Quoted(default_id));
  }
}

// The version that counts; null with an issue when it is missing.
const JsonValue* ExportReader::DefaultVersion(const JsonValue& value,
                                              const std::string& arn) {
  const std::string default_id =
      RequiredString(value, "Policies", "DefaultVersionId", report_);
  if (default_id.empty()) return nullptr;
  std::vector<const JsonValue*> versions;
  for (const JsonValue* version : List(value, "PolicyVersionList")) {
    if (CheckKeys(*version, "PolicyVersionList", kVersionKeys))
      versions.push_back(version);
  }
  if (!arn.empty() && !IsAwsPolicy(arn)) {
    WarnCount(arn, versions.size(), kPolicyVersions, OriginOf(value, report_),
              report_.issues());
  }
  CheckDefaultFlags(versions, default_id);
  const JsonValue* found = nullptr;
  for (const JsonValue* version : versions) {
    const JsonValue* id = version->Find("VersionId");
    if (id == nullptr || id->text != default_id) continue;
    if (found != nullptr) {
      report_.Error(id->begin, "S-151",
                    "version " + Quoted(default_id) + " stands there twice");
      return nullptr;
    }
    found = version;
  }
  if (found != nullptr) return found;
  report_.Error(value.begin, "S-151",
                "default version " + Quoted(default_id) +
                    " is not in `PolicyVersionList`");
  return nullptr;
}

void ExportReader::ReadVersion(const JsonValue& version, Policy& policy) {
  const JsonValue* document = version.Find("Document");
  if (document == nullptr) {
    report_.Error(version.begin, "S-155",
                  "no `Document` in `PolicyVersionList`");
    return;
  }
  SizedDocument sized =
      ReadEncodedDocument(*document, PolicyType::kIdentity, report_);
  WarnText("managed policy " + Quoted(policy.name), sized.size,
           ManagedPolicyText(policy.arn), document->begin, report_);
  policy.document = std::move(sized.document);
}

void ExportReader::ReadPolicyArn(const JsonValue& value, Policy& policy) {
  const JsonValue* text = RequiredMember(value, "Policies", "Arn", report_);
  if (text == nullptr) return;
  policy.arn = text->text;
  policy.name = ManagedPolicyName(policy.arn);
  if (!CheckManagedPolicyArn(*text, report_)) return;
  const std::optional<EntityArn> arn = ParseEntityArn(policy.arn);
  if (!IsAwsPolicy(policy.arn)) CheckAccount(arn->account, *text);
  CheckPart(value, "PolicyName", policy.name);
  CheckPart(value, "Path", arn->path);
}

void ExportReader::ReadPolicy(const JsonValue& value) {
  if (!CheckKeys(value, "Policies", kPolicyKeys)) return;
  DraftPolicy entry;
  entry.origin = OriginOf(value, report_);
  ReadPolicyArn(value, entry.policy);
  if (const JsonValue* version = DefaultVersion(value, entry.policy.arn))
    ReadVersion(*version, entry.policy);
  draft_.policies.push_back(std::move(entry));
}

// S-155: AWS adds no members of these names; left out, their guards would be.
void ExportReader::RefuseOtherKinds(const JsonValue& root) {
  for (const JsonMember& member : root.members()) {
    const bool of_set = Contains(PolicySetKeys(), member.key);
    if (!of_set && !Contains(kDocumentKeys, member.key)) continue;
    warned_.insert("account export." + std::string(member.key));
    report_.Error(member.key_begin, "S-155",
                  Quoted(member.key) + " of a policy " +
                      (of_set ? "set document" : "document") +
                      " stands in an account export",
                  "write it into a file of its own");
  }
}

void ExportReader::ReadRoot(const JsonValue& root) {
  RefuseOtherKinds(root);
  if (!CheckKeys(root, "account export", kRootKeys)) return;
  const JsonValue* truncated =
      FindOfKind(root, "IsTruncated", Kind::kBool, report_);
  if (truncated != nullptr && truncated->text == "true") {
    report_.Error(truncated->begin, "S-150",
                  "`IsTruncated` is true: the export is not whole",
                  "export all pages");
  }
  for (const JsonValue* item : List(root, "UserDetailList")) ReadUser(*item);
  for (const JsonValue* item : List(root, "GroupDetailList")) ReadGroup(*item);
  for (const JsonValue* item : List(root, "RoleDetailList")) ReadRole(*item);
  for (const JsonValue* item : List(root, "Policies")) ReadPolicy(*item);
}

}  // namespace

bool LooksLikeAccountExport(const JsonValue& root) {
  for (const char* key :
       {"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}) {
    if (root.Find(key) != nullptr) return true;
  }
  return false;
}

void ReadAccountExport(const JsonValue& root, std::string_view account,
                       const Reporter& report, Draft& draft) {
  ExportReader(account, report, draft).ReadRoot(root);
}

}  // namespace portcullis
