// stage 2: one statement but for its principals and conditions.
#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "policy/arn.h"
#include "policy/grammar.h"
#include "policy/nearest.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

const std::vector<std::string_view> kElements = {
    "Sid",       "Effect",   "Principal",   "NotPrincipal", "Action",
    "NotAction", "Resource", "NotResource", "Condition"};

// In the order of PolicyType.
constexpr std::array<const char*, 8> kPhrases = {"an identity policy",
                                                 "a permissions boundary",
                                                 "a session policy",
                                                 "an SCP",
                                                 "an RCP",
                                                 "a resource policy",
                                                 "an endpoint policy",
                                                 "a trust policy"};

// In the order of PolicyType: the rows of section 1.1.
constexpr std::array<Grammar, 8> kGrammars = {{
    {.id_warns = true, .of_iam = true},
    {.id_warns = true, .of_iam = true},
    {.id_warns = true, .of_iam = true},
    {.needs_version = true},
    {.needs_version = true, .principal = true, .not_action = false},
    {.principal = true, .not_principal = true, .resource = Presence::kOptional},
    {.principal = true, .not_principal = true},
    {.principal = true, .resource = Presence::kForbidden, .of_iam = true},
}};

bool IsAlnum(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= '0' && c <= '9');
}

bool AllAlnum(std::string_view text) {
  return std::all_of(text.begin(), text.end(), IsAlnum);
}

void ParseSid(const JsonValue& value, const ParseContext& context,
              Statement& statement) {
  if (!context.report.Expect(value, Kind::kString, "Sid")) return;
  statement.sid = value.text;
  if (!context.grammar.of_iam || AllAlnum(value.text)) return;
  context.report.Error(value.begin, "S-15", "`Sid` is " + Quoted(value.text),
                       std::string("expected letters and digits alone in ") +
                           PolicyTypePhrase(context.type));
}

void ParseEffect(const JsonValue& value, const ParseContext& context,
                 Statement& statement) {
  if (!context.report.Expect(value, Kind::kString, "Effect")) return;
  statement.has_effect = value.text == "Deny" || value.text == "Allow";
  if (value.text == "Deny") {
    statement.effect = Effect::kDeny;
  } else if (value.text != "Allow") {
    context.report.Error(value.begin, "S-11",
                         "`Effect` is " + Quoted(value.text),
                         "expected `Allow` or `Deny`");
  } else if (context.type == PolicyType::kRcp) {
    context.report.Error(value.begin, "S-19", "`Effect` is `Allow`",
                         "expected `Deny` in an RCP");
  }
}

bool IsEveryAction(std::string_view text) {
  return IsAllStars(text) || text == "*:*";
}

bool IsAction(std::string_view text) {
  if (IsEveryAction(text)) return true;
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && colon + 1 < text.size() &&
         IsActionService(text.substr(0, colon));
}

void CheckAction(const JsonValue& value, std::string_view name,
                 const ParseContext& context) {
  if (value.kind != Kind::kString) return;
  if (!IsAction(value.text)) {
    context.report.Error(
        value.begin, "S-23", Quoted(name) + " is " + Quoted(value.text),
        "expected `*` or `service:name`, the service without wildcards");
  } else if (context.type == PolicyType::kRcp && IsEveryAction(value.text)) {
    context.report.Error(value.begin, "S-19",
                         Quoted(name) + " is " + Quoted(value.text),
                         "expected `service:name` in an RCP");
  } else if (value.text.size() > 1 && IsAllStars(value.text)) {
    context.report.Warning(value.begin, "S-23",
                           Quoted(name) + " is " + Quoted(value.text),
                           "it means `*`");
  } else if (value.text.find_first_of(", \t\r\n") != std::string_view::npos) {
    context.report.Warning(value.begin, "S-24",
                           Quoted(value.text) + " matches no real action",
                           "write one action a string");
  }
}

void ParseActions(const JsonMember& member, const ParseContext& context,
                  Statement& statement) {
  statement.not_action = member.key == "NotAction";
  if (statement.not_action && !context.grammar.not_action) {
    context.report.Error(
        member.key_begin, "S-19",
        std::string("`NotAction` in ") + PolicyTypePhrase(context.type),
        "expected `Action`");
  }
  statement.actions = ParseTexts(member.value, member.key, context.report);
  CheckAction(member.value, member.key, context);
  for (const JsonValue& element : member.value.elements())
    CheckAction(element, member.key, context);
}

void ParseResources(const JsonMember& member, const ParseContext& context,
                    Statement& statement) {
  if (context.grammar.resource == Presence::kForbidden) {
    context.report.Error(
        member.key_begin, "S-28",
        Quoted(member.key) + " in " + PolicyTypePhrase(context.type),
        "a trust policy speaks of its own role alone");
    return;
  }
  statement.has_resource = true;
  statement.not_resource = member.key == "NotResource";
  statement.resources = ParseTexts(member.value, member.key, context.report);
}

void ParseElement(const JsonMember& member, const ParseContext& context,
                  Statement& statement) {
  const std::string_view key = member.key;
  if (key == "Sid") {
    ParseSid(member.value, context, statement);
  } else if (key == "Effect") {
    ParseEffect(member.value, context, statement);
  } else if (key == "Principal" || key == "NotPrincipal") {
    ParsePrincipal(member, context, statement);
  } else if (key == "Action" || key == "NotAction") {
    ParseActions(member, context, statement);
  } else if (key == "Resource" || key == "NotResource") {
    ParseResources(member, context, statement);
  } else if (key == "Condition") {
    ParseCondition(member.value, context, statement);
  } else {
    context.report.Error(member.key_begin, "S-7",
                         "unknown element " + Quoted(key),
                         Suggest(key, kElements));
  }
}

// `Action` for both halves of the pair, and so on.
std::string_view ElementOf(std::string_view key) {
  if (key == "NotPrincipal" || key == "NotAction" || key == "NotResource")
    key.remove_prefix(3);
  return key;
}

// S-14: both halves of a pair, or neither where `rule` requires one.
void CheckPair(const JsonValue& value, const std::string& name,
               const char* rule, const ParseContext& context) {
  const std::string not_name = "Not" + name;
  const JsonMember* one = value.FindMember(name);
  const JsonMember* other = value.FindMember(not_name);
  if (one != nullptr && other != nullptr) {
    context.report.Error(std::max(one->key_begin, other->key_begin), "S-14",
                         "both `" + name + "` and `" + not_name + "`",
                         "expected one of the pair");
  } else if (one == nullptr && other == nullptr && rule != nullptr) {
    context.report.Error(value.begin, rule, "no `" + name + "`",
                         std::string("a statement of ") +
                             PolicyTypePhrase(context.type) + " needs one");
  }
}

void CheckPairs(const JsonValue& value, const ParseContext& context) {
  const Grammar& grammar = context.grammar;
  CheckPair(value, "Action", "S-14", context);
  if (grammar.principal) CheckPair(value, "Principal", "S-18", context);
  if (grammar.resource != Presence::kForbidden) {
    const bool required = grammar.resource == Presence::kRequired;
    CheckPair(value, "Resource", required ? "S-28" : nullptr, context);
  }
}

void AppendText(const JsonValue& value, std::string_view name,
                const Reporter& report, std::vector<Text>& texts) {
  if (!report.Expect(value, Kind::kString, name)) return;
  texts.push_back({std::string(value.text), report.At(value.begin)});
}

}  // namespace

const Grammar& GrammarOf(PolicyType type) {
  return kGrammars[static_cast<size_t>(type)];
}

const char* PolicyTypePhrase(PolicyType type) {
  return kPhrases[static_cast<size_t>(type)];
}

std::vector<Text> ParseTexts(const JsonValue& value, std::string_view name,
                             const Reporter& report) {
  std::vector<Text> texts;
  if (value.kind == Kind::kString) {
    AppendText(value, name, report, texts);
  } else if (value.kind != Kind::kArray) {
    report.Error(value.begin, "S-12",
                 Quoted(name) + " is " + KindName(value.kind),
                 "expected a string or an array of strings");
  } else if (value.elements().empty()) {
    report.Error(value.begin, "S-13", Quoted(name) + " is an empty list",
                 "expected at least one value");
  }
  texts.reserve(texts.size() + value.elements().size());
  for (const JsonValue& element : value.elements())
    AppendText(element, name, report, texts);
  return texts;
}

std::vector<Statement> ParseStatement(const JsonValue& value,
                                      const ParseContext& context) {
  Statement empty;
  empty.begin = context.report.At(value.begin);
  empty.end = context.report.At(value.end);
  std::vector<Statement> statements = {empty};
  std::set<std::string_view> seen;
  for (const JsonMember& member : value.members()) {
    const bool again = !seen.insert(ElementOf(member.key)).second;
    if (again) statements.push_back(empty);
    ParseElement(member, context, again ? statements.back() : statements[0]);
  }
  for (Statement& statement : statements) {
    statement.has_effect = statements[0].has_effect;
    statement.effect = statements[0].effect;
  }
  if (value.Find("Effect") == nullptr) {
    context.report.Error(value.begin, "S-11", "no `Effect`",
                         "expected `Allow` or `Deny`");
  }
  CheckPairs(value, context);
  return statements;
}

}  // namespace portcullis
