// The dump of stage 2.
#include "policy/issue.h"
#include "policy/print.h"

namespace portcullis {
namespace {

// The whole text in backticks; unlike Quoted() never cut.
std::string Ticked(std::string_view text) {
  const std::string json = JsonString(text);
  return "`" + json.substr(1, json.size() - 2) + "`";
}

void DumpTexts(const char* name, bool negated, const std::vector<Text>& texts,
               std::string& out) {
  for (const Text& text : texts) {
    out += std::string("    ") + (negated ? "not " : "") + name + " " +
           Ticked(text.text) + "\n";
  }
}

void DumpPrincipals(const Statement& statement, std::string& out) {
  for (const PrincipalEntry& entry : statement.principals) {
    out += statement.not_principal ? "    not principal " : "    principal ";
    out += std::string(PrincipalKey(entry.kind)) + " " + Ticked(entry.value) +
           "\n";
  }
}

void DumpConditions(const std::vector<Condition>& conditions,
                    std::string& out) {
  for (const Condition& condition : conditions) {
    out += "    condition " + OperatorName(condition.op) + " " +
           Ticked(condition.key);
    for (const Text& value : condition.values) out += " " + Ticked(value.text);
    out += "\n";
  }
}

void DumpStatement(const Statement& statement, std::string& out) {
  out += "  statement " + std::to_string(statement.index + 1);
  if (!statement.sid.empty()) out += " " + Ticked(statement.sid);
  out += statement.effect == Effect::kAllow ? " allow " : " deny ";
  out +=
      PositionText(statement.begin) + "-" + PositionText(statement.end) + "\n";
  DumpPrincipals(statement, out);
  DumpTexts("action", statement.not_action, statement.actions, out);
  DumpTexts("resource", statement.not_resource, statement.resources, out);
  DumpConditions(statement.conditions, out);
}

}  // namespace

std::string DumpDocument(const Document& document) {
  std::string out = std::string("document ") + PolicyTypeName(document.type);
  if (document.has_version)
    out += document.variables ? " version 2012-10-17" : " version 2008-10-17";
  if (!document.id.empty()) out += " id " + Ticked(document.id);
  out += "\n";
  for (const Statement& statement : document.statements)
    DumpStatement(statement, out);
  return out;
}

}  // namespace portcullis
