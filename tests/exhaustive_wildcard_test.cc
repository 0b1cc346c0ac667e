// Every small wildcard pattern on every small text (S-32, S-33, S-38, S-39):
// single patterns, a list's trie, a row's trie and RE2 must agree.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "reference/pattern.h"
#include "runtime/context.h"
#include "runtime/glob.h"
#include "runtime/pattern.h"
#include "tests/generators/entropy.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

// All words over `symbols` of `most` symbols or fewer, the empty one included.
std::vector<std::string> Words(const std::vector<std::string>& symbols,
                               size_t most) {
  std::vector<std::string> words = {""};
  size_t begin = 0;
  for (size_t length = 0; length < most; ++length) {
    const size_t end = words.size();
    for (; begin < end; ++begin) {
      for (const std::string& symbol : symbols) {
        words.push_back(words[begin] + symbol);
      }
    }
  }
  return words;
}

// What RE2 says of a pattern, its wildcards translated and the rest quoted. A
// character is one code point of valid UTF-8.
class Judge {
 public:
  explicit Judge(const std::string& pattern) {
    std::string regex;
    for (const char c : pattern) {
      regex += c == '*'   ? ".*"
               : c == '?' ? "."
                          : RE2::QuoteMeta(std::string(1, c));
    }
    RE2::Options options;
    options.set_dot_nl(true);
    re2_ = std::make_unique<RE2>(regex, options);
  }
  bool Matches(const std::string& text) const {
    return RE2::FullMatch(text, *re2_);
  }

 private:
  std::unique_ptr<RE2> re2_;
};

// A set of kAna with the given patterns as statement resources, compiled so
// that each statement matches by `options`.
class Matcher {
 public:
  Matcher(const std::vector<std::vector<std::string>>& lists, bool row_tries,
          bool list_tries) {
    std::vector<Statement> statements;
    for (const auto& list : lists) {
      statements.push_back(AllowStatement("s3:get", list));
    }
    CompileOptions options;
    options.testing.row_tries = row_tries;
    options.testing.list_tries = list_tries;
    image_ = std::make_unique<SmallImage>(
        SetOfStatements(std::move(statements)), options);
  }

  // Whether statement i matches `resource`, for every i.
  std::vector<bool> Matching(const std::string& resource) {
    Request request;
    request.principal = kAna;
    request.action = "s3:Get";
    request.resource = resource;
    Context context(image_->view().tables(), request, image_->scratch());
    EXPECT_EQ(context.Prepare(), Refusal::kNone) << resource;
    std::vector<bool> matching;
    for (const StatementRecord& statement :
         image_->view().tables().statements) {
      matching.push_back(
          MatchResource(image_->view().tables(), statement, context));
    }
    return matching;
  }

  SmallImage& image() { return *image_; }

 private:
  std::unique_ptr<SmallImage> image_;
};

// One pattern a statement, each alone.
std::vector<std::vector<std::string>> Alone(
    const std::vector<std::string>& patterns) {
  std::vector<std::vector<std::string>> lists;
  for (const std::string& pattern : patterns) lists.push_back({pattern});
  return lists;
}

// Allows the action `s3:gI` on the pattern, so that decisions tell the
// statements of one row apart.
Statement AllowNumbered(size_t i, const std::string& pattern) {
  return AllowStatement("s3:g" + std::to_string(i), {pattern});
}

// Statements that match nothing here, for every action: so many that a row gets
// a trie.
void AddCrowd(std::vector<Statement>& statements) {
  for (int i = 0; i < 20; ++i) {
    statements.push_back(
        AllowStatement("s3:*", {"arn:aws:~:::" + std::to_string(i)}));
  }
}

// Prints the counts, so that an empty run cannot pass.
void Report(size_t patterns, size_t texts, size_t failures) {
  std::cout << patterns << " patterns, " << texts << " texts, " << failures
            << " failures\n";
  EXPECT_GT(patterns * texts, 1000u);
  EXPECT_EQ(failures, 0u);
}

// ---- one part: the rest of the ARN -----------------------------------------

constexpr char kPrefix[] = "arn:aws:s3:::";

struct Universe {
  std::vector<std::string> patterns;
  std::vector<std::string> texts;
};

Universe AsciiUniverse() {
  return {Words({"a", "b", "*", "?"}, 5), Words({"a", "b"}, 6)};
}
// Two-byte, one-byte and four-byte characters.
Universe MultiByteUniverse() {
  return {Words({"\xC3\xA9", "a", "*", "?"}, 4),
          Words({"\xC3\xA9", "a", "\xF0\x9F\x98\x80"}, 4)};
}

// Bytes that begin no character, and some that never end one.
Universe StrayByteUniverse() {
  return {Words({"\xC3\xA9", "a", "*", "?"}, 4),
          Words({"\xA9", "a", "\xC3", "\xFF"}, 4)};
}

std::vector<std::string> Prefixed(const std::vector<std::string>& words) {
  std::vector<std::string> prefixed;
  for (const std::string& word : words) prefixed.push_back(kPrefix + word);
  return prefixed;
}

// expected[p][t]
using Expected = std::vector<std::vector<bool>>;

Expected JudgeAll(const Universe& universe) {
  Expected expected;
  for (const std::string& pattern : universe.patterns) {
    const Judge judge(pattern);
    std::vector<bool>& row = expected.emplace_back();
    for (const std::string& text : universe.texts) {
      row.push_back(judge.Matches(text));
    }
  }
  return expected;
}

Expected AskReferenceForTexts(const Universe& universe) {
  Expected expected;
  for (const std::string& pattern : universe.patterns) {
    std::vector<bool>& row = expected.emplace_back();
    for (const std::string& text : universe.texts) {
      row.push_back(reference::MatchesText({{true, pattern}}, text));
    }
  }
  return expected;
}

// Each pattern alone: MatchGlob and MatchPattern.
void CheckAlone(const Universe& universe, const Expected& expected) {
  Matcher matcher(Alone(Prefixed(universe.patterns)), false, false);
  size_t failures = 0;
  for (size_t t = 0; t < universe.texts.size(); ++t) {
    const auto matching = matcher.Matching(kPrefix + universe.texts[t]);
    for (size_t p = 0; p < universe.patterns.size(); ++p) {
      if (matching[p] == expected[p][t]) continue;
      if (++failures < 10) {
        ADD_FAILURE() << universe.patterns[p] << " on " << universe.texts[t];
      }
    }
  }
  Report(universe.patterns.size(), universe.texts.size(), failures);
}

// One statement for each pattern, with enough others in its list to have a
// trie: those continue it after a letter that no text has.
void CheckListTrie(const Universe& universe, const Expected& expected) {
  std::vector<std::vector<std::string>> lists;
  for (const std::string& pattern : universe.patterns) {
    std::vector<std::string>& list = lists.emplace_back();
    list.push_back(kPrefix + pattern);
    for (int i = 0; i < 20; ++i) {
      list.push_back(kPrefix + pattern + "z" + std::to_string(i));
    }
  }
  Matcher matcher(lists, false, true);
  for (const auto& list : matcher.image().view().tables().pattern_lists) {
    ASSERT_NE(list.trie, kNoIndex);
  }
  size_t failures = 0;
  for (size_t t = 0; t < universe.texts.size(); ++t) {
    const auto matching = matcher.Matching(kPrefix + universe.texts[t]);
    for (size_t p = 0; p < universe.patterns.size(); ++p) {
      if (matching[p] == expected[p][t]) continue;
      if (++failures < 10) {
        ADD_FAILURE() << universe.patterns[p] << " on " << universe.texts[t];
      }
    }
  }
  Report(universe.patterns.size(), universe.texts.size(), failures);
}

// All patterns in one row's trie, each asked for by an action of its own. A
// statement for all actions makes them many for one action.
void CheckRowTrie(const Universe& universe, const Expected& expected) {
  std::vector<Statement> statements;
  for (size_t p = 0; p < universe.patterns.size(); ++p) {
    statements.push_back(AllowNumbered(p, kPrefix + universe.patterns[p]));
  }
  AddCrowd(statements);
  SmallImage image(SetOfStatements(std::move(statements)));
  ASSERT_EQ(image.stats().tries, 1u);
  size_t failures = 0;
  for (size_t t = 0; t < universe.texts.size(); ++t) {
    const std::string resource = kPrefix + universe.texts[t];
    for (size_t p = 0; p < universe.patterns.size(); ++p) {
      const std::string action = "s3:g" + std::to_string(p);
      if (image.Allows(action, resource) == expected[p][t]) continue;
      if (++failures < 10) {
        ADD_FAILURE() << universe.patterns[p] << " on " << universe.texts[t];
      }
    }
  }
  Report(universe.patterns.size(), universe.texts.size(), failures);
}

// By RE2: the first two universes hold UTF-8 alone.
TEST(ExhaustiveWildcardTest, Alone) {
  const Universe universe = AsciiUniverse();
  CheckAlone(universe, JudgeAll(universe));
}
TEST(ExhaustiveWildcardTest, InAListTrie) {
  const Universe universe = AsciiUniverse();
  CheckListTrie(universe, JudgeAll(universe));
}
TEST(ExhaustiveWildcardTest, InARowTrie) {
  const Universe universe = AsciiUniverse();
  CheckRowTrie(universe, JudgeAll(universe));
}

TEST(ExhaustiveWildcardTest, MultiByte) {
  const Universe universe = MultiByteUniverse();
  const Expected expected = JudgeAll(universe);
  CheckAlone(universe, expected);
  CheckListTrie(universe, expected);
  CheckRowTrie(universe, expected);
}

// By the reference: RE2 knows no characters in bytes that are not UTF-8.
TEST(ExhaustiveWildcardTest, StrayBytes) {
  const Universe universe = StrayByteUniverse();
  const Expected expected = AskReferenceForTexts(universe);
  CheckAlone(universe, expected);
  CheckListTrie(universe, expected);
  CheckRowTrie(universe, expected);
}

// ---- segments between two stars, far from where the search begins -----------

// A search tries the first places one by one and goes on with bit masks: words
// at every distance, across the place where it changes.
Universe DistantUniverse() {
  Universe universe;
  for (const std::string& word : Words({"a", "\xC3\xA9", "?"}, 3)) {
    universe.patterns.push_back("*" + word + "*");
    universe.patterns.push_back("*" + word + "*a");
  }
  for (size_t distance = 0; distance < 40; ++distance) {
    for (const std::string& word : Words({"a", "\xC3\xA9"}, 3)) {
      universe.texts.push_back(std::string(distance, 'c') + word);
      universe.texts.push_back(std::string(distance, 'c') + word + "ca");
    }
  }
  return universe;
}

// Masks have 64 places: segments a little shorter and longer.
Universe LongSegmentUniverse() {
  Universe universe;
  for (size_t size = 61; size <= 67; ++size) {
    const std::string questions(size, '?');
    const std::string letters(size, 'b');
    for (const std::string& segment :
         {questions + "b", letters, "?" + letters, letters + "?"}) {
      universe.patterns.push_back("*" + segment + "*");
    }
  }
  for (size_t size = 58; size <= 70; ++size) {
    for (size_t distance = 0; distance < 4; ++distance) {
      const std::string before(distance, 'c');
      universe.texts.push_back(before + std::string(size, 'b'));
      universe.texts.push_back(before + std::string(size, 'b') + "c");
      universe.texts.push_back(before + std::string(size, 'c') + "b");
      // What follows the first part stands further behind, too.
      universe.texts.push_back(before + std::string(size, 'b') + "cbbb");
    }
  }
  return universe;
}

// Needles of 17 to 66 bytes, alone and several in a pattern, some with `?`; in
// the texts stand copies that differ between the first and the last eight bytes
// before the needle itself, which may begin right behind the one before.
Universe NeedleUniverse() {
  testing::Entropy entropy(5);
  const auto below = [&](size_t count) {
    return entropy.Below(static_cast<uint32_t>(count));
  };
  // Letters that are all the same but for one in the middle match at many
  // places nearly.
  const auto needle = [&] {
    std::string text(17 + below(50), 'a');
    text[8 + below(text.size() - 16)] = 'b';
    return text;
  };
  Universe universe;
  for (int i = 0; i < 60; ++i) {
    std::string pattern = "*";
    std::string text;
    const size_t needles = 1 + below(4);
    for (size_t n = 0; n < needles; ++n) {
      std::string segment = needle();
      text += std::string(below(3), 'a');
      for (size_t misses = below(4); misses > 0; --misses) {
        std::string miss = segment;
        miss[8 + below(miss.size() - 16)] = 'c';
        text += miss;
      }
      text += segment;
      if (entropy.Percent(50)) {
        for (size_t k = 1; k < segment.size(); k += 2 + below(4)) {
          segment[k] = '?';
        }
      }
      pattern += segment + "*";
    }
    universe.patterns.push_back(pattern);
    universe.texts.push_back(text);
    text[below(text.size())] = 'c';
    universe.texts.push_back(text);
  }
  return universe;
}

TEST(ExhaustiveWildcardTest, Needles) {
  const Universe universe = NeedleUniverse();
  CheckAlone(universe, JudgeAll(universe));
}
TEST(ExhaustiveWildcardTest, DistantSegments) {
  const Universe universe = DistantUniverse();
  CheckAlone(universe, JudgeAll(universe));
}
TEST(ExhaustiveWildcardTest, LongSegments) {
  const Universe universe = LongSegmentUniverse();
  CheckAlone(universe, JudgeAll(universe));
}

// Segments of two to five parts of 64 places, and texts that match them but
// for a change here and there. `others` stand beside `a` in both.
Universe ManyPartsUniverse(const std::vector<std::string>& others) {
  testing::Entropy entropy(1);
  const auto below = [&](size_t count) {
    return entropy.Below(static_cast<uint32_t>(count));
  };
  const auto symbol = [&] {
    return entropy.Percent(70) ? std::string("a")
                               : others[below(others.size())];
  };
  const auto word = [&](size_t least) {
    std::vector<std::string> symbols(least + below(250));
    std::generate(symbols.begin(), symbols.end(), symbol);
    return symbols;
  };
  const auto write = [](const std::vector<std::string>& symbols) {
    return std::accumulate(symbols.begin(), symbols.end(), std::string());
  };
  Universe universe;
  for (int i = 0; i < 40; ++i) {
    std::vector<std::string> text = word(65);
    std::vector<std::string> segment = text;
    for (size_t k = 0; k + 1 < text.size(); ++k) {
      const bool character = text[k] != "\xA9" && text[k + 1] != "\xA9";
      if (character && entropy.Percent(40)) segment[k] = "?";
    }
    universe.patterns.push_back("*" + write(segment) + "*");
    universe.patterns.push_back("*" + write(segment) + "*" + symbol());
    const std::string before = write(word(0));
    universe.texts.push_back(before + write(text) + symbol());
    text[below(text.size())] = symbol();
    universe.texts.push_back(before + write(text) + write(word(0)));
    universe.texts.push_back(before + write(text) + write(text));
  }
  return universe;
}

// Nearly every pattern was made from a text that is among the texts.
void ExpectMatches(const Expected& expected) {
  size_t matches = 0;
  for (const std::vector<bool>& row : expected) {
    matches += static_cast<size_t>(std::count(row.begin(), row.end(), true));
  }
  EXPECT_GT(matches, expected.size() / 2);
}

TEST(ExhaustiveWildcardTest, SegmentsOfManyParts) {
  const Universe universe = ManyPartsUniverse({"b", "\xC3\xA9"});
  const Expected expected = JudgeAll(universe);
  ExpectMatches(expected);
  CheckAlone(universe, expected);
}
TEST(ExhaustiveWildcardTest, SegmentsOfManyPartsAndStrayBytes) {
  const Universe universe = ManyPartsUniverse({"\xA9", "\xC3", "\xC3\xA9"});
  const Expected expected = AskReferenceForTexts(universe);
  ExpectMatches(expected);
  CheckAlone(universe, expected);
}

// ---- all parts: colons ------------------------------------------------------

// Patterns of short, plain and crossing forms, and ARNs with colons to spare.
Universe ColonUniverse() {
  Universe universe;
  const std::vector<std::string> words = Words({"a", "*", "?", ":"}, 3);
  for (const std::string& word : words) {
    universe.patterns.push_back("arn:aws:" + word);
    universe.patterns.push_back("arn:aws:" + word + ":a:a");
    universe.patterns.push_back("arn:aws:a:" + word + ":*a");
    universe.patterns.push_back("arn:a*:" + word + "::a");
    universe.patterns.push_back("arn:*s:" + word + ":a*");
    universe.patterns.push_back("arn" + word);
  }
  for (const std::string& word : Words({"a", ":"}, 6)) {
    for (const char* middle : {"arn:aws:::", "arn:aws:a:"}) {
      const std::string arn = middle + word;
      if (std::count(arn.begin(), arn.end(), ':') >= 5) {
        universe.texts.push_back(arn);
      }
    }
  }
  return universe;
}

Expected AskReference(const Universe& universe, PolicyType type) {
  Expected expected;
  for (const std::string& pattern : universe.patterns) {
    std::vector<bool>& row = expected.emplace_back();
    for (const std::string& text : universe.texts) {
      row.push_back(reference::MatchesResource({{true, pattern}}, type, text) ==
                    reference::Match::kYes);
    }
  }
  return expected;
}

TEST(ExhaustiveWildcardTest, ColonsAgainstTheReference) {
  const Universe universe = ColonUniverse();
  const Expected expected = AskReference(universe, PolicyType::kIdentity);
  std::vector<Statement> statements;
  std::vector<std::vector<std::string>> lists;
  for (size_t p = 0; p < universe.patterns.size(); ++p) {
    const std::string& pattern = universe.patterns[p];
    statements.push_back(AllowNumbered(p, pattern));
    std::vector<std::string>& list = lists.emplace_back();
    list.push_back(pattern);
    for (int i = 0; i < 16; ++i) {
      list.push_back("arn:aws:::" + std::to_string(i) + ":z");
    }
  }
  Matcher alone(Alone(universe.patterns), false, false);
  Matcher in_list(lists, false, true);
  AddCrowd(statements);
  SmallImage row(SetOfStatements(std::move(statements)));
  ASSERT_EQ(row.stats().tries, 1u);
  size_t failures = 0;
  size_t matches = 0;
  for (size_t t = 0; t < universe.texts.size(); ++t) {
    const std::string& text = universe.texts[t];
    const auto matching = alone.Matching(text);
    const auto listed = in_list.Matching(text);
    for (size_t p = 0; p < universe.patterns.size(); ++p) {
      const bool yes = expected[p][t];
      matches += yes ? 1 : 0;
      const bool in_row = row.Allows("s3:g" + std::to_string(p), text);
      if (matching[p] == yes && listed[p] == yes && in_row == yes) continue;
      if (++failures < 10) {
        ADD_FAILURE() << universe.patterns[p] << " on " << text
                      << ": reference " << yes << ", alone " << matching[p]
                      << ", list " << listed[p] << ", row " << in_row;
      }
    }
  }
  EXPECT_GT(matches, 1000u);
  Report(universe.patterns.size(), universe.texts.size(), failures);
}

}  // namespace
}  // namespace portcullis
