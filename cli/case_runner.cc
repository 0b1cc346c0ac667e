#include "cli/case_runner.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "cli/clock.h"
#include "policy/print.h"
#include "runtime/decide.h"

namespace portcullis::cli {
namespace {

std::string FirstError(const Issues& issues) {
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) return FormatIssue(issue);
  }
  return "";
}

// The distinct rules of all errors: "S-7, S-12".
std::string ErrorRules(const Issues& issues) {
  std::vector<std::string> rules;
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) rules.push_back(issue.rule);
  }
  std::sort(rules.begin(), rules.end());
  rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
  std::string text;
  for (const std::string& rule : rules) {
    text += (text.empty() ? "" : ", ") + rule;
  }
  return text;
}

bool HasError(const Issues& issues, const std::string& rule) {
  return std::any_of(
      issues.all().begin(), issues.all().end(), [&rule](const Issue& issue) {
        return issue.severity == Severity::kError && issue.rule == rule;
      });
}

bool MeetsExpectation(const CaseRequest& request, const Answer& answer) {
  if (!request.expect.empty() && request.expect != answer.DecisionName()) {
    return false;
  }
  return !request.matched || *request.matched == answer.matched;
}

std::string ExpectedMatched(const CaseRequest& request) {
  std::string text = "; expected";
  if (!request.expect.empty()) text += " " + request.expect;
  if (!request.matched) return text;
  text += " matched {";
  for (const std::string& label : *request.matched) {
    text += (text.back() == '{' ? "" : ", ") + Quoted(label);
  }
  return text + "}";
}

// The request as JSON text with the members of `credentials`.
std::string WithCredentials(const JsonDocument& json, const JsonValue& request,
                            std::string_view credentials) {
  std::string text(credentials.substr(0, credentials.size() - 1));
  const auto others = CaseRequestMembers();
  for (const JsonMember& member : request.members()) {
    if (std::find(others.begin(), others.end(), member.key) != others.end()) {
      continue;
    }
    const JsonValue& value = member.value;
    text += ", " + JsonString(member.key) + ": ";
    text += SourceOf(json, value);
  }
  return text + "}";
}

}  // namespace

CaseEngines::CaseEngines(PolicySet set) : set_(std::move(set)) {
  bytes_ = Compile(*set_).bytes;
  const ImageView::Opened opened = ImageView::Open(BytesOf(bytes_));
  if (!opened.view) {
    throw std::logic_error("compiled image: " + opened.error.message);
  }
  view_ = opened.view;
  scratch_ = std::make_unique<Scratch>(*view_);
}

CaseEngines::CaseEngines(const ImageView& image, std::optional<PolicySet> set)
    : set_(std::move(set)),
      view_(image),
      scratch_(std::make_unique<Scratch>(image)) {}

struct CaseRunner::EngineAnswer {
  const char* engine;
  Answer answer;
  std::string refusal;  // the words, of a refused request
  std::string error;    // the engine failed
  std::string defect;   // the answer contradicts another one
};

void CaseRunner::Run(const Case& one) {
  if (!one.error.empty()) return ReportError(one, "", one.error);
  if (!one.expect_error.empty()) return RunExpectError(one);
  if (one.policy_set) {
    Issues issues;
    PolicySet set = LoadPolicySet({*one.policy_set}, issues);
    if (!issues.ok()) return ReportError(one, "", FirstError(issues));
    CaseEngines engines(std::move(set));
    return RunRequests(one, engines);
  }
  if (options_.shared == nullptr) {
    return ReportError(one, "",
                       "no policy set; expected `policySet`, --policies or "
                       "--image");
  }
  RunRequests(one, *options_.shared);
}

void CaseRunner::RunExpectError(const Case& one) {
  Issues issues;
  LoadPolicySet({*one.policy_set}, issues);
  CaseResult result;
  result.case_name = one.name;
  result.expected = one.expect_error;
  result.pass = HasError(issues, one.expect_error);
  result.decision = "error";
  if (issues.ok()) {
    result.error = "the policy set is not refused";
  } else if (!result.pass) {
    result.error = "the policy set is refused for " + ErrorRules(issues) +
                   ": " + FirstError(issues);
  }
  report_(result);
}

void CaseRunner::RunRequests(const Case& one, CaseEngines& engines) {
  if (one.requests.empty()) {
    return ReportError(one, "", "neither `requests` nor `expectError`");
  }
  for (const CaseRequest& request : one.requests) {
    RunRequest(one, request, engines);
  }
}

void CaseRunner::RunRequest(const Case& one, const CaseRequest& request,
                            CaseEngines& engines) {
  if (request.assume != nullptr) return RunAssume(one, request, engines);
  const bool readable =
      reader_.Read(*one.json, *request.value, CaseRequestMembers());
  if (readable) reader_.SetNow(NowNanoseconds());
  AskAndReport(one, request, request.name, readable, engines);
}

void CaseRunner::RunAssume(const Case& one, const CaseRequest& request,
                           CaseEngines& engines) {
  const AssumeOutcome outcome =
      AskForSession(*one.json, *request.assume, engines.image());
  CaseResult result;
  result.case_name = one.name;
  result.request = request.name;
  result.engine = "compiled";
  result.expected = request.expect;
  result.decision = outcome.answer.DecisionName();
  result.pass = MeetsExpectation(request, outcome.answer);
  if (!result.pass || request.expect.empty()) {
    result.detail = outcome.text;
    if (!result.pass) result.detail += ExpectedMatched(request);
  }
  report_(result);
  for (const CaseRequest& then : request.then) {
    RunThen(one, then, request.name + "/" + then.name, outcome, engines);
  }
}

void CaseRunner::RunThen(const Case& one, const CaseRequest& request,
                         const std::string& name, const AssumeOutcome& issued,
                         CaseEngines& engines) {
  if (issued.credentials.empty()) {
    return ReportError(one, name, "no session was issued");
  }
  const std::string text =
      WithCredentials(*one.json, *request.value, issued.credentials);
  const bool readable = reader_.ReadText("then", text);
  if (readable) reader_.SetNow(issued.now);
  AskAndReport(one, request, name, readable, engines);
}

void CaseRunner::AskAndReport(const Case& one, const CaseRequest& request,
                              const std::string& name, bool readable,
                              CaseEngines& engines) {
  for (const EngineAnswer& given : Ask(readable, engines)) {
    CaseResult result;
    result.case_name = one.name;
    result.request = name;
    result.engine = given.engine;
    result.expected = request.expect;
    result.error = given.error;
    if (given.error.empty()) {
      result.decision = given.answer.DecisionName();
      const bool met = MeetsExpectation(request, given.answer);
      result.pass = met && given.defect.empty();
      const bool only_report = request.expect.empty();
      if (!result.pass || only_report) {
        result.detail = given.refusal.empty() ? AnswerText(given.answer)
                                              : "refused: " + given.refusal;
        if (!met) result.detail += ExpectedMatched(request);
        if (!given.defect.empty()) result.detail += "; " + given.defect;
      }
    }
    report_(result);
  }
}

std::vector<CaseRunner::EngineAnswer> CaseRunner::Ask(bool readable,
                                                      CaseEngines& engines) {
  const auto refused = [this](const char* engine) {
    EngineAnswer given{engine, {}, reader_.error(), "", ""};
    given.answer.unreadable = true;
    return given;
  };
  std::vector<EngineAnswer> answers;
  if (options_.compiled) {
    answers.push_back(readable ? AskCompiled(engines) : refused("compiled"));
  }
  if (options_.reference) {
    answers.push_back(readable ? AskJudge(engines) : refused("reference"));
  }
  if (answers.size() == 2 && answers[1].error.empty() &&
      !SameAnswer(answers[0].answer, answers[1].answer)) {
    answers[0].defect =
        "the reference differs: " + AnswerText(answers[1].answer);
  }
  return answers;
}

CaseRunner::EngineAnswer CaseRunner::AskCompiled(CaseEngines& engines) {
  const Request& request = reader_.request();
  const ImageView& image = engines.image();
  Scratch& scratch = engines.scratch();
  const Explanation explanation = Explain(image, request, scratch);
  EngineAnswer given{
      "compiled",
      AnswerOf(image, request, Decide(image, request, scratch), explanation),
      "", "", ""};
  const Answer explained = AnswerOf(image, request, explanation);
  if (!SameAnswer(given.answer, explained)) {
    given.defect = "explain differs: " + AnswerText(explained);
  }
  if (given.answer.refused()) {
    given.refusal = RefusalText(explanation, image, request, scratch);
  }
  return given;
}

CaseRunner::EngineAnswer CaseRunner::AskJudge(CaseEngines& engines) {
  EngineAnswer given{"reference", {}, "", "", ""};
  if (engines.set() == nullptr) {
    given.error = "no policy set for the reference; expected --policies";
    return given;
  }
  try {
    given.answer = AskReference(*engines.set(), reader_.request(),
                                reader_.session_policies());
  } catch (const std::runtime_error& error) {
    given.error = error.what();
    return given;
  }
  if (given.answer.refused()) given.refusal = RefusalText(given.answer.refusal);
  return given;
}

void CaseRunner::ReportError(const Case& one, const std::string& request,
                             const std::string& error) {
  CaseResult result;
  result.case_name = one.name;
  result.request = request;
  result.error = error;
  report_(result);
}

}  // namespace portcullis::cli
