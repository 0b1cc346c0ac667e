#include "cli/quick_json.h"

#include <array>
#include <utility>

#include "policy/limits.h"
#include "policy/line_table.h"

namespace portcullis::cli {
namespace {

using Kind = JsonValue::Kind;

constexpr size_t kMaxPlainDepth = 16;
constexpr size_t kMaxPlainMembers = 64;  // of one object: keys are compared
                                         // pair by pair
constexpr size_t kMaxPlainDigits = 15;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

class PlainReader {
 public:
  explicit PlainReader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<JsonValue> Read() {
    JsonValue root;
    SkipBlanks();
    if (!ReadValue(root)) return std::nullopt;
    while (depth_ > 0) {
      if (!ReadNext()) return std::nullopt;
    }
    SkipBlanks();
    if (at_ != bytes_.size()) return std::nullopt;
    return root;
  }

 private:
  char Peek() const { return at_ < bytes_.size() ? bytes_[at_] : '\0'; }
  bool Take(char c) {
    if (Peek() != c) return false;
    ++at_;
    return true;
  }
  void SkipBlanks() {
    while (at_ < bytes_.size() &&
           (bytes_[at_] == ' ' || bytes_[at_] == '\t' || bytes_[at_] == '\r' ||
            bytes_[at_] == '\n')) {
      ++at_;
    }
  }
  uint32_t Offset() const { return static_cast<uint32_t>(at_); }

  // What follows in the innermost open object or array: its end, or its next
  // member or element.
  bool ReadNext() {
    JsonValue& open = *open_[depth_ - 1];
    const bool is_object = open.kind == Kind::kObject;
    const bool first = open.members.empty() && open.elements.empty();
    SkipBlanks();
    if (Take(is_object ? '}' : ']')) {
      open.end = Offset();
      --depth_;
      return true;
    }
    if (!first && !Take(',')) return false;
    SkipBlanks();
    return is_object ? ReadMember(open)
                     : ReadValue(open.elements.emplace_back());
  }

  bool ReadMember(JsonValue& object) {
    if (object.members.size() == kMaxPlainMembers) return false;
    if (object.members.empty()) object.members.reserve(8);
    const uint32_t begin = Offset();
    std::string_view key;
    if (!ReadString(key) || object.Find(key) != nullptr) return false;
    JsonMember& member = object.members.emplace_back();
    member.key = key;
    member.key_begin = begin;
    SkipBlanks();
    if (!Take(':')) return false;
    SkipBlanks();
    return ReadValue(member.value);
  }

  // A scalar, or the beginning of an object or array.
  bool ReadValue(JsonValue& value) {
    value.begin = Offset();
    switch (Peek()) {
      case '{': return Open(Kind::kObject, value);
      case '[': return Open(Kind::kArray, value);
      case '"': return Finish(Kind::kString, ReadString(value.text), value);
      case 't': return ReadWord("true", Kind::kBool, value);
      case 'f': return ReadWord("false", Kind::kBool, value);
      case 'n': return ReadWord("null", Kind::kNull, value);
      default: return ReadNumber(value);
    }
  }

  bool Open(Kind kind, JsonValue& value) {
    if (depth_ == kMaxPlainDepth) return false;
    value.kind = kind;
    open_[depth_++] = &value;
    ++at_;
    return true;
  }

  bool Finish(Kind kind, bool read, JsonValue& value) {
    value.kind = kind;
    value.end = Offset();
    return read;
  }

  bool ReadString(std::string_view& text) {
    if (!Take('"')) return false;
    const size_t begin = at_;
    while (at_ < bytes_.size() && bytes_[at_] != '"') {
      const char c = bytes_[at_];
      if (c == '\\' || (static_cast<unsigned char>(c) < 0x20)) return false;
      ++at_;
    }
    text = bytes_.substr(begin, at_ - begin);
    return text.size() <= kMaxStringBytes && Take('"');
  }

  bool ReadWord(std::string_view word, Kind kind, JsonValue& value) {
    if (bytes_.substr(at_, word.size()) != word) return false;
    value.text = bytes_.substr(at_, word.size());
    at_ += word.size();
    return Finish(kind, true, value);
  }

  // Digits with an optional sign and fraction.
  bool ReadNumber(JsonValue& value) {
    const size_t begin = at_;
    Take('-');
    const bool zero = Peek() == '0';
    const size_t whole = SkipDigits();
    size_t fraction = 0;
    if (whole == 0 || (zero && whole > 1)) return false;
    if (Take('.')) {
      fraction = SkipDigits();
      if (fraction == 0) return false;
    }
    const char next = Peek();
    if (next == 'e' || next == 'E' || next == '+' || next == '-' ||
        next == '.') {
      return false;
    }
    value.text = bytes_.substr(begin, at_ - begin);
    return Finish(Kind::kNumber, whole + fraction <= kMaxPlainDigits, value);
  }

  size_t SkipDigits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ - begin;
  }

  const std::string_view bytes_;
  size_t at_ = 0;
  // Objects and arrays that are open, outermost first. A parent's vector does
  // not grow while one of its values is open.
  std::array<JsonValue*, kMaxPlainDepth> open_{};
  size_t depth_ = 0;
};

}  // namespace

std::optional<JsonValue> ReadPlainJson(std::string_view bytes) {
  if (bytes.size() > kMaxFileBytes) return std::nullopt;
  if (FindBadUtf8(bytes) != std::string_view::npos) return std::nullopt;
  return PlainReader(bytes).Read();
}

}  // namespace portcullis::cli
