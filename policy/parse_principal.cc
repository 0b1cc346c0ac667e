// stage 2: Principal and NotPrincipal.
#include <algorithm>
#include <string>

#include "policy/arn.h"
#include "policy/grammar.h"
#include "policy/nearest.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

const std::vector<std::string_view> kKeys = {"AWS", "Service", "Federated",
                                             "CanonicalUser"};

constexpr const char* kAwsForms =
    "expected `*`, an account id, the ARN of an account, user, role, role "
    "session or federated user, or a unique id";

bool IsUniqueId(std::string_view text) {
  return text.size() > 1 && text[0] == 'A' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
         });
}

// assumed-role/NAME/SESSION or federated-user/NAME.
bool IsStsPrincipal(const EntityArn& arn) {
  if (arn.kind == "federated-user") return arn.path == "/";
  return arn.kind == "assumed-role" && arn.path.size() > 2 &&
         std::count(arn.path.begin(), arn.path.end(), '/') == 2;
}

bool IsPrincipalArn(std::string_view text) {
  const std::optional<EntityArn> arn = ParseEntityArn(text);
  if (!arn || !IsAccountId(arn->account)) return false;
  if (arn->service == "sts") return IsStsPrincipal(*arn);
  return arn->kind == "root" || arn->kind == "user" || arn->kind == "role";
}

bool NamesGroup(std::string_view text) {
  const std::optional<EntityArn> arn = ParseEntityArn(text);
  return arn && arn->service == "iam" && arn->kind == "group";
}

bool HasWildcard(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

bool IsAwsPrincipal(std::string_view text) {
  if (HasWildcard(text)) return text == "*";
  return IsAccountId(text) || IsUniqueId(text) || IsPrincipalArn(text);
}

// S-21.
void CheckPrincipal(const JsonValue& value, PrincipalClass kind,
                    const Reporter& report) {
  const std::string_view text = value.text;
  const bool aws = kind == PrincipalClass::kAws;
  const std::string message =
      Quoted(PrincipalKey(kind)) + " principal is " + Quoted(text);
  if (aws && IsAwsPrincipal(text)) return;
  if (HasWildcard(text)) {
    report.Error(value.begin, "S-21", message,
                 aws ? "a wildcard stands for everyone as the whole value "
                       "alone; use a condition on `aws:PrincipalArn`"
                     : "wildcards are not allowed here");
  } else if (aws && NamesGroup(text)) {
    report.Error(value.begin, "S-21", message, "a group is no principal");
  } else if (aws) {
    report.Error(value.begin, "S-21", message, kAwsForms);
  } else if (text.empty()) {
    report.Error(value.begin, "S-21", message, "expected a name");
  }
}

void AddEntry(const JsonValue& value, PrincipalClass kind,
              const Reporter& report, Statement& statement) {
  if (!report.Expect(value, Kind::kString, PrincipalKey(kind))) return;
  CheckPrincipal(value, kind, report);
  if (kind == PrincipalClass::kAws && value.text == "*")
    kind = PrincipalClass::kEveryone;
  statement.principals.push_back(
      {kind, std::string(value.text), report.At(value.begin)});
}

void AddEntries(const JsonMember& member, PrincipalClass kind,
                const Reporter& report, Statement& statement) {
  const JsonValue& value = member.value;
  if (value.kind == Kind::kString) {
    AddEntry(value, kind, report, statement);
  } else if (value.kind != Kind::kArray) {
    report.Error(value.begin, "S-12",
                 Quoted(member.key) + " is " + KindName(value.kind),
                 "expected a string or an array of strings");
  } else if (value.elements().empty()) {
    report.Error(value.begin, "S-13", Quoted(member.key) + " is an empty list",
                 "expected at least one value");
  }
  for (const JsonValue& element : value.elements())
    AddEntry(element, kind, report, statement);
}

std::optional<PrincipalClass> ClassOf(std::string_view key) {
  for (const PrincipalClass kind :
       {PrincipalClass::kAws, PrincipalClass::kService,
        PrincipalClass::kFederated, PrincipalClass::kCanonicalUser}) {
    if (key == PrincipalKey(kind)) return kind;
  }
  return std::nullopt;
}

void ParseMap(const JsonMember& member, const Reporter& report,
              Statement& statement) {
  if (member.value.members().empty()) {
    report.Error(member.value.begin, "S-13", Quoted(member.key) + " is empty",
                 "expected at least one value");
  }
  for (const JsonMember& entry : member.value.members()) {
    if (const std::optional<PrincipalClass> kind = ClassOf(entry.key)) {
      AddEntries(entry, *kind, report, statement);
      continue;
    }
    report.Error(entry.key_begin, "S-20",
                 "unknown kind of principal " + Quoted(entry.key),
                 Suggest(entry.key, kKeys));
  }
}

// True when the policy type may hold this element (S-17).
bool CheckAllowed(const JsonMember& member, const ParseContext& context) {
  const bool negated = member.key == "NotPrincipal";
  const Grammar& grammar = context.grammar;
  if (negated ? grammar.not_principal : grammar.principal) return true;
  context.report.Error(
      member.key_begin, "S-17",
      Quoted(member.key) + " in " + PolicyTypePhrase(context.type),
      grammar.principal ? "expected `Principal`"
                        : "its principal is whom it is attached to");
  return false;
}

}  // namespace

void ParsePrincipal(const JsonMember& member, const ParseContext& context,
                    Statement& statement) {
  if (!CheckAllowed(member, context)) return;
  const JsonValue& value = member.value;
  statement.has_principal = true;
  statement.not_principal = member.key == "NotPrincipal";
  if (value.kind == Kind::kString && value.text == "*") {
    statement.principals.push_back(
        {PrincipalClass::kEveryone, "*", context.report.At(value.begin)});
  } else if (context.type == PolicyType::kRcp) {
    context.report.Error(value.begin, "S-19", "`Principal` is not `\"*\"`",
                         "expected `\"*\"` in an RCP");
  } else if (value.kind == Kind::kObject) {
    ParseMap(member, context.report, statement);
  } else if (value.kind == Kind::kString) {
    context.report.Error(
        value.begin, "S-20", Quoted(member.key) + " is " + Quoted(value.text),
        "expected `\"*\"` or an object such as `{\"AWS\": ...}`");
  } else {
    context.report.Error(value.begin, "S-12",
                         Quoted(member.key) + " is " + KindName(value.kind),
                         "expected `\"*\"` or an object");
  }
}

}  // namespace portcullis
