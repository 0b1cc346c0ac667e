#include "tests/support/engines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace portcullis::cli {

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << AnswerText(answer);
}

}  // namespace portcullis::cli

namespace portcullis::testing {

PolicySet LoadSet(std::string_view json) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"set.json", json}}, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return set;
}

std::string Quotes(std::string_view text) {
  std::string out(text);
  std::replace(out.begin(), out.end(), '\'', '"');
  return out;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Answer Engines::AskAll(std::string_view json) {
  if (!reader_.ReadText("request", json)) {
    Answer refused;
    refused.refusal = Refusal::kAction;
    return refused;
  }
  const std::vector<EngineAnswer> answers = Ask(reader_);
  for (const EngineAnswer& given : answers) {
    EXPECT_TRUE(SameAnswers(answers.front(), given))
        << json << "\n  reference: " << AnswerText(answers.front().answer)
        << "\n  " << given.engine << ": " << AnswerText(given.answer);
  }
  return answers.front().answer;
}

}  // namespace portcullis::testing
