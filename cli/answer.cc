#include "cli/answer.h"

#include <algorithm>

#include "policy/issue.h"
#include "reference/reference.h"
#include "runtime/decide.h"

namespace portcullis::cli {
namespace {

Answer FromDecision(const ImageView& image, const Request& request,
                    const Decision& decision) {
  Answer answer;
  answer.refusal = decision.refusal;
  answer.verdict = decision.verdict;
  answer.decided_by = decision.decided_by;
  if (decision.statement != kNoStatement) {
    answer.statement =
        LabelOf(image, request, decision.statement, decision.in_session);
  }
  return answer;
}

std::vector<std::string> MatchedLabels(const ImageView& image,
                                       const Request& request,
                                       const Explanation& explanation) {
  std::vector<std::string> labels;
  for (const MatchedStatement& matched : explanation.matched) {
    labels.push_back(
        LabelOf(image, request, matched.statement, matched.in_session));
  }
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

}  // namespace

const char* Answer::DecisionName() const {
  return refused() ? "error" : VerdictName(verdict);
}

bool SameAnswer(const Answer& a, const Answer& b) {
  if (a.refused() || b.refused()) return a.refused() == b.refused();
  return a.verdict == b.verdict && a.decided_by == b.decided_by &&
         a.statement == b.statement && a.matched == b.matched;
}

std::string AnswerText(const Answer& answer) {
  if (answer.refused()) {
    return std::string("refused: ") + RefusalText(answer.refusal);
  }
  std::string text = VerdictName(answer.verdict);
  text += std::string(" by ") + LayerName(answer.decided_by);
  if (!answer.statement.empty()) {
    text += ", statement " + Quoted(answer.statement);
  }
  text += ", matched {";
  for (const std::string& label : answer.matched) {
    if (text.back() != '{') text += ", ";
    text += Quoted(label);
  }
  return text + "}";
}

const char* RefusalText(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone: break;
    case Refusal::kAction:
      return "`action`: not of the form `service:name` (S-170)";
    case Refusal::kPrincipal: return "`principal`: of no known form (S-170)";
    case Refusal::kResource:
      return "`resource`: neither `*` nor an ARN of six parts (S-170)";
    case Refusal::kResourceAccount:
      return "`resourceAccount`: not 12 digits (S-170)";
    case Refusal::kEndpoint:
      return "`aws:SourceVpce`: a list; name the endpoint in `endpoint` "
             "(S-102)";
    case Refusal::kTooManyKeys:
      return "more than 1,024 context keys or 128 session tags (S-170)";
    case Refusal::kDuplicateKey:
      return "two context keys or tags are the same but for case (S-172)";
    case Refusal::kDerivedKey:
      return "a context key that is derived has another value (S-173)";
    case Refusal::kExpired: return "the session has expired (S-142)";
    case Refusal::kSessionPolicy:
      return "`session.policyArns`: no such policy (S-144)";
    case Refusal::kUnsupported:
      return "the image cannot decide requests of this kind";
  }
  return "";
}

std::string RefusalText(const Explanation& refused) {
  const std::string text = RefusalText(refused.decision.refusal);
  return refused.refused_key.empty()
             ? text
             : Quoted(refused.refused_key) + ": " + text;
}

std::string LabelOf(const ImageView& image, const Request& request,
                    uint32_t statement, bool in_session) {
  return StatementLabel(in_session ? *request.session->policies : image,
                        statement);
}

Answer AskReference(const PolicySet& set, const Request& request,
                    std::span<const Policy> session_policies) {
  const reference::Answer judged =
      reference::Decide(set, request, session_policies);
  return {judged.refusal, judged.verdict, judged.decided_by, judged.statement,
          judged.matched};
}

Answer AskImage(const ImageView& image, const Request& request,
                Scratch& scratch) {
  Answer answer = FromDecision(image, request, Decide(image, request, scratch));
  answer.matched =
      MatchedLabels(image, request, Explain(image, request, scratch));
  return answer;
}

Answer AskExplain(const ImageView& image, const Request& request,
                  Scratch& scratch) {
  return AnswerOf(image, request, Explain(image, request, scratch));
}

Answer AnswerOf(const ImageView& image, const Request& request,
                const Explanation& explanation) {
  Answer answer = FromDecision(image, request, explanation.decision);
  answer.matched = MatchedLabels(image, request, explanation);
  return answer;
}

}  // namespace portcullis::cli
