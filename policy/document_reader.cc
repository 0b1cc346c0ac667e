#include "policy/document_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "policy/grammar.h"
#include "policy/parse.h"
#include "policy/validate.h"
#include "policy/values.h"

namespace portcullis {
namespace {

// RFC 3986: `+` is a plus. nullopt for a `%` without two hex digits.
std::optional<std::string> PercentDecode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = HexValue(text[i + 1]);
    const int low = HexValue(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

// Issues of a JSON text inside a string, as issues of the string.
void MoveIssues(const Issues& inner, Position at, Issues& issues) {
  for (Issue issue : inner.all()) {
    if (issue.position.line > 0) {
      issue.message += " (at " + PositionText(issue.position) +
                       " of the JSON text in this string)";
    }
    issue.position = at;
    issues.Add(std::move(issue));
  }
}

void MovePositions(Statement& statement, Position at) {
  statement.begin = at;
  statement.end = at;
  for (PrincipalEntry& entry : statement.principals) entry.position = at;
  for (Text& text : statement.actions) text.position = at;
  for (Text& text : statement.resources) text.position = at;
  for (Condition& condition : statement.conditions) {
    condition.position = at;
    for (Text& text : condition.values) text.position = at;
  }
}

// The JSON text in a string; the text is kept in `decoded` when it had to be
// percent-decoded.
std::optional<JsonDocument> ReadJsonText(const JsonValue& value,
                                         const Reporter& report,
                                         std::string& decoded, Issues& inner) {
  std::optional<JsonDocument> json = ReadJson(report.file(), value.text, inner);
  if (json || value.text.find('%') == std::string_view::npos) return json;
  std::optional<std::string> text = PercentDecode(value.text);
  if (!text) return json;
  decoded = std::move(*text);
  inner = Issues();
  return ReadJson(report.file(), decoded, inner);
}

// S-4: IAM takes U+0020 to U+00FF and white space. An escape is within it.
void CheckCharacters(const JsonValue& value, const Reporter& report) {
  const std::string_view text = report.SourceOf(value);
  const auto beyond = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) >= 0xC4;  // leads U+0100 and above
  });
  if (beyond == text.end()) return;
  report.Warning(value.begin + static_cast<uint32_t>(beyond - text.begin()),
                 "S-4", "character beyond U+00FF",
                 "IAM takes TAB, LF, CR and U+0020 to U+00FF");
}

SizedDocument ReadPlain(const JsonValue& value, PolicyType type,
                        const Reporter& report) {
  SizedDocument sized;
  sized.document = ParseDocument(value, type, report);
  ValidateDocument(sized.document, report.issues());
  sized.size = MeasureText(report.SourceOf(value));
  return sized;
}

SizedDocument ReadText(const JsonValue& value, PolicyType type,
                       const Reporter& report) {
  Issues inner;
  std::string decoded;
  SizedDocument sized;
  const Position at = report.At(value.begin);
  const std::optional<JsonDocument> json =
      ReadJsonText(value, report, decoded, inner);
  if (json) sized = ReadPlain(json->root, type, Reporter(*json, inner));
  MoveIssues(inner, at, report.issues());
  sized.document.position = at;
  for (Statement& statement : sized.document.statements)
    MovePositions(statement, at);
  return sized;
}

}  // namespace

SizedDocument ReadDocument(const JsonValue& value, PolicyType type,
                           const Reporter& report) {
  if (GrammarOf(type).of_iam) CheckCharacters(value, report);
  return ReadPlain(value, type, report);
}

SizedDocument ReadEncodedDocument(const JsonValue& value, PolicyType type,
                                  const Reporter& report) {
  if (value.kind == JsonValue::Kind::kString)
    return ReadText(value, type, report);
  return ReadPlain(value, type, report);
}

}  // namespace portcullis
