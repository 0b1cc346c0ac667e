// The time of a decision is linear in the resource, for patterns chosen to make
// backtracking matchers explode: sixteen times the text costs the same a byte.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <limits>
#include <string>
#include <vector>

#include "tests/small_image.h"

namespace portcullis {
namespace {

constexpr size_t kSmall = 4096;
constexpr size_t kLarge = 16 * kSmall;

struct Case {
  const char* name;
  std::vector<std::string> patterns;
  std::string unit;  // repeated to make the resource
};

std::string Repeat(const std::string& unit, size_t times) {
  std::string text;
  for (size_t i = 0; i < times; ++i) text += unit;
  return text;
}

std::vector<std::string> SharedPrefixes() {
  std::vector<std::string> patterns;
  for (int i = 0; i < 64; ++i) {
    patterns.push_back("arn:aws:s3:::" + Repeat("a", 20) + "*" +
                       std::to_string(i) + "*z");
  }
  return patterns;
}

std::vector<std::string> StarredPrefixes() {
  std::vector<std::string> patterns;
  for (size_t i = 1; i <= 64; ++i) {
    patterns.push_back("arn:aws:s3:::*" + Repeat("a", i) + "b*" +
                       Repeat("?", i) + "z");
  }
  return patterns;
}

std::vector<Case> Cases() {
  const std::string arn = "arn:aws:s3:::";
  return {
      {"literal_after_star", {arn + "*b*"}, "a"},
      {"many_stars", {arn + Repeat("aa*", 40) + "bb*a"}, "a"},
      {"stars_and_questions", {arn + Repeat("*?", 40) + "b*"}, "a"},
      {"question_run", {arn + "*" + Repeat("?", 60) + "b*c"}, "a"},
      {"long_question_run", {arn + "*" + Repeat("?", 300) + "b*c"}, "a"},
      {"long_segment", {arn + "*" + Repeat("a", 200) + "b*c"}, "a"},
      {"long_mixed_segment", {arn + "*" + Repeat("a?", 500) + "b*c"}, "a"},
      {"periodic", {arn + "*" + Repeat("ab", 30) + "c*d"}, "ab"},
      {"multi_byte", {arn + Repeat("*\xC3\xA9?", 10) + "b*"}, "\xC3\xA9"},
      {"colons", {"arn:*:*:*:*:*b*a"}, ":a"},
      {"colons_short", {"arn:a*:*:x"}, "a:"},
      {"rest_at_every_colon", {"arn:*:*:*:*:a" + Repeat("?", 40) + "b"}, "a:"},
      {"shared_prefixes_in_a_trie", SharedPrefixes(), "a"},
      {"starred_prefixes_in_a_trie", StarredPrefixes(), "a"},
  };
}

// The least of several runs, in nanoseconds a byte.
double Cost(SmallImage& image, const std::string& unit, size_t bytes) {
  std::string resource = "arn:aws:s3:::";
  while (resource.size() < bytes) resource += unit;
  const size_t rounds = std::max<size_t>(1, kLarge / bytes);
  double least = std::numeric_limits<double>::max();
  for (int run = 0; run < 7; ++run) {
    const auto start = std::chrono::steady_clock::now();
    for (size_t i = 0; i < rounds; ++i) {
      EXPECT_FALSE(image.Allows("s3:get", resource));
    }
    const std::chrono::duration<double, std::nano> time =
        std::chrono::steady_clock::now() - start;
    least = std::min(
        least, time.count() / static_cast<double>(rounds * resource.size()));
  }
  return least;
}

class DecideCostTest : public testing::TestWithParam<Case> {};

TEST_P(DecideCostTest, LinearInTheResource) {
  const Case& c = GetParam();
  SmallImage image(SetOfStatements({AllowStatement("s3:get", c.patterns)}));
  double small = 0;
  double large = 0;
  // A machine that is busy for a moment gets another chance.
  for (int attempt = 0; attempt < 3; ++attempt) {
    small = Cost(image, c.unit, kSmall);
    large = Cost(image, c.unit, kLarge);
    if (large < 3 * small) break;
  }
  std::cout << c.name << ": " << small << " ns a byte at " << kSmall << ", "
            << large << " at " << kLarge << "\n";
  EXPECT_LT(large, 3 * small);
}

INSTANTIATE_TEST_SUITE_P(Patterns, DecideCostTest, testing::ValuesIn(Cases()),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

// A segment costs what its parts of 64 places cost, and no more.
TEST(DecideCostTest, SegmentsCostTheirParts) {
  constexpr size_t kParts = 40;
  const auto cost = [](size_t places) {
    const std::string segment = Repeat("a?", (places - 2) / 2) + "b";
    SmallImage image(SetOfStatements(
        {AllowStatement("s3:get", {"arn:aws:s3:::*" + segment + "*c"})}));
    return Cost(image, "a", kLarge);
  };
  double one = 0;
  double many = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    one = cost(64);
    many = cost(kParts * 64);
    if (many < 10 * one * kParts) break;
  }
  std::cout << one << " ns a byte for one part, " << many << " for " << kParts
            << "\n";
  EXPECT_LT(many, 10 * one * kParts);
}

// The number of other principals, each with statements of its own, does not
// enter.
TEST(DecideCostTest, OtherPrincipalsDoNotEnter) {
  const auto cost = [](int others) {
    PolicySet set =
        SetOfStatements({AllowStatement("s3:get", {"arn:aws:s3:::bucket/*"})});
    for (int i = 0; i < others; ++i) {
      Policy policy = set.policies[0];
      policy.document.statements[0].resources[0].text =
          "arn:aws:s3:::other" + std::to_string(i);
      Principal principal = set.principals[0];
      principal.name = "u" + std::to_string(i);
      principal.arn = "arn:aws:iam::111122223333:user/" + principal.name;
      principal.policies = {static_cast<PolicyIndex>(set.policies.size())};
      set.policies.push_back(policy);
      set.principals.push_back(principal);
    }
    SmallImage image(set);
    return Cost(image, "a", kSmall);
  };
  double few = 0;
  double many = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    few = cost(1);
    many = cost(5000);
    if (many < 3 * few) break;
  }
  std::cout << few << " ns a byte among 2 principals, " << many
            << " among 5001\n";
  EXPECT_LT(many, 3 * few);
}

}  // namespace
}  // namespace portcullis
