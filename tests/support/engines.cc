#include "tests/support/engines.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <utility>

namespace portcullis::cli {

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << AnswerText(answer);
}

}  // namespace portcullis::cli

namespace portcullis::testing {
namespace {

// Every statement keeps the name that it has in reports (S-120).
void Reverse(std::vector<Statement>& statements) {
  for (Statement& statement : statements) {
    if (statement.sid.empty()) {
      statement.sid = std::to_string(statement.index + 1);
    }
  }
  std::reverse(statements.begin(), statements.end());
  uint32_t index = 0;
  for (Statement& statement : statements) statement.index = index++;
}

PolicySet WithReversedStatements(PolicySet set) {
  for (Policy& policy : set.policies) Reverse(policy.document.statements);
  return set;
}

std::string_view TextOf(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

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

TemporaryFolder::TemporaryFolder() {
  path_ = ::testing::TempDir() + "/portcullis-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) ADD_FAILURE() << path_;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TemporaryFolder::Write(const std::string& name,
                                   std::string_view bytes) const {
  const std::string path = Path(name);
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return path;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

Engines::Engines(PolicySet set) : set_(std::move(set)) {
  bytes_ = Compile(set_).bytes;
  reversed_bytes_ = Compile(WithReversedStatements(set_)).bytes;
  Open(bytes_, memory_);
  Open(reversed_bytes_, reversed_);
  ImageFile::Opened opened =
      ImageFile::Open(folder_.Write("image", TextOf(BytesOf(bytes_))));
  if (!opened.file) ADD_FAILURE() << opened.error.message;
  file_ = std::move(opened.file);
}

void Engines::Open(const ImageBytes& bytes, std::optional<ImageView>& view) {
  const ImageView::Opened opened = ImageView::Open(BytesOf(bytes));
  if (!opened.view) ADD_FAILURE() << opened.error.message;
  view = opened.view;
}

std::vector<EngineAnswer> Engines::Ask(const cli::RequestReader& reader) {
  const Request& request = reader.request();
  Scratch memory(*memory_);
  Scratch mapped(file_->view());
  Scratch reversed(*reversed_);
  return {
      {"reference",
       cli::AskReference(set_, request, reader.session_policies())},
      {"image from memory", cli::AskImage(*memory_, request, memory)},
      {"image mapped from a file",
       cli::AskImage(file_->view(), request, mapped)},
      {"explain", cli::AskExplain(*memory_, request, memory)},
      {"image of reversed statements",
       cli::AskImage(*reversed_, request, reversed), false},
  };
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

bool SameAnswers(const EngineAnswer& a, const EngineAnswer& b) {
  if (a.has_statement && b.has_statement) return SameAnswer(a.answer, b.answer);
  Answer first = a.answer;
  Answer second = b.answer;
  first.statement = second.statement = "";
  return SameAnswer(first, second);
}

}  // namespace portcullis::testing
