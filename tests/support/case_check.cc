#include "tests/support/case_check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "cli/case_file.h"
#include "cli/case_runner.h"

namespace portcullis::testing {
namespace {

using cli::Case;
using cli::CaseRequest;

class CaseChecker {
 public:
  explicit CaseChecker(Engines* shared) : shared_(shared) {}

  void Check(const Case& one) {
    ++count_.cases;
    if (!one.error.empty()) {
      ADD_FAILURE() << one.name << ": " << one.error;
    } else if (!one.expect_error.empty()) {
      CheckByRunner(one);
    } else if (AsksForSessions(one)) {
      count_.requests += one.requests.size();
      CheckByRunner(one);
    } else {
      CheckRequests(one);
    }
  }

  const CaseCount& count() const { return count_; }

 private:
  static bool AsksForSessions(const Case& one) {
    return std::any_of(
        one.requests.begin(), one.requests.end(),
        [](const CaseRequest& r) { return r.assume != nullptr; });
  }

  // What the runner alone can do: refused sets, and sessions.
  static void CheckByRunner(const Case& one) {
    cli::CaseRunner runner({}, [](const cli::CaseResult& result) {
      EXPECT_TRUE(result.pass) << result.case_name << " / " << result.request
                               << ": " << result.error << result.detail;
    });
    runner.Run(one);
  }

  void CheckRequests(const Case& one) {
    std::unique_ptr<Engines> own;
    Engines* engines = shared_;
    if (one.policy_set) {
      own = std::make_unique<Engines>(LoadSet(one.policy_set->bytes));
      engines = own.get();
    }
    if (engines == nullptr) {
      ADD_FAILURE() << one.name << ": no policy set";
      return;
    }
    EXPECT_FALSE(one.requests.empty()) << one.name << ": no requests";
    for (const CaseRequest& request : one.requests) {
      CheckRequest(one, request, *engines);
    }
  }

  void CheckRequest(const Case& one, const CaseRequest& request,
                    Engines& engines) {
    ++count_.requests;
    const std::string title = one.name + " / " + request.name;
    if (!reader_.Read(*one.json, *request.value, cli::CaseRequestMembers())) {
      EXPECT_EQ(request.expect, "error") << title << ": " << reader_.error();
      return;
    }
    const std::vector<EngineAnswer> answers = engines.Ask(reader_);
    for (const EngineAnswer& given : answers) {
      const std::string where =
          title + " (" + given.engine + "): " + AnswerText(given.answer);
      if (!request.expect.empty()) {
        EXPECT_EQ(given.answer.DecisionName(), request.expect) << where;
      }
      if (request.matched) {
        EXPECT_EQ(given.answer.matched, *request.matched) << where;
      }
      EXPECT_TRUE(SameAnswers(answers.front(), given))
          << where << "; the reference: " << AnswerText(answers.front().answer);
    }
  }

  Engines* const shared_;
  cli::RequestReader reader_;
  CaseCount count_;
};

}  // namespace

CaseCount CheckCaseFile(const std::string& path, Engines* shared) {
  const std::string bytes = ReadWhole(path);
  CaseChecker checker(shared);
  cli::ForEachCase(path, bytes,
                   [&checker](const Case& one) { checker.Check(one); });
  return checker.count();
}

}  // namespace portcullis::testing
