// input.h -- inputs that are read once: parsed and classified first, used
// afterwards. For programs that must know what a file is before they decide
// what to do with it; others call LoadPolicySet() or LoadDocument().
#ifndef PORTCULLIS_POLICY_INPUT_H_
#define PORTCULLIS_POLICY_INPUT_H_

#include <optional>
#include <vector>

#include "policy/issue.h"
#include "policy/json_reader.h"
#include "policy/policy_set.h"

namespace portcullis {

// A file as JSON, and what it is. Lifetime: borrows the source's bytes.
struct Input {
  JsonDocument json;
  InputKind kind = InputKind::kPolicySet;
};

// Result. nullopt, with an issue, when the file is no JSON object or of no
// known kind (S-160). Other errors of the JSON text go to `issues` too.
std::optional<Input> ReadInput(const Source& source, Issues& issues);

// LoadPolicySet() of inputs that are read already.
PolicySet MergeInputs(const std::vector<Input>& inputs, Issues& issues);

// LoadDocument() of an input that is read already.
Document DocumentOf(const Input& input, PolicyType type, Issues& issues);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_INPUT_H_
