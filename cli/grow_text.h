// grow_text.h -- Internal to `compile --verify`: texts that policies' patterns
// and conditions are about.
#ifndef PORTCULLIS_CLI_GROW_TEXT_H_
#define PORTCULLIS_CLI_GROW_TEXT_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/random.h"
#include "policy/document.h"
#include "policy/variable.h"

namespace portcullis::cli {

// The text that takes a variable's place.
using VariableValue = std::function<std::string(const TextPiece& variable)>;

// A text that the pattern matches: wildcards filled, variables replaced where
// `active` (S-50).
std::string FillPattern(std::string_view pattern, bool active,
                        const VariableValue& value, Random& random);

// FillPattern() of an ARN pattern; a star for the account becomes `account`.
// Not always an ARN.
std::string FillArn(std::string_view pattern, bool active,
                    std::string_view account, const VariableValue& value,
                    Random& random);

// `text` with one letter changed, left out or added. Keeps UTF-8.
std::string Damaged(std::string text, Random& random);

// A request value that the pair compares with: near its constants, on either
// side of them, sometimes not of the operator's type.
std::string GrowValue(const Condition& condition, bool active,
                      const VariableValue& value, Random& random);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_GROW_TEXT_H_
