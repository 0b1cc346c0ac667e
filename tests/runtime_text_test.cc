// Comparing and searching many bytes at once does what one byte at a time does.
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "runtime/action.h"
#include "runtime/caller.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

// Bytes that are all different from their neighbours.
std::string Text(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text.push_back(static_cast<char>('a' + i * 7 % 26));
  }
  return text;
}

TEST(SameTextTest, EveryByteOfEverySizeCounts) {
  for (size_t size = 0; size <= 200; ++size) {
    const std::string a = Text(size);
    EXPECT_TRUE(SameText(a, Text(size))) << size;
    EXPECT_FALSE(SameText(a, Text(size + 1))) << size;
    EXPECT_TRUE(StartsWith(a + "tail", a)) << size;
    for (size_t i = 0; i < size; ++i) {
      std::string b = a;
      b[i] ^= 1;
      EXPECT_FALSE(SameText(a, b)) << size << " " << i;
      EXPECT_FALSE(StartsWith(b + "tail", a)) << size << " " << i;
    }
  }
}

TEST(SameTextTest, PortableFormIsTheSame) {
  for (size_t size = 16; size <= 64; ++size) {
    const std::string a = Text(size);
    EXPECT_TRUE(PortableSame16To64(a.data(), a.data(), size)) << size;
    for (size_t i = 0; i < size; ++i) {
      std::string b = a;
      b[i] ^= 1;
      EXPECT_FALSE(PortableSame16To64(a.data(), b.data(), size)) << i;
      EXPECT_FALSE(Same16To64(a.data(), b.data(), size)) << i;
    }
  }
}

TEST(FindByteTest, TheFirst64Bytes) {
  for (size_t size = 0; size <= 100; ++size) {
    for (size_t i = 0; i < size; ++i) {
      std::string text = Text(size);
      text[i] = ':';
      text[size / 2] = ':';
      uint64_t expected = 0;
      for (size_t k = 0; k < size && k < 64; ++k) {
        expected |= uint64_t{text[k] == ':'} << k;
      }
      EXPECT_EQ(FindByte(text, ':'), expected) << text;
    }
  }
}

// Bytes next to the one that is looked for, and those with the top bit.
TEST(FindByteTest, PortableFormIsTheSame) {
  for (int first = 0; first < 256; ++first) {
    std::string text;
    for (int i = 0; i < 16; ++i) text.push_back(static_cast<char>(first + i));
    for (const char c : {':', '\0', '\xFF', '\x80', '\x7F'}) {
      EXPECT_EQ(PortableByteMask16(text.data(), c), ByteMask16(text.data(), c));
    }
  }
}

// Every byte, at every place.
TEST(FoldTest, ManyAtOnceAsOneByOne) {
  for (int first = 0; first < 256; ++first) {
    std::string text;
    for (int i = 0; i < 16; ++i) text.push_back(static_cast<char>(first + i));
    std::string expected;
    for (const char c : text) expected.push_back(FoldChar(c));
    std::string folded(16, '\0');
    Fold16(text.data(), folded.data());
    EXPECT_EQ(folded, expected);
    PortableFold16(text.data(), folded.data());
    EXPECT_EQ(folded, expected);
  }
}

TEST(FoldTest, ActionsOfEverySize) {
  std::array<char, 128> buffer;
  for (size_t size = 0; size <= buffer.size(); ++size) {
    std::string text = Text(size);
    std::string expected = text;
    for (size_t i = 0; i < size; i += 3)
      text[i] = static_cast<char>(text[i] - 32);
    EXPECT_EQ(FoldAction(text, buffer), expected) << size;
  }
  EXPECT_EQ(FoldAction(Text(129), buffer), "");
}

TEST(SplitArnTest, ColonsAnywhere) {
  for (size_t part = 0; part <= 150; ++part) {
    std::string arn = "arn";
    ArnColons expected;
    for (size_t& at : expected.at) {
      at = arn.size();
      arn += ":" + (arn == "arn" ? std::string("aws") : Text(part));
    }
    const ArnColons colons = SplitArn(arn + ":x:");
    ASSERT_TRUE(colons.valid) << arn;
    for (size_t i = 0; i < ArnColons::kCount; ++i) {
      EXPECT_EQ(colons.at[i], expected.at[i]) << arn;
    }
    EXPECT_FALSE(SplitArn(arn.substr(0, arn.rfind(':'))).valid) << arn;
    EXPECT_FALSE(SplitArn("x" + arn.substr(1)).valid) << arn;
  }
}

}  // namespace
}  // namespace portcullis
