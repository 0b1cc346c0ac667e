#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "policy/variable.h"

namespace portcullis {
namespace {

std::string Show(const char* text, bool active) {
  std::string error;
  std::string out;
  for (const TextPiece& piece : SplitVariables(text, active, &error)) {
    if (!out.empty()) out += " ";
    switch (piece.kind) {
      case TextPiece::Kind::kText: out += "text[" + piece.text + "]"; break;
      case TextPiece::Kind::kLiteral:
        out += "literal[" + piece.text + "]";
        break;
      case TextPiece::Kind::kVariable: out += "variable[" + piece.key + "]";
    }
    if (piece.default_value) out += "=[" + *piece.default_value + "]";
  }
  return error.empty() ? out : out + " error: " + error;
}

struct SplitCase {
  const char* text;
  const char* pieces;
};

TEST(SplitVariablesTest, Active) {
  const SplitCase cases[] = {
      {"", ""},
      {"abc*?", "text[abc*?]"},
      {"${aws:username}", "variable[aws:username]"},
      {"a/${aws:username}/b", "text[a/] variable[aws:username] text[/b]"},
      {"${a}${b}", "variable[a] variable[b]"},
      {"${ aws:PrincipalTag/a b }", "variable[aws:PrincipalTag/a b]"},
      {"${*}${?}${$}", "literal[*] literal[?] literal[$]"},
      {"a${*}b", "text[a] literal[*] text[b]"},
      {"${$}{a}", "literal[$] text[{a}]"},
      {"$", "text[$]"},
      {"$a{b}", "text[$a{b}]"},
      {"${a", "text[${a]"},
      {"a${b${c", "text[a${b${c]"},
      {"a${}b", "text[a${}b]"},
      {"a${ }b", "text[a${ }b]"},
      {"${a${b}}", "variable[a${b] text[}]"},
      {"${a, 'x'}", "variable[a]=[x]"},
      {"${a , 'x' }", "variable[a]=[x]"},
      {"${a, ''}", "variable[a]=[]"},
      {"${a, 'b, c'}", "variable[a]=[b, c]"},
      {"${a, 'it's'}", "variable[a]=[it's]"},
      {"${a, '*'}", "variable[a]=[*]"},
      {"${a,'x'}", "text[${a,'x'}] error: malformed variable `${a,'x'}`"},
      {"${a, x}", "text[${a, x}] error: malformed variable `${a, x}`"},
      {"${a, 'x}", "text[${a, 'x}] error: malformed variable `${a, 'x}`"},
      {"${a, '}", "text[${a, '}] error: malformed variable `${a, '}`"},
      {"${a, }", "text[${a, }] error: malformed variable `${a, }`"},
      {"${, 'x'}", "text[${, 'x'}] error: malformed variable `${, 'x'}`"},
      {"p${a,b}q${c}",
       "text[p${a,b}q] variable[c] error: malformed variable `${a,b}`"},
  };
  for (const SplitCase& c : cases) EXPECT_EQ(Show(c.text, true), c.pieces);
}

TEST(SplitVariablesTest, Inactive) {
  EXPECT_EQ(Show("", false), "");
  EXPECT_EQ(Show("a${b}*${*}${c,d}", false), "text[a${b}*${*}${c,d}]");
}

TEST(SplitVariablesTest, ErrorMayBeNull) {
  EXPECT_EQ(SplitVariables("${a,b}", true, nullptr).size(), 1u);
}

TEST(HasVariableTest, Table) {
  EXPECT_TRUE(HasVariable("a${b}", true));
  EXPECT_FALSE(HasVariable("a${b}", false));
  EXPECT_FALSE(HasVariable("${*}", true));
  EXPECT_FALSE(HasVariable("${}", true));
  EXPECT_FALSE(HasVariable("${a,b}", true));
  EXPECT_FALSE(HasVariable("plain", true));
}

}  // namespace
}  // namespace portcullis
