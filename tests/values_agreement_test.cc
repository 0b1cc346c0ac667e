// runtime/value.h reads the request's side of conditions, policy/values.h the
// policy's, and the two share nothing: on generated texts, good and bad, they
// must give the same verdict and the same order (S-70 to S-77).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "policy/values.h"
#include "runtime/letters.h"
#include "runtime/value.h"

namespace portcullis {
namespace {

class Generator {
 public:
  size_t Below(size_t limit) { return random_() % limit; }
  bool OneIn(size_t n) { return Below(n) == 0; }

  template <size_t N>
  const char* Pick(const char* const (&list)[N]) {
    return list[Below(N)];
  }

  std::string Letters(std::string_view alphabet, size_t most) {
    std::string text(Below(most + 1), ' ');
    for (char& c : text) c = alphabet[Below(alphabet.size())];
    return text;
  }

  // Replaces, drops or doubles a letter, so that near misses are common.
  std::string Damaged(std::string text, std::string_view alphabet) {
    if (text.empty() || !OneIn(3)) return text;
    const size_t at = Below(text.size());
    switch (Below(3)) {
      case 0: text[at] = alphabet[Below(alphabet.size())]; break;
      case 1: text.erase(at, 1); break;
      default: text.insert(at, 1, text[at]);
    }
    return text;
  }

 private:
  std::mt19937 random_{20260101};
};

std::string NumberText(Generator& g) {
  std::string text = g.Pick({"", "", "", "+", "-"});
  text += std::string(g.OneIn(4) ? g.Below(4) : 0, '0');
  text += g.Letters("0123456789", g.OneIn(20) ? 400 : 6);
  if (g.OneIn(2)) text += "." + g.Letters("0012345", 6);
  if (g.OneIn(3)) {
    text += g.Pick({"e", "E", "e+", "e-", "E-"});
    text += g.Letters("0123456789", g.OneIn(10) ? 30 : 3);
  }
  return g.Damaged(text, "0123456789.eE+- x");
}

std::string Padded(size_t value, int width) {
  std::string text = std::to_string(value);
  const auto wanted = static_cast<size_t>(width);
  if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
  return text;
}

std::string DateText(Generator& g) {
  if (g.OneIn(5)) return g.Damaged(g.Letters("0123456789", 22), "-0123456789");
  std::string text =
      Padded(g.OneIn(4) ? g.Below(10000) : 1896 + g.Below(210), 4) + "-" +
      Padded(g.Below(14), 2);
  if (!g.OneIn(8)) text += "-" + Padded(g.Below(33), 2);
  if (!g.OneIn(4)) {
    text += "T" + Padded(g.Below(25), 2) + ":" + Padded(g.Below(61), 2);
    if (!g.OneIn(4)) text += ":" + Padded(g.Below(61), 2);
    if (g.OneIn(4)) text += "." + g.Letters("0123456789", 12);
    text += g.Pick({"", "Z", "Z", "+01:00", "-23:59", "+24:00", "+0100"});
  }
  return g.Damaged(text, "-:TZ+.0123456789 ");
}

std::string V4(Generator& g) {
  std::string text;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) text += ".";
    text += std::to_string(g.Below(g.OneIn(6) ? 300 : 256));
  }
  return text;
}

std::string V6(Generator& g) {
  const size_t groups = g.OneIn(3) ? 8 : 1 + g.Below(8);
  const size_t gap = g.Below(groups + 1);
  std::string text;
  for (size_t i = 0; i < groups; ++i) {
    if (i > 0) text += ":";
    if (i == gap && groups < 8) text += i == 0 ? "::" : ":";
    const bool v4 = i + 1 == groups && g.OneIn(4);
    text += v4 ? V4(g) : g.Letters("0123456789abcdefABCDEF", 4);
  }
  if (gap == groups && groups < 8) text += "::";
  return text;
}

std::string AddressText(Generator& g) {
  return g.Damaged(g.OneIn(2) ? V4(g) : V6(g), ".:0123456789aF/ ");
}

std::string Base64Text(Generator& g) {
  std::string text = g.Letters("ABCDabcd0189+/-_", 9);
  if (g.OneIn(2)) text += std::string((4 - text.size() % 4) % 4, '=');
  return g.Damaged(text, "AZaz09+/-_= .");
}

// Texts of one kind, both sides' readings of each.
template <typename Make, typename Same>
size_t CompareReadings(Make make, Same same, std::vector<std::string>& good) {
  Generator g;
  size_t read = 0;
  for (int i = 0; i < 40000; ++i) {
    const std::string text = make(g);
    if (!same(text)) continue;
    ++read;
    if (good.size() < 300) good.push_back(text);
  }
  std::sort(good.begin(), good.end());
  good.erase(std::unique(good.begin(), good.end()), good.end());
  EXPECT_GT(read, 4000u);
  EXPECT_LT(read, 39000u);
  std::cout << "40000 texts, " << read << " of the type, " << good.size()
            << " compared with each other\n";
  return read;
}

TEST(ValuesAgreementTest, Numbers) {
  std::vector<std::string> good;
  CompareReadings(
      NumberText,
      [](const std::string& text) {
        const bool ours = ReadDecimal(text).has_value();
        EXPECT_EQ(ours, ParseNumber(text).has_value()) << text;
        return ours;
      },
      good);
  for (const std::string& a : good) {
    for (const std::string& b : good) {
      const Number policy_b = *ParseNumber(b);
      NumberRecord record = {};
      record.exponent = policy_b.exponent;
      record.negative = policy_b.negative ? 1 : 0;
      EXPECT_EQ(CompareDecimal(*ReadDecimal(a), record, policy_b.digits),
                CompareNumbers(*ParseNumber(a), policy_b))
          << a << " and " << b;
    }
  }
}

TEST(ValuesAgreementTest, Dates) {
  std::vector<std::string> good;
  CompareReadings(
      DateText,
      [](const std::string& text) {
        const auto ours = ReadInstant(text);
        const auto theirs = ParseDate(text);
        EXPECT_EQ(ours.has_value(), theirs.has_value()) << text;
        if (ours && theirs) {
          EXPECT_EQ(ours->seconds, theirs->seconds) << text;
          EXPECT_EQ(ours->nanoseconds, theirs->nanoseconds) << text;
        }
        return ours.has_value();
      },
      good);
  for (const std::string& a : good) {
    for (const std::string& b : good) {
      EXPECT_EQ(*ReadInstant(a) <=> *ReadInstant(b),
                *ParseDate(a) <=> *ParseDate(b));
    }
  }
}

AddressRecord ToRecord(const AddressBlock& block) {
  AddressRecord record = {};
  std::copy(block.bytes.begin(), block.bytes.end(), record.bytes);
  record.bits = block.prefix_bits;
  record.is_v6 = block.is_v6 ? 1 : 0;
  return record;
}

TEST(ValuesAgreementTest, Addresses) {
  std::vector<std::string> good;
  CompareReadings(
      AddressText,
      [](const std::string& text) {
        const auto ours = ReadAddress(text);
        const auto theirs = ParseAddress(text);
        EXPECT_EQ(ours.has_value(), theirs.has_value()) << text;
        if (ours && theirs) {
          EXPECT_EQ(ours->is_v6, theirs->is_v6) << text;
          EXPECT_TRUE(std::equal(theirs->bytes.begin(), theirs->bytes.end(),
                                 ours->bytes))
              << text;
        }
        return ours.has_value();
      },
      good);
  for (const std::string& a : good) {
    for (const std::string& b : good) {
      for (const char* length : {"", "/0", "/1", "/7", "/9", "/32"}) {
        const auto block = ParseAddressBlock(b + length);
        ASSERT_TRUE(block) << b << length;
        EXPECT_EQ(BlockContains(ToRecord(*block), *ReadAddress(a)),
                  Contains(*block, *ParseAddress(a)))
            << a << " in " << b << length;
      }
    }
  }
}

TEST(ValuesAgreementTest, Base64) {
  std::vector<std::string> good;
  CompareReadings(
      Base64Text,
      [](const std::string& text) {
        EXPECT_EQ(IsBase64(text), ParseBase64(text).has_value()) << text;
        return IsBase64(text);
      },
      good);
  for (const std::string& a : good) {
    for (const std::string& b : good) {
      EXPECT_EQ(CompareBase64(a, *ParseBase64(b)),
                *ParseBase64(a) <=> *ParseBase64(b))
          << a << " and " << b;
    }
  }
}

TEST(ValuesAgreementTest, Truths) {
  for (const char* text : {"true", "True", "TRUE", "false", "fAlse", "", "1",
                           "truee", "tru", "true\n"}) {
    EXPECT_EQ(ReadBool(text), ParseBool(text)) << text;
  }
}

// Also where bytes are no letters.
TEST(ValuesAgreementTest, FoldedLetters) {
  Generator g;
  const char* const kPieces[] = {"a",
                                 "B",
                                 "\xC3\x80",
                                 "\xC3\xA0",
                                 "\xC3\x97",
                                 "\xC3\xB7",
                                 "\xC3\x9E",
                                 "\xC3\x9F",
                                 "\xE1\xBA\x9E",
                                 "\xC4\x80",
                                 "\xCE\xA3",
                                 "\xCF\x83",
                                 "\xCF\x82",
                                 "\xE2\x84\xAA",
                                 "k",
                                 "\xC8\xBA",
                                 "\xF0\x90\x90\x80",
                                 "\xC3",
                                 "\x84"};
  std::vector<std::string> texts;
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (size_t k = g.Below(5); k > 0; --k) text += g.Pick(kPieces);
    texts.push_back(text);
  }
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      EXPECT_EQ(CompareFolded(a, FoldLetters(b)) == 0,
                FoldLetters(a) == FoldLetters(b))
          << a << " and " << b;
      EXPECT_EQ(MatchFolded(a, b) == a.size(), FoldLetters(a) == FoldLetters(b))
          << a << " and " << b;
    }
  }
}

}  // namespace
}  // namespace portcullis
