// Wildcards of the reference: tables of S-32 to S-47 and S-78, and every small
// pattern held against a matcher written by hand.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "reference/pattern.h"

namespace portcullis::reference {
namespace {

Pattern Wild(const std::string& text) { return {{true, text}}; }

struct TextRow {
  const char* name;
  Pattern pattern;
  std::string text;
  bool matches;
};

TEST(ReferencePatternTest, Text) {
  const std::vector<TextRow> rows = {
      {"empty", {}, "", true},
      {"empty pattern, some text", {}, "a", false},
      {"star matches nothing", Wild("*"), "", true},
      {"anchored left", Wild("b"), "ab", false},
      {"anchored right", Wild("a"), "ab", false},
      {"star crosses slash and colon", Wild("a*z"), "a/b:c/z", true},
      {"star crosses newline", Wild("a*z"), "a\n\nz", true},
      {"question is newline", Wild("a?z"), "a\nz", true},
      {"question needs one", Wild("a?"), "a", false},
      {"question takes one only", Wild("a?"), "abc", false},
      {"question is a two-byte character", Wild("a?b"),
       "a\xC3\xA9"
       "b",
       true},
      {"two questions are not", Wild("a??b"),
       "a\xC3\xA9"
       "b",
       false},
      {"question is a four-byte character", Wild("?"), "\xF0\x9F\x98\x80",
       true},
      {"question is a stray byte", Wild("?"), "\xFF", true},
      {"regular expression characters", Wild("a.[b](c)|d\\"), "a.[b](c)|d\\",
       true},
      {"a point is a point", Wild("a.c"), "abc", false},
      {"no class", Wild("[ab]"), "a", false},
      {"case", Wild("A"), "a", false},
      {"composed is not decomposed", Wild("\xC3\xAA"), "e\xCC\x82", false},
      {"literal star", {{true, "a"}, {false, "*"}}, "a*", true},
      {"literal star only", {{true, "a"}, {false, "*"}}, "ab", false},
      {"literal question", {{false, "?"}}, "a", false},
      {"wildcard after a value", {{false, "a*"}, {true, "*"}}, "a*b", true},
      {"hard for backtracking", Wild("a*a*a*a*a*a*a*a*b"),
       std::string(2000, 'a'), false},
  };
  for (const TextRow& row : rows) {
    EXPECT_EQ(MatchesText(row.pattern, row.text), row.matches) << row.name;
  }
}

struct ActionRow {
  const char* pattern;
  const char* action;
  bool matches;
};

TEST(ReferencePatternTest, Action) {
  const std::vector<ActionRow> rows = {
      {"*", "s3:GetObject", true},
      {"**", "s3:GetObject", true},
      {"*:*", "s3:GetObject", true},
      {"s3:*", "s3:GetObject", true},
      {"S3:getobject", "s3:GetObject", true},
      {"s3:Get*", "s3:GETOBJECTACL", true},
      {"s3:GetObj?ct", "s3:GetObject", true},
      {"s3:*Object", "s3:PutObject", true},
      {"s3:*Object", "s3:PutObjectAcl", false},
      {"s3:Get", "s3:GetObject", false},
      {"ec2:*", "s3:GetObject", false},
      {"s3:GetObject,s3:PutObject", "s3:GetObject", false},
      {"s3: GetObject", "s3:GetObject", false},
      {"s3:*", "s3:a:b", true},
      {"s3:${x}", "s3:${X}", true},
  };
  for (const ActionRow& row : rows) {
    EXPECT_EQ(MatchesAction(row.pattern, row.action), row.matches)
        << row.pattern << " on " << row.action;
  }
}

struct ResourceRow {
  const char* pattern;
  const char* resource;
  Match match;
  PolicyType type = PolicyType::kIdentity;
};

TEST(ReferencePatternTest, Resource) {
  using enum Match;
  const PolicyType resource = PolicyType::kResource;
  const std::vector<ResourceRow> rows = {
      {"*", "arn:aws:s3:::b/k", kYes},
      {"***", "*", kYes},
      {"arn:aws:s3:::*", "*", kNo},  // S-37
      {"arn:aws:s3:::b", "arn:aws:s3:::b", kYes},
      {"arn:aws:s3:::B", "arn:aws:s3:::b", kNo},          // S-40
      {"arn:aws:SQS:us:1:q", "arn:aws:sqs:us:1:q", kNo},  // S-40
      {"arn:aws:s3:::b*", "arn:aws:s3:::b2/secret", kYes},
      {"arn:aws:s3:::b/*", "arn:aws:s3:::b", kNo},
      {"arn:aws:s3:::b/*/t/*", "arn:aws:s3:::b/1/2/t/x", kYes},
      {"arn:aws:s3:::b/*/t/*", "arn:aws:s3:::b/t/x", kNo},
      {"arn:aws:s3:::b/*", "arn:aws:s3:::b/a\nb", kYes},
      {"arn:aws:ec2:us:1:*/*", "arn:aws:ec2:us:1:instance/i", kYes},
      {"arn:aws:iam::1:u*", "arn:aws:iam::1:user/bob", kYes},
      {"arn:aws:s3:::b/k", "arn:aws:s3:::b/*", kNo},    // S-34
      {"arn:aws:x:u*s:1:r", "arn:aws:x:u:s:1:r", kNo},  // S-38
      {"arn:aws:x:u?:1:r", "arn:aws:x:us:1:r", kYes},
      {"arn:aws:x:?:r", "arn:aws:x:::::r", kNo},
      {"arn:aws:l*:us:1:g:h", "arn:aws:logs:us:1:g:h", kYes},
      {"arn:aws:x:us*:1:r", "arn:aws:x:us:2:q:1:r", kYes},  // S-39
      {"arn:aws:x:*s:1:r", "arn:aws:x:us:2:s:1:r", kNo},
      {"arn:aws:s3:*", "arn:aws:s3:::b/k", kYes},  // S-39, S-42
      {"arn:aws:s3", "arn:aws:s3:::b/k", kYes},    // S-42
      {"arn", "arn:aws:s3:::b/k", kYes},
      {"arn:aws:s3", "arn:aws:s3:::b/k", kYes, PolicyType::kBoundary},
      {"arn:aws:s3", "arn:aws:s3:::b/k", kYes, PolicyType::kSession},
      {"arn:aws:s3", "arn:aws:s3:::b/k", kNever, resource},  // S-43
      {"arn:aws:s3", "arn:aws:s3:::b/k", kNever, PolicyType::kEndpoint},
      {"arn:aws:s3:*", "arn:aws:s3:::b/k", kYes, resource},
      {"arn:aws:s3:*", "arn:aws:s3:::b/k", kYes, PolicyType::kScp},
      {"arn:aws:s3:*", "arn:aws:s3:::b/k", kNever, PolicyType::kRcp},
      {"b/*", "arn:aws:s3:::b/k", kNever},  // S-44
      {"arn*", "arn:aws:s3:::b/k", kNever},
      {"*:aws:s3:::b/k", "arn:aws:s3:::b/k", kNever},
      {"b/*", "*", kNever},
      {"", "arn:aws:s3:::b/k", kNever},
  };
  for (const ResourceRow& row : rows) {
    EXPECT_EQ(MatchesResource(Wild(row.pattern), row.type, row.resource),
              row.match)
        << row.pattern << " on " << row.resource;
  }
}

TEST(ReferencePatternTest, ValuesInResource) {
  const auto match = [](const Pattern& pattern, const char* resource) {
    return MatchesResource(pattern, PolicyType::kIdentity, resource);
  };
  const Pattern account = {{true, "arn:aws:s"}, {false, "3:"}, {true, "::b:c"}};
  EXPECT_EQ(match(account, "arn:aws:s3:::b:c"), Match::kNo);  // S-47
  const Pattern key = {{true, "arn:aws:s3:::b/"}, {false, "x:*"}};
  EXPECT_EQ(match(key, "arn:aws:s3:::b/x:*"), Match::kYes);  // S-55
  EXPECT_EQ(match(key, "arn:aws:s3:::b/x:y"), Match::kNo);
  const Pattern first = {{false, "arn"}, {true, ":aws:s3:::b"}};
  EXPECT_EQ(match(first, "arn:aws:s3:::b"), Match::kNever);  // S-44
}

struct ArnRow {
  const char* pattern;
  const char* arn;
  bool matches;
};

TEST(ReferencePatternTest, ArnOperators) {
  const std::vector<ArnRow> rows = {
      {"arn:aws:iam::1:role/*web", "arn:aws:iam::1:role/app/web", true},
      {"arn:*:*:*:*:*", "arn:aws:s3:::a:b/c", true},
      {"arn:aws:*:1:r", "arn:aws:sqs:us:1:r", false},
      {"arn:aws:sqs*:1:r:s", "arn:aws:sqs:us:1:r:s", false},
      {"arn:aws:sqs:us:1:r*", "arn:aws:sqs:us:1:r:s", true},
      {"arn:aws:sqs:us:1", "arn:aws:sqs:us:1:r", false},
      {"*", "arn:aws:sqs:us:1:r", false},
      {"a*:aws:sqs:us:1:r", "arn:aws:sqs:us:1:r", false},
      {"arn:AWS:sqs:us:1:r", "arn:aws:sqs:us:1:r", false},
  };
  for (const ArnRow& row : rows) {
    EXPECT_EQ(MatchesArn(Wild(row.pattern), row.arn), row.matches)
        << row.pattern << " on " << row.arn;
  }
}

// All texts over `alphabet` up to `length` characters.
std::vector<std::string> AllTexts(const std::string& alphabet, size_t length) {
  std::vector<std::string> texts = {""};
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].size() == length) continue;
    for (const char c : alphabet) texts.push_back(texts[i] + c);
  }
  return texts;
}

// By hand: can `pattern` from p on match `text` from t on?
bool Naive(const std::string& pattern, size_t p, const std::string& text,
           size_t t) {
  if (p == pattern.size()) return t == text.size();
  if (pattern[p] == '*') {
    return Naive(pattern, p + 1, text, t) ||
           (t < text.size() && Naive(pattern, p, text, t + 1));
  }
  return t < text.size() && (pattern[p] == '?' || pattern[p] == text[t]) &&
         Naive(pattern, p + 1, text, t + 1);
}

TEST(ReferencePatternTest, EverySmallPattern) {
  int matches = 0;
  int checks = 0;
  const std::vector<std::string> texts = AllTexts("ab", 6);
  for (const std::string& pattern : AllTexts("ab*?", 5)) {
    for (const std::string& text : texts) {
      const bool expected = Naive(pattern, 0, text, 0);
      ASSERT_EQ(MatchesText(Wild(pattern), text), expected)
          << pattern << " on " << text;
      matches += expected ? 1 : 0;
      ++checks;
    }
  }
  EXPECT_EQ(checks, 1365 * 127);
  EXPECT_GT(matches, checks / 20);
}

}  // namespace
}  // namespace portcullis::reference
