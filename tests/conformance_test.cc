// The cases of corpora/ on every engine, one test a file.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/inputs.h"
#include "tests/support/case_check.h"

namespace portcullis::testing {
namespace {

namespace fs = std::filesystem;

std::string Corpus(const std::string& name) {
  return std::string(PORTCULLIS_SOURCE_DIR) + "/corpora/" + name;
}

std::vector<std::string> FilesOf(const std::string& corpus) {
  std::vector<std::string> files;
  if (!fs::exists(Corpus(corpus))) return files;
  for (const auto& entry : fs::directory_iterator(Corpus(corpus))) {
    if (entry.path().extension() == ".json") {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The file's name in characters that a test's name may have.
std::string TestName(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = fs::path(info.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

class ConformanceTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ConformanceTest, EveryEngineAnswersAsExpected) {
  const CaseCount count = CheckCaseFile(GetParam(), nullptr);
  EXPECT_GT(count.cases, 0u);
  RecordProperty("cases", static_cast<int>(count.cases));
  RecordProperty("requests", static_cast<int>(count.requests));
}

INSTANTIATE_TEST_SUITE_P(Conformance, ConformanceTest,
                         ::testing::ValuesIn(FilesOf("conformance")), TestName);
INSTANTIATE_TEST_SUITE_P(Regressions, ConformanceTest,
                         ::testing::ValuesIn(FilesOf("regressions")), TestName);

TEST(Conformance, TheCorpusIsThere) {
  EXPECT_GT(FilesOf("conformance").size(), 20u);
}

PolicySet SampleCompany(const std::vector<std::string>& names) {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    files.push_back(Corpus("policies/" + name));
  }
  const cli::Inputs inputs = cli::ReadInputs(files);
  EXPECT_TRUE(inputs.errors.empty());
  Issues issues;
  PolicySet set = LoadPolicySet(inputs.Sources(), issues);
  EXPECT_TRUE(issues.ok());
  return set;
}

TEST(SampleCompany, TheAccountAlone) {
  Engines engines(SampleCompany({"account-export.json"}));
  EXPECT_GT(
      CheckCaseFile(Corpus("policies/account-cases.json"), &engines).requests,
      0u);
}

TEST(SampleCompany, TheAccountInItsOrganisation) {
  Engines engines(SampleCompany({"account-export.json", "organization.json"}));
  EXPECT_GT(CheckCaseFile(Corpus("policies/organization-cases.json"), &engines)
                .requests,
            0u);
}

}  // namespace
}  // namespace portcullis::testing
