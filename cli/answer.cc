#include "cli/answer.h"

#include <algorithm>

#include "policy/issue.h"
#include "reference/reference.h"
#include "runtime/decide.h"
#include "session/phrases.h"

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
  if (answer.refused()) return "refused: " + RefusalText(answer.refusal);
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

std::string RefusalText(Refusal refusal) {
  const RefusalPhrase phrase = PhraseOf(refusal);
  return std::string(phrase.text) + " (" + phrase.rule + ")";
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
