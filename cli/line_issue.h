// line_issue.h -- issues of a JSON text that is one line of a file.
#ifndef PORTCULLIS_CLI_LINE_ISSUE_H_
#define PORTCULLIS_CLI_LINE_ISSUE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "policy/issue.h"

namespace portcullis::cli {

// `position` of a text that begins in line `first` of its file. Line 0 is the
// text as a whole.
inline Position InFile(Position position, size_t first) {
  if (position.line > 0) position.line += static_cast<uint32_t>(first - 1);
  return position;
}

// An issue of ReadJson(), which counts lines from the text's own first one, as
// an issue of the file. The hint about a duplicate key holds a place too.
inline Issue InFile(Issue issue, size_t line) {
  constexpr std::string_view kFirstStands = "it first stands at 1:";
  issue.position = InFile(issue.position, line);
  if (issue.hint.starts_with(kFirstStands)) {
    issue.hint.replace(kFirstStands.size() - 2, 1, std::to_string(line));
  }
  return issue;
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_LINE_ISSUE_H_
