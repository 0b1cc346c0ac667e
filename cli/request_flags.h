// request_flags.h -- one request from flags, shared by `decide` and `explain`.
#ifndef PORTCULLIS_CLI_REQUEST_FLAGS_H_
#define PORTCULLIS_CLI_REQUEST_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace portcullis::cli {

struct RequestFlags {
  std::string principal;  // an ARN or "*"
  std::string principal_service;
  std::string principal_federated;
  std::string action;
  std::string resource;
  std::optional<std::string> resource_account;
  std::string endpoint;
  std::vector<std::string> context;  // K=V or K[]=V
  std::string session_file;
  bool no_derive = false;

  std::string requests_file;  // JSON Lines in place of all of them
};

// What the help of every --context says.
extern const char* const kContextHelp;

// Adds the flags to a verb. `flags` outlives it.
void AddRequestFlags(CLI::App& app, RequestFlags& flags);

// The request as section 8 of docs/semantics.md has it in JSON, so that flags
// and JSON have one meaning. `error` tells what is wrong with the flags
// (status kUnusable) or with the session file.
struct RequestText {
  std::optional<std::string> json;
  std::string error;
  int status = 0;
};
RequestText RequestFromFlags(const RequestFlags& flags);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_REQUEST_FLAGS_H_
