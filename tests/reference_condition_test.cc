// Conditions and variables of the reference, one row a pair: does it hold under
// an Allow, and under a Deny? (S-50 to S-81)
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/reference_world.h"

namespace portcullis::reference {
namespace {

// How the pair under test comes out in an Allow and in a Deny statement.
enum class Holds {
  kNo,
  kYes,
  kUnreadable /* no under Allow, yes under Deny */
};

struct Row {
  const char* name;
  const char* condition;  // without the outer braces
  std::vector<Key> context;
  Holds holds;
};

// One user whose policy holds a conditional Allow for s3:GetObject, and for
// s3:PutObject an Allow and a conditional Deny.
std::string ConditionSet(const std::string& condition) {
  const std::string extra = R"(,"Condition":{)" + condition + "}";
  return R"({"principals":[{"arn":")" + std::string(kUser) +
         R"(","policies":[)" +
         Named("p", Doc(Statement1("Allow", "s3:GetObject", "*", extra) + "," +
                        Statement1("Allow", "s3:PutObject", "*") + "," +
                        Statement1("Deny", "s3:PutObject", "*", extra))) +
         "]}]}";
}

void Check(const Row& row) {
  SCOPED_TRACE(row.name);
  const PolicySet set = Load(ConditionSet(row.condition));
  Ask ask{.context = row.context, .derive = false};
  EXPECT_EQ(Decide(set, ask).verdict, row.holds == Holds::kYes
                                          ? Verdict::kAllowed
                                          : Verdict::kImplicitDeny);
  ask.action = "s3:PutObject";
  EXPECT_EQ(Decide(set, ask).verdict, row.holds == Holds::kNo
                                          ? Verdict::kAllowed
                                          : Verdict::kExplicitDeny);
}

Key One(const char* value) { return {"k", {value}}; }
Key List(std::vector<std::string> values) { return {"K", values, true}; }

constexpr Holds kNo = Holds::kNo;
constexpr Holds kYes = Holds::kYes;
constexpr Holds kUnreadable = Holds::kUnreadable;

// S-25, S-60 to S-64.
TEST(ReferenceConditionTest, PairsAndValues) {
  const std::vector<Row> rows = {
      {"S-25 empty", "", {}, kYes},
      {"S-25 empty operator", R"("Bool":{})", {}, kYes},
      {"S-60 all pairs",
       R"("StringEquals":{"k":"1"},"StringLike":{"b":"x*"})",
       {One("1")},
       kNo},
      {"S-61 key in any case", R"("StringEquals":{"K":"1"})", {One("1")}, kYes},
      {"S-62 some value",
       R"("StringEquals":{"k":["1","2"]})",
       {One("2")},
       kYes},
      {"S-62 none of", R"("StringNotEquals":{"k":["1","2"]})", {One("2")}, kNo},
      {"S-62 none", R"("StringNotEquals":{"k":["1","2"]})", {One("3")}, kYes},
      {"S-63 empty list", R"("StringNotEquals":{"k":"a"})", {List({})}, kYes},
      {"S-64", R"("StringEqualsIfExists":{"k":"1"})", {One("2")}, kNo},
  };
  for (const Row& row : rows) Check(row);
}

// S-65 to S-68.
TEST(ReferenceConditionTest, SetPrefixesAndLists) {
  const std::vector<Row> rows = {
      {"S-65",
       R"("ForAllValues:StringEquals":{"k":["a","b"]})",
       {List({"a"})},
       kYes},
      {"S-65 other",
       R"("ForAllValues:StringEquals":{"k":["a","b"]})",
       {List({"a", "c"})},
       kNo},
      {"S-65 negated",
       R"("ForAllValues:StringNotEquals":{"k":"a"})",
       {List({"a", "b"})},
       kNo},
      {"S-65 negated, none listed",
       R"("ForAllValues:StringNotEquals":{"k":"a"})",
       {List({"b", "c"})},
       kYes},
      {"S-65 empty list",
       R"("ForAllValues:StringEquals":{"k":"a"})",
       {List({})},
       kYes},
      {"S-66",
       R"("ForAnyValue:StringEquals":{"k":"a"})",
       {List({"a", "b"})},
       kYes},
      {"S-66 negated",
       R"("ForAnyValue:StringNotEquals":{"k":"a"})",
       {List({"a", "b"})},
       kYes},
      {"S-66 negated, all listed",
       R"("ForAnyValue:StringNotEquals":{"k":"a"})",
       {List({"a"})},
       kNo},
      {"S-66 empty list",
       R"("ForAnyValue:StringEquals":{"k":"a"})",
       {List({})},
       kNo},
      {"S-67",
       R"("ForAllValues:StringEquals":{"k":"a"})",
       {List({"", "a"})},
       kYes},
      {"S-67 not for ForAnyValue",
       R"("ForAnyValue:StringEquals":{"k":""})",
       {List({""})},
       kYes},
      {"S-67 not for a scalar",
       R"("ForAllValues:StringEquals":{"k":"a"})",
       {One("")},
       kNo},
      {"S-68 list", R"("StringEquals":{"k":"a"})", {List({"a"})}, kNo},
      {"S-68 negated", R"("StringNotEquals":{"k":"a"})", {List({"b"})}, kNo},
      {"S-68 scalar",
       R"("ForAnyValue:StringEquals":{"k":"a"})",
       {One("a")},
       kYes},
  };
  for (const Row& row : rows) Check(row);
}

// S-69 to S-71.
TEST(ReferenceConditionTest, Strings) {
  const std::vector<Row> rows = {
      {"S-69 no wildcards", R"("StringEquals":{"k":"a*"})", {One("abc")}, kNo},
      {"S-69 star itself", R"("StringEquals":{"k":"a*"})", {One("a*")}, kYes},
      {"S-69 case", R"("StringEquals":{"k":"A"})", {One("a")}, kNo},
      {"S-70",
       R"("StringEqualsIgnoreCase":{"k":"StraÉ"})",
       {One("sTRAé")},
       kYes},
      {"S-70 no full folding",
       R"("StringEqualsIgnoreCase":{"k":"ß"})",
       {One("ss")},
       kNo},
      {"S-70 negated",
       R"("StringNotEqualsIgnoreCase":{"k":"A"})",
       {One("a")},
       kNo},
      {"S-71", R"("StringLike":{"k":"a*?"})", {One("abc")}, kYes},
      {"S-71 empty value", R"("StringLike":{"k":"*"})", {One("")}, kYes},
      {"S-71 absent", R"("StringLike":{"k":"*"})", {}, kNo},
      {"S-71 empty pattern", R"("StringLike":{"k":""})", {One("a")}, kNo},
      {"S-71 star in the request",
       R"("StringLike":{"k":"abc"})",
       {One("*")},
       kNo},
  };
  for (const Row& row : rows) Check(row);
}

// S-72, S-73, S-79, and S-27 where a variable stands for a number.
TEST(ReferenceConditionTest, NumbersAndDates) {
  const std::vector<Row> rows = {
      {"S-72", R"("NumericLessThan":{"k":"10"})", {One("9.5")}, kYes},
      {"S-72 equal", R"("NumericLessThan":{"k":10})", {One("10")}, kNo},
      {"S-72 exponent",
       R"("NumericEquals":{"k":"1e3"})",
       {One("1000.0")},
       kYes},
      {"S-72 large",
       R"("NumericEquals":{"k":"9007199254740993"})",
       {One("9007199254740992")},
       kNo},
      {"S-79 number",
       R"("NumericLessThanEquals":{"k":"10"})",
       {One("10abc")},
       kUnreadable},
      {"S-79 negated",
       R"("NumericNotEquals":{"k":"10"})",
       {One("x")},
       kUnreadable},
      {"S-27 variable in a number",
       R"("NumericEquals":{"k":"${a}"})",
       {One("1"), {"a", {"1"}}},
       kNo},
      {"S-27 negated",
       R"("NumericNotEquals":{"k":"${a}"})",
       {One("1"), {"a", {"1"}}},
       kUnreadable},
      {"S-73 mixed forms",
       R"("DateEquals":{"k":"1767225600"})",
       {One("2026-01-01T01:00:00+01:00")},
       kYes},
      {"S-73 order",
       R"("DateGreaterThan":{"k":"2026-01-01"})",
       {One("2025-12-31T23:59:59Z")},
       kNo},
      {"S-79 date",
       R"("DateGreaterThan":{"k":"2026-01-01"})",
       {One("Jan 1, 2020")},
       kUnreadable},
  };
  for (const Row& row : rows) Check(row);
}

// S-74 to S-76, S-79.
TEST(ReferenceConditionTest, BoolBinaryNull) {
  const std::vector<Row> rows = {
      {"S-74", R"("Bool":{"k":"True"})", {One("TRUE")}, kYes},
      {"S-74 false", R"("Bool":{"k":false})", {One("true")}, kNo},
      {"S-79 Bool", R"("Bool":{"k":"true"})", {One("1")}, kUnreadable},
      {"S-75", R"("BinaryEquals":{"k":"QUI="})", {One("QUI")}, kYes},
      {"S-79 binary",
       R"("BinaryEquals":{"k":"QUI="})",
       {One("%")},
       kUnreadable},
      {"S-76 absent", R"("Null":{"k":"true"})", {}, kYes},
      {"S-76 present", R"("Null":{"k":"false"})", {One("")}, kYes},
      {"S-76 present, asked absent", R"("Null":{"k":"true"})", {One("x")}, kNo},
      {"S-76 empty list", R"("Null":{"k":"false"})", {List({})}, kNo},
      {"S-76 list of an empty string",
       R"("Null":{"k":"false"})",
       {List({""})},
       kYes},
      {"S-76 both", R"("Null":{"k":["true","false"]})", {}, kYes},
      {"S-76 prefix", R"("ForAllValues:Null":{"k":"false"})", {}, kNo},
  };
  for (const Row& row : rows) Check(row);
}

// S-77 to S-79.
TEST(ReferenceConditionTest, AddressesAndArns) {
  const std::vector<Row> rows = {
      {"S-77 everything",
       R"("IpAddress":{"k":"0.0.0.0/0"})",
       {One("203.0.113.9")},
       kYes},
      {"S-77 host bits",
       R"("IpAddress":{"k":"10.1.2.3/8"})",
       {One("10.9.9.9")},
       kYes},
      {"S-77 v6 spelling",
       R"("IpAddress":{"k":"2001:0DB8:0:0:0:0:0:1"})",
       {One("2001:db8::1")},
       kYes},
      {"S-77 families",
       R"("NotIpAddress":{"k":"0.0.0.0/0"})",
       {One("::1")},
       kYes},
      {"S-77 mapped",
       R"("IpAddress":{"k":"10.0.0.0/8"})",
       {One("::ffff:10.0.0.1")},
       kNo},
      {"S-79 address",
       R"("NotIpAddress":{"k":"10.0.0.0/8"})",
       {One("10.0.0")},
       kUnreadable},
      {"S-78",
       R"("ArnEquals":{"k":"arn:aws:iam::1:role/*web"})",
       {One("arn:aws:iam::1:role/app/web")},
       kYes},
      {"S-78 star alone",
       R"("ArnNotLike":{"k":"*"})",
       {One("arn:a:b:c:d:e")},
       kYes},
      {"S-79 no ARN",
       R"("ArnNotLike":{"k":"arn:aws:iam::1:role/*"})",
       {One("web")},
       kUnreadable},
  };
  for (const Row& row : rows) Check(row);
}

// S-79 with S-65, S-66 and S-68.
TEST(ReferenceConditionTest, UnreadableValuesInLists) {
  const std::vector<Row> rows = {
      {"S-79 ForAnyValue, another value",
       R"("ForAnyValue:NumericEquals":{"k":1})",
       {List({"x", "1"})},
       kYes},
      {"S-79 ForAnyValue",
       R"("ForAnyValue:NumericEquals":{"k":1})",
       {List({"x", "2"})},
       kUnreadable},
      {"S-79 ForAllValues",
       R"("ForAllValues:NumericEquals":{"k":1})",
       {List({"1", "x"})},
       kUnreadable},
      {"S-68 number list", R"("NumericEquals":{"k":1})", {List({"x"})}, kNo},
  };
  for (const Row& row : rows) Check(row);
}

TEST(ReferenceConditionTest, Variables) {
  const std::vector<Row> rows = {
      {"S-51",
       R"("StringEquals":{"k":"${A}"})",
       {One("x"), {"a", {"x"}}},
       kYes},
      {"S-51 blanks",
       R"("StringEquals":{"k":"${ a }"})",
       {One("x"), {"a", {"x"}}},
       kYes},
      {"S-52", R"("StringEquals":{"k":"${a, 'x, y'}"})", {One("x, y")}, kYes},
      {"S-52 empty", R"("StringEquals":{"k":"z${a, ''}"})", {One("z")}, kYes},
      {"S-53", R"("StringEquals":{"k":"a${*}${?}${$}"})", {One("a*?$")}, kYes},
      {"S-53 is no wildcard",
       R"("StringLike":{"k":"a${*}"})",
       {One("ab")},
       kNo},
      {"S-55",
       R"("StringLike":{"k":"${a}/*"})",
       {One("b/x"), {"a", {"*"}}},
       kNo},
      {"S-55 literal",
       R"("StringLike":{"k":"${a}/*"})",
       {One("*/x"), {"a", {"*"}}},
       kYes},
      {"S-55 once",
       R"("StringEquals":{"k":"${a}"})",
       {One("${b}"), {"a", {"${b}"}}, {"b", {"x"}}},
       kYes},
      {"S-56", R"("StringEquals":{"k":"${a}"})", {One("x")}, kNo},
      {"S-56 other value",
       R"("StringEquals":{"k":["${a}","x"]})",
       {One("x")},
       kYes},
      {"S-56 negated", R"("StringNotEquals":{"k":"${a}"})", {One("x")}, kYes},
      {"S-56 ArnNotLike",
       R"("ArnNotLike":{"k":"${a}"})",
       {One("arn:a:b:c:d:e")},
       kYes},
      {"S-57",
       R"("StringEquals":{"k":"${a, 'x'}"})",
       {One(""), {"a", {""}}},
       kYes},
      {"S-58",
       R"("StringEquals":{"k":"${a}"})",
       {One("x"), {"a", {"x"}, true}},
       kNo},
      {"S-58 default",
       R"("StringEquals":{"k":"${a, 'd'}"})",
       {One("d"), {"a", {"x"}, true}},
       kYes},
      {"S-54 Bool",
       R"("Bool":{"k":"${a}"})",
       {One("true"), {"a", {"true"}}},
       kYes},
  };
  for (const Row& row : rows) Check(row);
}

// The table of absent keys: every operator, plain and with each modifier.
TEST(ReferenceConditionTest, AbsentKey) {
  struct Family {
    const char* positive;
    const char* negated;  // null: there is none
    const char* value;
  };
  const std::vector<Family> families = {
      {"StringEquals", "StringNotEquals", "a"},
      {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "a"},
      {"StringLike", "StringNotLike", "a"},
      {"NumericEquals", "NumericNotEquals", "1"},
      {"NumericLessThan", nullptr, "1"},
      {"NumericLessThanEquals", nullptr, "1"},
      {"NumericGreaterThan", nullptr, "1"},
      {"NumericGreaterThanEquals", nullptr, "1"},
      {"DateEquals", "DateNotEquals", "2026-01-01"},
      {"DateLessThan", nullptr, "2026-01-01"},
      {"DateLessThanEquals", nullptr, "2026-01-01"},
      {"DateGreaterThan", nullptr, "2026-01-01"},
      {"DateGreaterThanEquals", nullptr, "2026-01-01"},
      {"Bool", nullptr, "true"},
      {"BinaryEquals", nullptr, "QUI="},
      {"IpAddress", "NotIpAddress", "10.0.0.0/8"},
      {"ArnEquals", "ArnNotEquals", "arn:a:b:c:d:e"},
      {"ArnLike", "ArnNotLike", "arn:a:b:c:d:e"},
  };
  const auto check = [](const std::string& op, const char* value, Holds holds) {
    const std::string pair = Quote(op) + R"(:{"k":")" + value + R"("})";
    Check({op.c_str(), pair.c_str(), {}, holds});
  };
  for (const Family& family : families) {
    for (const char* op : {family.positive, family.negated}) {
      if (op == nullptr) continue;
      const std::string name = op;
      check(name, family.value, op == family.negated ? kYes : kNo);  // S-63
      check(name + "IfExists", family.value, kYes);                  // S-64
      check("ForAllValues:" + name, family.value, kYes);             // S-65
      check("ForAllValues:" + name + "IfExists", family.value, kYes);
      check("ForAnyValue:" + name, family.value, kNo);  // S-66
      check("ForAnyValue:" + name + "IfExists", family.value, kNo);
    }
  }
}

struct ResourceRow {
  const char* name;
  const char* effect;
  const char* element;  // `"Resource":...` or `"NotResource":...`
  std::vector<Key> context;
  const char* resource;
  bool matches;
  const char* version = "2012-10-17";
};

TEST(ReferenceConditionTest, VariablesInResource) {
  const std::vector<Key> bob = {{"aws:username", {"bob"}}};
  const std::vector<Key> star = {{"aws:username", {"*"}}};
  const std::vector<Key> empty = {{"aws:username", {""}}};
  const char* home = R"("Resource":"arn:aws:s3:::b/${aws:username}/*")";
  const char* not_home = R"("NotResource":"arn:aws:s3:::b/${aws:username}/*")";
  const char* mixed =
      R"("NotResource":["*","arn:aws:s3:::b/${aws:username}/*"])";
  const std::vector<ResourceRow> rows = {
      {"S-51", "Allow", home, bob, "arn:aws:s3:::b/bob/x", true},
      {"S-50", "Allow", home, bob, "arn:aws:s3:::b/bob/x", false, "2008-10-17"},
      {"S-50 text", "Allow", home, bob, "arn:aws:s3:::b/${aws:username}/x",
       true, "2008-10-17"},
      {"S-50 wildcards", "Allow", R"("Resource":"arn:aws:s3:::b/${*}")", bob,
       "arn:aws:s3:::b/${xyz}", true, "2008-10-17"},
      {"S-53", "Allow", R"("Resource":"arn:aws:s3:::b/${*}")", bob,
       "arn:aws:s3:::b/x", false},
      {"S-55", "Allow", home, star, "arn:aws:s3:::b/bob/x", false},
      {"S-57", "Allow", home, empty, "arn:aws:s3:::b//x", true},
      {"S-56", "Allow", home, {}, "arn:aws:s3:::b/bob/x", false},
      {"S-56 Deny", "Deny", home, {}, "arn:aws:s3:::b/bob/x", false},
      {"S-46 Allow", "Allow", not_home, {}, "arn:aws:s3:::c", false},
      {"S-46 Deny", "Deny", not_home, {}, "arn:aws:s3:::c", true},
      {"S-46 before other patterns", "Deny", mixed, {}, "arn:aws:s3:::c", true},
      {"S-46 before S-37", "Allow", not_home, {}, "*", false},
      {"S-37", "Allow", not_home, bob, "*", true},
      {"S-44 in NotResource", "Allow", R"("NotResource":"b/*")", bob,
       "arn:aws:s3:::c", false},
      {"S-31", "Allow", not_home, bob, "arn:aws:s3:::c", true},
      {"S-31 listed", "Allow", not_home, bob, "arn:aws:s3:::b/bob/x", false},
      {"S-54 part 5", "Allow",
       R"("Resource":"arn:aws:sqs:*:${aws:username}:q")", bob,
       "arn:aws:sqs:us:bob:q", true},
  };
  for (const ResourceRow& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string statements =
        std::string(R"({"Effect":")") + row.effect + R"(","Action":"*",)" +
        row.element + "}," +
        Statement1("Allow",
                   row.effect == std::string("Deny") ? "s3:*" : "ec2:*", "*");
    const PolicySet set =
        Load(R"({"principals":[{"arn":")" + std::string(kUser) +
             R"(","policies":[{"name":"p","document":{"Version":")" +
             row.version + R"(","Statement":[)" + statements + "]}}]}]}");
    const Answer answer = Decide(set, Ask{.resource = row.resource,
                                          .resource_account = "111111111111",
                                          .context = row.context,
                                          .derive = false});
    const bool deny = row.effect == std::string("Deny");
    EXPECT_EQ(
        answer.verdict == (deny ? Verdict::kExplicitDeny : Verdict::kAllowed),
        row.matches);
  }
}

}  // namespace
}  // namespace portcullis::reference
