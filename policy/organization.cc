// stage 3: the organization of a policy set document -> draft.
#include <string>
#include <utility>

#include "policy/arn.h"
#include "policy/document.h"
#include "policy/members.h"
#include "policy/policy_set_document.h"
#include "policy/quota.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

std::vector<Attachment> ReadControlPolicies(const JsonValue& list,
                                            PolicyType type,
                                            const Reporter& report) {
  const std::string kind = type == PolicyType::kScp ? "SCP " : "RCP ";
  std::vector<Attachment> attachments;
  for (const JsonValue& element : list.elements()) {
    TextSize size;
    attachments.push_back(ReadInlinePolicy(element, type, report, size));
    WarnText(kind + Quoted(attachments.back().inline_policy.name), size,
             DocumentText(type), element.begin, report);
  }
  return attachments;
}

void ReadAccounts(const JsonValue& object, const Reporter& report,
                  DraftNode& node) {
  const JsonValue* list = FindOfKind(object, "accounts", Kind::kArray, report);
  if (list == nullptr) return;
  for (const JsonValue& element : list->elements()) {
    if (!report.Expect(element, Kind::kString, "accounts")) continue;
    CheckAccountId(element.text, element.begin, report);
    node.accounts.push_back(
        {std::string(element.text), OriginOf(element, report)});
  }
}

DraftNode ReadNode(const JsonValue& value, const char* name,
                   std::optional<uint32_t> parent, const Reporter& report) {
  DraftNode node;
  node.origin = OriginOf(value, report);
  node.parent = parent;
  if (!CheckMembers(value, name, {"id", "scps", "rcps", "accounts", "units"},
                    report))
    return node;
  node.id = StringMember(value, "id", report);
  node.scps = ReadScps(value, report);
  node.rcps = ReadRcps(value, report);
  ReadAccounts(value, report, node);
  return node;
}

// The tree under `root`, level by level, so that parents come first.
void ReadTree(const JsonValue& root, const Reporter& report,
              DraftOrganization& organization) {
  std::vector<const JsonValue*> values = {&root};
  organization.nodes.push_back(ReadNode(root, "root", std::nullopt, report));
  for (uint32_t i = 0; i < values.size(); ++i) {
    const JsonValue* units =
        FindOfKind(*values[i], "units", Kind::kArray, report);
    if (units == nullptr) continue;
    for (const JsonValue& unit : units->elements()) {
      values.push_back(&unit);
      organization.nodes.push_back(ReadNode(unit, "units", i, report));
    }
  }
}

// S-101: services as actions name them.
std::vector<std::string> ReadServices(const JsonValue& list,
                                      const Reporter& report) {
  std::vector<std::string> services;
  if (!report.Expect(list, Kind::kArray, "rcpServices")) return services;
  for (const JsonValue& element : list.elements()) {
    if (!report.Expect(element, Kind::kString, "rcpServices")) continue;
    services.emplace_back(element.text);
    if (IsActionService(element.text)) continue;
    report.Error(element.begin, "S-101",
                 Quoted(element.text) + " in `rcpServices` is no service",
                 "expected what actions begin with, as `s3`");
  }
  return services;
}

}  // namespace

std::optional<std::vector<Attachment>> ReadScps(const JsonValue& object,
                                                const Reporter& report) {
  const JsonValue* list = FindOfKind(object, "scps", Kind::kArray, report);
  if (list == nullptr) return std::nullopt;
  return ReadControlPolicies(*list, PolicyType::kScp, report);
}

std::vector<Attachment> ReadRcps(const JsonValue& object,
                                 const Reporter& report) {
  const JsonValue* list = FindOfKind(object, "rcps", Kind::kArray, report);
  if (list == nullptr) return {};
  return ReadControlPolicies(*list, PolicyType::kRcp, report);
}

void ReadOrganization(const JsonValue& value, const Reporter& report,
                      Draft& draft) {
  if (!CheckMembers(value, "organization",
                    {"id", "managementAccount", "rcpServices", "root"}, report))
    return;
  DraftOrganization organization;
  organization.origin = OriginOf(value, report);
  organization.id = StringMember(value, "id", report);
  if (const JsonValue* account =
          FindOfKind(value, "managementAccount", Kind::kString, report)) {
    CheckAccountId(account->text, account->begin, report);
    organization.management_account = account->text;
  }
  if (const JsonValue* services = value.Find("rcpServices"))
    organization.rcp_services = ReadServices(*services, report);
  if (const JsonValue* root = value.Find("root"))
    ReadTree(*root, report, organization);
  draft.organizations.push_back(std::move(organization));
}

}  // namespace portcullis
