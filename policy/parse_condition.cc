// stage 2: Condition.
#include <map>
#include <string>
#include <utility>

#include "policy/grammar.h"
#include "policy/values.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

void AddValue(const JsonValue& value, std::string_view key,
              const Reporter& report, Condition& condition) {
  if (IsScalar(value)) {
    condition.values.push_back(
        {std::string(value.text), report.At(value.begin)});
    return;
  }
  report.Error(value.begin, "S-12",
               "value of " + Quoted(key) + " is " + KindName(value.kind),
               "expected a string, a number or a boolean");
}

Condition ParsePair(const JsonMember& member, const Reporter& report) {
  Condition condition;
  condition.key = member.key;
  condition.position = report.At(member.key_begin);
  const JsonValue& value = member.value;
  if (value.kind != Kind::kArray) {
    AddValue(value, member.key, report, condition);
  } else if (value.elements().empty()) {
    report.Error(value.begin, "S-13",
                 "value of " + Quoted(member.key) + " is an empty list",
                 "expected at least one value");
  }
  for (const JsonValue& element : value.elements())
    AddValue(element, member.key, report, condition);
  return condition;
}

// Names that mean the same though they are written differently. The same text
// twice is the reader's to report.
class SeenNames {
 public:
  explicit SeenNames(const Reporter& report) : report_(report) {}

  void Add(const JsonMember& member, std::string meaning, const char* what) {
    const auto [first, added] = seen_.emplace(std::move(meaning), &member);
    if (added || first->second->key == member.key) return;
    report_.Error(member.key_begin, "S-5",
                  std::string("duplicate ") + what + " " + Quoted(member.key),
                  Quoted(first->second->key) + " stands at " +
                      PositionText(report_.At(first->second->key_begin)));
  }

 private:
  const Reporter& report_;
  std::map<std::string, const JsonMember*> seen_;
};

// S-26 has refused an unknown operator; its pairs are checked all the same.
void ParsePairs(const JsonMember& member, const std::optional<Operator>& op,
                const Reporter& report, Statement& statement) {
  if (!report.Expect(member.value, Kind::kObject, member.key)) return;
  SeenNames seen(report);
  for (const JsonMember& pair : member.value.members()) {
    seen.Add(pair, Fold(pair.key), "condition key");
    Condition condition = ParsePair(pair, report);
    if (!op) continue;
    condition.op = *op;
    statement.conditions.push_back(std::move(condition));
  }
}

}  // namespace

void ParseCondition(const JsonValue& value, const ParseContext& context,
                    Statement& statement) {
  const Reporter& report = context.report;
  if (!report.Expect(value, Kind::kObject, "Condition")) return;
  SeenNames seen(report);
  for (const JsonMember& member : value.members()) {
    const std::optional<Operator> op = ParseOperatorName(member.key);
    if (!op) {
      report.Error(
          member.key_begin, "S-26", "unknown operator " + Quoted(member.key),
          "did you mean " + Quoted(NearestOperatorName(member.key)) + "?");
    }
    seen.Add(member, Fold(member.key), "operator");
    ParsePairs(member, op, report, statement);
  }
}

}  // namespace portcullis
