// policy_type_flag.h -- the flag --type of bare policy documents.
#ifndef PORTCULLIS_CLI_POLICY_TYPE_FLAG_H_
#define PORTCULLIS_CLI_POLICY_TYPE_FLAG_H_

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <string>

namespace portcullis::cli {

// Adds --type to a verb; `type` holds the default and outlives the verb. What
// is parsed is a name of ParsePolicyType().
inline void AddPolicyType(CLI::App& app, std::string& type) {
  app.add_option("--type", type, "what a bare policy document is")
      ->check(CLI::IsMember({"identity", "boundary", "session", "scp", "rcp",
                             "resource", "endpoint", "trust"}))
      ->capture_default_str();
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_POLICY_TYPE_FLAG_H_
