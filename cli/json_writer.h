// json_writer.h -- JSON text on one line, from the outside in.
#ifndef PORTCULLIS_CLI_JSON_WRITER_H_
#define PORTCULLIS_CLI_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::cli {

// Writes commas and escapes; that brackets match is the caller's part.
class JsonWriter {
 public:
  JsonWriter& Open(char bracket);   // '{' or '['
  JsonWriter& Close(char bracket);  // '}' or ']'
  JsonWriter& Key(std::string_view key);

  JsonWriter& String(std::string_view text);
  JsonWriter& Number(uint64_t number);
  JsonWriter& Bool(bool value);
  JsonWriter& Raw(std::string_view json);  // JSON text as it is
  JsonWriter& Strings(const std::vector<std::string>& texts);

  JsonWriter& Member(std::string_view key, std::string_view text) {
    return Key(key).String(text);
  }

  std::string Take() { return std::move(text_); }

 private:
  void BeginValue();

  std::string text_;
  bool comma_ = false;  // before the next key or element
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_JSON_WRITER_H_
