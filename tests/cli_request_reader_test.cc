// Requests in JSON (S-170, S-171), and what is no request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cli/quick_json.h"
#include "cli/request_reader.h"
#include "runtime/image_view.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

using ::portcullis::testing::Quotes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A request with `members` in place of nothing; quotes are single.
std::string With(const std::string& members) {
  return Quotes(
      "{'principal': 'arn:aws:iam::111122223333:user/ana', "
      "'action': 's3:GetObject', 'resource': 'arn:aws:s3:::docs/a'" +
      members + "}");
}

TEST(RequestReader, ReadsEveryMember) {
  const std::string json = With(
      ", 'id': 'r1', 'resourceAccount': '444455556666', 'endpoint': 'vpce-1',"
      "'derive': false, 'context': {'app:A': 'x'}");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json)) << reader.error();
  const Request& request = reader.request();
  EXPECT_EQ(reader.id(), "\"r1\"");
  EXPECT_EQ(request.form, PrincipalForm::kArn);
  EXPECT_EQ(request.principal, "arn:aws:iam::111122223333:user/ana");
  EXPECT_EQ(request.action, "s3:GetObject");
  EXPECT_EQ(request.resource, "arn:aws:s3:::docs/a");
  EXPECT_EQ(request.resource_account, "444455556666");
  EXPECT_EQ(request.endpoint, "vpce-1");
  EXPECT_FALSE(request.derive);
  EXPECT_EQ(request.session, nullptr);
  ASSERT_EQ(request.context.size(), 1u);
  EXPECT_EQ(request.context[0].key, "app:A");
}

TEST(RequestReader, DerivesUnlessToldNotTo) {
  const std::string json = With("");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json));
  EXPECT_TRUE(reader.request().derive);
  EXPECT_EQ(reader.id(), "null");
}

TEST(RequestReader, FormDecidesMultiplicityAndNumbersAreTheirText) {
  const std::string json = With(
      ", 'context': {'a': 'x', 'b': ['x'], 'c': [], 'd': 1.50, 'e': [true, 2],"
      " 'f': false, 'g': 1e2}");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json)) << reader.error();
  const auto context = reader.request().context;
  ASSERT_EQ(context.size(), 7u);
  const std::vector<bool> lists = {false, true,  true, false,
                                   true,  false, false};
  for (size_t i = 0; i < context.size(); ++i) {
    EXPECT_EQ(context[i].is_list, lists[i]) << context[i].key;
  }
  EXPECT_THAT(context[0].values, ElementsAre("x"));
  EXPECT_THAT(context[2].values, ElementsAre());
  EXPECT_THAT(context[3].values, ElementsAre("1.50"));
  EXPECT_THAT(context[4].values, ElementsAre("true", "2"));
  EXPECT_THAT(context[5].values, ElementsAre("false"));
  EXPECT_THAT(context[6].values, ElementsAre("1e2"));
}

struct PrincipalRow {
  const char* json;
  PrincipalForm form;
  const char* text;
};

TEST(RequestReader, Principals) {
  const PrincipalRow rows[] = {
      {"'*'", PrincipalForm::kAnonymous, "*"},
      {"{'AWS': '*'}", PrincipalForm::kAnonymous, "*"},
      {"{'AWS': 'arn:x'}", PrincipalForm::kArn, "arn:x"},
      {"{'Service': 's3.amazonaws.com'}", PrincipalForm::kService,
       "s3.amazonaws.com"},
      {"{'Federated': 'idp'}", PrincipalForm::kFederated, "idp"},
  };
  for (const PrincipalRow& row : rows) {
    const std::string json = Quotes(std::string("{'principal': ") + row.json +
                                    ", 'action': 'a:b', 'resource': '*'}");
    RequestReader reader;
    ASSERT_TRUE(reader.ReadText("", json)) << row.json << reader.error();
    EXPECT_EQ(reader.request().form, row.form) << row.json;
    EXPECT_EQ(reader.request().principal, row.text) << row.json;
  }
}

TEST(RequestReader, ReadsTheSession) {
  const std::string json = With(
      ", 'session': {'policyArns': ['arn:p'], 'tags': {'team': 'blue'},"
      "'sourceIdentity': 'ana', 'issuedAt': '2026-01-01T00:00:00Z',"
      "'expiresAt': 1767229200, 'mfa': true, 'mfaAuthenticatedAt':"
      "'2026-01-01T00:00:00.5Z', 'parent': 'arn:u', 'federatedProvider': 'idp',"
      "'assumedRoot': true}");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json)) << reader.error();
  ASSERT_NE(reader.request().session, nullptr);
  const SessionInfo& session = *reader.request().session;
  EXPECT_THAT(session.policy_arns, ElementsAre("arn:p"));
  ASSERT_EQ(session.tags.size(), 1u);
  EXPECT_EQ(session.tags[0].key, "team");
  EXPECT_EQ(session.tags[0].value, "blue");
  EXPECT_EQ(session.source_identity, "ana");
  EXPECT_EQ(session.issued_at, 1767225600'000000000);
  EXPECT_EQ(session.expires_at, 1767229200'000000000);
  EXPECT_EQ(session.mfa_at, 1767225600'500000000);
  EXPECT_TRUE(session.mfa);
  EXPECT_EQ(session.parent, "arn:u");
  EXPECT_EQ(session.federated_provider, "idp");
  EXPECT_TRUE(session.assumed_root);
  EXPECT_EQ(session.policies, nullptr);
}

// S-173: what the request repeats is one key; S-172: claims of one name in two
// cases are two, which the decision refuses.
TEST(RequestReader, ClaimsAreContextKeys) {
  const std::string alike = With(
      ", 'context': {'a:x': '1'},"
      "'session': {'claims': {'A:X': '1', 'a:y': '2', 'A:Y': '2'}}");
  const std::string another =
      With(", 'context': {'a:x': '1'}, 'session': {'claims': {'A:X': '3'}}");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", alike)) << reader.error();
  ASSERT_EQ(reader.request().context.size(), 3u);
  EXPECT_EQ(reader.request().context[1].key, "a:y");
  EXPECT_EQ(reader.request().context[2].key, "A:Y");
  EXPECT_FALSE(reader.ReadText("", another));
  EXPECT_THAT(reader.error(), HasSubstr("S-173"));
}

constexpr const char* kSessionPolicies =
    ", 'session': {'policies': [{'Version': '2012-10-17', 'Statement': {"
    "'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}},"
    "{'Version': '2012-10-17', 'Statement': []}]}";

TEST(RequestReader, CompilesSessionPolicies) {
  const std::string json = With(kSessionPolicies);
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json)) << reader.error();
  ASSERT_NE(reader.request().session->policies, nullptr);
  EXPECT_EQ(reader.request().session->policies->tables().statements.size(), 1u);
  ASSERT_EQ(reader.session_policies().size(), 2u);
  EXPECT_EQ(reader.session_policies()[1].name, "session-policy-2");
}

TEST(RequestReader, NothingOfARequestStaysForTheNext) {
  const std::string first =
      With(std::string(kSessionPolicies) + ", 'id': 7, 'endpoint': 'e'");
  const std::string second = With("");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", first));
  EXPECT_EQ(reader.id(), "7");
  ASSERT_TRUE(reader.ReadText("", second));
  EXPECT_EQ(reader.id(), "null");
  EXPECT_EQ(reader.request().session, nullptr);
  EXPECT_EQ(reader.request().endpoint, "");
  EXPECT_TRUE(reader.session_policies().empty());
  // The compiled policies are still right when they come again.
  ASSERT_TRUE(reader.ReadText("", first));
  EXPECT_EQ(reader.session_policies().size(), 2u);
}

TEST(RequestReader, NoPoliciesAreNoSessionLayer) {
  const std::string json = With(", 'session': {'policies': []}");
  RequestReader reader;
  ASSERT_TRUE(reader.ReadText("", json)) << reader.error();
  EXPECT_EQ(reader.request().session->policies, nullptr);
}

struct ErrorRow {
  const char* members;
  const char* error;
};

TEST(RequestReader, SaysWhatIsWrong) {
  const ErrorRow rows[] = {
      {", 'contxt': {}",
       "unknown member `contxt` of the request; did you mean "
       "`context`? (S-170)"},
      {", 'endpoint': 5", "`endpoint`: expected a string, found a number"},
      {", 'endpoint': ''", "`endpoint`: empty"},
      {", 'endpoint': null", "`endpoint`: expected a string, found null"},
      {", 'resourceAccount': []", "`resourceAccount`: expected a string"},
      {", 'derive': 'no'", "`derive`: expected a boolean, found a string"},
      {", 'id': []", "`id`: expected a string or a number"},
      {", 'id': null", "`id`: expected a string or a number, found null"},
      {", 'context': []", "`context`: expected an object"},
      {", 'context': {'a': null}", "`context.a`: expected a string, a number"},
      {", 'context': {'a': {}}", "`context.a`: expected a string, a number"},
      {", 'context': {'a': [['x']]}", "`context.a`: expected a string"},
      {", 'context': {'a': '1', 'a': '1'}", "duplicate key `a`"},
      {", 'session': 'x'", "`session`: expected an object, found a string"},
      {", 'session': {'Policies': []}",
       "unknown member `Policies` of the "
       "session; did you mean `policies`?"},
      {", 'session': {'mfa': 'true'}", "`session.mfa`: expected a boolean"},
      {", 'session': {'tags': {'a': 1}}",
       "`session.tags.a`: expected a string"},
      {", 'session': {'tags': []}", "`session.tags`: expected an object"},
      {", 'session': {'policyArns': [1]}", "`session.policyArns`: expected"},
      {", 'session': {'issuedAt': 'soon'}",
       "`session.issuedAt`: `soon` is not "
       "a date"},
      {", 'session': {'issuedAt': '2026-02-30'}", "is not a date"},
      {", 'session': {'expiresAt': '9999-12-31'}",
       "`session.expiresAt`: "
       "`9999-12-31` is out of"},
      {", 'session': {'sourceIdentity': ''}",
       "`session.sourceIdentity`: empty"},
      {", 'session': {'policies': {}}",
       "`session.policies`: expected an array"},
      {", 'session': {'policies': ['x']}", "`session.policies`: "},
      {", 'session': {'policies': [{'Statement': {'Efect': 'Allow'}}]}",
       "unknown element `Efect`"},
  };
  for (const ErrorRow& row : rows) {
    const std::string json = With(row.members);
    RequestReader reader;
    EXPECT_FALSE(reader.ReadText("", json)) << row.members;
    EXPECT_THAT(reader.error(), HasSubstr(row.error)) << row.members;
  }
}

TEST(RequestReader, WhatMustBeThere) {
  const ErrorRow rows[] = {
      {"{}", "missing member `principal` (S-170)"},
      {"{'principal': '*'}", "missing member `action`"},
      {"{'principal': '*', 'action': 'a:b'}", "missing member `resource`"},
      {"{'principal': 5, 'action': 'a:b', 'resource': '*'}",
       "`principal`: expected a string or an object, found a number"},
      {"{'principal': {}, 'action': 'a:b', 'resource': '*'}",
       "`principal`: expected an object with one member"},
      {"{'principal': {'Servic': 'x'}, 'action': 'a:b', 'resource': '*'}",
       "`principal`: unknown member `Servic`"},
      {"[]", "the request is an array; expected an object (S-170)"},
      {"5", "the request is a number"},
      {"", "empty"},
      {"{'a': }", "not valid JSON"},
      {"{} {}", "more text after the end"},
  };
  for (const ErrorRow& row : rows) {
    const std::string json = Quotes(row.members);
    RequestReader reader;
    EXPECT_FALSE(reader.ReadText("", json)) << row.members;
    EXPECT_THAT(reader.error(), HasSubstr(row.error)) << row.members;
  }
}

TEST(RequestReader, TheIdIsKnownWhateverIsWrong) {
  const ErrorRow rows[] = {
      {", 'derive': 1, 'id': 'late'", "\"late\""},
      {", 'id': -1.5e3, 'derive': 1", "-1.5e3"},
      {", 'id': 'dup', 'derive': true, 'derive': true", "\"dup\""},
  };
  for (const ErrorRow& row : rows) {
    const std::string json = With(row.members);
    RequestReader reader;
    EXPECT_FALSE(reader.ReadText("", json));
    EXPECT_EQ(reader.id(), row.error);
  }
}

TEST(RequestReader, Limits) {
  const auto read = [](const std::string& json) {
    RequestReader reader;
    return reader.ReadText("", json) ? "" : reader.error();
  };
  const auto action = [](size_t size) {
    return Quotes("{'principal': '*', 'resource': '*', 'action': 'a:" +
                  std::string(size - 2, 'b') + "'}");
  };
  EXPECT_EQ(read(action(kMaxActionBytes)), "");
  EXPECT_THAT(read(action(kMaxActionBytes + 1)),
              HasSubstr("`action`: 513 bytes; the limit is 512 (S-170)"));
  const auto keys = [](size_t count) {
    std::string members;
    for (size_t i = 0; i < count; ++i) {
      members += (i > 0 ? ", 'k" : "'k") + std::to_string(i) + "': 1";
    }
    return With(", 'context': {" + members + "}");
  };
  EXPECT_EQ(read(keys(kMaxContextKeys)), "");
  EXPECT_THAT(read(keys(kMaxContextKeys + 1)),
              HasSubstr("1025 keys; the limit is 1024"));
}

// The fast reader says the same as the strict one, or nothing.
void ExpectSameTree(const JsonValue& a, const JsonValue& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.begin, b.begin);
  EXPECT_EQ(a.end, b.end);
  EXPECT_EQ(a.text, b.text);
  ASSERT_EQ(a.members().size(), b.members().size());
  ASSERT_EQ(a.elements().size(), b.elements().size());
  for (size_t i = 0; i < a.members().size(); ++i) {
    EXPECT_EQ(a.members()[i].key, b.members()[i].key);
    EXPECT_EQ(a.members()[i].key_begin, b.members()[i].key_begin);
    ExpectSameTree(a.members()[i].value, b.members()[i].value);
  }
  for (size_t i = 0; i < a.elements().size(); ++i) {
    ExpectSameTree(a.elements()[i], b.elements()[i]);
  }
}

// True when the text was plain.
bool CompareReaders(const std::string& json) {
  Issues issues;
  const auto strict = ReadJson("", json, issues);
  JsonNodes nodes;
  const auto plain = ReadPlainJson(json, nodes);
  if (!plain) return false;
  EXPECT_TRUE(issues.ok()) << json;
  if (strict) ExpectSameTree(strict->root, *plain);
  return true;
}

TEST(ReadPlainJson, ReadsWhatRequestsAreMadeOf) {
  for (const char* json :
       {"{}", "[]", "5", "-0.25", "true", "null", "''", " [ 1 , [ ] , { } ] ",
        "{'a': [1, 2, {'b': null}], 'c': 'd', 'e': false}\r\n",
        "{'key': '\xc3\xa9'}"}) {
    EXPECT_TRUE(CompareReaders(Quotes(json))) << json;
  }
}

TEST(ReadPlainJson, LeavesTheRestToTheStrictReader) {
  for (const char* json : {"",
                           " ",
                           "{",
                           "[1,]",
                           "[,1]",
                           "{'a'}",
                           "{'a':}",
                           "{'a':1,}",
                           "[1 2]",
                           "{'a':1,'a':1}",
                           "'\\n'",
                           "'a",
                           "01",
                           "1.",
                           ".5",
                           "-",
                           "+1",
                           "1e3",
                           "12345678901234567",
                           "tru",
                           "truefalse",
                           "{} {}",
                           "[}",
                           "{]",
                           "'\xff'",
                           "\xef\xbb\xbf{}",
                           "'\x01'",
                           "{1: 2}",
                           "[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]"}) {
    EXPECT_FALSE(CompareReaders(Quotes(json))) << json;
  }
}

// Every text that differs from a legal one in one byte.
TEST(ReadPlainJson, NeverAcceptsMore) {
  const std::string legal =
      Quotes("{'a': [1.5, -2, {'b': null}], 'c\xc3\xa9': 'd', 'e': false}");
  size_t plain = 0;
  for (size_t i = 0; i < legal.size(); ++i) {
    for (const char c : std::string("\"{}[],:-.0 1eaftn\\\x80\x01")) {
      std::string text = legal;
      text[i] = c;
      plain += CompareReaders(text) ? 1 : 0;
      text = legal;
      text.insert(i, 1, c);
      plain += CompareReaders(text) ? 1 : 0;
    }
    std::string text = legal;
    text.erase(i, 1);
    plain += CompareReaders(text) ? 1 : 0;
  }
  EXPECT_GT(plain, 200u);
}

}  // namespace
}  // namespace portcullis::cli
