// small_image.h -- policy sets as JSON text, compiled and opened, for the tests
// of compiler/ and runtime/ together.
#ifndef PORTCULLIS_TESTS_SMALL_IMAGE_H_
#define PORTCULLIS_TESTS_SMALL_IMAGE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/decide.h"
#include "runtime/explain.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"

namespace portcullis {

// Sanitizers take ten times as long: exhaustive tests then take a part.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

inline constexpr char kAna[] = "arn:aws:iam::111122223333:user/ana";

// The set that `json` says; its errors fail the test.
inline PolicySet LoadSet(const std::string& json) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"set.json", json}}, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return set;
}

inline Document LoadPolicy(const std::string& json, PolicyType type) {
  Issues issues;
  Document document = LoadDocument({"p.json", json}, type, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return document;
}

// `{"Version": "2012-10-17", "Statement": [STATEMENTS]}`.
inline std::string DocumentJson(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

// A set whose one principal, kAna, has the one policy `p`.
inline std::string SetOfAna(const std::string& document) {
  return R"({"principals":[{"arn":")" + std::string(kAna) +
         R"(","policies":[{"name":"p","document":)" + document + "}]}]}";
}

// As SetOfAna(), without the way through JSON.
inline PolicySet SetOfStatements(std::vector<Statement> statements) {
  PolicySet set;
  Policy policy;
  policy.name = "p";
  policy.document.has_version = true;
  policy.document.variables = true;
  policy.document.statements = std::move(statements);
  for (size_t i = 0; i < policy.document.statements.size(); ++i) {
    policy.document.statements[i].index = static_cast<uint32_t>(i);
  }
  set.policies.push_back(std::move(policy));
  Principal ana;
  ana.arn = kAna;
  ana.partition = "aws";
  ana.account = "111122223333";
  ana.path = "/";
  ana.name = "ana";
  ana.policies = {0};
  set.principals.push_back(std::move(ana));
  return set;
}

// `action` on each of `resources`; all of it kAllow.
inline Statement AllowStatement(const std::string& action,
                                const std::vector<std::string>& resources) {
  Statement statement;
  statement.actions.push_back({action, {}});
  statement.has_resource = true;
  for (const std::string& text : resources) {
    statement.resources.push_back({text, {}});
  }
  return statement;
}

// An image that owns its bytes, with a work space.
class SmallImage {
 public:
  explicit SmallImage(CompiledImage compiled) : compiled_(std::move(compiled)) {
    ImageView::Opened opened = ImageView::Open(BytesOf(compiled_.bytes));
    EXPECT_TRUE(opened.view.has_value()) << opened.error.message;
    view_ = *opened.view;
    scratch_ = std::make_unique<Scratch>(view_);
  }
  explicit SmallImage(const PolicySet& set, const CompileOptions& options = {})
      : SmallImage(Compile(set, options)) {}

  const ImageView& view() const { return view_; }
  const ImageBytes& bytes() const { return compiled_.bytes; }
  const CompileStats& stats() const { return compiled_.stats; }
  Scratch& scratch() { return *scratch_; }

  Decision Ask(const Request& request) {
    return Decide(view_, request, *scratch_);
  }
  Explanation Why(const Request& request) {
    return Explain(view_, request, *scratch_);
  }
  // May kAna do `action` on `resource`?
  bool Allows(std::string_view action, std::string_view resource) {
    Request request;
    request.principal = kAna;
    request.action = action;
    request.resource = resource;
    return Ask(request).verdict == Verdict::kAllowed;
  }
  // The labels of the matched statements, sorted and without duplicates.
  std::vector<std::string> Labels(const Explanation& explanation) const {
    std::vector<std::string> labels;
    for (const MatchedStatement& matched : explanation.matched) {
      labels.push_back(StatementLabel(view_, matched.statement));
    }
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return labels;
  }

 private:
  CompiledImage compiled_;
  ImageView view_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_TESTS_SMALL_IMAGE_H_
