// json_reader.h -- stage 1: bytes -> JSON values with their places.
//
// True of every JsonDocument: the text is one UTF-8 JSON value, of no more
// bytes and no deeper than limits.h allows. Number texts are as in the source,
// members in source order. When reading it gave no issue, no string is longer
// than limits.h allows or holds a NUL character, and no object has a key twice.
#ifndef PORTCULLIS_POLICY_JSON_READER_H_
#define PORTCULLIS_POLICY_JSON_READER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "policy/issue.h"
#include "policy/json_tree.h"
#include "policy/line_table.h"

namespace portcullis {

// Makes a struct that holds one move-only and still an aggregate.
struct MoveOnly {
  MoveOnly() = default;
  MoveOnly(MoveOnly&&) = default;
  MoveOnly& operator=(MoveOnly&&) = default;
};

// One JSON text. Move-only: texts point into the source bytes or `unescaped`,
// whose strings a copy would leave behind.
struct JsonDocument {
  std::string file;
  std::string_view bytes;  // without the byte order mark; offsets count here
  LineTable lines;
  JsonNodes nodes;
  JsonValue root;
  std::deque<std::string> unescaped;  // the strings that hold escapes
  MoveOnly move_only = {};
};

// Reads exactly one JSON value (S-4 to S-6). The text begins at `first`
// of the file.
//
// Result. nullopt when the text cannot be read to its end; then one issue says
// why. Duplicate keys, NUL characters and strings that are too long are issues
// too, but the document is returned, so that its other problems can be found.
//
// Lifetime. The result borrows `bytes`.
//
// Cost. Linear, but for sorting the keys of each object; no recursion.
std::optional<JsonDocument> ReadJson(const std::string& file,
                                     std::string_view bytes, Issues& issues,
                                     Position first = {1, 1});

// The bytes that `value` of `json` was read from.
inline std::string_view SourceOf(const JsonDocument& json,
                                 const JsonValue& value) {
  return json.bytes.substr(value.begin, value.end - value.begin);
}

// A string, a number or a boolean.
bool IsScalar(const JsonValue& value);

// "a string", "an object", "null", ...
const char* KindName(JsonValue::Kind kind);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_JSON_READER_H_
