#include "compiler/pattern.h"

#include "absl/strings/str_cat.h"
#include "policy/values.h"
#include "policy/variable.h"

namespace portcullis {
namespace {

void AddLiteral(std::string_view text, Tokens& tokens) {
  if (text.empty()) return;
  if (tokens.empty() || tokens.back().op != TokenOp::kLiteral) {
    tokens.push_back({TokenOp::kLiteral, "", 0, std::nullopt});
  }
  tokens.back().text.append(text);
}

void AddWildcard(char c, Tokens& tokens) {
  const TokenOp op = c == '*' ? TokenOp::kStar : TokenOp::kQuestion;
  if (tokens.empty() || tokens.back().op != op) {
    tokens.push_back({op, "", 0, std::nullopt});
  }
  if (op == TokenOp::kQuestion) ++tokens.back().count;
}

void AddText(std::string_view text, Wildcards wildcards, Tokens& tokens) {
  if (wildcards == Wildcards::kLiteral) return AddLiteral(text, tokens);
  size_t from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '*' && text[i] != '?') continue;
    AddLiteral(text.substr(from, i - from), tokens);
    AddWildcard(text[i], tokens);
    from = i + 1;
  }
  AddLiteral(text.substr(from), tokens);
}

void AddPiece(const TextPiece& piece, Wildcards wildcards, Tokens& tokens) {
  switch (piece.kind) {
    case TextPiece::Kind::kText: return AddText(piece.text, wildcards, tokens);
    case TextPiece::Kind::kLiteral: return AddLiteral(piece.text, tokens);
    case TextPiece::Kind::kVariable:
      tokens.push_back(
          {TokenOp::kVariable, Fold(piece.key), 0, piece.default_value});
  }
}

// The parts of an ARN pattern: cut at its first `limit - 1` colons outside
// ${...}.
std::vector<Tokens> SplitParts(std::string_view text, bool variables,
                               size_t limit) {
  std::vector<Tokens> parts(1);
  for (const TextPiece& piece : SplitVariables(text, variables, nullptr)) {
    if (piece.kind != TextPiece::Kind::kText) {
      AddPiece(piece, Wildcards::kActive, parts.back());
      continue;
    }
    std::string_view rest = piece.text;
    while (parts.size() < limit) {
      const size_t colon = rest.find(':');
      if (colon == rest.npos) break;
      AddText(rest.substr(0, colon), Wildcards::kActive, parts.back());
      rest.remove_prefix(colon + 1);
      parts.emplace_back();
    }
    AddText(rest, Wildcards::kActive, parts.back());
  }
  return parts;
}

bool IsStar(const Tokens& tokens) {
  return tokens.size() == 1 && tokens[0].op == TokenOp::kStar;
}

bool IsLiteral(const Tokens& tokens, std::string_view text) {
  return tokens.size() == 1 && tokens[0].op == TokenOp::kLiteral &&
         tokens[0].text == text;
}

bool HasWildcard(const std::vector<Tokens>& parts) {
  for (const Tokens& part : parts) {
    for (const Token& token : part) {
      if (token.op == TokenOp::kStar || token.op == TokenOp::kQuestion) {
        return true;
      }
    }
  }
  return false;
}

// S-42, S-43.
bool PadsShortArns(PolicyType type, bool wildcard) {
  switch (type) {
    case PolicyType::kIdentity:
    case PolicyType::kBoundary:
    case PolicyType::kSession: return true;
    case PolicyType::kRcp:
    case PolicyType::kTrust: return false;
    default: return wildcard;
  }
}

ArnPattern Never() {
  ArnPattern pattern;
  pattern.flags = kPatternNever;
  return pattern;
}

bool HasVariable(const ArnPattern& pattern) {
  for (const Tokens& part : pattern.parts) {
    for (const Token& token : part) {
      if (token.op == TokenOp::kVariable) return true;
    }
  }
  return false;
}

// Six parts, the first of them `arn`.
ArnPattern FromParts(std::vector<Tokens> parts) {
  ArnPattern pattern;
  for (size_t i = 0; i < kPatternParts; ++i) {
    pattern.parts[i] = std::move(parts[i + 1]);
  }
  if (HasVariable(pattern)) pattern.flags |= kPatternVariables;
  return pattern;
}

// S-39.
void MarkCrossing(ArnPattern& pattern) {
  for (size_t i = 0; i + 1 < kPatternParts; ++i) {
    const Tokens& part = pattern.parts[i];
    if (part.empty() || part.back().op != TokenOp::kStar) continue;
    pattern.crossing |= uint32_t{1} << i;
    pattern.flags |= kPatternCrossing;
  }
}

}  // namespace

Tokens Tokenize(std::string_view text, bool variables, Wildcards wildcards) {
  Tokens tokens;
  for (const TextPiece& piece : SplitVariables(text, variables, nullptr)) {
    AddPiece(piece, wildcards, tokens);
  }
  return tokens;
}

ArnPattern ParseResourcePattern(std::string_view text, bool variables,
                                PolicyType type) {
  std::vector<Tokens> parts = SplitParts(text, variables, kPatternParts + 1);
  if (parts.size() == 1 && IsStar(parts[0])) {
    ArnPattern pattern;
    pattern.flags = kPatternAll;
    return pattern;
  }
  if (!IsLiteral(parts[0], "arn")) return Never();
  if (parts.size() < kPatternParts + 1) {
    if (!PadsShortArns(type, HasWildcard(parts))) return Never();
    while (parts.size() < kPatternParts + 1) {
      parts.push_back({{TokenOp::kStar, "", 0, std::nullopt}});
    }
  }
  ArnPattern pattern = FromParts(std::move(parts));
  MarkCrossing(pattern);
  return pattern;
}

ArnPattern ParseArnOperand(std::string_view text, bool variables) {
  std::vector<Tokens> parts = SplitParts(text, variables, kPatternParts + 1);
  if (parts.size() < kPatternParts + 1 || !IsLiteral(parts[0], "arn")) {
    return Never();
  }
  return FromParts(std::move(parts));
}

std::string DumpTokens(const Tokens& tokens) {
  std::string dump;
  for (const Token& token : tokens) {
    if (!dump.empty()) dump += " ";
    switch (token.op) {
      case TokenOp::kLiteral:
        absl::StrAppend(&dump, "\"", token.text, "\"");
        break;
      case TokenOp::kQuestion:
        absl::StrAppend(&dump, "?",
                        token.count == 1 ? "" : absl::StrCat(token.count));
        break;
      case TokenOp::kStar: dump += "*"; break;
      case TokenOp::kVariable:
        absl::StrAppend(&dump, "${", token.text,
                        token.default_value
                            ? absl::StrCat(", '", *token.default_value, "'")
                            : "",
                        "}");
    }
  }
  return dump;
}

std::string DumpPattern(const ArnPattern& pattern) {
  if ((pattern.flags & kPatternAll) != 0) return "all";
  if ((pattern.flags & kPatternNever) != 0) return "never";
  std::string dump;
  for (size_t i = 0; i < kPatternParts; ++i) {
    const bool crosses = (pattern.crossing >> i & 1) != 0;
    absl::StrAppend(&dump, i == 0 ? "" : " | ", DumpTokens(pattern.parts[i]),
                    crosses ? "~" : "");
  }
  return dump;
}

}  // namespace portcullis
