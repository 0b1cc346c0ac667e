#include "policy/variable.h"

#include <utility>

#include "policy/issue.h"

namespace portcullis {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

void AppendText(std::string_view text, std::vector<TextPiece>& pieces) {
  if (text.empty()) return;
  if (pieces.empty() || pieces.back().kind != TextPiece::Kind::kText)
    pieces.emplace_back();
  pieces.back().text += text;
}

// The quoted text after the comma of `${key, 'text'}` (S-52).
std::optional<std::string> ParseDefault(std::string_view text) {
  if (text.empty() || kBlanks.find(text[0]) == std::string_view::npos)
    return std::nullopt;
  const std::string_view quoted = Trim(text);
  if (quoted.size() < 2 || quoted.front() != '\'' || quoted.back() != '\'')
    return std::nullopt;
  return std::string(quoted.substr(1, quoted.size() - 2));
}

// The piece that the text between `${` and `}` stands for; nullopt when it is
// ordinary text, with `*error` set when it should not be.
std::optional<TextPiece> ParseInside(std::string_view inside,
                                     std::string* error) {
  TextPiece piece;
  if (inside == "*" || inside == "?" || inside == "$") {
    piece.kind = TextPiece::Kind::kLiteral;
    piece.text = inside;
    return piece;
  }
  piece.kind = TextPiece::Kind::kVariable;
  const size_t comma = inside.find(',');
  piece.key = Trim(inside.substr(0, comma));
  if (comma == std::string_view::npos) {
    if (piece.key.empty()) return std::nullopt;
    return piece;
  }
  piece.default_value = ParseDefault(inside.substr(comma + 1));
  if (piece.default_value && !piece.key.empty()) return piece;
  if (error != nullptr)
    *error = "malformed variable " + Quoted("${" + std::string(inside) + "}");
  return std::nullopt;
}

}  // namespace

std::vector<TextPiece> SplitVariables(std::string_view text, bool active,
                                      std::string* error) {
  std::vector<TextPiece> pieces;
  while (active) {
    const size_t open = text.find("${");
    if (open == std::string_view::npos) break;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    AppendText(text.substr(0, open), pieces);
    std::optional<TextPiece> piece =
        ParseInside(text.substr(open + 2, close - open - 2), error);
    if (piece) {
      pieces.push_back(std::move(*piece));
    } else {
      AppendText(text.substr(open, close - open + 1), pieces);
    }
    text.remove_prefix(close + 1);
  }
  AppendText(text, pieces);
  return pieces;
}

bool HasVariable(std::string_view text, bool active) {
  if (!active || text.find("${") == std::string_view::npos) return false;
  for (const TextPiece& piece : SplitVariables(text, active, nullptr)) {
    if (piece.kind == TextPiece::Kind::kVariable) return true;
  }
  return false;
}

}  // namespace portcullis
