// Request values as numbers, dates, addresses and bytes (S-70 to S-77).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/value.h"

namespace portcullis {
namespace {

// `-0.DIGITSe2`, the point inside the digits left as the view has it.
std::string Show(const std::optional<DecimalView>& number) {
  if (!number) return "none";
  return std::string(number->negative ? "-" : "+") + "0." +
         std::string(number->digits) + "e" + std::to_string(number->exponent);
}

struct TextRow {
  const char* text;
  const char* expected;
};

TEST(RuntimeValueTest, Decimals) {
  constexpr TextRow kRows[] = {
      {"0", "+0.e0"},
      {"-0", "+0.e0"},
      {"-0.000e7", "+0.e0"},
      {"1", "+0.1e1"},
      {"+1", "+0.1e1"},
      {"-1", "-0.1e1"},
      {"007", "+0.7e1"},
      {"100", "+0.1e3"},
      {"0.05", "+0.5e-1"},
      {"1.50", "+0.1.5e1"},
      {"10.01", "+0.10.01e2"},
      {"0.0010", "+0.1e-2"},
      {"1e3", "+0.1e4"},
      {"1E+3", "+0.1e4"},
      {"1e-3", "+0.1e-2"},
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
      {"1e1.5", "none"},
      {" 1", "none"},
      {"1 ", "none"},
      {"--1", "none"},
      {"1.2.3", "none"},
      {"0x10", "none"},
      {"1,5", "none"},
      {"NaN", "none"},
      {"\xD9\xA1", "none"},
  };
  for (const TextRow& row : kRows) {
    EXPECT_EQ(Show(ReadDecimal(row.text)), row.expected) << row.text;
  }
}

// A policy's number in the form that images hold, from its digits.
struct PolicyNumber {
  bool negative;
  const char* digits;
  int64_t exponent;
};

TEST(RuntimeValueTest, DecimalsInOrder) {
  constexpr PolicyNumber kPolicy[] = {
      {true, "12", 2},  {true, "15", 1},
      {true, "1", 1},   {true, "1", -3},
      {false, "", 0},   {false, "1", -3},
      {false, "1", 1},  {false, "15", 1},
      {false, "12", 2}, {false, "9007199254740993", 16}};
  constexpr const char* kRequests[] = {
      "-12.0", "-1.5",  "-1",    "-0.0001", "0.0",
      "1e-4",  "1.000", "15e-1", "012",     "9007199254740993"};
  for (size_t i = 0; i < std::size(kRequests); ++i) {
    const auto request = ReadDecimal(kRequests[i]);
    ASSERT_TRUE(request);
    for (size_t k = 0; k < std::size(kPolicy); ++k) {
      NumberRecord record = {};
      record.exponent = kPolicy[k].exponent;
      record.negative = kPolicy[k].negative ? 1 : 0;
      EXPECT_EQ(CompareDecimal(*request, record, kPolicy[k].digits), i <=> k)
          << kRequests[i] << " against " << k;
    }
  }
}

std::string Show(const std::optional<InstantValue>& instant) {
  if (!instant) return "none";
  return std::to_string(instant->seconds) + "." +
         std::to_string(instant->nanoseconds);
}

TEST(RuntimeValueTest, Instants) {
  constexpr TextRow kRows[] = {
      {"1970-01-01T00:00:00Z", "0.0"},
      {"1970-01", "0.0"},
      {"1970-01-02", "86400.0"},
      {"1970-01-01T00:01", "60.0"},
      {"1970-01-01T00:01Z", "60.0"},
      {"2000-02-29T12:34:56Z", "951827696.0"},
      {"1969-12-31T23:59:59Z", "-1.0"},
      {"0000-03-01", "-62162035200.0"},
      {"9999-12-31T23:59:59Z", "253402300799.0"},
      {"1970-01-01T00:00:00.5Z", "0.500000000"},
      {"1970-01-01T00:00:00.123456789987Z", "0.123456789"},
      {"1970-01-01T02:00:00+02:00", "0.0"},
      {"1970-01-01T00:00:00-00:30", "1800.0"},
      {"0", "0.0"},
      {"-1", "-1.0"},
      {"1767225600", "1767225600.0"},
      {"0000000000000000000000000000007", "7.0"},
      {"9223372036854775807", "9223372036854775807.0"},
      {"-9223372036854775808", "-9223372036854775808.0"},
      {"9223372036854775808", "none"},
      {"-9223372036854775809", "none"},
      {"", "none"},
      {"-", "none"},
      {"+1", "none"},
      {"1.5", "none"},
      {"1970", "1970.0"},
      {"1970-1-01", "none"},
      {"1970-13", "none"},
      {"1970-00", "none"},
      {"1970-02-30", "none"},
      {"1900-02-29", "none"},
      {"1970-01-01T", "none"},
      {"1970-01-01T24:00Z", "none"},
      {"1970-01-01T00:60Z", "none"},
      {"1970-01-01T00:00:60Z", "none"},
      {"1970-01-01T00:00:00.Z", "none"},
      {"1970-01-01T00:00:00z", "none"},
      {"1970-01-01t00:00:00Z", "none"},
      {"1970-01-01 00:00:00Z", "none"},
      {"1970-01-01T00:00:00+0200", "none"},
      {"1970-01-01T00:00:00+24:00", "none"},
      {"1970-01Z", "none"},
      {"1970-01-01Z", "none"},
      {"1970-01-01T00:00:00ZZ", "none"},
  };
  for (const TextRow& row : kRows) {
    EXPECT_EQ(Show(ReadInstant(row.text)), row.expected) << row.text;
  }
}

TEST(RuntimeValueTest, Truths) {
  EXPECT_EQ(ReadBool("true"), true);
  EXPECT_EQ(ReadBool("TruE"), true);
  EXPECT_EQ(ReadBool("FALSE"), false);
  for (const char* text : {"", "1", "0", "yes", "true ", " true", "tru"}) {
    EXPECT_EQ(ReadBool(text), std::nullopt) << text;
  }
}

// Hexadecimal, with the family.
std::string Show(const std::optional<AddressValue>& address) {
  if (!address) return "none";
  constexpr char kHex[] = "0123456789abcdef";
  std::string text = address->is_v6 ? "6:" : "4:";
  for (int i = 0; i < (address->is_v6 ? 16 : 4); ++i) {
    text += kHex[address->bytes[i] >> 4];
    text += kHex[address->bytes[i] & 15];
  }
  return text;
}

TEST(RuntimeValueTest, Addresses) {
  constexpr TextRow kRows[] = {
      {"0.0.0.0", "4:00000000"},
      {"192.0.2.255", "4:c00002ff"},
      {"::", "6:00000000000000000000000000000000"},
      {"::1", "6:00000000000000000000000000000001"},
      {"1::", "6:00010000000000000000000000000000"},
      {"2001:DB8::8:800:200c:417a", "6:20010db80000000000080800200c417a"},
      {"1:2:3:4:5:6:7:8", "6:00010002000300040005000600070008"},
      {"1:2:3:4:5:6:7::", "6:00010002000300040005000600070000"},
      {"::2:3:4:5:6:7:8", "6:00000002000300040005000600070008"},
      {"::ffff:192.0.2.1", "6:00000000000000000000ffffc0000201"},
      {"1:2:3:4:5:6:1.2.3.4", "6:00010002000300040005000601020304"},
      {"", "none"},
      {"10.0.0", "none"},
      {"10.0.0.0.0", "none"},
      {"10.0.0.256", "none"},
      {"10.0.0.01", "none"},
      {"10.0.0.1 ", "none"},
      {"10..0.1", "none"},
      {"10.0.0.1/32", "none"},
      {"1:2:3:4:5:6:7", "none"},
      {"1:2:3:4:5:6:7:8:9", "none"},
      {"1:2:3:4:5:6:7:8::", "none"},
      {"1::2::3", "none"},
      {":::", "none"},
      {":1::", "none"},
      {"1:", "none"},
      {"12345::", "none"},
      {"g::", "none"},
      {"1.2.3.4::", "none"},
      {"::1.2.3.4:5", "none"},
      {"fe80::1%eth0", "none"},
  };
  for (const TextRow& row : kRows) {
    EXPECT_EQ(Show(ReadAddress(row.text)), row.expected) << row.text;
  }
}

TEST(RuntimeValueTest, Blocks) {
  struct Row {
    const char* base;
    uint32_t bits;
    const char* address;
    bool inside;
  };
  constexpr Row kRows[] = {
      {"0.0.0.0", 0, "203.0.113.9", true},
      {"10.0.0.0", 8, "10.255.255.255", true},
      {"10.0.0.0", 8, "11.0.0.0", false},
      {"10.128.0.0", 9, "10.128.0.1", true},
      {"10.128.0.0", 9, "10.127.0.1", false},
      {"10.0.0.4", 31, "10.0.0.5", true},
      {"10.0.0.4", 31, "10.0.0.6", false},
      {"10.0.0.4", 32, "10.0.0.4", true},
      {"10.0.0.4", 32, "10.0.0.5", false},
      {"::", 0, "2001:db8::1", true},
      {"::", 0, "10.0.0.1", false},
      {"0.0.0.0", 0, "::1", false},
      {"10.0.0.1", 32, "::ffff:10.0.0.1", false},
      {"2001:db8::", 33, "2001:db8:7fff::", true},
      {"2001:db8::", 33, "2001:db8:8000::", false},
      {"2001:db8::1", 128, "2001:db8::1", true},
      {"2001:db8::1", 128, "2001:db8::2", false},
  };
  for (const Row& row : kRows) {
    const auto base = ReadAddress(row.base);
    const auto address = ReadAddress(row.address);
    ASSERT_TRUE(base && address);
    AddressRecord block = {};
    std::copy(std::begin(base->bytes), std::end(base->bytes), block.bytes);
    block.bits = row.bits;
    block.is_v6 = base->is_v6 ? 1 : 0;
    EXPECT_EQ(BlockContains(block, *address), row.inside)
        << row.base << "/" << row.bits << " and " << row.address;
  }
}

TEST(RuntimeValueTest, Base64) {
  for (const char* text :
       {"", "QQ", "QQ==", "QUI", "QUI=", "QUJD", "-_-_", "+/+/", "QUJDRA"}) {
    EXPECT_TRUE(IsBase64(text)) << text;
  }
  for (const char* text : {"Q", "Q===", "QQ=", "QQ===", "=", "==", "QUJD=",
                           "QUJD==", "QU JD", "QUJD\n", "Q=QQ", "QUJDR", "!"}) {
    EXPECT_FALSE(IsBase64(text)) << text;
  }
}

TEST(RuntimeValueTest, Base64InOrder) {
  constexpr const char* kTexts[] = {
      "", "AA==", "QQ", "QUI=", "QUJD", "QkI", "_w"};
  const std::string bytes[] = {
      "", std::string(1, '\0'), "A", "AB", "ABC", "BB", "\xFF"};
  for (size_t i = 0; i < std::size(kTexts); ++i) {
    for (size_t k = 0; k < std::size(bytes); ++k) {
      EXPECT_EQ(CompareBase64(kTexts[i], bytes[k]), i <=> k) << i << " " << k;
    }
  }
  EXPECT_TRUE(CompareBase64("-_-_", "\xFB\xFF\xBF") == 0);
  EXPECT_TRUE(CompareBase64("+/+/", "\xFB\xFF\xBF") == 0);
}

TEST(RuntimeValueTest, Formats) {
  char buffer[32];
  EXPECT_EQ(FormatInstant({0, 0}, buffer), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant({-1, 0}, buffer), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatInstant({951827696, 0}, buffer), "2000-02-29T12:34:56Z");
  EXPECT_EQ(FormatInstant({253402300799, 0}, buffer), "9999-12-31T23:59:59Z");
  EXPECT_EQ(FormatInstant({-62167219200, 0}, buffer), "0000-01-01T00:00:00Z");
  EXPECT_EQ(FormatInstant({0, 500'000'000}, buffer), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(FormatInstant({-1, 1}, buffer), "1969-12-31T23:59:59.000000001Z");
  EXPECT_EQ(FormatInstant({0, 999'999'999}, buffer),
            "1970-01-01T00:00:00.999999999Z");
  EXPECT_EQ(FormatInteger(0, buffer), "0");
  EXPECT_EQ(FormatInteger(INT64_MIN, buffer), "-9223372036854775808");
  EXPECT_EQ(FormatInteger(INT64_MAX, buffer), "9223372036854775807");
}

// What is formatted reads as the same instant.
TEST(RuntimeValueTest, FormattedInstantsReadBack) {
  char buffer[32];
  for (int64_t seconds = -62167219200; seconds < 253402300800;
       seconds += 86399 * 37) {
    const std::string text(FormatInstant({seconds, 0}, buffer));
    EXPECT_EQ(ReadInstant(text), (InstantValue{seconds, 0})) << text;
  }
}

}  // namespace
}  // namespace portcullis
