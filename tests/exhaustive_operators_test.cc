// Every condition operator with every prefix and suffix, on every kind of
// request value: absent, empty, one, a list, malformed (S-60 to S-81). The
// reference, Decide() and Explain() agree under Allow and under Deny.
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "cli/answer.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

// What operators of one kind of value are asked with.
struct Samples {
  std::vector<std::string> policy;   // lists of values, in JSON
  std::vector<std::string> request;  // good values
  std::vector<std::string> bad;      // malformed ones, or odd
};

const Samples kStrings = {
    {R"("b")", R"(["b","c"])", R"("")", R"(["B","\u00c9"])", R"("b*")",
     R"(["?","*a"])", R"("${k:other}")", R"(["b","${k:absent}"])",
     R"("${k:absent, 'b'}*")", R"("a${*}")"},
    {"b", "B", "c", "bc", "a*", "\xC3\xA9", "x?y"},
    {"\xFF", "${k:other}"}};
const Samples kNumbers = {
    {R"("5")", R"(["5","7.50"])", R"("-0.5e1")", R"("${k:other}")"},
    {"4", "5", "5.0", "6", "-5", "75e-1"},
    {"abc", " 5", "5e"}};
const Samples kDates = {
    {R"("2026-01-01")", R"(["2026-01-01T00:00:00Z","2027-01"])",
     R"("1767225600")"},
    {"2025-12-31", "2026-01-01T00:00:00Z", "2026-01-01T02:00:00+02:00",
     "1767225601", "2027-01-01"},
    {"yesterday", "2026-02-30"}};
const Samples kTruths = {{R"("true")", R"(["true","false"])", R"("FALSE")",
                          R"("${k:truth}")", R"("${k:absent}")"},
                         {"true", "False"},
                         {"maybe", "1"}};
const Samples kBinaries = {
    {R"("QUJD")", R"(["QUJD","QQ=="])"}, {"QUJD", "QQ", "QQ=="}, {"*", "Q"}};
const Samples kAddresses = {
    {R"("10.0.0.0/8")", R"(["192.0.2.7","2001:db8::/32"])", R"("0.0.0.0/0")"},
    {"10.1.2.3", "192.0.2.7", "2001:db8::1", "::ffff:10.1.2.3"},
    {"10.0.0", "010.1.2.3"}};
const Samples kArns = {
    {R"("arn:aws:s3:::b*")", R"(["arn:aws:*:*:1:x","arn:*:s3:::a?"])",
     R"("arn:aws:s3:::${k:other}")", R"("arn:aws:s3")",
     R"(["arn:aws:s3:::a","arn:aws:s3:::${k:absent}"])"},
    {"arn:aws:s3:::bucket", "arn:aws:sqs:eu:1:x",
     "arn:aws:s3:::a:", "arn:aws-cn:s3:::ab", "arn:aws:s3:::a*"},
    {"bucket", "arn:aws:s3"}};
const Samples kNulls = {
    {R"("true")", R"("false")", R"(["true","false"])"}, {"b", "true"}, {}};

const Samples& SamplesOf(Comparison comparison) {
  if (comparison <= Comparison::kStringNotLike) return kStrings;
  if (comparison <= Comparison::kNumericGreaterThanEquals) return kNumbers;
  if (comparison <= Comparison::kDateGreaterThanEquals) return kDates;
  if (comparison == Comparison::kBool) return kTruths;
  if (comparison == Comparison::kBinaryEquals) return kBinaries;
  if (comparison <= Comparison::kNotIpAddress) return kAddresses;
  return comparison == Comparison::kNull ? kNulls : kArns;
}

std::vector<Operator> AllOperators() {
  std::vector<Operator> all;
  for (int i = 0; i < kComparisonCount; ++i) {
    const auto comparison = static_cast<Comparison>(i);
    for (const SetPrefix prefix : {SetPrefix::kNone, SetPrefix::kForAllValues,
                                   SetPrefix::kForAnyValue}) {
      for (const bool if_exists : {false, true}) {
        if (if_exists && comparison == Comparison::kNull) continue;
        all.push_back({comparison, prefix, if_exists});
      }
    }
  }
  return all;
}

// The value of k:key in a request.
struct Given {
  bool present = true;
  bool is_list = false;
  std::vector<std::string_view> values;
};

// Absent, the empty list, each value by itself and as a list of one, and all
// pairs; under sanitizers every fifth pair.
std::vector<Given> AllGiven(const std::vector<std::string>& values) {
  constexpr size_t kStep = kSanitized ? 5 : 1;
  std::vector<Given> all = {{false, false, {}}, {true, true, {}}};
  size_t pairs = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    all.push_back({true, false, {values[i]}});
    all.push_back({true, true, {values[i]}});
    for (size_t k = i + 1; k < values.size(); ++k) {
      if (pairs++ % kStep == 0) {
        all.push_back({true, true, {values[i], values[k]}});
      }
    }
  }
  return all;
}

class OperatorCensus {
 public:
  void Ask(const Operator& op) {
    const Samples& samples = SamplesOf(op.comparison);
    const PolicySet set = SetFor(op, samples);
    SmallImage image(set);
    std::vector<std::string> values = samples.request;
    values.insert(values.end(), samples.bad.begin(), samples.bad.end());
    values.push_back("");
    for (const Given& given : AllGiven(values)) {
      for (size_t i = 0; i < samples.policy.size(); ++i) {
        for (const char* effect : {"t:allow", "t:deny"}) {
          Compare(set, image, op, given, effect + std::to_string(i));
        }
      }
    }
    ++operators_;
  }

  void Report() const {
    std::cout << operators_ << " operators, " << asked_ << " requests, "
              << holding_ << " conditions hold, " << failures_ << " failures\n";
    EXPECT_EQ(operators_, 26u * 3 * 2 + 3);
    EXPECT_EQ(failures_, 0u);
    EXPECT_GT(holding_, asked_ / 10);
    EXPECT_LT(holding_, asked_ * 9 / 10);
  }

 private:
  // For each list of values a statement that allows `t:allowI` and one that
  // denies `t:denyI`.
  static PolicySet SetFor(const Operator& op, const Samples& samples) {
    std::string statements =
        R"({"Effect":"Allow","Action":"t:deny*","Resource":"*"})";
    for (size_t i = 0; i < samples.policy.size(); ++i) {
      const auto add = [&](const char* effect, const char* action) {
        statements += std::string(R"(,{"Effect":")") + effect +
                      R"(","Action":")" + action + std::to_string(i) +
                      R"(","Resource":"*","Condition":{")" + OperatorName(op) +
                      R"(":{"k:key":)" + samples.policy[i] + "}}}";
      };
      add("Allow", "t:allow");
      add("Deny", "t:deny");
    }
    return LoadSet(SetOfAna(DocumentJson(statements)));
  }

  void Compare(const PolicySet& set, SmallImage& image, const Operator& op,
               const Given& given, const std::string& action) {
    constexpr std::array<std::string_view, 1> kOther = {"bc"};
    constexpr std::array<std::string_view, 1> kTruth = {"TRUE"};
    const ContextEntry context[] = {{"k:other", kOther},
                                    {"K:Truth", kTruth},
                                    {"K:Key", given.values, given.is_list}};
    Request request;
    request.principal = kAna;
    request.action = action;
    request.resource = "*";
    request.context = std::span(context, given.present ? 3 : 2);
    const cli::Answer expected = cli::AskReference(set, request, {});
    const Decision decided = image.Ask(request);
    const Explanation why = image.Why(request);
    const cli::Answer explained = cli::AnswerOf(image.view(), request, why);
    ++asked_;
    const bool denies = action.starts_with("t:deny");
    holding_ += expected.verdict ==
                        (denies ? Verdict::kExplicitDeny : Verdict::kAllowed)
                    ? 1
                    : 0;
    const bool same =
        decided == why.decision && SameAnswer(expected, explained);
    if (same || ++failures_ > 10) return;
    ADD_FAILURE() << OperatorName(op) << " " << action << " on " << Show(given)
                  << "\nreference: " << AnswerText(expected)
                  << "\ndecide: " << VerdictName(decided.verdict)
                  << "\nexplain: " << AnswerText(explained);
  }

  static std::string Show(const Given& given) {
    if (!given.present) return "nothing";
    std::string text = given.is_list ? "list" : "single";
    for (const std::string_view value : given.values) {
      text += " `" + std::string(value) + "`";
    }
    return text;
  }

  size_t operators_ = 0;
  size_t asked_ = 0;
  size_t holding_ = 0;
  size_t failures_ = 0;
};

TEST(ExhaustiveOperatorsTest, EveryOperatorOnEveryValue) {
  OperatorCensus census;
  for (const Operator& op : AllOperators()) census.Ask(op);
  census.Report();
}

}  // namespace
}  // namespace portcullis
