#include "cli/answer.h"

#include <algorithm>

#include "policy/issue.h"
#include "reference/reference.h"
#include "runtime/decide.h"
#include "session/phrases.h"

namespace portcullis::cli {
namespace {

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

// "expected a list" where the key, which is a part of the request, would be
// right as one, or the reverse; "" where its value is wrong.
std::string ExpectedForm(const ImageView& image, Request request,
                         std::string_view key, Scratch& scratch) {
  std::vector<ContextEntry> context(request.context.begin(),
                                    request.context.end());
  const auto entry = std::find_if(
      context.begin(), context.end(),
      [key](const ContextEntry& e) { return e.key.data() == key.data(); });
  if (entry == context.end() || entry->values.size() != 1) return "";
  entry->is_list = !entry->is_list;
  request.context = context;
  const Explanation again = Explain(image, request, scratch);
  if (again.refused_key.data() == key.data()) return "";
  return entry->is_list ? "expected a list" : "expected a single value";
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

std::string RefusalText(const Explanation& refused, const ImageView& image,
                        const Request& request, Scratch& scratch) {
  const Refusal refusal = refused.decision.refusal;
  const std::string_view key = refused.refused_key;
  if (key.empty()) return RefusalText(refusal);
  const std::string form = refusal == Refusal::kDerivedKey
                               ? ExpectedForm(image, request, key, scratch)
                               : "";
  if (form.empty()) return Quoted(key) + ": " + RefusalText(refusal);
  return Quoted(key) + ": a context key that is derived has another form; " +
         form + " (" + PhraseOf(refusal).rule + ")";
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
  return AnswerOf(image, request, Decide(image, request, scratch),
                  Explain(image, request, scratch));
}

Answer AskExplain(const ImageView& image, const Request& request,
                  Scratch& scratch) {
  return AnswerOf(image, request, Explain(image, request, scratch));
}

Answer AnswerOf(const ImageView& image, const Request& request,
                const Explanation& explanation) {
  return AnswerOf(image, request, explanation.decision, explanation);
}

Answer AnswerOf(const ImageView& image, const Request& request,
                const Decision& decision, const Explanation& explanation) {
  Answer answer;
  answer.refusal = decision.refusal;
  answer.verdict = decision.verdict;
  answer.decided_by = decision.decided_by;
  if (decision.statement != kNoStatement) {
    answer.statement =
        LabelOf(image, request, decision.statement, decision.in_session);
  }
  answer.matched = MatchedLabels(image, request, explanation);
  return answer;
}

}  // namespace portcullis::cli
