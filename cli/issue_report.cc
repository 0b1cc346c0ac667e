#include "cli/issue_report.h"

#include <set>

#include "cli/json_writer.h"

namespace portcullis::cli {
namespace {

const char* SeverityName(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string WholeMessage(const Issue& issue) {
  return issue.hint.empty() ? issue.message : issue.message + "; " + issue.hint;
}

// A path as a relative or `file:` URI reference (RFC 3986).
std::string UriOf(const std::string& path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string uri = path.starts_with('/') ? "file://" : "";
  for (const char c : path) {
    if (kPlain.find(c) != kPlain.npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return uri;
}

void WriteIssue(const Issue& issue, JsonWriter& json) {
  json.Open('{').Member("file", issue.file);
  json.Key("line").Number(issue.position.line);
  json.Key("column").Number(issue.position.column);
  json.Member("severity", SeverityName(issue.severity));
  json.Member("rule", issue.rule).Member("message", issue.message);
  json.Member("hint", issue.hint).Close('}');
}

void WriteRules(const Issues& issues, JsonWriter& json) {
  std::set<std::string> rules;
  for (const Issue& issue : issues.all()) rules.insert(issue.rule);
  json.Key("rules").Open('[');
  for (const std::string& rule : rules) {
    json.Open('{').Member("id", rule).Close('}');
  }
  json.Close(']');
}

void WriteLocation(const Issue& issue, JsonWriter& json) {
  json.Open('{').Key("physicalLocation").Open('{');
  json.Key("artifactLocation").Open('{');
  json.Member("uri", UriOf(issue.file)).Close('}');
  if (issue.position.line > 0) {
    json.Key("region").Open('{');
    json.Key("startLine").Number(issue.position.line);
    json.Key("startColumn").Number(issue.position.column).Close('}');
  }
  json.Close('}').Close('}');
}

void WriteResult(const Issue& issue, JsonWriter& json) {
  json.Open('{').Member("ruleId", issue.rule);
  json.Member("level", SeverityName(issue.severity));
  json.Key("message").Open('{').Member("text", WholeMessage(issue)).Close('}');
  json.Key("locations").Open('[');
  WriteLocation(issue, json);
  json.Close(']').Close('}');
}

void WriteTool(const Issues& issues, JsonWriter& json) {
  json.Key("tool").Open('{').Key("driver").Open('{');
  json.Member("name", "portcullis").Member("version", PORTCULLIS_VERSION);
  WriteRules(issues, json);
  json.Close('}').Close('}');
}

}  // namespace

std::string IssuesText(const Issues& issues) {
  std::string text;
  for (const Issue& issue : issues.all()) text += FormatIssue(issue) + "\n";
  return text;
}

std::string IssuesJson(const Issues& issues, size_t files) {
  JsonWriter json;
  json.Open('{').Key("issues").Open('[');
  for (const Issue& issue : issues.all()) WriteIssue(issue, json);
  json.Close(']');
  json.Key("errors").Number(issues.error_count());
  json.Key("warnings").Number(issues.warning_count());
  json.Key("files").Number(files);
  return json.Close('}').Take() + "\n";
}

std::string IssuesSarif(const Issues& issues) {
  JsonWriter json;
  json.Open('{');
  json.Member("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
  json.Member("version", "2.1.0").Key("runs").Open('[').Open('{');
  WriteTool(issues, json);
  json.Member("columnKind", "unicodeCodePoints");
  json.Key("results").Open('[');
  for (const Issue& issue : issues.all()) WriteResult(issue, json);
  json.Close(']').Close('}').Close(']');
  return json.Close('}').Take() + "\n";
}

}  // namespace portcullis::cli
