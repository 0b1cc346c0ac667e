#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "policy/print.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

constexpr const char* kDocument = R"({"Statement":[
 {"NotResource":["arn:aws:s3:::a","b\"\\\n"],"NotAction":"s3:*","Effect":"Deny",
  "Sid":"One","NotPrincipal":{"AWS":["*","111122223333"],"Service":"x"}},
 {"Effect":"Allow","Principal":{"AWS":"*"},"Action":["s3:Get*","s3:Put*"],
  "Condition":{"bool":{"aws:SecureTransport":true},
   "ForAnyValue:StringEqualsIfExists":{"a":[1.50,"x"],"b":"y"}}}],
 "Id":"i","Version":"2012-10-17"})";

Document Parse(const std::string& json, PolicyType type) {
  Issues issues;
  Document document = LoadDocument({"p.json", json}, type, issues);
  EXPECT_TRUE(issues.ok()) << Lines(issues);
  return document;
}

TEST(PrintDocumentTest, FixedOrderAndScalars) {
  EXPECT_EQ(PrintDocument(Parse(kDocument, PolicyType::kResource)), R"({
  "Version": "2012-10-17",
  "Id": "i",
  "Statement": [
    {
      "Sid": "One",
      "Effect": "Deny",
      "NotPrincipal": {
        "AWS": [
          "*",
          "111122223333"
        ],
        "Service": "x"
      },
      "NotAction": "s3:*",
      "NotResource": [
        "arn:aws:s3:::a",
        "b\"\\\u000a"
      ]
    },
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": [
        "s3:Get*",
        "s3:Put*"
      ],
      "Condition": {
        "Bool": {
          "aws:SecureTransport": "true"
        },
        "ForAnyValue:StringEqualsIfExists": {
          "a": [
            "1.50",
            "x"
          ],
          "b": "y"
        }
      }
    }
  ]
}
)");
}

TEST(DumpDocumentTest, OneItemALine) {
  EXPECT_EQ(DumpDocument(Parse(kDocument, PolicyType::kResource)),
            R"(document resource version 2012-10-17 id `i`
  statement 1 `One` deny 2:2-3:73
    not principal AWS `*`
    not principal AWS `111122223333`
    not principal Service `x`
    not action `s3:*`
    not resource `arn:aws:s3:::a`
    not resource `b\"\\\u000a`
  statement 2 allow 4:2-6:65
    principal AWS `*`
    action `s3:Get*`
    action `s3:Put*`
    condition Bool `aws:SecureTransport` `true`
    condition ForAnyValue:StringEqualsIfExists `a` `1.50` `x`
    condition ForAnyValue:StringEqualsIfExists `b` `y`
)");
}

// parse(print(d)) = d: equal dumps but for places.
std::string DumpWithoutPlaces(Document document) {
  for (Statement& statement : document.statements)
    statement.begin = statement.end = {};
  return DumpDocument(document);
}

struct RoundTripCase {
  const char* name;
  PolicyType type;
  const char* json;
};
void PrintTo(const RoundTripCase& c, std::ostream* os) {
  *os << c.name << ": " << c.json;
}

constexpr RoundTripCase kCases[] = {
    {"full", PolicyType::kResource, kDocument},
    {"empty", PolicyType::kIdentity, R"({"Statement":[]})"},
    {"old_version", PolicyType::kIdentity,
     R"({"Version":"2008-10-17","Statement":[]})"},
    {"single_statement", PolicyType::kIdentity,
     R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})"},
    {"empty_conditions", PolicyType::kIdentity,
     R"({"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
         "Condition":{"Bool":{}}}})"},
    {"all_principals", PolicyType::kTrust,
     R"({"Statement":{"Effect":"Allow","Action":"sts:*","Principal":{
         "CanonicalUser":"00","Federated":["a","b"],"Service":"c",
         "AWS":["AIDA1","arn:aws:iam::111122223333:role/r"]}}})"},
    {"rcp", PolicyType::kRcp,
     R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*",
         "Action":"s3:*","NotResource":"arn:aws:s3:::b"}})"},
    {"unicode", PolicyType::kResource,
     "{\"Statement\":{\"Sid\":\"\xc3\xa4 \xf0\x9d\x84\x9e\",\"Effect\":"
     "\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:\xc3\xa4\"}}"},
};

class PolicyPrintTest : public testing::TestWithParam<RoundTripCase> {};

TEST_P(PolicyPrintTest, ParsesBackToTheSame) {
  const RoundTripCase& c = GetParam();
  const Document document = Parse(c.json, c.type);
  const std::string printed = PrintDocument(document);
  const Document again = Parse(printed, c.type);
  EXPECT_EQ(DumpWithoutPlaces(again), DumpWithoutPlaces(document));
  EXPECT_EQ(PrintDocument(again), printed);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyPrintTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
