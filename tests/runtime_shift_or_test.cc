#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/shift_or.h"

namespace portcullis {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

void Add(std::string_view pattern, ShiftOr& part) {
  for (size_t i = 0; i < pattern.size(); ++i) {
    size_t within = 0;
    EXPECT_TRUE(pattern[i] == '?' ? part.AddQuestions(1, within)
                                  : part.AddText(pattern.substr(i, 1), within));
  }
}
ShiftOr PartOf(std::string_view pattern) {
  ShiftOr part;
  Add(pattern, part);
  return part;
}

// Where `pattern`, bytes and `?`, ends when it is matched at `at`.
size_t MatchAt(std::string_view pattern, std::string_view text, size_t at) {
  for (const char c : pattern) {
    if (at == text.size()) return kNowhere;
    if (c != '?') {
      if (text[at++] != c) return kNowhere;
      continue;
    }
    if (IsContinuation(text[at])) return kNowhere;
    do {
      ++at;
    } while (at < text.size() && IsContinuation(text[at]));
  }
  return at;
}

// The ends of all matches that begin at or after `from` where `may_begin`.
template <typename MayBegin>
std::vector<size_t> EndsOf(std::string_view pattern, std::string_view text,
                           size_t from, MayBegin may_begin) {
  std::vector<size_t> ends;
  for (size_t at = from; at < text.size(); ++at) {
    const size_t end = may_begin(at) ? MatchAt(pattern, text, at) : kNowhere;
    if (end != kNowhere) ends.push_back(end);
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  return ends;
}

size_t FirstEnd(std::string_view pattern, std::string_view text, size_t from) {
  Subject subject(text);
  return PartOf(pattern).FirstEnd(subject, from);
}

class RandomTexts {
 public:
  size_t Below(size_t bound) { return random_() % bound; }
  std::string Make(size_t count, const std::vector<std::string>& pieces) {
    std::string text;
    for (size_t i = 0; i < count; ++i) text += pieces[Below(pieces.size())];
    return text;
  }

 private:
  std::mt19937 random_{11};
};

const std::vector<std::string> kLetters = {"a", "b"};
const std::vector<std::string> kCharacters = {"a",      "b",          "\u00e9",
                                              "\u20ac", "\U0001f511", "\xa9"};

TEST(ShiftOr, FindsTheFirstEnd) {
  EXPECT_EQ(FirstEnd("ab", "aab ab", 0), 3u);
  EXPECT_EQ(FirstEnd("ab", "aab ab", 2), 6u);
  EXPECT_EQ(FirstEnd("ab", "aab ab", 5), kNowhere);
  EXPECT_EQ(FirstEnd("a?b", "ab axb", 0), 6u);
  EXPECT_EQ(FirstEnd("?", "", 0), kNowhere);
}

TEST(ShiftOr, QuestionTakesAWholeCharacter) {
  EXPECT_EQ(FirstEnd("a?", "a\u20ac", 0), 4u);
  EXPECT_EQ(FirstEnd("?b", "\u20ac\u00e9b", 0), 6u);
  EXPECT_EQ(FirstEnd("?\xac", "\u20ac", 0), kNowhere);
  EXPECT_EQ(FirstEnd("?a",
                     "\xa9"
                     "a",
                     0),
            kNowhere);
}

TEST(ShiftOr, AgreesWithTryingEachPlace) {
  RandomTexts random;
  for (int i = 0; i < 20'000; ++i) {
    const auto& pieces = i % 2 == 0 ? kLetters : kCharacters;
    const std::string text = random.Make(random.Below(80), pieces);
    std::vector<std::string> positions = pieces;
    positions.push_back("?");
    const std::string pattern =
        random.Make(1 + random.Below(6), positions).substr(0, 64);
    const size_t from = random.Below(text.size() + 1);
    const auto ends = EndsOf(pattern, text, from, [](size_t) { return true; });
    EXPECT_EQ(FirstEnd(pattern, text, from), ends.empty() ? kNowhere : ends[0])
        << pattern << " in " << text << " from " << from;
  }
}

TEST(ShiftOr, BeginsWhereItMayOnly) {
  RandomTexts random;
  for (int i = 0; i < 5'000; ++i) {
    const auto& pieces = i % 2 == 0 ? kLetters : kCharacters;
    const std::string text = random.Make(random.Below(60), pieces);
    const std::string pattern = i % 3 == 0 ? "a?" : i % 3 == 1 ? "ab" : "?b?";
    const auto may_begin = [](size_t at) { return at % 3 != 1; };
    std::vector<size_t> ends;
    Subject subject(text);
    PartOf(pattern).Pass(
        subject, 0,
        [&](size_t at) { return may_begin(at) ? uint64_t{1} : uint64_t{0}; },
        [&](size_t end) {
          ends.push_back(end);
          return true;
        });
    EXPECT_EQ(ends, EndsOf(pattern, text, 0, may_begin))
        << pattern << " in " << text;
  }
}

TEST(ShiftOr, ForgetsWhatWasCleared) {
  RandomTexts random;
  ShiftOr part;
  for (int i = 0; i < 5'000; ++i) {
    const std::string text = random.Make(random.Below(40), kCharacters);
    const std::string pattern = i % 3 == 0   ? "?a"
                                : i % 3 == 1 ? "ab"
                                             : "b\u00e9?";
    part.Clear();
    EXPECT_EQ(part.size(), 0u);
    Add(pattern, part);
    Subject subject(text);
    EXPECT_EQ(part.FirstEnd(subject, 0), FirstEnd(pattern, text, 0))
        << pattern << " in " << text;
  }
}

TEST(ShiftOr, HasRoomFor64Positions) {
  const std::string text = std::string(63, 'a') + "b";
  ShiftOr part = PartOf(text);
  EXPECT_EQ(part.size(), 64u);
  Subject subject(text);
  EXPECT_EQ(part.FirstEnd(subject, 0), 64u);
  size_t within = 0;
  EXPECT_FALSE(part.AddText("b", within));
  EXPECT_EQ(within, 0u);
  EXPECT_FALSE(part.AddQuestions(1, within));
  EXPECT_EQ(within, 0u);
}

TEST(ShiftOr, NextPartBeginsWhereThisOneIsFull) {
  ShiftOr part = PartOf(std::string(60, '?'));
  size_t within = 1;
  EXPECT_FALSE(part.AddText("xabcdef", within));
  EXPECT_EQ(within, 5u);
  const std::string text = std::string(60, '-') + "abcd";
  Subject subject(text);
  EXPECT_EQ(part.FirstEnd(subject, 0), 64u);
}

TEST(Subject, HasContinuations) {
  for (size_t size = 0; size < 40; ++size) {
    EXPECT_FALSE(Subject(std::string(size, '\x7f')).HasContinuations());
    EXPECT_FALSE(Subject(std::string(size, '\xc3')).HasContinuations());
    for (size_t at = 0; at < size; ++at) {
      for (const char c : {'\x80', '\xbf'}) {
        std::string text(size, at % 2 == 0 ? 'a' : '\xff');
        text[at] = c;
        EXPECT_TRUE(Subject(text).HasContinuations()) << size << " " << at;
      }
    }
  }
}

}  // namespace
}  // namespace portcullis
