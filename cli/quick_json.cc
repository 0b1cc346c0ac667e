#include "cli/quick_json.h"

#include <algorithm>

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
  PlainReader(std::string_view bytes, JsonNodes& nodes)
      : bytes_(bytes), tree_(nodes) {}

  std::optional<JsonValue> Read() {
    SkipBlanks();
    if (!ReadValue()) return std::nullopt;
    while (tree_.depth() > 0) {
      if (!ReadNext()) return std::nullopt;
    }
    SkipBlanks();
    if (at_ != bytes_.size()) return std::nullopt;
    return tree_.root();
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
    const bool is_object = tree_.is_object();
    SkipBlanks();
    if (Take(is_object ? '}' : ']')) {
      tree_.Close(Offset());
      return true;
    }
    if (!tree_.is_empty() && !Take(',')) return false;
    SkipBlanks();
    return is_object ? ReadMember() : ReadValue();
  }

  bool ReadMember() {
    if (tree_.members().size() == kMaxPlainMembers) return false;
    const uint32_t begin = Offset();
    std::string_view key;
    if (!ReadString(key) || IsKey(key)) return false;
    tree_.AddKey(key, begin);
    SkipBlanks();
    if (!Take(':')) return false;
    SkipBlanks();
    return ReadValue();
  }
  // Of the innermost object.
  bool IsKey(std::string_view key) const {
    const auto members = tree_.members();
    return std::any_of(
        members.begin(), members.end(),
        [key](const JsonMember& member) { return member.key == key; });
  }

  // A scalar, or the beginning of an object or array.
  bool ReadValue() {
    switch (Peek()) {
      case '{': return Open(Kind::kObject);
      case '[': return Open(Kind::kArray);
      case '"': return ReadText();
      case 't': return ReadWord("true", Kind::kBool);
      case 'f': return ReadWord("false", Kind::kBool);
      case 'n': return ReadWord("null", Kind::kNull);
      default: return ReadNumber();
    }
  }

  bool Open(Kind kind) {
    if (tree_.depth() == kMaxPlainDepth) return false;
    tree_.Open(kind, Offset());
    ++at_;
    return true;
  }

  bool ReadText() {
    const uint32_t begin = Offset();
    std::string_view text;
    if (!ReadString(text)) return false;
    tree_.AddScalar(Kind::kString, begin, Offset(), text);
    return true;
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

  bool ReadWord(std::string_view word, Kind kind) {
    const std::string_view text = bytes_.substr(at_, word.size());
    if (text != word) return false;
    const uint32_t begin = Offset();
    at_ += word.size();
    tree_.AddScalar(kind, begin, Offset(), text);
    return true;
  }

  // Digits with an optional sign and fraction.
  bool ReadNumber() {
    const uint32_t begin = Offset();
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
    tree_.AddScalar(Kind::kNumber, begin, Offset(),
                    bytes_.substr(begin, at_ - begin));
    return whole + fraction <= kMaxPlainDigits;
  }

  size_t SkipDigits() {
    const size_t begin = at_;
    while (IsDigit(Peek())) ++at_;
    return at_ - begin;
  }

  const std::string_view bytes_;
  size_t at_ = 0;
  JsonTreeBuilder tree_;
};

}  // namespace

std::optional<JsonValue> ReadPlainJson(std::string_view bytes,
                                       JsonNodes& nodes) {
  if (bytes.size() > kMaxFileBytes) return std::nullopt;
  if (FindBadUtf8(bytes) != std::string_view::npos) return std::nullopt;
  return PlainReader(bytes, nodes).Read();
}

}  // namespace portcullis::cli
