#include "cli/grow_text.h"

#include "policy/arn.h"

namespace portcullis::cli {
namespace {

void AppendFilled(std::string_view text, Random& random, std::string& out) {
  for (const char c : text) {
    if (c == '*') {
      out += random.Pick({"", "a", "x/y", "team-1", "b.c", "\xc3\xa9", "n:1"});
    } else if (c == '?') {
      out += random.Pick({"a", "0", "/", "\xc3\xa9"});
    } else {
      out += c;
    }
  }
}

bool HasWildcards(Comparison comparison) {
  return comparison == Comparison::kStringLike ||
         comparison == Comparison::kStringNotLike ||
         (comparison >= Comparison::kArnEquals &&
          comparison <= Comparison::kArnNotLike);
}

// The constant with variables replaced, and wildcards where it has any.
std::string Constant(const Condition& condition, bool active,
                     const VariableValue& value, Random& random) {
  const std::string& text = random.Pick(condition.values).text;
  if (HasWildcards(condition.op.comparison)) {
    return FillPattern(text, active, value, random);
  }
  std::string out;
  for (const TextPiece& piece : SplitVariables(text, active, nullptr)) {
    out += piece.kind == TextPiece::Kind::kVariable ? value(piece) : piece.text;
  }
  return out;
}

// A value of the comparison's type that is not the constant.
std::string OtherValue(Comparison comparison, const std::string& constant,
                       Random& random) {
  if (comparison <= Comparison::kStringNotLike) {
    return Damaged(constant, random);
  }
  if (comparison <= Comparison::kNumericGreaterThanEquals) {
    return random.Pick({"0", "-1", "1e6", "1.50", "5", "many"});
  }
  if (comparison <= Comparison::kDateGreaterThanEquals) {
    return random.Pick({"1970-01-01", "2099-12-31T23:59:59Z", "1767225600",
                        "2026-06-01T12:00:00+02:00", "today"});
  }
  switch (comparison) {
    case Comparison::kBool: return random.Pick({"true", "false", "yes"});
    case Comparison::kBinaryEquals: return random.Pick({"AAAA", "Zm9v", "?"});
    case Comparison::kIpAddress:
    case Comparison::kNotIpAddress:
      return random.Pick({"203.0.113.99", "10.0.0.1", "2001:db8::1", "10.0.0"});
    case Comparison::kNull: return "x";
    default: return Damaged(constant, random);
  }
}

// A block's first address.
std::string WithoutLength(const std::string& block) {
  return block.substr(0, block.find('/'));
}

}  // namespace

std::string FillPattern(std::string_view pattern, bool active,
                        const VariableValue& value, Random& random) {
  std::string out;
  for (const TextPiece& piece : SplitVariables(pattern, active, nullptr)) {
    switch (piece.kind) {
      case TextPiece::Kind::kText: AppendFilled(piece.text, random, out); break;
      case TextPiece::Kind::kLiteral: out += piece.text; break;
      case TextPiece::Kind::kVariable: out += value(piece); break;
    }
  }
  return out;
}

std::string FillArn(std::string_view pattern, bool active,
                    std::string_view account, const VariableValue& value,
                    Random& random) {
  constexpr size_t kAccountPart = 4;
  std::string out;
  size_t part = 0;
  for (const std::string_view text : SplitArn(pattern, active)) {
    if (part > 0) out += ':';
    out += part == kAccountPart && IsAllStars(text)
               ? std::string(account)
               : FillPattern(text, active, value, random);
    ++part;
  }
  return out;
}

std::string Damaged(std::string text, Random& random) {
  if (text.empty()) return "z";
  const size_t at = random.Below(text.size());
  if (static_cast<unsigned char>(text[at]) >= 0x80) return text + "z";
  switch (random.Below(3)) {
    case 0: text[at] = text[at] == 'z' ? 'y' : 'z'; break;
    case 1: text.erase(at, 1); break;
    default: text.insert(at, 1, 'z');
  }
  return text;
}

std::string GrowValue(const Condition& condition, bool active,
                      const VariableValue& value, Random& random) {
  const Comparison comparison = condition.op.comparison;
  const std::string constant = Constant(condition, active, value, random);
  if (random.OneIn(3)) return OtherValue(comparison, constant, random);
  const bool address = comparison == Comparison::kIpAddress ||
                       comparison == Comparison::kNotIpAddress;
  return address ? WithoutLength(constant) : constant;
}

}  // namespace portcullis::cli
