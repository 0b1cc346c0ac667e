#include <locale.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "policy/values.h"

namespace portcullis {
namespace {

std::string Show(const std::optional<Number>& n) {
  if (!n) return "none";
  return std::string(n->negative ? "-" : "+") + "0." + n->digits + "e" +
         std::to_string(n->exponent);
}

TEST(ParseNumberTest, Table) {
  const std::pair<const char*, const char*> cases[] = {
      {"0", "+0.e0"},
      {"-0", "+0.e0"},
      {"0.000", "+0.e0"},
      {"0e99", "+0.e0"},
      {"1", "+0.1e1"},
      {"+1", "+0.1e1"},
      {"-1", "-0.1e1"},
      {"1.50", "+0.15e1"},
      {"001.5", "+0.15e1"},
      {"0.05", "+0.5e-1"},
      {"1e3", "+0.1e4"},
      {"1000", "+0.1e4"},
      {"1E+3", "+0.1e4"},
      {"1e-3", "+0.1e-2"},
      {"9007199254740993", "+0.9007199254740993e16"},
      {"1e99999999999999999999", "+0.1e1099511627776"},
      {"1e-99999999999999999999", "+0.1e-1099511627775"},
      {"", "none"},
      {"+", "none"},
      {".", "none"},
      {".5", "none"},
      {"5.", "none"},
      {"-.5e1", "none"},
      {"5.e0", "none"},
      {"e3", "none"},
      {"1e", "none"},
      {"1e+", "none"},
      {" 1", "none"},
      {"1 ", "none"},
      {"10abc", "none"},
      {"0x10", "none"},
      {"--1", "none"},
      {"1.2.3", "none"},
      {"1,5", "none"},
      {"NaN", "none"},
      {"\xd9\xa1", "none"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(Show(ParseNumber(text)), expected) << text;
}

TEST(CompareNumbersTest, OrderIsTotal) {
  const std::vector<const char*> ascending = {
      "-1e400",  "-12", "-1.5",   "-1.25", "-1",   "-0.1",
      "-1e-400", "0",   "1e-400", "0.1",   "1",    "1.25",
      "1.5",     "12",  "123",    "1e400", "2e400"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(CompareNumbers(*ParseNumber(ascending[i]),
                               *ParseNumber(ascending[j])),
                i <=> j)
          << ascending[i] << " " << ascending[j];
    }
  }
  EXPECT_EQ(*ParseNumber("1.50"), *ParseNumber("15e-1"));
  EXPECT_EQ(CompareNumbers(*ParseNumber("9007199254740992"),
                           *ParseNumber("9007199254740993")),
            std::strong_ordering::less);
}

std::string ShowDate(const char* text) {
  bool zone_missing = false;
  const std::optional<Instant> instant = ParseDate(text, &zone_missing);
  if (!instant) return "none";
  return std::to_string(instant->seconds) + "." +
         std::to_string(instant->nanoseconds) +
         (zone_missing ? " no zone" : "");
}

TEST(ParseDateTest, Table) {
  const std::pair<const char*, const char*> cases[] = {
      {"1970-01", "0.0"},
      {"1970-01-02", "86400.0"},
      {"1970-01-01T00:00Z", "0.0"},
      {"1970-01-01T00:00:01Z", "1.0"},
      {"1970-01-01T00:00:00.5Z", "0.500000000"},
      {"1970-01-01T00:00:00.000000001Z", "0.1"},
      {"1970-01-01T00:00:00.0000000019Z", "0.1"},
      {"1970-01-01T01:00:00+01:00", "0.0"},
      {"1969-12-31T23:30:00-00:30", "0.0"},
      {"1970-01-01T00:00:00", "0.0 no zone"},
      {"1970-01-01T00:01", "60.0 no zone"},
      {"2024-02-29", "1709164800.0"},
      {"1969-12-31T23:59:59Z", "-1.0"},
      {"2024", "2024.0"},
      {"1700000000", "1700000000.0"},
      {"-1", "-1.0"},
      {"9223372036854775807", "9223372036854775807.0"},
      {"9223372036854775808", "none"},
      {"-9223372036854775808", "-9223372036854775808.0"},
      {"2023-02-29", "none"},
      {"2024-13", "none"},
      {"2024-00-01", "none"},
      {"2024-01-32", "none"},
      {"2024-01T00:00Z", "none"},
      {"2024-01-01T24:00Z", "none"},
      {"2024-01-01T00:60Z", "none"},
      {"2024-01-01T00:00:60Z", "none"},
      {"2024-01-01T00Z", "none"},
      {"2024-01-01T00:00:00.Z", "none"},
      {"2024-01-01T00:00.5Z", "none"},
      {"2024-01-01T00:00:00+0100", "none"},
      {"2024-01-01T00:00:00+24:00", "none"},
      {"2024-01-01T00:00:00Zx", "none"},
      {"2024-01-01Z", "none"},
      {"2024-01-01 00:00:00Z", "none"},
      {"2024-01-01t00:00:00z", "none"},
      {"20240101T000000Z", "none"},
      {"24-01-01", "none"},
      {"Jan 1, 2020", "none"},
      {"", "none"},
      {"-", "none"},
      {"+1", "none"},
      {"1.5", "none"},
      {" 1", "none"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(ShowDate(text), expected) << text;
}

TEST(ParseBoolTest, AnyCase) {
  EXPECT_EQ(ParseBool("true"), true);
  EXPECT_EQ(ParseBool("TrUe"), true);
  EXPECT_EQ(ParseBool("FALSE"), false);
  for (const char* text : {"", "1", "0", "yes", "true ", " false", "truee"})
    EXPECT_EQ(ParseBool(text), std::nullopt) << text;
}

TEST(ParseBase64Test, Table) {
  EXPECT_EQ(ParseBase64(""), "");
  EXPECT_EQ(ParseBase64("QQ=="), "A");
  EXPECT_EQ(ParseBase64("QQ"), "A");
  EXPECT_EQ(ParseBase64("QUI="), "AB");
  EXPECT_EQ(ParseBase64("QUI"), "AB");
  EXPECT_EQ(ParseBase64("QUJD"), "ABC");
  EXPECT_EQ(ParseBase64("+/+/"), ParseBase64("-_-_"));
  EXPECT_EQ(ParseBase64("////"), "\xff\xff\xff");
  for (const char* text :
       {"Q", "Q=", "QQ=", "QQ===", "QUJD=", "Q Q=", "@@@@", "=", "QQ==QQ=="})
    EXPECT_EQ(ParseBase64(text), std::nullopt) << text;
}

std::string ShowBlock(const std::optional<AddressBlock>& block) {
  if (!block) return "none";
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < (block->is_v6 ? 16u : 4u); ++i) {
    out += kHex[block->bytes[i] >> 4];
    out += kHex[block->bytes[i] & 15];
  }
  return out + "/" + std::to_string(block->prefix_bits);
}

TEST(ParseAddressBlockTest, Table) {
  const std::pair<const char*, const char*> cases[] = {
      {"10.1.2.3", "0a010203/32"},
      {"10.1.2.3/8", "0a000000/8"},
      {"255.255.255.255/25", "ffffff80/25"},
      {"0.0.0.0/0", "00000000/0"},
      {"2001:db8::1", "20010db8000000000000000000000001/128"},
      {"2001:0DB8:0:0:0:0:0:1", "20010db8000000000000000000000001/128"},
      {"2001:db8::ffff/33", "20010db8000000000000000000000000/33"},
      {"::/0", "00000000000000000000000000000000/0"},
      {"::", "00000000000000000000000000000000/128"},
      {"1::", "00010000000000000000000000000000/128"},
      {"::ffff:10.0.0.1", "00000000000000000000ffff0a000001/128"},
      {"1:2:3:4:5:6:7::", "00010002000300040005000600070000/128"},
      {"1:2:3:4:5:6:1.2.3.4", "00010002000300040005000601020304/128"},
      {"", "none"},
      {"10.0.0", "none"},
      {"10.0.0.0.0", "none"},
      {"10.0.0.256", "none"},
      {"010.0.0.1", "none"},
      {"10.0.0.1 ", "none"},
      {"10.0.0.-1", "none"},
      {"10..0.1", "none"},
      {"10.0.0.", "none"},
      {"10.0.0.0/33", "none"},
      {"10.0.0.0/", "none"},
      {"10.0.0.0/08", "none"},
      {"10.0.0.0/8/8", "none"},
      {"::/129", "none"},
      {":::", "none"},
      {"1::2::3", "none"},
      {"1:2:3:4:5:6:7", "none"},
      {"1:2:3:4:5:6:7:8:9", "none"},
      {"1:2:3:4:5:6:7::8", "none"},
      {"12345::", "none"},
      {"g::", "none"},
      {":1", "none"},
      {"1:", "none"},
      {"1.2.3.4::", "none"},
      {"fe80::1%eth0", "none"},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(ShowBlock(ParseAddressBlock(text)), expected) << text;
}

TEST(ParseAddressTest, TakesNoLength) {
  EXPECT_EQ(ShowBlock(ParseAddress("10.0.0.1")), "0a000001/32");
  EXPECT_EQ(ParseAddress("10.0.0.0/8"), std::nullopt);
}

bool In(const char* block, const char* address) {
  return Contains(*ParseAddressBlock(block), *ParseAddress(address));
}

TEST(ContainsTest, Table) {
  EXPECT_TRUE(In("0.0.0.0/0", "203.0.113.9"));
  EXPECT_TRUE(In("10.0.0.0/8", "10.255.255.255"));
  EXPECT_FALSE(In("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(In("10.0.0.1", "10.0.0.1"));
  EXPECT_FALSE(In("10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(In("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(In("192.0.2.128/25", "192.0.2.100"));
  EXPECT_TRUE(In("::/0", "2001:db8::1"));
  EXPECT_TRUE(In("2001:db8::1", "2001:0DB8:0:0:0:0:0:1"));
  EXPECT_FALSE(In("2001:db8::1", "2001:db8::2"));
  EXPECT_FALSE(In("0.0.0.0/0", "::1"));
  EXPECT_FALSE(In("::/0", "10.0.0.1"));
  EXPECT_FALSE(In("10.0.0.0/8", "::ffff:10.0.0.1"));
}

TEST(FoldTest, AsciiAlone) {
  EXPECT_EQ(Fold("S3:GetObject-9_\xc3\x84"), "s3:getobject-9_\xc3\x84");
}

TEST(FoldLettersTest, LeavesTheLocale) {
  const locale_t before = uselocale(nullptr);
  FoldLetters("\xc3\x80");
  EXPECT_EQ(uselocale(nullptr), before);
}

TEST(HexValueTest, Digits) {
  EXPECT_EQ(HexValue('0'), 0);
  EXPECT_EQ(HexValue('9'), 9);
  EXPECT_EQ(HexValue('a'), 10);
  EXPECT_EQ(HexValue('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`'}) {
    EXPECT_EQ(HexValue(c), -1) << c;
  }
}

TEST(FoldLettersTest, Table) {
  EXPECT_EQ(FoldLetters("AZ"), "az");
  EXPECT_EQ(FoldLetters("\xc3\x80\xc3\x9e"), "\xc3\xa0\xc3\xbe");
  EXPECT_EQ(FoldLetters("\xc3\x97"), "\xc3\x97") << "the multiplication sign";
  EXPECT_EQ(FoldLetters("\xc3\x9f"), "\xc3\x9f") << "sharp s";
  EXPECT_EQ(FoldLetters("\xc4\x80"), "\xc4\x81");
  EXPECT_EQ(FoldLetters("\xd0\x96"), "\xd0\xb6") << "Cyrillic";
  EXPECT_EQ(FoldLetters("\xe2\x84\xaa"), "k") << "the Kelvin sign";
  EXPECT_EQ(FoldLetters("a\xc3"), "a\xc3");
  EXPECT_EQ(FoldLetters("\xff\xc0\x80Z"), "\xff\xc0\x80z");
  EXPECT_EQ(FoldLetters(std::string_view("A\0B", 3)),
            std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace portcullis
