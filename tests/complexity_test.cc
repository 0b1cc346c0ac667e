// Sixteen times the input costs the same a byte: of the reader, the parser, the
// compiler and the condition operators, on inputs that make careless code
// quadratic. decide_cost_test.cc holds the same of resources.
#include <gtest/gtest.h>
#include <malloc.h>
#include <time.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <limits>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "policy/json_reader.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

constexpr size_t kGrowth = 16;
// Larger inputs leave the caches, so that a byte may cost more; quadratic work
// would cost it sixteen times.
constexpr double kFlat = kSanitized ? 3 : 2;
constexpr int kAttempts = 5;

// What this thread has computed, so that other programs do not enter.
double ThreadSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) +
         static_cast<double>(now.tv_nsec) * 1e-9;
}

// The least of several runs, in nanoseconds a byte.
double CostOf(const std::function<void()>& run, size_t bytes, int runs) {
  double least = std::numeric_limits<double>::max();
  for (int i = 0; i < runs; ++i) {
    const double start = ThreadSeconds();
    run();
    least = std::min(least, ThreadSeconds() - start);
  }
  return least * 1e9 / static_cast<double>(bytes);
}

// Prepares an input of about `bytes` bytes and returns what is to be measured.
using Prepare = std::function<std::function<void()>(size_t bytes)>;

void ExpectFlat(const Prepare& prepare, size_t bytes) {
  // Memory that was used once is used again: the first touch of a page costs
  // more than what is done with it, and only large inputs would pay it.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  double small = 0;
  double large = 0;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    small = CostOf(prepare(bytes), bytes, 7);
    large = CostOf(prepare(kGrowth * bytes), kGrowth * bytes, 3);
    if (large < kFlat * small) break;
  }
  std::cout << small << " ns a byte of " << bytes << ", " << large
            << " of sixteen times that\n";
  EXPECT_LT(large, kFlat * small);
}

std::string Repeat(const std::string& unit, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  return text;
}

// `make(0)`, `make(1)`, ... up to a size, with commas between them.
std::string Listed(const std::function<std::string(size_t)>& make,
                   size_t bytes) {
  std::string text;
  for (size_t i = 0; text.size() < bytes; ++i) {
    text += (i == 0 ? "" : ",") + make(i);
  }
  return text;
}

std::string Quote(const std::string& text) { return '"' + text + '"'; }
std::string Number(size_t i) { return std::to_string(i); }

// ---- the reader and the parser ----------------------------------------------

struct Text {
  const char* name;
  std::string (*make)(size_t bytes);

  friend void PrintTo(const Text& text, std::ostream* out) {
    *out << text.name;
  }
};

class JsonCost : public testing::TestWithParam<Text> {};

TEST_P(JsonCost, IsFlat) {
  ExpectFlat(
      [](size_t bytes) {
        return [text = GetParam().make(bytes)] {
          Issues issues;
          EXPECT_TRUE(ReadJson("f.json", text, issues));
        };
      },
      40000);
}

const Text kJson[] = {
    {"numbers", [](size_t n) { return "[" + Listed(Number, n) + "]"; }},
    {"nested",
     [](size_t n) {
       const std::string deep =
           std::string(30, '[') + "1" + std::string(30, ']');
       return "[" + Listed([&](size_t) { return deep; }, n) + "]";
     }},
    {"keys_of_one_object",
     [](size_t n) {
       return "{" +
              Listed([](size_t i) { return Quote("key" + Number(i)) + ":1"; },
                     n) +
              "}";
     }},
    {"escapes",
     [](size_t n) {
       const std::string text = Quote(Repeat("\\u00e9\\n", 4000));
       return "[" + Listed([&](size_t) { return text; }, n) + "]";
     }},
    {"one_string", [](size_t n) { return "[" + Quote(Repeat("ab", n)) + "]"; }},
    {"lines", [](size_t n) { return "[" + Repeat("\n", n) + "]"; }},
};
INSTANTIATE_TEST_SUITE_P(Texts, JsonCost, testing::ValuesIn(kJson),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

std::string StatementOn(const std::string& resource) {
  return R"({"Effect":"Allow","Action":"s3:Get*","Resource":)" + resource + "}";
}
std::string StatementIf(const std::string& condition) {
  return R"({"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":)" +
         condition + "}";
}

const Text kDocuments[] = {
    {"statements",
     [](size_t n) {
       return Listed(
           [](size_t i) {
             return StatementOn(Quote("arn:aws:s3:::bucket" + Number(i)));
           },
           n);
     }},
    {"actions",
     [](size_t n) {
       return R"({"Effect":"Allow","Resource":"*","Action":[)" +
              Listed([](size_t i) { return Quote("s3:get" + Number(i)); }, n) +
              "]}";
     }},
    {"shared_prefixes",
     [](size_t n) {
       return StatementOn("[" +
                          Listed(
                              [](size_t i) {
                                return Quote(
                                    "arn:aws:s3:::" + std::string(40, 'a') +
                                    Number(i) + "*z");
                              },
                              n) +
                          "]");
     }},
    {"stars_of_one_pattern",
     [](size_t n) {
       return StatementOn(Quote("arn:aws:s3:::" + Repeat("*a", n)));
     }},
    {"questions_of_one_pattern",
     [](size_t n) {
       return StatementOn(Quote("arn:aws:s3:::*" + Repeat("?", n) + "b*"));
     }},
    {"variables_of_one_pattern",
     [](size_t n) {
       return StatementOn(
           Quote("arn:aws:s3:::" + Repeat("${aws:username}/", n)));
     }},
    {"unfinished_variables",
     [](size_t n) {
       return StatementOn(Quote("arn:aws:s3:::" + Repeat("${", n)));
     }},
    {"values_of_one_condition",
     [](size_t n) {
       return StatementIf(
           R"({"StringEquals":{"k:a":[)" +
           Listed([](size_t i) { return Quote("v" + Number(i)); }, n) + "]}}");
     }},
    {"numbers_of_one_condition",
     [](size_t n) {
       return StatementIf(
           R"({"NumericEquals":{"k:a":[)" +
           Listed([](size_t i) { return Quote(Number(i) + ".5"); }, n) + "]}}");
     }},
    {"keys_of_one_condition",
     [](size_t n) {
       return StatementIf(
           R"({"StringLike":{)" +
           Listed([](size_t i) { return Quote("k:" + Number(i)) + R"(:"a*")"; },
                  n) +
           "}}");
     }},
    {"blocks_of_one_condition",
     [](size_t n) {
       return StatementIf(R"({"IpAddress":{"k:a":[)" +
                          Listed(
                              [](size_t i) {
                                return Quote("10." + Number(i % 250) + "." +
                                             Number(i / 250 % 250) + ".0/24");
                              },
                              n) +
                          "]}}");
     }},
};

constexpr size_t kDocumentBytes = 8000;

class DocumentCost : public testing::TestWithParam<Text> {};

TEST_P(DocumentCost, OfParsingIsFlat) {
  ExpectFlat(
      [](size_t bytes) {
        return [text = DocumentJson(GetParam().make(bytes))] {
          Issues issues;
          LoadDocument({"p.json", text}, PolicyType::kIdentity, issues);
          EXPECT_TRUE(issues.ok());
        };
      },
      kDocumentBytes);
}

TEST_P(DocumentCost, OfCompilingIsFlat) {
  ExpectFlat(
      [](size_t bytes) {
        auto set = std::make_shared<PolicySet>(
            LoadSet(SetOfAna(DocumentJson(GetParam().make(bytes)))));
        return [set] { EXPECT_FALSE(Compile(*set).bytes.empty()); };
      },
      kDocumentBytes);
}

INSTANTIATE_TEST_SUITE_P(Documents, DocumentCost, testing::ValuesIn(kDocuments),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

// Every element wrong: the issues are as many as the statements.
TEST(ParserCost, OfErrorsIsFlat) {
  ExpectFlat(
      [](size_t bytes) {
        return [text = DocumentJson(Listed(
                    [](size_t i) {
                      return R"({"Efect":"Allow","Action":"s3)" + Number(i) +
                             R"(","Resuorce":"*"})";
                    },
                    bytes))] {
          Issues issues;
          LoadDocument({"p.json", text}, PolicyType::kIdentity, issues);
          EXPECT_GT(issues.error_count(), 200u);
        };
      },
      20000);
}

// ---- condition operators ----------------------------------------------------

// A condition on `k:a` and the request's value of it.
// Asks `times` over; `value` is that of the key k:a.
void ExpectNotAllowed(SmallImage& image, std::string_view value, int times) {
  const ContextEntry entry = {"k:a", {&value, 1}};
  Request request;
  request.principal = kAna;
  request.action = "s3:Get";
  request.resource = "*";
  request.context = {&entry, 1};
  for (int i = 0; i < times; ++i) {
    EXPECT_NE(image.Ask(request).verdict, Verdict::kAllowed);
  }
}

struct Comparison10k {
  const char* name;
  const char* op;
  std::string policy;  // JSON
  std::string (*value)(size_t bytes);
};

class OperatorCost : public testing::TestWithParam<Comparison10k> {};

// A value that does not match, sixteen times as long.
TEST_P(OperatorCost, IsFlatInTheValue) {
  const Comparison10k& c = GetParam();
  const std::string condition =
      std::string(R"({")") + c.op + R"(":{"k:a":)" + c.policy + "}}";
  SmallImage image(LoadSet(SetOfAna(DocumentJson(StatementIf(condition)))));
  ExpectFlat(
      [&](size_t bytes) {
        return
            [&, text = c.value(bytes)] { ExpectNotAllowed(image, text, 20); };
      },
      20000);
}

const Comparison10k kComparisons[] = {
    {"string_like", "StringLike", R"(["*a*a*a*a*b","*?a?????b*"])",
     [](size_t n) { return Repeat("a", n); }},
    {"string_equals_ignore_case", "StringEqualsIgnoreCase",
     Quote(Repeat("\xC3\xA9", 20000)),
     [](size_t n) { return Repeat("\xC3\x89", n) + "x"; }},
    {"arn_like", "ArnLike", R"("arn:*:*:*:*:*a*a*b")",
     [](size_t n) { return "arn:a:b:c:d:" + Repeat("a", n); }},
    {"numeric_equals", "NumericEquals", R"("1.5")",
     [](size_t n) { return Repeat("12", n); }},
    {"numeric_exponent", "NumericEquals", R"("1.5")",
     [](size_t n) { return "1e" + Repeat("9", n); }},
    {"binary_equals", "BinaryEquals", R"("QUJD")",
     [](size_t n) { return Repeat("QUJD", n); }},
    {"date_fraction", "DateEquals", R"("2026-01-01")",
     [](size_t n) { return "2026-01-01T00:00:00." + Repeat("1", n) + "Z"; }},
};
INSTANTIATE_TEST_SUITE_P(Comparisons, OperatorCost,
                         testing::ValuesIn(kComparisons), [](const auto& row) {
                           return std::string(row.param.name);
                         });

// 10,000 values in a condition cost a look-up no more a value than 625.
TEST(OperatorCost, IsFlatInTheValuesOfAList) {
  ExpectFlat(
      [](size_t count) {
        std::string values;
        for (size_t i = 0; i < count; ++i) {
          values += (i == 0 ? "" : ",") + Quote("*" + Number(i) + "?x");
        }
        auto image = std::make_shared<SmallImage>(LoadSet(SetOfAna(DocumentJson(
            StatementIf(R"({"StringLike":{"k:a":[)" + values + "]}}")))));
        return [image] { ExpectNotAllowed(*image, "not-one-of-them", 10); };
      },
      625);
}

}  // namespace
}  // namespace portcullis
