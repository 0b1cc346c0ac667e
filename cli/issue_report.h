// issue_report.h -- issues in the forms that `check` prints.
#ifndef PORTCULLIS_CLI_ISSUE_REPORT_H_
#define PORTCULLIS_CLI_ISSUE_REPORT_H_

#include <cstddef>
#include <string>

#include "policy/issue.h"

namespace portcullis::cli {

// FormatIssue(), one a line.
std::string IssuesText(const Issues& issues);

// {"issues": [{"file", "line", "column", "severity", "rule", "message",
// "hint"}], "errors": N, "warnings": N, "files": N}. An issue about a file as a
// whole has line and column 0.
std::string IssuesJson(const Issues& issues, size_t files);

// A SARIF 2.1.0 log of one run.
std::string IssuesSarif(const Issues& issues);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ISSUE_REPORT_H_
