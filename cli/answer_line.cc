#include "cli/answer_line.h"

#include "cli/answer.h"
#include "policy/print.h"
#include "runtime/decide.h"

namespace portcullis::cli {

const std::string& AnswerWriter::Answer(std::string_view where,
                                        std::string_view request, size_t line) {
  if (reader_.ReadText("", request, line)) {
    WriteDecision(where);
    return line_;
  }
  return RefuseAt(where, reader_.error());
}

const std::string& AnswerWriter::RefuseAt(std::string_view where,
                                          std::string_view error) {
  std::string text(where);
  if (!text.empty()) text += ": ";
  text += error;
  return Refuse(reader_.id(), text);
}

const std::string& AnswerWriter::Refuse(std::string_view id,
                                        std::string_view error) {
  all_allowed_ = false;
  line_ = "{\"id\": ";
  line_ += id;
  line_ += ", \"error\": " + JsonString(error) + "}\n";
  return line_;
}

void AnswerWriter::WriteDecision(std::string_view where) {
  const Request& request = reader_.request();
  const Decision decision = Decide(image_, request, scratch_);
  if (decision.refusal != Refusal::kNone) {
    RefuseAt(where, RefusalText(Explain(image_, request, scratch_), image_,
                                request, scratch_));
    return;
  }
  all_allowed_ = all_allowed_ && decision.verdict == Verdict::kAllowed;
  line_ = "{\"id\": ";
  line_ += reader_.id();
  line_ += ", \"decision\": \"";
  line_ += VerdictName(decision.verdict);
  line_ += "\", \"decidedBy\": \"";
  line_ += LayerName(decision.decided_by);
  line_ += '"';
  if (decision.statement != kNoStatement) {
    line_ += ", \"statement\": ";
    line_ += JsonString(
        LabelOf(image_, request, decision.statement, decision.in_session));
  }
  line_ += "}\n";
}

}  // namespace portcullis::cli
