#include "cli/answer.h"
#include "cli/explain_text.h"
#include "cli/json_writer.h"
#include "runtime/image_dump.h"
#include "runtime/pattern.h"

namespace portcullis::cli {
namespace {

const char* MismatchName(Mismatch mismatch) {
  switch (mismatch) {
    case Mismatch::kNone: break;
    case Mismatch::kAction: return "action";
    case Mismatch::kResource: return "resource";
    case Mismatch::kPrincipal: return "principal";
    case Mismatch::kCondition: return "condition";
  }
  return "";
}

class LayersWriter {
 public:
  LayersWriter(const Explained& explained, JsonWriter& json)
      : explained_(explained), json_(json) {}

  void Write() {
    json_.Key("layers").Open('[');
    for (const LayerReport& layer : explained_.explanation.layers) {
      WriteLayer(layer);
    }
    json_.Close(']');
  }

 private:
  void WriteLayer(const LayerReport& layer) {
    json_.Open('{').Member("layer", LayerName(layer.layer));
    json_.Key("present").Bool(layer.present);
    json_.Key("allows").Bool(layer.present && layer.allows);
    json_.Key("denies").Bool(layer.denies);
    json_.Key("levels").Open('[');
    for (const LevelReport& level : layer.levels) WriteLevel(level);
    json_.Close(']').Close('}');
  }

  void WriteLevel(const LevelReport& level) {
    json_.Open('{');
    if (!level.node.empty()) json_.Member("node", level.node);
    json_.Key("allows").Bool(level.allows);
    json_.Key("denies").Bool(level.denies);
    json_.Key("statements").Open('[');
    for (const StatementReport& report : level.statements) {
      WriteStatement(report);
    }
    json_.Close(']').Close('}');
  }

  void WriteStatement(const StatementReport& report) {
    const bool matches = report.mismatch == Mismatch::kNone;
    json_.Open('{').Member("statement",
                           LabelOf(explained_.image, explained_.request,
                                   report.statement, report.in_session));
    json_.Member("effect", report.deny ? "Deny" : "Allow");
    WriteSource(report);
    json_.Key("matches").Bool(matches);
    if (!matches) {
      json_.Member("mismatch", MismatchName(report.mismatch));
      json_.Member("reason", StatementReason(explained_, report));
    }
    WritePatterns(report);
    json_.Key("conditions").Open('[');
    for (const ConditionReport& condition : report.conditions) {
      WriteCondition(report, condition);
    }
    json_.Close(']').Close('}');
  }

  void WriteSource(const StatementReport& report) {
    const ImageTables& tables = explained_.ImageOf(report.in_session).tables();
    if (tables.sources.empty()) return;
    const SourceRecord& source = tables.sources[report.statement];
    const uint32_t policy = tables.statements[report.statement].policy;
    json_.Member("file", tables.Text(tables.policy_sources[policy].file));
    json_.Key("line").Number(source.line);
    json_.Key("column").Number(source.column);
  }

  // Only of patterns that their text does not tell all about.
  void WritePatterns(const StatementReport& report) {
    if (report.patterns.empty()) return;
    const ImageView& image = explained_.ImageOf(report.in_session);
    const ImageTables& tables = image.tables();
    const auto patterns =
        PatternsOf(tables, tables.statements[report.statement]);
    json_.Key("patterns").Open('[');
    for (const PatternReport& pattern : report.patterns) {
      json_.Open('{').Member("pattern",
                             PatternText(image, patterns[pattern.pattern]));
      json_.Key("usable").Bool(!pattern.unusable);
      WriteVariables(tables, pattern.variables);
      json_.Close('}');
    }
    json_.Close(']');
  }

  void WriteVariables(const ImageTables& tables,
                      const std::vector<KeyReport>& variables) {
    if (variables.empty()) return;
    json_.Key("variables").Open('[');
    for (const KeyReport& variable : variables) {
      json_.Open('{').Member("key", KeyName(tables, variable));
      WriteSeen(variable);
      json_.Close('}');
    }
    json_.Close(']');
  }

  void WriteSeen(const KeyReport& key) {
    json_.Key("present").Bool(key.present);
    json_.Key("list").Bool(key.is_list);
    json_.Key("values").Strings(key.values);
  }

  void WriteCondition(const StatementReport& report,
                      const ConditionReport& condition) {
    const ImageView& image = explained_.ImageOf(report.in_session);
    const ImageTables& tables = image.tables();
    json_.Open('{').Member("condition",
                           ConditionText(image, condition.condition));
    json_.Member("key", KeyName(tables, condition.key));
    json_.Key("holds").Bool(condition.holds);
    WriteSeen(condition.key);
    WriteVariables(tables, condition.variables);
    if (!condition.malformed.empty()) {
      json_.Member("malformed", condition.malformed);
    }
    json_.Close('}');
  }

  const Explained& explained_;
  JsonWriter& json_;
};

}  // namespace

std::string ExplainJson(std::string_view id, const Explained& explained) {
  const Answer answer =
      AnswerOf(explained.image, explained.request, explained.explanation);
  JsonWriter json;
  json.Open('{').Key("id").Raw(id);
  json.Member("decision", answer.DecisionName());
  json.Member("decidedBy", LayerName(answer.decided_by));
  if (!answer.statement.empty()) json.Member("statement", answer.statement);
  json.Member("reason", DecisionReason(explained));
  json.Key("matched").Strings(answer.matched);
  LayersWriter(explained, json).Write();
  return json.Close('}').Take() + "\n";
}

}  // namespace portcullis::cli
