// explain_text.h -- an explanation as text for people, or as a JSON line.
#ifndef PORTCULLIS_CLI_EXPLAIN_TEXT_H_
#define PORTCULLIS_CLI_EXPLAIN_TEXT_H_

#include <string>
#include <string_view>

#include "cli/explain_reason.h"

namespace portcullis::cli {

// The decision first, then every layer with every statement considered.
// Requires. The request was not refused.
std::string ExplainText(const Explained& explained);

// The same as one JSON object with a newline; `id` is JSON text.
std::string ExplainJson(std::string_view id, const Explained& explained);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_EXPLAIN_TEXT_H_
