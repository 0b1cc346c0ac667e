// Comparing and searching many bytes at once does what one byte at a time does.
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

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

// Every byte, at every place of every form of the comparison.
// Needles and texts of two letters, so that near misses are many.
TEST(FindShortTest, IsFind) {
  std::mt19937 random(3);
  const auto letters = [&random](size_t size) {
    std::string text;
    while (text.size() < size) text += random() % 4 == 0 ? 'b' : 'a';
    return text;
  };
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = letters(random() % 60);
    const std::string needle = letters(random() % (kMostShortBytes + 1));
    const size_t from = random() % (text.size() + 1);
    EXPECT_EQ(FindShort(text, from, needle), text.find(needle, from))
        << needle << " in " << text << " from " << from;
  }
}

TEST(FindShortTest, EveryPlaceOfEverySize) {
  for (size_t size = 0; size <= 40; ++size) {
    for (size_t length = 1; length <= kMostShortBytes; ++length) {
      for (size_t at = 0; at + length <= size; ++at) {
        std::string text(size, 'a');
        const std::string needle = std::string(length - 1, 'a') + '\xff';
        text[at + length - 1] = '\xff';
        const std::string_view view = text;
        EXPECT_EQ(FindShort(view, 0, needle), at) << size << " " << length;
        EXPECT_EQ(FindShort(view, at + 1, needle), view.npos);
      }
    }
  }
}

TEST(FindEndsTest, LooksAtTheFirstAndTheLastEightBytes) {
  const std::string text = "--ABCDEFGHxxx12345678--ABCDEFGHyyy12345678";
  EXPECT_EQ(FindEnds(text, 0, "ABCDEFGH...12345678"), 2u);
  EXPECT_EQ(FindEnds(text, 3, "ABCDEFGH...12345678"), 23u);
  EXPECT_EQ(FindEnds(text, 0, "ABCDEFGH..12345678"), text.npos);
  EXPECT_EQ(FindEnds(text, 0, "ABCDEFGx...12345678"), text.npos);
  EXPECT_EQ(FindEnds(text, 0, "ABCDEFGH...12345670"), text.npos);
}

TEST(FoldTest, EveryByteFoldsAsFoldCharDoes) {
  constexpr size_t kSizes[] = {1, 5, 8, 13, 16, 40, 64, 70};
  for (const size_t size : kSizes) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = Text(size);
      text[size / 2] = static_cast<char>(byte);
      std::string folded = text;
      folded[size / 2] = FoldChar(static_cast<char>(byte));
      EXPECT_TRUE(EqualsFolded(text, folded)) << size << " " << byte;
      for (const int bit : {1, 0x20, 0x80}) {
        std::string other = folded;
        other[size / 2] = static_cast<char>(other[size / 2] ^ bit);
        EXPECT_FALSE(EqualsFolded(text, other)) << size << " " << byte;
      }
      if (size < 16 || size > 64) continue;
      EXPECT_TRUE(PortableFolds16To64(text.data(), folded.data(), size));
      folded[size / 2] ^= 0x20;
      EXPECT_FALSE(PortableFolds16To64(text.data(), folded.data(), size));
      EXPECT_FALSE(Folds16To64(text.data(), folded.data(), size));
    }
  }
}

TEST(FoldTest, EveryByteOfEverySizeCounts) {
  for (size_t size = 1; size <= 140; ++size) {
    std::string text = Text(size);
    const std::string folded = text;
    for (size_t i = 0; i < size; i += 3) {
      text[i] = static_cast<char>(text[i] - 32);
    }
    EXPECT_TRUE(EqualsFolded(text, folded)) << size;
    for (size_t i = 0; i < size; ++i) {
      std::string other = text;
      other[i] ^= 1;
      EXPECT_FALSE(EqualsFolded(other, folded)) << size << " " << i;
    }
  }
}

TEST(HashTest, EveryByteOfEverySizeCounts) {
  std::set<uint64_t> hashes;
  size_t texts = 0;
  for (size_t size = 0; size <= 140; ++size) {
    std::string text = Text(size);
    hashes.insert(HashBytes(text.data(), size));
    ++texts;
    for (size_t i = 0; i < size; ++i, ++texts) {
      text[i] ^= 1;
      hashes.insert(HashBytes(text.data(), size));
      text[i] ^= 1;
    }
  }
  EXPECT_EQ(hashes.size(), texts);
}

TEST(HashTest, NamesInAnyCase) {
  std::set<uint64_t> hashes;
  for (size_t size = 0; size <= 140; ++size) {
    const std::string folded = Text(size);
    std::string upper = folded;
    for (char& c : upper) c = static_cast<char>(c - 32);
    EXPECT_EQ(HashName(upper.data(), size), HashName(folded.data(), size));
    hashes.insert(HashName(folded.data(), size));
  }
  EXPECT_EQ(hashes.size(), 141u);
}

TEST(HashTest, PortableFormIsTheSame) {
  uint64_t a = 1;
  for (int i = 0; i < 1000; ++i) {
    const uint64_t b = a * 0xD1342543DE82EF95u + 1;
    EXPECT_EQ(PortableFoldProduct(a, b), FoldProduct(a, b));
    EXPECT_EQ(PortableFoldProduct(a, ~uint64_t{0}),
              FoldProduct(a, ~uint64_t{0}));
    a = b ^ b >> 29;
  }
}

TEST(OrderTest, NumbersSortAsTexts) {
  const std::vector<std::string> texts = {
      "",         "a",     "aa",      "ab",       "b",
      "describe", "getob", "getobje", "getobjec", "z-",
      "z0",       "\x7F",  "\x80",    "\xFF",     "\xFF\xFE\x01"};
  for (const std::string& a : texts) {
    for (const std::string& b : texts) {
      const uint64_t x = OrderOf(a.data(), a.size());
      const uint64_t y = OrderOf(b.data(), b.size());
      EXPECT_EQ(x < y, a < b) << a << " " << b;
    }
  }
  EXPECT_EQ(OrderOf("describetable", 13), OrderOf("describetask", 12));
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
