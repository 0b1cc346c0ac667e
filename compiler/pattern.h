// Internal: use compile.h. Stage 6: patterns -> pattern programs.
//
// Cuts wildcard texts into tokens before anything is substituted (S-32, S-55),
// and ARN patterns into their parts (S-36 to S-44, S-78).
#ifndef PORTCULLIS_COMPILER_PATTERN_H_
#define PORTCULLIS_COMPILER_PATTERN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"
#include "runtime/image_format.h"

namespace portcullis {

struct Token {
  TokenOp op = TokenOp::kLiteral;
  std::string text;    // kLiteral: the text; kVariable: the folded key
  uint32_t count = 0;  // kQuestion
  std::optional<std::string> default_value;  // kVariable

  friend bool operator==(const Token&, const Token&) = default;
};
using Tokens = std::vector<Token>;

// Whether `*` and `?` are wildcards or themselves.
enum class Wildcards : uint8_t { kActive, kLiteral };

// Neighbouring literals are merged, runs of stars are one star.
Tokens Tokenize(std::string_view text, bool variables, Wildcards wildcards);

// An ARN pattern in its parts; see PatternRecord.
struct ArnPattern {
  std::array<Tokens, kPatternParts> parts;
  uint32_t flags = 0;     // PatternFlags
  uint32_t crossing = 0;  // bit i: parts[i] ends with a star that may cross
                          // colons

  friend bool operator==(const ArnPattern&, const ArnPattern&) = default;
};

// A Resource or NotResource value of a policy of the given type.
ArnPattern ParseResourcePattern(std::string_view text, bool variables,
                                PolicyType type);

// A value of an Arn operator.
ArnPattern ParseArnOperand(std::string_view text, bool variables);

// `"arn" * ? ?2 ${key} ${key,'default'}`, separated by blanks.
std::string DumpTokens(const Tokens& tokens);
std::string DumpPattern(const ArnPattern& pattern);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_PATTERN_H_
