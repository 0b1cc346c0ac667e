// stage 7: conditions -> condition programs (S-27, S-54, S-60 to S-78), over a
// dump of the records.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "compiler/condition.h"
#include "policy/policy_set.h"

namespace portcullis {
namespace {

std::string GlobDump(const Tables& tables, GlobRecord glob) {
  switch (KindOf(glob)) {
    case GlobKind::kAny: return "*";
    case GlobKind::kLiteral:
      return "`" + std::string(tables.Text({glob.a, SizeOf(glob)})) + "`";
    case GlobKind::kPrefix:
      return "`" + std::string(tables.Text({glob.a, SizeOf(glob)})) + "`*";
    case GlobKind::kAround:
      return "`" + std::string(tables.Text(BeforeStar(glob))) + "`*`" +
             std::string(tables.Text(BehindStar(glob))) + "`";
    case GlobKind::kTokens: break;
  }
  return std::to_string(SizeOf(glob)) + " tokens";
}

std::string NumberDump(const Tables& tables, const NumberRecord& number) {
  return std::string(number.negative != 0 ? "-" : "") + "0." +
         std::string(tables.Text(number.digits)) + "e" +
         std::to_string(number.exponent);
}

std::string AddressDump(const AddressRecord& address) {
  std::string text = address.is_v6 != 0 ? "v6" : "v4";
  for (int i = 0; i < (address.is_v6 != 0 ? 16 : 4); ++i) {
    text += " " + std::to_string(address.bytes[i]);
  }
  return text + "/" + std::to_string(address.bits);
}

bool IsNumeric(Comparison op) {
  return op >= Comparison::kNumericEquals &&
         op <= Comparison::kNumericGreaterThanEquals;
}

bool IsDate(Comparison op) {
  return op >= Comparison::kDateEquals &&
         op <= Comparison::kDateGreaterThanEquals;
}

std::string ValueDump(const Tables& tables, const ConditionRecord& record,
                      uint32_t i) {
  const auto op = static_cast<Comparison>(record.op);
  const uint32_t at = record.begin + i;
  if (IsNumeric(op)) return NumberDump(tables, tables.numbers[at]);
  if (IsDate(op)) {
    return std::to_string(tables.dates[at].seconds) + "s" +
           std::to_string(tables.dates[at].nanoseconds);
  }
  if (op == Comparison::kIpAddress || op == Comparison::kNotIpAddress) {
    return AddressDump(tables.addresses[at]);
  }
  if (op >= Comparison::kArnEquals && op <= Comparison::kArnNotLike) {
    return "list of " + std::to_string(tables.pattern_lists[at].count);
  }
  return GlobDump(tables, tables.globs[at]);
}

// `StringEquals key: value value; literals 1; unreadable`.
std::string Dump(const Tables& tables, uint32_t index) {
  const ConditionRecord& record = tables.conditions[index];
  const Operator op = {static_cast<Comparison>(record.op),
                       static_cast<SetPrefix>(record.set),
                       record.if_exists != 0};
  std::string dump = OperatorName(op) + " " +
                     std::string(tables.Text(tables.keys[record.key].name)) +
                     ":";
  for (uint32_t i = 0; i < record.count; ++i) {
    dump += " " + ValueDump(tables, record, i);
  }
  if (record.literals != 0) {
    dump += "; literals " + std::to_string(record.literals);
  }
  return dump + (record.unreadable != 0 ? "; unreadable" : "");
}

// The one condition of a statement whose Condition is `json`, as normalized.
NormalCondition Parse(const std::string& json, const char* version) {
  Issues issues;
  const std::string text =
      std::string(R"({"Version":")") + version +
      R"(","Statement":{"Effect":"Allow","Action":"*","Resource":"*",)" +
      R"("Condition":)" + json + "}}";
  const Document document =
      LoadDocument({"p.json", text}, PolicyType::kIdentity, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return Normalize(document, {}).statements.at(0).conditions.at(0);
}

struct Row {
  const char* name;
  const char* condition;
  const char* dump;
  const char* version = "2012-10-17";
};
void PrintTo(const Row& row, std::ostream* os) { *os << row.condition; }

constexpr Row kRows[] = {
    {"strings_are_sorted", R"({"StringEquals":{"k":["b","a","B",""]}})",
     "StringEquals k: `` `B` `a` `b`; literals 4"},
    {"wildcards_are_text_in_equals", R"({"StringEquals":{"k":"a*?"}})",
     "StringEquals k: `a*?`; literals 1"},
    {"templates_come_last", R"({"StringNotEquals":{"k":["a${x}","z","b"]}})",
     "StringNotEquals k: `b` `z` 2 tokens; literals 2"},
    {"ignore_case_folds_letters",
     R"({"StringEqualsIgnoreCase":{"k":["ABC","abc","\u00C9","\u0100"]}})",
     "StringEqualsIgnoreCase k: `abc` `\xC3\xA9` `\xC4\x81`; literals 3"},
    {"like_has_globs", R"({"StringLike":{"k":["a*","*","b","?c"]}})",
     "StringLike k: `b` * 2 tokens `a`*; literals 1"},
    {"literal_star_is_text", R"({"StringLike":{"k":"a${*}"}})",
     "StringLike k: `a*`; literals 1"},
    {"set_prefix_and_if_exists",
     R"({"ForAllValues:StringLikeIfExists":{"k":"a"}})",
     "ForAllValues:StringLikeIfExists k: `a`; literals 1"},
    {"bool_constants", R"({"Bool":{"k":["TRUE","false"]}})",
     "Bool k:; literals 3"},
    {"bool_true", R"({"Bool":{"k":true}})", "Bool k:; literals 2"},
    {"bool_template", R"({"Bool":{"k":["${x}","false"]}})",
     "Bool k: 1 tokens; literals 1"},
    {"null", R"({"Null":{"k":"false"}})", "Null k:; literals 1"},
    {"null_both", R"({"Null":{"k":["false","true"]}})", "Null k:; literals 3"},
    {"binary_is_decoded", R"({"BinaryEquals":{"k":["QUJD","QQ==","QQ"]}})",
     "BinaryEquals k: `A` `ABC`; literals 2"},
    {"binary_variable_is_unreadable", R"({"BinaryEquals":{"k":["${x}","QQ"]}})",
     "BinaryEquals k: `A`; literals 1; unreadable"},
    {"numbers", R"({"NumericLessThan":{"k":[1.50,-200,"0.05",0]}})",
     "NumericLessThan k: -0.2e3 0.e0 0.5e-1 0.15e1"},
    {"numeric_variable_is_unreadable", R"({"NumericEquals":{"k":["${x}",7]}})",
     "NumericEquals k: 0.7e1; unreadable"},
    {"dates", R"({"DateEquals":{"k":["1970-01-01T00:01:00Z","1970-01-02"]}})",
     "DateEquals k: 60s0 86400s0"},
    {"epoch_seconds", R"({"DateLessThan":{"k":1767225600}})",
     "DateLessThan k: 1767225600s0"},
    {"nanoseconds", R"({"DateLessThan":{"k":"1970-01-01T00:00:00.25Z"}})",
     "DateLessThan k: 0s250000000"},
    {"addresses", R"({"IpAddress":{"k":["10.1.2.3/8","::1"]}})",
     "IpAddress k: v4 10 0 0 0/8 v6 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1/128"},
    {"arns", R"({"ArnLike":{"k":["arn:aws:iam::1:*","x","y"]}})",
     "ArnLike k: list of 2"},
    {"old_version_has_no_variables", R"({"StringEquals":{"k":["${x}","a"]}})",
     "StringEquals k: `${x}` `a`; literals 2", "2008-10-17"},
};

class ConditionCompilerTest : public testing::TestWithParam<Row> {};
TEST_P(ConditionCompilerTest, Dump) {
  const Row& row = GetParam();
  Tables tables;
  ConditionCompiler compiler(tables);
  const bool variables = std::string(row.version) == "2012-10-17";
  const uint32_t index =
      compiler.Add(Parse(row.condition, row.version), variables);
  EXPECT_EQ(Dump(tables, index), row.dump);
}
INSTANTIATE_TEST_SUITE_P(Table, ConditionCompilerTest, testing::ValuesIn(kRows),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

TEST(ConditionSharingTest, EqualConditionsAreOneRecord) {
  Tables tables;
  ConditionCompiler compiler(tables);
  const auto add = [&](const char* json, bool variables) {
    return compiler.Add(Parse(json, "2012-10-17"), variables);
  };
  const uint32_t first = add(R"({"StringEquals":{"K":["a","b"]}})", true);
  EXPECT_EQ(add(R"({"stringequals":{"k":["b","a","a"]}})", true), first);
  EXPECT_NE(add(R"({"StringEquals":{"k":["a","b"]}})", false), first);
  EXPECT_NE(add(R"({"StringEquals":{"k":["a"]}})", true), first);
  EXPECT_NE(add(R"({"StringEquals":{"k2":["a","b"]}})", true), first);
  EXPECT_NE(add(R"({"StringLike":{"k":["a","b"]}})", true), first);
  EXPECT_NE(add(R"({"StringEqualsIfExists":{"k":["a","b"]}})", true), first);
  EXPECT_NE(add(R"({"ForAnyValue:StringEquals":{"k":["a","b"]}})", true),
            first);
  // Lengths are part of the key: these two have the same bytes in a row.
  EXPECT_NE(add(R"({"StringEquals":{"k":["a\nb"]}})", true),
            add(R"({"StringEquals":{"k":["a","b\n"]}})", true));
  EXPECT_EQ(tables.conditions.size(), 9u);
}

// Keys are classified once: S-173.
TEST(ConditionKeyTest, DerivedKeys) {
  Tables tables;
  const auto kind = [&](const char* name) {
    return static_cast<KeyKind>(tables.keys[tables.AddKey(name)].kind);
  };
  EXPECT_EQ(kind("aws:username"), KeyKind::kUserName);
  EXPECT_EQ(kind("aws:principaltag/team"), KeyKind::kPrincipalTag);
  EXPECT_EQ(kind("aws:principaltag/"), KeyKind::kPlain);
  EXPECT_EQ(kind("aws:sourceip"), KeyKind::kPlain);
  EXPECT_EQ(kind("aws:usernames"), KeyKind::kPlain);
  EXPECT_EQ(tables.keys[tables.AddKey("aws:principaltag/team")].tag, 17u);
  EXPECT_EQ(tables.keys.size(), 5u);
}

}  // namespace
}  // namespace portcullis
