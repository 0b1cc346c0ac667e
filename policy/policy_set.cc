// stages 1 to 4 in order: bytes -> JSON -> draft -> policy set -> issues.
#include "policy/policy_set.h"

#include <algorithm>
#include <utility>

#include "policy/account_export.h"
#include "policy/document_reader.h"
#include "policy/input.h"
#include "policy/merge.h"
#include "policy/nearest.h"
#include "policy/policy_set_document.h"
#include "policy/quota.h"
#include "policy/resolve.h"
#include "policy/validate.h"

namespace portcullis {
namespace {

constexpr const char* kExpectedInput =
    "expected an account export, a policy set document or a policy document";

// The one JSON object of a file (S-160).
std::optional<JsonDocument> ReadObject(const Source& source, Issues& issues) {
  std::optional<JsonDocument> json =
      ReadJson(source.file, source.bytes, issues, source.first);
  if (!json || json->root.kind == JsonValue::Kind::kObject) return json;
  issues.AddError(source.file, json->lines.At(json->root.begin), "S-160",
                  std::string("the file holds ") + KindName(json->root.kind),
                  "expected one JSON object");
  return std::nullopt;
}

bool LooksLikePolicySet(const JsonValue& root) {
  if (root.members().empty()) return true;
  const std::vector<std::string_view>& keys = PolicySetKeys();
  return std::any_of(keys.begin(), keys.end(), [&](std::string_view key) {
    return root.Find(key) != nullptr;
  });
}

bool LooksLikePolicyDocument(const JsonValue& root) {
  return root.Find("Statement") != nullptr || root.Find("Version") != nullptr;
}

// What the file looks like, or what the first member may have been meant to be.
std::string KindHint(const JsonValue& root) {
  static const std::vector<std::string_view> kKeys = {
      "Statement",      "Version",  "UserDetailList", "GroupDetailList",
      "RoleDetailList", "Policies", "organization",   "accounts",
      "policies",       "groups",   "principals",     "resources",
      "endpoints"};
  if (root.Find("Effect") != nullptr) {
    return "it looks like a bare statement, which belongs into `Statement` of "
           "a policy document";
  }
  for (const JsonMember& member : root.members()) {
    const std::string nearest = Nearest(member.key, kKeys);
    if (EditDistance(member.key, nearest) > 2) continue;
    return "did you mean " + Quoted(nearest) + " for " + Quoted(member.key) +
           "?";
  }
  return kExpectedInput;
}

std::optional<InputKind> Classify(const JsonDocument& json, Issues& issues) {
  const JsonValue& root = json.root;
  if (LooksLikeAccountExport(root)) return InputKind::kAccountExport;
  if (LooksLikePolicySet(root)) return InputKind::kPolicySet;
  if (LooksLikePolicyDocument(root)) return InputKind::kPolicyDocument;
  issues.AddError(json.file, json.lines.At(root.begin), "S-160",
                  "the file is of no known kind", KindHint(root));
  return std::nullopt;
}

void AddToDraft(const Input& input, Draft& draft, Issues& issues) {
  const Reporter report(input.json, issues);
  const JsonValue& root = input.json.root;
  switch (input.kind) {
    case InputKind::kAccountExport:
      ReadAccountExport(root, "", report, draft);
      return;
    case InputKind::kPolicySet:
      ReadPolicySetDocument(root, report, draft);
      return;
    case InputKind::kPolicyDocument: break;
  }
  report.Error(root.begin, "S-160",
               "the file holds a policy document that nothing attaches",
               "expected an account export or a policy set document");
}

PolicySet Finish(Draft draft, Issues& issues) {
  MergeDraft(draft, issues);
  PolicySet set = ResolveDraft(std::move(draft), issues);
  ValidatePolicySet(set, issues);
  return set;
}

Document ReadDocumentOf(const JsonDocument& json, PolicyType type,
                        Issues& issues) {
  const Reporter report(json, issues);
  SizedDocument sized = ReadDocument(json.root, type, report);
  WarnText("document", sized.size, DocumentText(type), json.root.begin, report);
  return std::move(sized.document);
}

}  // namespace

std::vector<PolicyIndex> IdentityPolicies(const PolicySet& set,
                                          const Principal& principal) {
  std::vector<PolicyIndex> indices = principal.policies;
  for (const uint32_t group : principal.groups) {
    const std::vector<PolicyIndex>& more = set.groups[group].policies;
    indices.insert(indices.end(), more.begin(), more.end());
  }
  std::sort(indices.begin(), indices.end());
  indices.erase(std::unique(indices.begin(), indices.end()), indices.end());
  return indices;
}

std::optional<Input> ReadInput(const Source& source, Issues& issues) {
  std::optional<JsonDocument> json = ReadObject(source, issues);
  if (!json) return std::nullopt;
  const std::optional<InputKind> kind = Classify(*json, issues);
  if (!kind) return std::nullopt;
  return Input{std::move(*json), *kind};
}

PolicySet MergeInputs(const std::vector<Input>& inputs, Issues& issues) {
  Draft draft;
  for (const Input& input : inputs) AddToDraft(input, draft, issues);
  return Finish(std::move(draft), issues);
}

PolicySet LoadPolicySet(const std::vector<Source>& sources, Issues& issues) {
  Draft draft;
  for (const Source& source : sources) {
    const std::optional<Input> input = ReadInput(source, issues);
    if (input) AddToDraft(*input, draft, issues);
  }
  return Finish(std::move(draft), issues);
}

Document DocumentOf(const Input& input, PolicyType type, Issues& issues) {
  return ReadDocumentOf(input.json, type, issues);
}

Document LoadDocument(const Source& source, PolicyType type, Issues& issues) {
  const std::optional<JsonDocument> json = ReadObject(source, issues);
  if (json) return ReadDocumentOf(*json, type, issues);
  Document document;
  document.type = type;
  document.file = source.file;
  return document;
}

}  // namespace portcullis
