#include "policy/issue.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace portcullis {
namespace {

constexpr size_t kMaxQuotedBytes = 120;

void AppendEscaped(char c, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c == '\r') {
    out += "\\r";
  } else if (byte < 0x20 || byte == 0x7f) {
    out += "\\x";
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  } else {
    out += c;
  }
}

// The longest prefix of at most `limit` bytes that does not cut a character.
std::string_view CutAtCharacter(std::string_view text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0) == 0x80)
    --limit;
  return text.substr(0, limit);
}

}  // namespace

std::string FormatIssue(const Issue& issue) {
  std::string out = issue.file;
  if (issue.position.line > 0) {
    out += ':' + std::to_string(issue.position.line);
    out += ':' + std::to_string(issue.position.column);
  }
  out += issue.severity == Severity::kError ? ": error[" : ": warning[";
  out += issue.rule + "]: " + issue.message;
  if (!issue.hint.empty()) out += "; " + issue.hint;
  return out;
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) AppendEscaped(c, out);
  return out;
}

std::string Quoted(std::string_view text) {
  const std::string_view cut = CutAtCharacter(text, kMaxQuotedBytes);
  return "`" + Escaped(cut) + (cut.size() < text.size() ? "...`" : "`");
}

std::string PositionText(Position position) {
  return std::to_string(position.line) + ":" + std::to_string(position.column);
}

void Issues::AddError(std::string file, Position position, std::string rule,
                      std::string message, std::string hint) {
  Add({Severity::kError, std::move(file), position, std::move(rule),
       std::move(message), std::move(hint)});
}

void Issues::AddWarning(std::string file, Position position, std::string rule,
                        std::string message, std::string hint) {
  Add({Severity::kWarning, std::move(file), position, std::move(rule),
       std::move(message), std::move(hint)});
}

void Issues::Add(Issue issue) {
  if (issue.severity == Severity::kError) ++error_count_;
  issues_.push_back(std::move(issue));
}

void Issues::Sort() {
  std::vector<size_t> order(issues_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  const auto key = [&](const size_t& i) {
    const Issue& issue = issues_[i];
    return std::tie(issue.file, issue.position, issue.rule, i);
  };
  std::sort(order.begin(), order.end(),
            [&](const size_t& a, const size_t& b) { return key(a) < key(b); });
  std::vector<Issue> sorted;
  sorted.reserve(issues_.size());
  for (const size_t i : order) sorted.push_back(std::move(issues_[i]));
  issues_ = std::move(sorted);
}

}  // namespace portcullis
