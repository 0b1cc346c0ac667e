// variable.h -- cuts a policy text into plain text and policy variables (S-50
// to S-53). Used wherever a text may hold variables, so that they are found
// before any value is substituted.
#ifndef PORTCULLIS_POLICY_VARIABLE_H_
#define PORTCULLIS_POLICY_VARIABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

struct TextPiece {
  enum class Kind : uint8_t {
    kText,     // `text` as written; its `*` and `?` are wildcards where the
               // place has wildcards
    kLiteral,  // `text` is one character that means itself: from ${*} ${?} ${$}
    kVariable,  // ${key} or ${key, 'default'}
  };
  Kind kind = Kind::kText;
  std::string text;                          // kText, kLiteral
  std::string key;                           // kVariable: as written, trimmed
  std::optional<std::string> default_value;  // kVariable

  friend bool operator==(const TextPiece&, const TextPiece&) = default;
};

// The pieces of `text`, neighbouring kText pieces merged; none for an empty
// text. With `active` false the whole text is one kText piece. Cost: linear.
// A malformed default (S-52) sets `*error` to what is wrong and leaves the
// construct as text; `error` may be null when the text was checked before.
std::vector<TextPiece> SplitVariables(std::string_view text, bool active,
                                      std::string* error);

// True when SplitVariables would return a kVariable piece.
bool HasVariable(std::string_view text, bool active);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_VARIABLE_H_
