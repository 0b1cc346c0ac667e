#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "policy/json_reader.h"
#include "policy/limits.h"
#include "policy/print.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

std::string Place(const JsonDocument& json, uint32_t begin, uint32_t end) {
  return PositionText(json.lines.At(begin)) + "-" +
         PositionText(json.lines.At(end));
}

void Dump(const JsonDocument& json, const JsonValue& value, std::string indent,
          std::string& out) {
  out += std::string(KindName(value.kind)) + " " +
         Place(json, value.begin, value.end);
  if (value.kind != Kind::kArray && value.kind != Kind::kObject)
    out += " " + JsonString(value.text);
  out += "\n";
  indent += "  ";
  for (const JsonMember& member : value.members()) {
    out += indent + JsonString(member.key) + " " +
           PositionText(json.lines.At(member.key_begin)) + ": ";
    Dump(json, member.value, indent, out);
  }
  for (const JsonValue& element : value.elements()) {
    out += indent + "- ";
    Dump(json, element, indent, out);
  }
}

// The tree with all places, or the issues.
std::string Read(const std::string& bytes) {
  Issues issues;
  const std::optional<JsonDocument> json = ReadJson("p.json", bytes, issues);
  std::string out;
  if (json && issues.ok()) Dump(*json, json->root, "", out);
  EXPECT_EQ(json.has_value() && issues.ok(), !out.empty());
  return out + Lines(issues);
}

struct ReadCase {
  const char* name;
  std::string bytes;
  const char* dump;
};
void PrintTo(const ReadCase& c, std::ostream* os) {
  *os << c.name << ": " << c.bytes;
}

const std::string kNul(1, '\0');

const ReadCase kCases[] = {
    {"scalars", R"([null,true,false,"x",""])",
     R"(an array 1:1-1:25
  - null 1:2-1:6 "null"
  - a boolean 1:7-1:11 "true"
  - a boolean 1:12-1:17 "false"
  - a string 1:18-1:21 "x"
  - a string 1:22-1:24 ""
)"},
    {"numbers_keep_their_text", "[1.50, 1e3,-0 ,12345678901234567890123,1E+05]",
     R"(an array 1:1-1:46
  - a number 1:2-1:6 "1.50"
  - a number 1:8-1:11 "1e3"
  - a number 1:12-1:14 "-0"
  - a number 1:16-1:39 "12345678901234567890123"
  - a number 1:40-1:45 "1E+05"
)"},
    {"number_alone", " 7", "a number 1:2-1:3 \"7\"\n"},
    {"members_in_source_order", "{ \"b\" :1,\r\n\t\"a\": { } }",
     R"(an object 1:1-2:12
  "b" 1:3: a number 1:8-1:9 "1"
  "a" 2:2: an object 2:7-2:10
)"},
    {"escapes", R"(["\"\\\/\b\f\n\r\t", "\u0041\u00e9\ud834\udd1e","a\"b"])",
     "an array 1:1-1:56\n"
     "  - a string 1:2-1:20 \"\\\"\\\\/\\u0008\\u000c\\u000a\\u000d\\u0009\"\n"
     "  - a string 1:22-1:48 \"A\xc3\xa9\xf0\x9d\x84\x9e\"\n"
     "  - a string 1:49-1:55 \"a\\\"b\"\n"},
    {"columns_count_characters", "[\"\xc3\xa4\xe4\xb8\xad\xf0\x9d\x84\x9e\",1]",
     "an array 1:1-1:10\n"
     "  - a string 1:2-1:7 \"\xc3\xa4\xe4\xb8\xad\xf0\x9d\x84\x9e\"\n"
     "  - a number 1:8-1:9 \"1\"\n"},
    {"byte_order_mark_is_skipped", "\xef\xbb\xbf{}", "an object 1:1-1:3\n"},
    {"separators_in_strings", R"({":,":[",",":"]})",
     R"(an object 1:1-1:17
  ":," 1:2: an array 1:7-1:16
    - a string 1:8-1:11 ","
    - a string 1:12-1:15 ":"
)"},
    {"empty", "",
     "p.json: error[S-160]: the input is empty; expected one JSON object\n"},
    {"blank", " \r\n\t",
     "p.json: error[S-160]: the input is empty; expected one JSON object\n"},
    {"two_byte_order_marks", "\xef\xbb\xbf\xef\xbb\xbf{}",
     "p.json:1:1: error[S-4]: a second byte order mark\n"},
    {"two_documents", "{}\n{}",
     "p.json:2:1: error[S-4]: more text after the end of the JSON value; "
     "expected exactly one JSON value\n"},
    {"trailing_brace", "{}}",
     "p.json:1:3: error[S-4]: more text after the end of the JSON value; "
     "expected exactly one JSON value\n"},
    {"nul_after_document", "{}" + kNul + "{}",
     "p.json:1:3: error[S-4]: NUL character\n"},
    {"nul_in_string", "[\"a" + kNul + "\"]",
     "p.json:1:4: error[S-4]: NUL character\n"},
    {"nul_escape", R"(["x","a\u0000b"])",
     "p.json:1:6: error[S-4]: NUL character in a string\n"},
    {"nul_escape_in_key", R"({"\u0000":1})",
     "p.json:1:2: error[S-4]: NUL character in a string\n"},
    {"bad_utf8_lead", "[\"a\xff\"]",
     "p.json:1:4: error[S-4]: bytes that are not UTF-8\n"},
    {"bad_utf8_overlong", "[\"\xc0\x80\"]",
     "p.json:1:3: error[S-4]: bytes that are not UTF-8\n"},
    {"bad_utf8_surrogate", "[\"\xed\xa0\x80\"]",
     "p.json:1:3: error[S-4]: bytes that are not UTF-8\n"},
    {"bad_utf8_cut_off", "[\"\xe4\xb8",
     "p.json:1:3: error[S-4]: bytes that are not UTF-8\n"},
    {"lone_high_surrogate", R"(["\ud834"])",
     "p.json:1:9: error[S-4]: not valid JSON: invalid string: surrogate "
     "U+D800..U+DBFF must be followed by U+DC00..U+DFFF\n"},
    {"lone_low_surrogate", R"(["\udd1e"])",
     "p.json:1:8: error[S-4]: not valid JSON: invalid string: surrogate "
     "U+DC00..U+DFFF must follow U+D800..U+DBFF\n"},
    {"duplicate_key", "{\"a\":1,\n \"b\":2,\"a\":3}",
     "p.json:2:8: error[S-5]: duplicate key `a`; it first stands at 1:2\n"},
    {"duplicate_key_thrice", R"({"a":1,"a":2,"a":3})",
     "p.json:1:8: error[S-5]: duplicate key `a`; it first stands at 1:2\n"
     "p.json:1:14: error[S-5]: duplicate key `a`; it first stands at 1:2\n"},
    {"duplicate_key_escaped", R"({"a":{"b":1},"\u0061":2})",
     "p.json:1:14: error[S-5]: duplicate key `a`; it first stands at 1:2\n"},
    {"same_key_in_other_object", R"({"a":{"a":1},"b":[{"a":1},{"a":1}]})",
     R"(an object 1:1-1:36
  "a" 1:2: an object 1:6-1:13
    "a" 1:7: a number 1:11-1:12 "1"
  "b" 1:14: an array 1:18-1:35
    - an object 1:19-1:26
      "a" 1:20: a number 1:24-1:25 "1"
    - an object 1:27-1:34
      "a" 1:28: a number 1:32-1:33 "1"
)"},
    {"number_out_of_range", "[1e400]",
     "p.json:1:2: error[S-6]: number `1e400` is out of range; the limit is "
     "2^1024 - 2^970; write it as a string\n"},
    {"negative_number_out_of_range", "[-1e309]",
     "p.json:1:2: error[S-6]: number `-1e309` is out of range; the limit is "
     "2^1024 - 2^970; write it as a string\n"},
    {"unexpected_token", "{\"a\":1,\n}",
     "p.json:2:1: error[S-4]: not valid JSON: unexpected `}`; expected string "
     "literal\n"},
    {"end_of_input", "{\"a\":",
     "p.json:1:6: error[S-4]: not valid JSON: unexpected end of input; "
     "expected `[`, `{`, or a literal\n"},
    {"comment", "// x\n{}",
     "p.json:1:1: error[S-4]: not valid JSON: invalid literal\n"},
    {"two_commas", "[1,,2]",
     "p.json:1:4: error[S-4]: not valid JSON: unexpected `,`; expected `[`, "
     "`{`, or a literal\n"},
};

class PolicyJsonReaderTest : public testing::TestWithParam<ReadCase> {};

TEST_P(PolicyJsonReaderTest, Reads) {
  EXPECT_EQ(Read(GetParam().bytes), GetParam().dump);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyJsonReaderTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

std::string Nested(int depth) {
  return std::string(static_cast<size_t>(depth), '[') +
         std::string(static_cast<size_t>(depth), ']');
}

TEST(JsonLimitsTest, Depth) {
  Issues issues;
  EXPECT_TRUE(ReadJson("p.json", Nested(kMaxDepth), issues));
  EXPECT_FALSE(ReadJson("p.json", Nested(kMaxDepth + 1), issues));
  EXPECT_FALSE(ReadJson("q.json", Nested(1'000'000), issues));
  EXPECT_EQ(Lines(issues),
            "p.json:1:33: error[S-6]: nesting of 33 levels; the limit is 32\n"
            "q.json:1:33: error[S-6]: nesting of 33 levels; the limit is 32\n");
}

TEST(JsonLimitsTest, StringBytes) {
  const std::string longest(kMaxStringBytes, 'a');
  Issues issues;
  ReadJson("p.json", "\"" + longest + "\"", issues);
  EXPECT_EQ(Lines(issues), "");
  ReadJson("p.json", "\"" + longest + "b\"", issues);
  EXPECT_EQ(Lines(issues),
            "p.json:1:1: error[S-6]: string of 1048577 bytes; the limit is "
            "1048576\n");
}

TEST(JsonLimitsTest, FileBytes) {
  std::string bytes(kMaxFileBytes + 1, ' ');
  bytes[0] = '7';
  Issues issues;
  EXPECT_FALSE(ReadJson("p.json", bytes, issues));
  EXPECT_EQ(Lines(issues),
            "p.json: error[S-6]: file of 268435457 bytes; the limit is "
            "268435456\n");
  bytes.pop_back();
  EXPECT_TRUE(ReadJson("p.json", bytes, issues));
}

// 2^1024 - 2^970, from which on a number rounds to no double.
TEST(JsonLimitsTest, Numbers) {
  const std::string digits =
      "1797693134862315807937289714053034150799341327100378269361737789804449"
      "6829276475094664901797758720709633028641669288791094655554785194040263"
      "0657488671505820681908902000708383676273854845817711531764475730270069"
      "8555713669596228429148198608349364752927190741684443655107043427115596"
      "9950809304288017790417449779";
  Issues issues;
  EXPECT_TRUE(ReadJson("p.json", digits + "1", issues));
  EXPECT_TRUE(ReadJson("p.json", "-" + digits + "1.9", issues));
  EXPECT_TRUE(issues.ok());
  EXPECT_FALSE(ReadJson("p.json", digits + "2", issues));
  EXPECT_FALSE(ReadJson("p.json", "-" + digits + "2.0", issues));
  EXPECT_EQ(issues.error_count(), 2u);
}

TEST(JsonCostTest, ManyKeysAndOneLongLine) {
  std::string bytes = "{";
  for (int i = 0; i < 200'000; ++i)
    bytes += "\"\xc3\xa4" + std::to_string(i) + "\":0,";
  bytes +=
      "\"\xc3\xa4"
      "0\":1}";
  Issues issues;
  EXPECT_TRUE(ReadJson("p.json", bytes, issues));
  EXPECT_EQ(issues.error_count(), 1u);
}

TEST(JsonDocumentTest, SurvivesMoves) {
  Issues issues;
  std::optional<JsonDocument> first =
      ReadJson("p.json", R"({"a":"\u0041","b":"x"})", issues);
  const JsonDocument second = std::move(*first);
  first.reset();
  EXPECT_EQ(second.root.Find("a")->text, "A");
  EXPECT_EQ(second.root.Find("b")->text, "x");
  EXPECT_EQ(second.root.Find("c"), nullptr);
}

}  // namespace
}  // namespace portcullis
