// What the tests of policy/ share.
#ifndef PORTCULLIS_TESTS_POLICY_TESTING_H_
#define PORTCULLIS_TESTS_POLICY_TESTING_H_

#include <string>

#include "policy/issue.h"
#include "policy/policy_set.h"

namespace portcullis {

// The issues as they are printed, sorted, one a line.
inline std::string Lines(Issues issues) {
  issues.Sort();
  std::string lines;
  for (const Issue& issue : issues.all()) lines += FormatIssue(issue) + "\n";
  return lines;
}

// The issues of a policy document in the file p.json.
inline std::string DocumentIssues(PolicyType type, const std::string& json) {
  Issues issues;
  LoadDocument({"p.json", json}, type, issues);
  return Lines(issues);
}

// The issues of one policy set document or account export in p.json.
inline std::string SetIssues(const std::string& json) {
  Issues issues;
  LoadPolicySet({{"p.json", json}}, issues);
  return Lines(issues);
}

}  // namespace portcullis

#endif  // PORTCULLIS_TESTS_POLICY_TESTING_H_
