// Letters of UTF-8 and their lower case, against the C library's (S-70).
#include <gtest/gtest.h>
#include <locale.h>
#include <wctype.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtime/letters.h"

namespace portcullis {
namespace {

constexpr uint32_t kCodes = 0x110000;
bool IsSurrogate(uint32_t code) { return code >= 0xD800 && code < 0xE000; }

std::string Utf8(uint32_t code) {
  char bytes[4];
  return std::string(bytes, WriteLetter(code, bytes));
}

TEST(LettersTest, LowerCaseOfEveryCode) {
  const locale_t unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  ASSERT_NE(unicode, nullptr);
  for (uint32_t code = 0; code < kCodes; ++code) {
    if (IsSurrogate(code)) continue;
    ASSERT_EQ(LowerLetter(code), towlower_l(code, unicode)) << std::hex << code;
  }
  freelocale(unicode);
  EXPECT_EQ(LowerLetter(kCodes + 'A'), kCodes + 'A');
}

TEST(LettersTest, EveryCodeIsReadAsItIsWritten) {
  for (uint32_t code = 0; code < kCodes; ++code) {
    if (IsSurrogate(code)) continue;
    const std::string bytes = Utf8(code);
    const Letter letter = FirstLetter(bytes + "A");
    ASSERT_EQ(letter.code, code);
    ASSERT_EQ(letter.size, bytes.size());
    if (bytes.size() == 1) continue;
    // Without its last byte it is none.
    EXPECT_EQ(
        FirstLetter(std::string_view(bytes).substr(0, bytes.size() - 1)).size,
        1u);
  }
}

TEST(LettersTest, BytesThatAreNoLetter) {
  for (const std::string_view text :
       {"\x80", "\xBF", "\xC0\x80", "\xC1\x81", "\xE0\x80\x80", "\xED\xA0\x80",
        "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF",
        "\xC3", "\xC3(", "\xE2\x84"}) {
    const Letter letter = FirstLetter(text);
    EXPECT_EQ(letter.size, 1u) << text;
    EXPECT_GE(letter.code, kCodes) << text;
    EXPECT_EQ(LowerLetter(letter.code), letter.code);
  }
}

TEST(LettersTest, Compare) {
  struct Row {
    const char* text;
    const char* folded;
    bool equal;
  };
  constexpr Row kRows[] = {
      {"", "", true},
      {"ABC", "abc", true},
      {"abc", "abd", false},
      {"abc", "ab", false},
      {"ab", "abc", false},
      {"\xC3\x89t\xC3\xA9", "\xC3\xA9t\xC3\xA9", true},  // U+00C9
      {"\xC3\x9F", "ss", false},                         // sharp s
      {"\xE1\xBA\x9E", "\xC3\x9F", true},                // capital sharp s
      {"\xC3\x97", "\xC3\xB7", false},     // the multiplication sign
      {"\xC4\x80", "\xC4\x81", true},      // U+0100
      {"\xC4\xB0", "i", true},             // I with a dot
      {"\xE2\x84\xAA", "k", true},         // the Kelvin sign
      {"\xCE\xA3", "\xCF\x83", true},      // sigma
      {"\xCE\xA3", "\xCF\x82", false},     // final sigma
      {"\xD0\x96", "\xD0\xB6", true},      // Cyrillic zhe
      {"\xC8\xBA", "\xE2\xB1\xA5", true},  // two bytes and three
      {"\xF0\x90\x90\x80", "\xF0\x90\x90\xA8", true},  // Deseret
      {"\xFF", "\xFF", true},
      {"\xFF", "\xFE", false},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(CompareFolded(row.text, row.folded) == 0, row.equal)
        << row.text << " and " << row.folded;
    const std::string_view text = row.text;
    EXPECT_EQ(MatchFolded(text, row.folded) == text.size() &&
                  MatchFolded(row.folded, text) ==
                      std::string_view(row.folded).size(),
              row.equal)
        << row.text << " and " << row.folded;
  }
  EXPECT_TRUE(CompareFolded("A", "b") < 0);
  EXPECT_TRUE(CompareFolded("c", "b") > 0);
  EXPECT_TRUE(CompareFolded("AB", "abc") < 0);
}

// Lower-cased texts sort by bytes; a search among them asks for that order.
TEST(LettersTest, OrdersAsTheBytes) {
  const std::vector<uint32_t> codes = {'a',   'z',   0xDF,   0xFE,   0x3C3,
                                       0x7FF, 0x800, 0xFFFD, 0x10428};
  for (const uint32_t a : codes) {
    for (const uint32_t b : codes) {
      EXPECT_EQ(CompareFolded("x" + Utf8(a), "x" + Utf8(b)),
                Utf8(a) <=> Utf8(b));
    }
  }
}

TEST(LettersTest, MatchesAPieceAtTheFront) {
  EXPECT_EQ(MatchFolded("ABcd", "aB"), 2u);
  EXPECT_EQ(MatchFolded("\xE2\x84\xAA!", "k"), 3u);
  EXPECT_EQ(MatchFolded("k!", "\xE2\x84\xAA"), 1u);
  EXPECT_EQ(MatchFolded("ab", "abc"), std::string_view::npos);
  EXPECT_EQ(MatchFolded("ab", "b"), std::string_view::npos);
  EXPECT_EQ(MatchFolded("ab", ""), 0u);
}

}  // namespace
}  // namespace portcullis
