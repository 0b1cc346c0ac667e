// answer.h -- what an engine answers, in a form that two engines' answers can
// be compared in.
#ifndef PORTCULLIS_CLI_ANSWER_H_
#define PORTCULLIS_CLI_ANSWER_H_

#include <span>
#include <string>
#include <vector>

#include "policy/policy_set.h"
#include "runtime/decision.h"
#include "runtime/explain.h"
#include "runtime/image_view.h"
#include "runtime/request.h"
#include "runtime/scratch.h"

namespace portcullis::cli {

struct Answer {
  Refusal refusal = Refusal::kNone;
  Verdict verdict = Verdict::kImplicitDeny;
  Layer decided_by = Layer::kNone;
  std::string statement;             // "Policy#Sid", or empty
  std::vector<std::string> matched;  // S-120
  bool unreadable = false;           // refused before any engine was asked

  bool refused() const { return unreadable || refusal != Refusal::kNone; }
  // "allowed", ..., or "error" for a refused request.
  const char* DecisionName() const;
};

// Two refused requests are the same whatever was found wrong first.
bool SameAnswer(const Answer& a, const Answer& b);

// `allowed by identity, statement X#Y, matched {X#Y}`, on one line.
std::string AnswerText(const Answer& answer);

// What is wrong with a refused request, with the rule.
// Requires. `refusal` is one.
std::string RefusalText(Refusal refusal);

// The same of a request that the engine refuses, naming the context key that is
// to blame where one is, and its form where nothing else is wrong with it.
// Requires. `refused` is Explain()'s of the others.
std::string RefusalText(const Explanation& refused, const ImageView& image,
                        const Request& request, Scratch& scratch);

// The label of a statement of the image, or of the session image that the
// request carries.
std::string LabelOf(const ImageView& image, const Request& request,
                    uint32_t statement, bool in_session);

// The reference's answer. Cost: see reference.h.
Answer AskReference(const PolicySet& set, const Request& request,
                    std::span<const Policy> session_policies);

// Decide()'s answer, with the statements that Explain() says matched.
Answer AskImage(const ImageView& image, const Request& request,
                Scratch& scratch);

// Explain()'s answer.
Answer AskExplain(const ImageView& image, const Request& request,
                  Scratch& scratch);

// `explanation` as an answer.
Answer AnswerOf(const ImageView& image, const Request& request,
                const Explanation& explanation);
// What `decision` says, with the statements that `explanation` says matched.
Answer AnswerOf(const ImageView& image, const Request& request,
                const Decision& decision, const Explanation& explanation);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ANSWER_H_
