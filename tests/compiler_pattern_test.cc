// stage 6: patterns -> pattern programs (S-32, S-36 to S-44, S-51 to S-55,
// S-78), over the dump of what comes out.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "compiler/pattern.h"

namespace portcullis {
namespace {

struct TokenRow {
  const char* name;
  const char* text;
  const char* dump;
  bool variables = true;
  Wildcards wildcards = Wildcards::kActive;
};
void PrintTo(const TokenRow& row, std::ostream* os) { *os << row.text; }

constexpr TokenRow kTokenRows[] = {
    {"empty", "", ""},
    {"literal", "abc", R"("abc")"},
    {"star", "*", "*"},
    {"stars_are_one", "a**b", R"("a" * "b")"},
    {"question", "a?b", R"("a" ? "b")"},
    {"questions_are_counted", "???", "?3"},
    {"questions_and_stars", "?*?", "? * ?"},
    {"wildcards_as_text", "a*?b", R"("a*?b")", true, Wildcards::kLiteral},
    {"variable", "a${aws:UserName}b", R"("a" ${aws:username} "b")"},
    {"blanks_around_the_key", "${ aws:username }", "${aws:username}"},
    {"default", "${k, 'a, b'}", "${k, 'a, b'}"},
    {"empty_default", "${k, ''}", "${k, ''}"},
    {"default_with_quote", "${k, 'it's'}", "${k, 'it's'}"},
    {"literal_wildcards_merge", "a${*}${?}${$}b", R"("a*?$b")"},
    {"literal_star_is_no_star", "*${*}*", R"(* "*" *)"},
    {"two_variables", "${a}${b}", "${a} ${b}"},
    {"inactive", "${a*}", R"("${a" * "}")", false},
    {"inactive_and_literal", "${*}", R"("${*}")", false, Wildcards::kLiteral},
    {"unclosed", "${a*", R"("${a" *)"},
    {"dollar_alone", "$a$", R"("$a$")"},
    {"empty_key_is_text", "${}", R"("${}")"},
    {"first_brace_closes", "${a}}", R"(${a} "}")"},
    {"variables_where_wildcards_are_text", "${a}*", R"(${a} "*")", true,
     Wildcards::kLiteral},
    {"default_is_never_scanned", "${a, '*${b'}", "${a, '*${b'}"},
};

class TokenizeTest : public testing::TestWithParam<TokenRow> {};
TEST_P(TokenizeTest, Dump) {
  const TokenRow& row = GetParam();
  EXPECT_EQ(DumpTokens(Tokenize(row.text, row.variables, row.wildcards)),
            row.dump);
}
INSTANTIATE_TEST_SUITE_P(Table, TokenizeTest, testing::ValuesIn(kTokenRows),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

// `~` marks a part that ends with a star that may cross colons.
struct ResourceRow {
  const char* name;
  const char* text;
  const char* dump;
  PolicyType type = PolicyType::kIdentity;
  bool variables = true;
};
void PrintTo(const ResourceRow& row, std::ostream* os) { *os << row.text; }

constexpr char kPadded[] = R"("aws" | "s3" | *~ | *~ | *)";

constexpr ResourceRow kResourceRows[] = {
    {"s36_star", "*", "all"},
    {"s36_stars", "***", "all"},
    {"s36_in_an_rcp", "**", "all", PolicyType::kRcp},
    {"s38_six_parts", "arn:aws:s3:us-east-1:123:b/k",
     R"("aws" | "s3" | "us-east-1" | "123" | "b/k")"},
    {"s38_empty_parts", "arn:aws:s3:::b", R"("aws" | "s3" |  |  | "b")"},
    {"s38_empty_rest", "arn:aws:s3:::", R"("aws" | "s3" |  |  | )"},
    {"s38_more_colons", "arn:aws:sns:r:a:t:u:*",
     R"("aws" | "sns" | "r" | "a" | "t:u:" *)"},
    {"s38_inner_star", "arn:aws:s3:u*1:?:b",
     R"("aws" | "s3" | "u" * "1" | ? | "b")"},
    {"s38_colon_in_a_variable", "arn:aws:s3:::${aws:username}/*",
     R"("aws" | "s3" |  |  | ${aws:username} "/" *)"},
    {"s38_colon_in_a_default", "arn:aws:s3:::${k, 'a:b:c'}",
     R"("aws" | "s3" |  |  | ${k, 'a:b:c'})"},
    {"s38_variable_in_an_early_part", "arn:aws:s3:${a:b}:${c:d}:x",
     R"("aws" | "s3" | ${a:b} | ${c:d} | "x")"},
    {"s38_literal_star_in_a_part", "arn:aws:s3::${*}:x",
     R"("aws" | "s3" |  | "*" | "x")"},
    {"s39_region", "arn:aws:s3:*:123:b", R"("aws" | "s3" | *~ | "123" | "b")"},
    {"s39_prefix_star", "arn:aws:s3:us-*:123:b",
     R"("aws" | "s3" | "us-" *~ | "123" | "b")"},
    {"s39_every_part", "arn:*:*:*:*:*", "*~ | *~ | *~ | *~ | *"},
    {"s39_question_does_not", "arn:aws:s3:us?:123:b",
     R"("aws" | "s3" | "us" ? | "123" | "b")"},
    {"s39_literal_star_does_not", "arn:aws:s3:a${*}:123:b",
     R"("aws" | "s3" | "a*" | "123" | "b")"},
    {"s40_case", "arn:AWS:S3:::B", R"("AWS" | "S3" |  |  | "B")"},
    {"s41_service", "arn:aws:s?:::b", R"("aws" | "s" ? |  |  | "b")"},
    {"s42_identity_literal", "arn:aws:s3", kPadded},
    {"s42_identity_wildcard", "arn:aws:s*", R"("aws" | "s" *~ | *~ | *~ | *)"},
    {"s42_boundary_literal", "arn:aws:s3", kPadded, PolicyType::kBoundary},
    {"s42_session_literal", "arn:aws:s3", kPadded, PolicyType::kSession},
    {"s42_five_parts", "arn:aws:s3::", R"("aws" | "s3" |  |  | *)"},
    {"s42_arn_alone", "arn", "*~ | *~ | *~ | *~ | *"},
    {"s42_scp_wildcard", "arn:aws:s3:*", kPadded, PolicyType::kScp},
    {"s42_resource_wildcard", "arn:aws:s3:*", kPadded, PolicyType::kResource},
    {"s42_endpoint_question", "arn:aws:s3:?", R"("aws" | "s3" | ? | *~ | *)",
     PolicyType::kEndpoint},
    {"s29_scp_literal", "arn:aws:s3", "never", PolicyType::kScp},
    {"s29_rcp_wildcard", "arn:aws:s3:*", "never", PolicyType::kRcp},
    {"s43_resource_literal", "arn:aws:s3", "never", PolicyType::kResource},
    {"s43_endpoint_literal", "arn:aws:s3:::", R"("aws" | "s3" |  |  | )",
     PolicyType::kEndpoint},
    {"s43_endpoint_short", "arn:aws:s3::", "never", PolicyType::kEndpoint},
    {"s43_a_literal_star_is_no_wildcard", "arn:aws:s3:${*}", "never",
     PolicyType::kResource},
    {"s44_empty", "", "never"},
    {"s44_other_first_part", "bucket/key", "never"},
    {"s44_wildcard_first_part", "a*:aws:s3:::b", "never"},
    {"s44_star_first_part", "*:aws:s3:::b", "never"},
    {"s44_upper_case", "ARN:aws:s3:::b", "never"},
    {"s44_longer_first_part", "arnx:aws:s3:::b", "never"},
    {"s44_variable_alone", "${aws:username}", "never"},
    {"s44_variable_in_the_first_part", "arn${a}:aws:s3:::b", "never"},
    {"s44_literal_star_alone", "${*}", "never"},
    {"s50_inactive_variable", "arn:aws:s3:::${a*}",
     R"("aws" | "s3" |  |  | "${a" * "}")", PolicyType::kIdentity, false},
    {"s50_inactive_colons_cut", "arn:aws:s3:::${aws:a}",
     R"("aws" | "s3" |  |  | "${aws:a}")", PolicyType::kIdentity, false},
    {"s50_inactive_early_colons_cut", "arn:aws:${a:b}::x",
     R"("aws" | "${a" | "b}" |  | "x")", PolicyType::kIdentity, false},
};

class ResourcePatternTest : public testing::TestWithParam<ResourceRow> {};
TEST_P(ResourcePatternTest, Dump) {
  const ResourceRow& row = GetParam();
  EXPECT_EQ(
      DumpPattern(ParseResourcePattern(row.text, row.variables, row.type)),
      row.dump);
}
INSTANTIATE_TEST_SUITE_P(Table, ResourcePatternTest,
                         testing::ValuesIn(kResourceRows), [](const auto& row) {
                           return std::string(row.param.name);
                         });

TEST(ResourcePatternFlagsTest, Table) {
  const auto flags = [](const char* text) {
    return ParseResourcePattern(text, true, PolicyType::kIdentity).flags;
  };
  EXPECT_EQ(flags("*"), kPatternAll);
  EXPECT_EQ(flags("x"), kPatternNever);
  EXPECT_EQ(flags("arn:aws:s3:::b*"), 0u);
  EXPECT_EQ(flags("arn:aws:s3:*::b"), kPatternCrossing);
  EXPECT_EQ(flags("arn:aws:s3:::${a}"), kPatternVariables);
  EXPECT_EQ(flags("arn:aws:s3:::${*}"), 0u);
  EXPECT_EQ(flags("arn:aws:s3:*::${a}"), kPatternCrossing | kPatternVariables);
}

struct OperandRow {
  const char* text;
  const char* dump;
};

// S-78: no part crosses colons, no short form is filled up.
TEST(ArnOperandTest, Table) {
  constexpr OperandRow kRows[] = {
      {"arn:aws:iam::1:user/*", R"("aws" | "iam" |  | "1" | "user/" *)"},
      {"arn:*:*:*:*:*", "* | * | * | * | *"},
      {"arn:aws:iam::1:user/${aws:username}",
       R"("aws" | "iam" |  | "1" | "user/" ${aws:username})"},
      {"arn:aws:sns:r:a:t:*", R"("aws" | "sns" | "r" | "a" | "t:" *)"},
      {"*", "never"},
      {"", "never"},
      {"arn:aws:iam::1", "never"},
      {"arn:aws:*", "never"},
      {"a*:aws:iam::1:root", "never"},
      {"${a}:aws:iam::1:root", "never"},
  };
  for (const OperandRow& row : kRows) {
    const ArnPattern pattern = ParseArnOperand(row.text, true);
    EXPECT_EQ(DumpPattern(pattern), row.dump) << row.text;
    EXPECT_EQ(pattern.crossing, 0u) << row.text;
  }
  EXPECT_EQ(DumpPattern(ParseArnOperand("arn:aws:a::${b:c}", false)),
            R"("aws" | "a" |  | "${b" | "c}")");
}

}  // namespace
}  // namespace portcullis
