// formats.h -- the flag --format.
#ifndef PORTCULLIS_CLI_FORMATS_H_
#define PORTCULLIS_CLI_FORMATS_H_

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <string>
#include <vector>

namespace portcullis::cli {

// Adds --format to a verb; `format` holds the default and outlives the verb.
inline void AddFormat(CLI::App& app, std::string& format,
                      const std::vector<std::string>& names) {
  app.add_option("--format", format, "form of the output")
      ->check(CLI::IsMember(names))
      ->capture_default_str();
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_FORMATS_H_
