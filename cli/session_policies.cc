#include "cli/session_policies.h"

#include <utility>

#include "cli/request_reader.h"
#include "policy/document_reader.h"
#include "policy/reporter.h"

namespace portcullis::cli {
namespace {

std::vector<Policy> ReadPolicies(const JsonDocument& json,
                                 const JsonValue& value, Issues& issues) {
  const Reporter report(json, issues);
  std::vector<Policy> policies;
  for (const JsonValue& element : value.elements()) {
    SizedDocument sized = ReadDocument(element, PolicyType::kSession, report);
    policies.push_back({"session-policy-" + std::to_string(policies.size() + 1),
                        "", std::move(sized.document)});
  }
  return policies;
}

std::string AllErrors(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues.all()) {
    if (issue.severity != Severity::kError) continue;
    if (!text.empty()) text += "; ";
    text += IssueText(issue);
  }
  return text;
}

}  // namespace

const SessionPolicies* SessionPolicyCache::Get(const JsonDocument& json,
                                               const JsonValue& value,
                                               std::string& error) {
  const std::string_view source = SourceOf(json, value);
  if (last_ && source == source_) return &*last_;
  Issues issues;
  SessionPolicies fresh;
  fresh.policies = ReadPolicies(json, value, issues);
  last_.reset();
  if (!issues.ok()) {
    error = AllErrors(issues);
    return nullptr;
  }
  fresh.image = CompileSession(fresh.policies).bytes;
  last_ = std::move(fresh);
  const ImageView::Opened opened = ImageView::Open(BytesOf(last_->image));
  if (!opened.view) {
    error = "internal error: session image: " + opened.error.message;
    last_.reset();
    return nullptr;
  }
  last_->view = opened.view;
  source_ = source;
  return &*last_;
}

}  // namespace portcullis::cli
