#include "policy/print.h"

#include <utility>
#include <vector>

#include "policy/line_table.h"

namespace portcullis {
namespace {

// Writes indented JSON from the outside in.
class JsonWriter {
 public:
  void Open(char bracket) {
    out_ += bracket;
    depth_ += 2;
    first_ = true;
  }
  void Close(char bracket) {
    depth_ -= 2;
    if (!first_) NewLine();
    out_ += bracket;
    first_ = false;
  }
  void Item() {
    if (!first_) out_ += ',';
    first_ = false;
    NewLine();
  }
  void Key(std::string_view key) {
    Item();
    out_ += JsonString(key) + ": ";
  }
  void String(std::string_view text) { out_ += JsonString(text); }

  // One string, or an array of strings.
  void Strings(const std::vector<std::string_view>& texts) {
    if (texts.size() == 1) {
      String(texts[0]);
      return;
    }
    Open('[');
    for (const std::string_view text : texts) {
      Item();
      String(text);
    }
    Close(']');
  }

  std::string Take() { return std::move(out_) + "\n"; }

 private:
  void NewLine() {
    out_ += '\n';
    out_.append(depth_, ' ');
  }

  std::string out_;
  size_t depth_ = 0;  // columns
  bool first_ = true;
};

std::vector<std::string_view> Views(const std::vector<Text>& texts) {
  std::vector<std::string_view> views;
  for (const Text& text : texts) views.push_back(text.text);
  return views;
}

bool IsEveryone(const std::vector<PrincipalEntry>& principals) {
  return principals.size() == 1 &&
         principals[0].kind == PrincipalClass::kEveryone;
}

void WritePrincipals(const Statement& statement, JsonWriter& writer) {
  if (!statement.has_principal) return;
  writer.Key(statement.not_principal ? "NotPrincipal" : "Principal");
  const std::vector<PrincipalEntry>& all = statement.principals;
  if (IsEveryone(all)) {
    writer.String("*");
    return;
  }
  writer.Open('{');
  for (size_t i = 0; i < all.size();) {
    const std::string_view key = PrincipalKey(all[i].kind);
    std::vector<std::string_view> values;
    for (; i < all.size() && PrincipalKey(all[i].kind) == key; ++i)
      values.push_back(all[i].value);
    writer.Key(key);
    writer.Strings(values);
  }
  writer.Close('}');
}

void WriteConditions(const std::vector<Condition>& conditions,
                     JsonWriter& writer) {
  if (conditions.empty()) return;
  writer.Key("Condition");
  writer.Open('{');
  for (size_t i = 0; i < conditions.size();) {
    const Operator op = conditions[i].op;
    writer.Key(OperatorName(op));
    writer.Open('{');
    for (; i < conditions.size() && conditions[i].op == op; ++i) {
      writer.Key(conditions[i].key);
      writer.Strings(Views(conditions[i].values));
    }
    writer.Close('}');
  }
  writer.Close('}');
}

void WriteStatement(const Statement& statement, JsonWriter& writer) {
  writer.Item();
  writer.Open('{');
  if (!statement.sid.empty()) {
    writer.Key("Sid");
    writer.String(statement.sid);
  }
  writer.Key("Effect");
  writer.String(EffectName(statement.effect));
  WritePrincipals(statement, writer);
  writer.Key(statement.not_action ? "NotAction" : "Action");
  writer.Strings(Views(statement.actions));
  if (statement.has_resource) {
    writer.Key(statement.not_resource ? "NotResource" : "Resource");
    writer.Strings(Views(statement.resources));
  }
  WriteConditions(statement.conditions, writer);
  writer.Close('}');
}

const char* VersionText(const Document& document) {
  return document.variables ? "2012-10-17" : "2008-10-17";
}

}  // namespace

std::string JsonString(std::string_view text) {
  if (FindBadUtf8(text) != text.npos) return JsonString(ReplaceBadUtf8(text));
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string PrintDocument(const Document& document) {
  JsonWriter writer;
  writer.Open('{');
  if (document.has_version) {
    writer.Key("Version");
    writer.String(VersionText(document));
  }
  if (!document.id.empty()) {
    writer.Key("Id");
    writer.String(document.id);
  }
  writer.Key("Statement");
  writer.Open('[');
  for (const Statement& statement : document.statements)
    WriteStatement(statement, writer);
  writer.Close(']');
  writer.Close('}');
  return writer.Take();
}

}  // namespace portcullis
