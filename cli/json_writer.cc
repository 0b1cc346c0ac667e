#include "cli/json_writer.h"

#include "policy/print.h"

namespace portcullis::cli {

void JsonWriter::BeginValue() {
  if (comma_) text_ += ", ";
  comma_ = true;
}

JsonWriter& JsonWriter::Open(char bracket) {
  BeginValue();
  text_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  text_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  BeginValue();
  text_ += JsonString(key);
  text_ += ": ";
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::String(std::string_view text) {
  return Raw(JsonString(text));
}

JsonWriter& JsonWriter::Number(uint64_t number) {
  return Raw(std::to_string(number));
}

JsonWriter& JsonWriter::Bool(bool value) {
  return Raw(value ? "true" : "false");
}

JsonWriter& JsonWriter::Raw(std::string_view json) {
  BeginValue();
  text_ += json;
  return *this;
}

JsonWriter& JsonWriter::Strings(const std::vector<std::string>& texts) {
  Open('[');
  for (const std::string& text : texts) String(text);
  return Close(']');
}

}  // namespace portcullis::cli
