// Case files: what a case is, and how its answers are judged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "cli/case_file.h"
#include "cli/case_report.h"
#include "cli/case_runner.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

using ::portcullis::testing::LoadSet;
using ::portcullis::testing::Quotes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kSet =
    "{'principals': [{'arn': 'arn:aws:iam::111122223333:user/ana', 'policies':"
    " [{'name': 'p', 'document': {'Version': '2012-10-17', 'Statement': ["
    "{'Sid': 'A', 'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'},"
    "{'Sid': 'D', 'Effect': 'Deny', 'Action': 's3:Put*', 'Resource': '*'}]}}]}]"
    "}";

std::string Ask(const std::string& action, const std::string& more) {
  return "{'name': '" + action +
         "', 'principal': 'arn:aws:iam::111122223333:user/ana', 'action': "
         "'s3:" +
         action + "', 'resource': 'arn:aws:s3:::b/k'" + more + "}";
}

std::string CaseText(const std::string& name, const std::string& requests) {
  return "{'name': '" + name + "', 'policySet': " + kSet + ", 'requests': [" +
         requests + "]}";
}

// The report of a run in jsonl.
std::string RunCases(const std::string& text, CaseRunOptions options = {},
                     const std::string& file = "cases.json",
                     const std::string& format = "jsonl") {
  const std::string bytes = Quotes(text);
  std::string out;
  const auto report =
      MakeCaseReport(format, [&out](std::string_view piece) { out += piece; });
  CaseRunner runner(options,
                    [&](const CaseResult& result) { report->Add(result); });
  ForEachCase(file, bytes, [&](const Case& one) { runner.Run(one); });
  report->Finish();
  return out + report->Summary();
}

TEST(CaseRunner, OneLineARequestAndEngine) {
  EXPECT_EQ(
      RunCases(CaseText("c", Ask("Get",
                                 ", 'expect': 'allowed', 'matched': "
                                 "['p#A']"))),
      Quotes("{'case': 'c', 'request': 'Get', 'engine': 'compiled', 'decision':"
             " 'allowed', 'expected': 'allowed', 'pass': true}\n"
             "{'case': 'c', 'request': 'Get', 'engine': 'reference', "
             "'decision': 'allowed', 'expected': 'allowed', 'pass': true}\n") +
          "2 passed, 0 failed");
}

TEST(CaseRunner, EnginesAlone) {
  const std::string text =
      CaseText("c", Ask("Put", ", 'expect': 'explicitDeny'"));
  EXPECT_THAT(RunCases(text, {true, false, nullptr}),
              HasSubstr("\"engine\": \"compiled\""));
  EXPECT_THAT(RunCases(text, {false, true, nullptr}),
              HasSubstr("\"engine\": \"reference\""));
  EXPECT_THAT(RunCases(text, {false, true, nullptr}),
              ::testing::EndsWith("1 passed, 0 failed"));
}

TEST(CaseRunner, AWrongDecisionFails) {
  const std::string out =
      RunCases(CaseText("c", Ask("Put", ", 'expect': 'allowed'")));
  EXPECT_THAT(out, HasSubstr(Quotes("'decision': 'explicitDeny', 'expected': "
                                    "'allowed', 'pass': false")));
  EXPECT_THAT(out, HasSubstr("explicitDeny by identity, statement `p#D`"));
  EXPECT_THAT(out, ::testing::EndsWith("0 passed, 2 failed"));
}

TEST(CaseRunner, WrongMatchedStatementsFail) {
  const std::string out = RunCases(
      CaseText("c", Ask("Get", ", 'expect': 'allowed', 'matched': []")));
  EXPECT_THAT(out, HasSubstr("expected allowed matched {}"));
  EXPECT_THAT(out, ::testing::EndsWith("0 passed, 2 failed"));
}

TEST(CaseRunner, WithoutExpectationTheLineOnlyReports) {
  const std::string text = CaseText("c", Ask("Get", ""));
  EXPECT_THAT(
      RunCases(text),
      StartsWith(Quotes("{'case': 'c', 'request': 'Get', 'engine': "
                        "'compiled', 'decision': 'allowed', 'pass': true}"
                        "\n")));
  EXPECT_THAT(RunCases(text, {}, "f.json", "text"),
              StartsWith("     c / Get (compiled): allowed by identity"));
}

TEST(CaseRunner, ErrorIsAnExpectationLikeOthers) {
  EXPECT_THAT(
      RunCases(CaseText("c", Ask("Get", ", 'expect': 'error', 'derive': 5"))),
      ::testing::EndsWith("2 passed, 0 failed"));
  EXPECT_THAT(RunCases(CaseText("c", Ask("", ", 'expect': 'error'"))),
              ::testing::EndsWith("2 passed, 0 failed"));
  const std::string out =
      RunCases(CaseText("c", Ask("Get", ", 'expect': 'allowed', 'derive': 5")));
  EXPECT_THAT(out, HasSubstr("`derive`: expected a boolean"));
  EXPECT_THAT(out, ::testing::EndsWith("0 passed, 2 failed"));
}

// A mistake of the case file is no error of the request.
TEST(CaseRunner, AMisspeltMemberIsNoExpectedError) {
  for (const char* member : {"expects", "nonsense", "Action", "assumes"}) {
    const std::string out = RunCases(
        CaseText("c", Ask("Get", std::string(", 'expect': 'error', '") +
                                     member + "': 'allowed'")));
    EXPECT_THAT(out, HasSubstr("\"cases.json:1:")) << member;
    EXPECT_THAT(out, HasSubstr(std::string(": unknown member `") + member +
                               "` of the request; "));
    EXPECT_THAT(out, ::testing::EndsWith("0 passed, 1 failed")) << out;
  }
}

TEST(CaseRunner, ASessionAndWhatIsDoneWithIt) {
  const std::string token =
      "{'name': 't', 'assume': {'operation': 'GetSessionToken', 'caller': "
      "'arn:aws:iam::111122223333:user/ana'}, 'expect': 'allowed', 'then': ["
      "{'name': 'get', 'action': 's3:Get', 'resource': 'arn:aws:s3:::b/k', "
      "'expect': 'allowed', 'matched': ['p#A']}]}";
  const std::string out = RunCases(CaseText("c", token));
  EXPECT_THAT(out, HasSubstr(Quotes("'request': 't', 'engine': 'compiled', "
                                    "'decision': 'allowed'")));
  EXPECT_THAT(out, HasSubstr(Quotes("'request': 't/get', 'engine': "
                                    "'reference', 'decision': 'allowed'")));
  EXPECT_THAT(out, ::testing::EndsWith("3 passed, 0 failed"));
}

TEST(CaseRunner, ASessionThatIsNotIssued) {
  const std::string call = "{'name': 't', 'assume': {'caller': '*'}";
  EXPECT_THAT(RunCases(CaseText("c", call + ", 'expect': 'error'}")),
              ::testing::EndsWith("1 passed, 0 failed"));
  EXPECT_THAT(RunCases(CaseText("c", call + ", 'expect': 'allowed'}")),
              HasSubstr("AssumeRole needs RoleArn (S-134)"));
  EXPECT_THAT(RunCases(CaseText(
                  "c", call + ", 'then': [{'name': 'get', 'action': 's3:Get', "
                              "'resource': '*'}]}")),
              HasSubstr("no session was issued"));
  EXPECT_THAT(RunCases(CaseText("c", call + ", 'action': 's3:Get'}")),
              HasSubstr("unknown member `action` beside `assume`"));
  EXPECT_THAT(RunCases(CaseText("c", call + ", 'then': [{'principal': '*'}]}")),
              HasSubstr("who asks is the session"));
}

TEST(CaseRunner, SharedPolicies) {
  const std::string text = "{'name': 'c', 'requests': [" +
                           Ask("Get", ", 'expect': 'allowed'") + "]}";
  EXPECT_THAT(RunCases(text), HasSubstr("no policy set"));
  CaseEngines engines(LoadSet(Quotes(kSet)));
  EXPECT_THAT(RunCases(text, {true, true, &engines}),
              ::testing::EndsWith("2 passed, 0 failed"));
}

TEST(CaseRunner, AnImageAloneHasNoReference) {
  CaseEngines whole(LoadSet(Quotes(kSet)));
  CaseEngines image(whole.image(), std::nullopt);
  const std::string text = "{'name': 'c', 'requests': [" +
                           Ask("Get", ", 'expect': 'allowed'") + "]}";
  EXPECT_THAT(RunCases(text, {true, false, &image}),
              ::testing::EndsWith("1 passed, 0 failed"));
  EXPECT_THAT(RunCases(text, {true, true, &image}),
              HasSubstr("no policy set for the reference"));
}

// The image of other policies must not pass, though the expectation is met.
TEST(CaseRunner, EnginesThatDifferFail) {
  CaseEngines other(LoadSet(
      Quotes("{'principals': [{'arn': 'arn:aws:iam::111122223333:user/ana', "
             "'policies': [{'name': 'q', 'document': {'Version': '2012-10-17', "
             "'Statement': {'Effect': 'Allow', 'Action': '*', 'Resource': "
             "'*'}}}]}]}")));
  CaseEngines mixed(other.image(), LoadSet(Quotes(kSet)));
  const std::string text = "{'name': 'c', 'requests': [" +
                           Ask("Get", ", 'expect': 'allowed'") + "]}";
  const std::string out = RunCases(text, {true, true, &mixed});
  EXPECT_THAT(out, HasSubstr("the reference differs: allowed by identity, "
                             "statement `p#A`"));
  EXPECT_THAT(out, ::testing::EndsWith("1 passed, 1 failed"));
}

TEST(CaseRunner, AnUnmetExpectErrorDoesNotPass) {
  EXPECT_THAT(
      RunCases("{'name': 'c', 'expectError': 'S-7', 'policySet': {}}"),
      StartsWith(Quotes("{'case': 'c', 'expected': 'S-7', 'pass': false, "
                        "'error': 'the policy set is not refused'}\n")));
  EXPECT_THAT(
      RunCases(CaseText("c",
                        "{'name': 't', 'assume': {'caller': '*'}, 'then': "
                        "[{'name': 'get', 'action': 's3:Get', 'resource': "
                        "'*'}]}")),
      HasSubstr(Quotes("'request': 't/get', 'pass': false, 'error': ")));
}

struct RefusalRow {
  const char* rule;
  const char* set;
  const char* error;  // empty: passes
};

TEST(CaseRunner, ExpectError) {
  const RefusalRow rows[] = {
      {"S-155", "'policySet': {'principal': [], 'principals': []}", ""},
      {"S-7", "'policySet': {'principal': [], 'principals': []}",
       "refused for S-155"},
      {"S-7", "'policySet': {}", "is not refused"},
      {"S-160", "'policySet': []", ""},
      {"S-5", "'policySetText': '{\\'groups\\': [], \\'groups\\': []}'", ""},
      {"S-5", "'policySet': {'groups': [], 'groups': []}", ""},
      {"S-4", "'policySetText': '{'", ""},
  };
  for (const RefusalRow& row : rows) {
    const std::string out =
        RunCases(std::string("{'name': 'c', 'expectError': '") + row.rule +
                 "', " + row.set + "}");
    if (row.error[0] == '\0') {
      EXPECT_EQ(out, Quotes(std::string("{'case': 'c', 'decision': 'error', "
                                        "'expected': '") +
                            row.rule + "', 'pass': true}\n") +
                         "1 passed, 0 failed");
    } else {
      EXPECT_THAT(out, HasSubstr(row.error)) << row.set;
      EXPECT_THAT(out, ::testing::EndsWith("0 passed, 1 failed"));
    }
  }
}

TEST(CaseRunner, ASetThatIsRefusedIsAnErrorOfTheCase) {
  EXPECT_THAT(RunCases("{'name': 'c', 'policySet': {'x': 1, 'groups': []}, "
                       "'requests': [" +
                       Ask("Get", "") + "]}"),
              StartsWith(Quotes("{'case': 'c', 'error': 'cases.json:1:29: "
                                "error[S-155]")));
}

// All problems of a case stand at their place in the file.
TEST(CaseRunner, PlacesInPolicySets) {
  const auto error = [](const std::string& set) {
    return RunCases("[\n {'name': 'é', " + set + "}]", {}, "f.json", "text");
  };
  EXPECT_THAT(error("'policySet': {'groups': [], 'x': 1}"),
              StartsWith("FAIL é: f.json:2:44: error[S-155]"));
  EXPECT_THAT(error("'policySet': {'groups': [],\n  'x': 1}"),
              StartsWith("FAIL é: f.json:3:3: error[S-155]"));
  EXPECT_THAT(error("'policySet': {'groups': [], 'groups': []}"),
              HasSubstr("f.json:2:44: error[S-5]: duplicate key `groups`; it "
                        "first stands at 2:30"));
  EXPECT_THAT(error("'policySet': []"),
              StartsWith("FAIL é: f.json:2:29: error[S-160]"));
  EXPECT_THAT(error("'policySetText': '{}\\n5'"),
              StartsWith("FAIL é: f.json:2:33: case `é`: policySetText:2:1: "
                         "error[S-4]"));
  EXPECT_THAT(RunCases("\n{'name': 'a', 'policySet': {'groups': [], 'x': 1}}\n",
                       {}, "f.jsonl", "text"),
              StartsWith("FAIL a: f.jsonl:2:43: error[S-155]"));
}

struct BadCaseRow {
  const char* text;
  const char* error;
};

TEST(ForEachCase, ABadCaseIsOneErrorAndTheRunGoesOn) {
  const BadCaseRow rows[] = {
      {"5", "a case is a number"},
      {"{'requests': []}", "missing member `name`"},
      {"{'name': 5}", "`name`: expected a string"},
      {"{'name': 'b', 'request': []}", "did you mean `requests`?"},
      {"{'name': 'b', 'policySet': {}, 'policySetText': ''}", "both"},
      {"{'name': 'b', 'expectError': 'S-1'}", "without `policySet`"},
      {"{'name': 'b', 'expectError': ''}", "`expectError`: empty"},
      {"{'name': 'b', 'policySet': {}, 'expectError': 'S-1', 'requests': []}",
       "cases.json:1:67: both `expectError` and `requests`"},
      {"{'name': 'b', 'requests': [{'assume': {}, 'expects': 'error'}]}",
       "cases.json:1:44: unknown member `expects` beside `assume`; did you "
       "mean `expect`?"},
      {"{'name': 'b', 'requests': [{'assume': {}, 'then': [{'acton': 1}]}]}",
       "cases.json:1:54: unknown member `acton` of the request"},
      {"{'name': 'b', 'requests': {}}", "`requests`: expected an array"},
      {"{'name': 'b', 'requests': [5]}", "`requests`: expected an object"},
      {"{'name': 'b', 'requests': [{'id': 5}]}", "it is `name` here"},
      {"{'name': 'b', 'requests': [{'name': 5}]}", "`name`: expected a string"},
      {"{'name': 'b', 'requests': [{'expect': 'denied'}]}", "`denied`"},
      {"{'name': 'b', 'requests': [{'matched': 'p#A'}]}", "`matched`"},
      {"{'name': 'b', 'requests': [{'matched': [5]}]}", "`matched`"},
      {"{'name': 'b', 'policySet': {}, 'requests': []}", "neither"},
      {"{'name': 'b', 'name': 'b'}", "duplicate key"},
  };
  const std::string good =
      CaseText("good", Ask("Get", ", 'expect': 'allowed'"));
  for (const BadCaseRow& row : rows) {
    const std::string out =
        RunCases("[" + std::string(row.text) + ", " + good + "]");
    EXPECT_THAT(out, HasSubstr("\"error\": ")) << row.text;
    EXPECT_THAT(out, HasSubstr(row.error)) << row.text;
    EXPECT_THAT(out, ::testing::EndsWith("2 passed, 1 failed")) << row.text;
  }
}

std::vector<std::string> Names(const std::string& file,
                               const std::string& text) {
  std::vector<std::string> names;
  const std::string bytes = Quotes(text);
  ForEachCase(file, bytes, [&](const Case& one) {
    names.push_back(one.name + (one.error.empty() ? "" : "!"));
  });
  return names;
}

TEST(ForEachCase, Forms) {
  EXPECT_THAT(Names("f.json", "{'name': 'a'}"), ElementsAre("a"));
  EXPECT_THAT(Names("f.json", "{\n'name': 'a'\n}\n"), ElementsAre("a"));
  EXPECT_THAT(Names("f.json", "[{'name': 'a'},\n{'name': 'b'}]\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(Names("f.json", "[]"), ElementsAre());
  EXPECT_THAT(Names("f.json", "\n{'name': 'a'}\r\n\n{'name': 'b'}\n"),
              ElementsAre("a", "b"));
  EXPECT_THAT(Names("f.jsonl", "{'name': \n{'name': 'b'}"),
              ElementsAre("f.jsonl:1!", "b"));
  EXPECT_THAT(Names("f.json", "[{}, {'name': 'b'}, 5]"),
              ElementsAre("f.json#1!", "b", "f.json#3!"));
  EXPECT_THAT(Names("f.json", ""), ElementsAre("f.json!"));
  EXPECT_THAT(Names("f.json", "{'name': 'a'"), ElementsAre("f.json!"));
}

// The place of a problem is that in the file, whatever the form of the file.
TEST(ForEachCase, PlacesInJsonLines) {
  const std::string out = RunCases(
      "{'name': 'a'}\n{'name': }\n{'name': 'c',\t'request': []}\n"
      "{'name': 'd', 'name': 'd'}\n",
      {}, "f.jsonl", "text");
  EXPECT_THAT(out, HasSubstr("FAIL f.jsonl:2: f.jsonl:2:10: error[S-4]: "));
  EXPECT_THAT(out, HasSubstr("FAIL c: f.jsonl:3:15: unknown member"));
  EXPECT_THAT(out, HasSubstr("FAIL d: f.jsonl:4:15: error[S-5]: duplicate key "
                             "`name`; it first stands at 4:2\n"));
}

TEST(CaseReport, Junit) {
  const std::string out =
      RunCases("[" + CaseText("a<b", Ask("Get", ", 'expect': 'explicitDeny'")) +
                   ", {'name': 'x'}]",
               {true, false, nullptr}, "f.json", "junit");
  EXPECT_THAT(out, StartsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                              "<testsuites tests=\"2\" failures=\"1\" "
                              "errors=\"1\">"));
  EXPECT_THAT(out, HasSubstr("<testcase classname=\"a&lt;b\" name=\"Get "
                             "(compiled)\"><failure message=\"allowed by"));
  EXPECT_THAT(out, HasSubstr("<testcase classname=\"x\" name=\"policySet\">"
                             "<error message=\"no policy set"));
}

TEST(CaseReport, JunitHoldsWhatXmlHas) {
  const std::string out = RunCases(
      "{'name': 'a\\u001b\\ufffe\\uffff\\ufffd\\r\\n\\ud83d\\ude00', "
      "'requests': []}",
      {}, "f.json", "junit");
  EXPECT_THAT(out, HasSubstr("classname=\"a\uFFFD\uFFFD\uFFFD\uFFFD&#13;&#10;"
                             "\U0001F600\""));
  EXPECT_THAT(RunCases("5", {}, "\xff.json", "junit"),
              HasSubstr("classname=\"\uFFFD.json\""));
}

TEST(CaseReport, JsonLinesAreUtf8) {
  EXPECT_THAT(RunCases("5", {}, "a\xff\xc3.json"),
              StartsWith(Quotes("{'case': 'a\uFFFD\uFFFD.json', 'error': "
                                "'a\uFFFD\uFFFD.json:1:1: ")));
}

TEST(CaseReport, TextEscapesControlCharacters) {
  const std::string out = RunCases(
      "{'name': 'a\\u001b[2J\\n', 'policySet': {}, 'requests': [{'name': "
      "'b\\u0007', 'principal': '*', 'action': 's3:Get', 'resource': '*', "
      "'expect': 'allowed'}]}",
      {true, false, nullptr}, "f.json", "text");
  EXPECT_THAT(out, StartsWith("FAIL a\\x1b[2J\\n / b\\x07 (compiled): "));
}

TEST(CaseReport, TextNamesFailuresAlone) {
  const std::string out =
      RunCases(CaseText("c", Ask("Get", ", 'expect': 'allowed'") + ", " +
                                 Ask("Put", ", 'expect': 'allowed'")),
               {true, false, nullptr}, "f.json", "text");
  EXPECT_EQ(out,
            "FAIL c / Put (compiled): explicitDeny by identity, statement "
            "`p#D`, matched {`p#D`}; expected allowed\n"
            "1 passed, 1 failed\n1 passed, 1 failed");
}

}  // namespace
}  // namespace portcullis::cli
