// stage 2: JSON values -> documents.
#include "policy/parse.h"

#include <map>
#include <string>
#include <utility>

#include "policy/grammar.h"
#include "policy/nearest.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

const std::vector<std::string_view> kElements = {"Version", "Id", "Statement"};

// S-8. After an error the rest is checked as of 2012-10-17.
void ParseVersion(const JsonValue& value, const ParseContext& context,
                  Document& document) {
  document.has_version = true;
  document.variables = true;
  if (!context.report.Expect(value, Kind::kString, "Version")) return;
  if (value.text == "2012-10-17") return;
  if (value.text != "2008-10-17") {
    context.report.Error(value.begin, "S-8",
                         "`Version` is " + Quoted(value.text),
                         "expected `2012-10-17` or `2008-10-17`");
  } else if (context.grammar.needs_version) {
    context.report.Error(value.begin, "S-8", "`Version` is `2008-10-17`",
                         std::string("expected `2012-10-17` in ") +
                             PolicyTypePhrase(context.type));
  } else {
    document.variables = false;
  }
}

void ParseId(const JsonMember& member, const ParseContext& context,
             Document& document) {
  if (!context.report.Expect(member.value, Kind::kString, "Id")) return;
  document.id = member.value.text;
  if (!context.grammar.id_warns) return;
  context.report.Warning(
      member.key_begin, "S-10",
      std::string("`Id` in ") + PolicyTypePhrase(context.type) + " is ignored");
}

void AddStatement(const JsonValue& value, const ParseContext& context,
                  Document& document) {
  if (!context.report.Expect(value, Kind::kObject, "Statement")) return;
  for (Statement& statement : ParseStatement(value, context)) {
    statement.index = static_cast<uint32_t>(document.statements.size());
    document.statements.push_back(std::move(statement));
  }
}

void ParseStatements(const JsonValue& value, const ParseContext& context,
                     Document& document) {
  if (value.kind == Kind::kObject) {
    AddStatement(value, context, document);
    return;
  }
  if (value.kind != Kind::kArray) {
    context.report.Error(value.begin, "S-12",
                         std::string("`Statement` is ") + KindName(value.kind),
                         "expected an object or an array of objects");
    return;
  }
  if (value.elements().empty()) {
    context.report.Warning(value.begin, "S-9", "`Statement` is empty",
                           "the policy matches nothing");
  }
  document.statements.reserve(value.elements().size());
  for (const JsonValue& element : value.elements())
    AddStatement(element, context, document);
}

void ParseElement(const JsonMember& member, const ParseContext& context,
                  Document& document) {
  if (member.key == "Version") {
    ParseVersion(member.value, context, document);
  } else if (member.key == "Id") {
    ParseId(member, context, document);
  } else if (member.key == "Statement") {
    ParseStatements(member.value, context, document);
  } else {
    context.report.Error(member.key_begin, "S-7",
                         "unknown element " + Quoted(member.key),
                         Suggest(member.key, kElements));
  }
}

void CheckRequired(const JsonValue& value, const ParseContext& context) {
  if (value.Find("Statement") == nullptr) {
    context.report.Error(value.begin, "S-9", "no `Statement`",
                         "expected an object or an array of objects");
  }
  if (context.grammar.needs_version && value.Find("Version") == nullptr) {
    context.report.Error(value.begin, "S-8", "no `Version`",
                         std::string("expected `2012-10-17` in ") +
                             PolicyTypePhrase(context.type));
  }
}

// Calls `visit` with each object of `Statement`.
template <typename Visitor>
void ForEachStatement(const JsonValue& document, Visitor visit) {
  const JsonValue* value = document.Find("Statement");
  if (value == nullptr) return;
  if (value->kind == Kind::kObject) visit(*value);
  for (const JsonValue& element : value->elements()) visit(element);
}

// S-16.
void CheckSidsDiffer(const JsonValue& document, const ParseContext& context) {
  std::map<std::string_view, uint32_t> seen;
  ForEachStatement(document, [&](const JsonValue& statement) {
    const JsonValue* sid = statement.Find("Sid");
    if (sid == nullptr || sid->kind != Kind::kString || sid->text.empty())
      return;
    const auto [first, added] = seen.emplace(sid->text, sid->begin);
    if (added) return;
    const std::string message = "duplicate `Sid` " + Quoted(sid->text);
    const std::string hint =
        "it first stands at " + PositionText(context.report.At(first->second));
    if (context.grammar.of_iam) {
      context.report.Error(sid->begin, "S-16", message, hint);
    } else {
      context.report.Warning(sid->begin, "S-16", message, hint);
    }
  });
}

}  // namespace

Document ParseDocument(const JsonValue& value, PolicyType type,
                       const Reporter& report) {
  Document document;
  document.type = type;
  document.file = report.file();
  document.position = report.At(value.begin);
  if (value.kind != Kind::kObject) {
    report.Error(value.begin, "S-12",
                 std::string("policy document is ") + KindName(value.kind),
                 "expected an object");
    return document;
  }
  const ParseContext context{type, GrammarOf(type), report};
  document.variables = context.grammar.needs_version;
  for (const JsonMember& member : value.members())
    ParseElement(member, context, document);
  CheckRequired(value, context);
  CheckSidsDiffer(value, context);
  return document;
}

}  // namespace portcullis
