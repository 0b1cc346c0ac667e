#include "cli/explain_text.h"

#include <utility>

#include "cli/answer.h"
#include "policy/issue.h"

namespace portcullis::cli {
namespace {

const char* EffectWord(const StatementReport& report) {
  return report.deny ? "deny" : "allow";
}

class TextWriter {
 public:
  explicit TextWriter(const Explained& explained) : explained_(explained) {}

  std::string Write() {
    WriteDecision();
    for (const LayerReport& layer : explained_.explanation.layers) {
      WriteLayer(layer);
    }
    return std::move(text_);
  }

 private:
  void WriteDecision() {
    const Answer answer =
        AnswerOf(explained_.image, explained_.request, explained_.explanation);
    text_ += std::string("decision: ") + answer.DecisionName() + "\n";
    text_ += std::string("decided by: ") + LayerName(answer.decided_by) + ": " +
             DecisionReason(explained_) + "\n";
    if (!answer.statement.empty()) {
      text_ += "statement: " + Quoted(answer.statement) + "\n";
    }
    for (const std::string& label : answer.matched) {
      text_ += "matched: " + Quoted(label) + "\n";
    }
  }

  void WriteLayer(const LayerReport& layer) {
    text_ += std::string("\n") + LayerName(layer.layer) + ": " +
             LayerWords(layer) + "\n";
    for (const LevelReport& level : layer.levels) {
      WriteLevel(level);
    }
  }

  void WriteLevel(const LevelReport& level) {
    std::string indent = "  ";
    if (!level.node.empty()) {
      text_ += "  at " + Quoted(level.node) + ": " + LevelWords(level) + "\n";
      indent = "    ";
    }
    if (level.statements.empty()) text_ += indent + "no statement\n";
    for (const StatementReport& report : level.statements) {
      WriteStatement(report, indent);
    }
  }

  static std::string LayerWords(const LayerReport& layer) {
    if (!layer.present) return "takes no part";
    if (layer.denies) return "denies";
    return layer.allows ? "allows" : "does not allow";
  }

  static std::string LevelWords(const LevelReport& level) {
    if (level.denies) return "denies";
    return level.allows ? "allows" : "does not allow";
  }

  void WriteStatement(const StatementReport& report,
                      const std::string& indent) {
    const bool matches = report.mismatch == Mismatch::kNone;
    text_ += indent + EffectWord(report) + " " +
             Quoted(LabelOf(explained_.image, explained_.request,
                            report.statement, report.in_session));
    const std::string place = SourcePlace(explained_, report);
    if (!place.empty()) text_ += " (" + place + ")";
    text_ += matches
                 ? ": matches\n"
                 : ": no match: " + StatementReason(explained_, report) + "\n";
    for (const ConditionReport& condition : report.conditions) {
      text_ +=
          indent + "  " + ConditionReason(explained_, report, condition) + "\n";
    }
  }

  const Explained& explained_;
  std::string text_;
};

}  // namespace

std::string ExplainText(const Explained& explained) {
  return TextWriter(explained).Write();
}

}  // namespace portcullis::cli
