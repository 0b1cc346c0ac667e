// issue.h -- what can be wrong with an input, and where.
//
// An Issue is about what a *policy file says*; what the machine cannot do
// (open, read, write a file) is a text of cli/'s own. Every message has
// the form `what was found; what was expected` in lower case without a final
// period, user text in backticks, and cites a rule of docs/semantics.md.
#ifndef PORTCULLIS_POLICY_ISSUE_H_
#define PORTCULLIS_POLICY_ISSUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

enum class Severity : uint8_t { kWarning, kError };

// A place in a file. Lines and columns count from 1; columns count characters
// (code points), not bytes. Line 0 stands for the file as a whole.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;

  friend bool operator==(const Position&, const Position&) = default;
  friend auto operator<=>(const Position&, const Position&) = default;
};

struct Issue {
  Severity severity = Severity::kError;
  std::string file;     // as named by the user, "-" for standard input
  Position position;    // of the value or key that is wrong
  std::string rule;     // "S-7"
  std::string message;  // "unknown element `Efect`"
  std::string hint;     // "did you mean `Effect`?"; may be empty
};

// `policy.json:12:9: error[S-7]: unknown element `Efect`; did you mean
// `Effect`?` on one line, without the newline.
std::string FormatIssue(const Issue& issue);

// `text` with its control characters escaped: "\n" for a line feed, "\x1b".
std::string Escaped(std::string_view text);

// `text` in backticks, as user text stands in messages: control characters
// escaped, long text cut after 120 bytes with `...`.
std::string Quoted(std::string_view text);

// "12:9".
std::string PositionText(Position position);

// An ordered list of issues. Thread-compatible.
class Issues {
 public:
  void AddError(std::string file, Position position, std::string rule,
                std::string message, std::string hint = "");
  void AddWarning(std::string file, Position position, std::string rule,
                  std::string message, std::string hint = "");

  void Add(Issue issue);

  // By file, then position, then rule; stable. Reports are printed sorted.
  void Sort();

  const std::vector<Issue>& all() const { return issues_; }
  size_t error_count() const { return error_count_; }
  size_t warning_count() const { return issues_.size() - error_count_; }
  bool ok() const { return error_count_ == 0; }

 private:
  std::vector<Issue> issues_;
  size_t error_count_ = 0;
};

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_ISSUE_H_
