// stage 1: bytes -> JSON values; the one file that knows nlohmann/json.
#include "policy/json_reader.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>
#include <utility>

#include "policy/limits.h"

namespace portcullis {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr int kNumberOutOfRange = 406;  // nlohmann's error id

// An input iterator that leaves its place where the event handler sees it.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** place)
      : at_(at), place_(place) {}
  const char& operator*() const { return *at_; }
  CountingIterator& operator++() {
    *place_ = ++at_;
    return *this;
  }
  bool operator==(const CountingIterator& other) const {
    return at_ == other.at_;
  }
  bool operator!=(const CountingIterator& other) const = default;

 private:
  const char* at_;
  const char** place_;
};

// The handler of nlohmann's SAX events: builds the tree of `document`.
class TreeBuilder {
 public:
  using Json = nlohmann::json;

  TreeBuilder(JsonDocument& document, Issues& issues)
      : document_(document),
        issues_(issues),
        place_(document.bytes.data()),
        tree_(document.nodes) {}

  const char** place() { return &place_; }
  const JsonValue& root() const { return tree_.root(); }

  bool null() { return AddScalar(JsonValue::Kind::kNull, 4); }
  bool boolean(bool value) {
    return AddScalar(JsonValue::Kind::kBool, value ? 4 : 5);
  }
  bool number_integer(Json::number_integer_t) { return AddNumber(); }
  bool number_unsigned(Json::number_unsigned_t) { return AddNumber(); }
  bool number_float(Json::number_float_t, const Json::string_t&) {
    return AddNumber();
  }
  bool string(Json::string_t& text) {
    const uint32_t begin = TokenBegin();
    previous_end_ = PlaceOffset();
    tree_.AddScalar(JsonValue::Kind::kString, begin, previous_end_,
                    TakeText(begin, text));
    return true;
  }
  bool binary(Json::binary_t&) { return false; }  // not in JSON text
  bool start_object(size_t) { return Open(JsonValue::Kind::kObject); }
  bool start_array(size_t) { return Open(JsonValue::Kind::kArray); }
  bool end_array() { return Close(); }
  bool end_object() {
    CheckKeys(tree_.members());
    return Close();
  }
  bool key(Json::string_t& text) {
    const uint32_t begin = TokenBegin();
    previous_end_ = PlaceOffset();
    tree_.AddKey(TakeText(begin, text), begin);
    return true;
  }
  bool parse_error(size_t bytes_read, const std::string& token,
                   const nlohmann::detail::exception& error);

 private:
  uint32_t PlaceOffset() const {
    return static_cast<uint32_t>(place_ - document_.bytes.data());
  }

  // The offset of the token of this event: after the previous token only white
  // space, commas and colons can stand.
  uint32_t TokenBegin() const {
    return static_cast<uint32_t>(
        std::min(document_.bytes.find_first_not_of(" \t\r\n,:", previous_end_),
                 document_.bytes.size()));
  }

  Position At(uint32_t offset) const { return document_.lines.At(offset); }

  void Error(uint32_t offset, const char* rule, std::string message,
             std::string hint = "") {
    issues_.AddError(document_.file, At(offset), rule, std::move(message),
                     std::move(hint));
  }

  bool AddScalar(JsonValue::Kind kind, uint32_t length);
  bool AddNumber();
  bool Open(JsonValue::Kind kind);
  bool Close();
  std::string_view TakeText(uint32_t begin, std::string& text);
  void CheckKeys(std::span<const JsonMember> members);

  JsonDocument& document_;
  Issues& issues_;
  const char* place_;          // just after the last byte that was read
  uint32_t previous_end_ = 0;  // byte offset
  JsonTreeBuilder tree_;
};

bool TreeBuilder::AddScalar(JsonValue::Kind kind, uint32_t length) {
  const uint32_t begin = TokenBegin();
  previous_end_ = begin + length;
  tree_.AddScalar(kind, begin, previous_end_,
                  document_.bytes.substr(begin, length));
  return true;
}

bool TreeBuilder::AddNumber() {
  const uint32_t begin = TokenBegin();
  const size_t end =
      std::min(document_.bytes.find_first_not_of("0123456789+-.eE", begin),
               document_.bytes.size());
  return AddScalar(JsonValue::Kind::kNumber,
                   static_cast<uint32_t>(end) - begin);
}

bool TreeBuilder::Open(JsonValue::Kind kind) {
  const uint32_t begin = TokenBegin();
  if (tree_.depth() >= kMaxDepth) {
    Error(begin, "S-6",
          "nesting of " + std::to_string(tree_.depth() + 1) + " levels",
          "the limit is " + std::to_string(kMaxDepth));
    return false;
  }
  previous_end_ = begin + 1;
  tree_.Open(kind, begin);
  return true;
}

bool TreeBuilder::Close() {
  previous_end_ = TokenBegin() + 1;
  tree_.Close(previous_end_);
  return true;
}

// The content of the string token at `begin`. A string without escapes has the
// length of its source and is not copied: every escape is longer than what it
// stands for.
std::string_view TreeBuilder::TakeText(uint32_t begin, std::string& text) {
  if (text.size() > kMaxStringBytes) {
    Error(begin, "S-6", "string of " + std::to_string(text.size()) + " bytes",
          "the limit is " + std::to_string(kMaxStringBytes));
  }
  if (text.size() + 2 == previous_end_ - begin)
    return document_.bytes.substr(begin + 1, text.size());
  if (text.find('\0') != std::string::npos)
    Error(begin, "S-4", "NUL character in a string");
  return document_.unescaped.emplace_back(std::move(text));
}

void TreeBuilder::CheckKeys(std::span<const JsonMember> members) {
  std::vector<uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(members[a].key, a) < std::tie(members[b].key, b);
  });
  size_t first = 0;  // of the run of equal keys
  for (size_t i = 1; i < order.size(); ++i) {
    const JsonMember& member = members[order[i]];
    if (member.key != members[order[first]].key) {
      first = i;
      continue;
    }
    const uint32_t before = members[order[first]].key_begin;
    Error(member.key_begin, "S-5", "duplicate key " + Quoted(member.key),
          "it first stands at " + PositionText(At(before)));
  }
}

// What nlohmann says after "syntax error while parsing X - ", without the
// token, which may be long, and with backticks for its quotes.
std::string SyntaxMessage(std::string_view what) {
  const size_t dash = what.find(" - ");
  if (dash != std::string_view::npos) what.remove_prefix(dash + 3);
  std::string message(what.substr(0, what.find("; last read")));
  std::replace(message.begin(), message.end(), '\'', '`');
  return message;
}

bool TreeBuilder::parse_error(size_t bytes_read, const std::string& token,
                              const nlohmann::detail::exception& error) {
  const size_t last = bytes_read > 0 ? bytes_read - 1 : 0;
  const auto offset =
      static_cast<uint32_t>(std::min(last, document_.bytes.size()));
  if (error.id == kNumberOutOfRange) {
    Error(TokenBegin(), "S-6", "number " + Quoted(token) + " is out of range",
          "the limit is 2^1024 - 2^970; write it as a string");
  } else if (tree_.is_complete()) {
    Error(offset, "S-4", "more text after the end of the JSON value",
          "expected exactly one JSON value");
  } else {
    const std::string message = SyntaxMessage(error.what());
    const size_t semicolon = std::min(message.find("; "), message.size());
    Error(offset, "S-4", "not valid JSON: " + message.substr(0, semicolon),
          message.substr(std::min(semicolon + 2, message.size())));
  }
  return false;
}

// Errors that are seen before parsing, on the bytes themselves.
bool CheckBytes(const JsonDocument& document, Issues& issues) {
  const auto error = [&](size_t offset, const char* rule, std::string message) {
    issues.AddError(document.file, document.lines.At(offset), rule,
                    std::move(message));
    return false;
  };
  const std::string_view bytes = document.bytes;
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    issues.AddError(document.file, {}, "S-160", "the input is empty",
                    "expected one JSON object");
    return false;
  }
  if (bytes.starts_with(kByteOrderMark))
    return error(0, "S-4", "a second byte order mark");
  const size_t nul = bytes.find('\0');
  const size_t bad = FindBadUtf8(bytes);
  if (nul < bad) return error(nul, "S-4", "NUL character");
  if (bad != std::string_view::npos)
    return error(bad, "S-4", "bytes that are not UTF-8");
  return true;
}

bool CheckSize(const std::string& file, size_t size, Issues& issues) {
  if (size <= kMaxFileBytes) return true;
  issues.AddError(file, {}, "S-6", "file of " + std::to_string(size) + " bytes",
                  "the limit is " + std::to_string(kMaxFileBytes));
  return false;
}

}  // namespace

std::optional<JsonDocument> ReadJson(const std::string& file,
                                     std::string_view bytes, Issues& issues,
                                     Position first) {
  if (!CheckSize(file, bytes.size(), issues)) return std::nullopt;
  if (bytes.starts_with(kByteOrderMark))
    bytes.remove_prefix(kByteOrderMark.size());
  JsonDocument document{file, bytes, LineTable(bytes, first), {}, {}, {}};
  if (!CheckBytes(document, issues)) return std::nullopt;
  TreeBuilder builder(document, issues);
  const CountingIterator begin(bytes.data(), builder.place());
  const CountingIterator end(bytes.data() + bytes.size(), builder.place());
  if (!nlohmann::json::sax_parse(begin, end, &builder)) return std::nullopt;
  document.root = builder.root();
  return document;
}

bool IsScalar(const JsonValue& value) {
  return value.kind == JsonValue::Kind::kString ||
         value.kind == JsonValue::Kind::kNumber ||
         value.kind == JsonValue::Kind::kBool;
}

const char* KindName(JsonValue::Kind kind) {
  switch (kind) {
    case JsonValue::Kind::kNull: return "null";
    case JsonValue::Kind::kBool: return "a boolean";
    case JsonValue::Kind::kNumber: return "a number";
    case JsonValue::Kind::kString: return "a string";
    case JsonValue::Kind::kArray: return "an array";
    case JsonValue::Kind::kObject: break;
  }
  return "an object";
}

}  // namespace portcullis
