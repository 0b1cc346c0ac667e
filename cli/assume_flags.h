// assume_flags.h -- the flags of the verbs that issue sessions, named as in the
// AWS CLI, and the calls that they say.
#ifndef PORTCULLIS_CLI_ASSUME_FLAGS_H_
#define PORTCULLIS_CLI_ASSUME_FLAGS_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/request_reader.h"
#include "session/session.h"

namespace CLI {
class App;
}

namespace portcullis::cli {

struct AssumeFlags {
  SessionOperation operation = SessionOperation::kAssumeRole;
  std::string image;

  std::string caller;
  std::string caller_service;
  std::string session_file;
  std::vector<std::string> context;  // K=V or K[]=V
  std::string now;

  std::string role_arn;
  std::string session_name;
  std::optional<int64_t> duration_seconds;
  std::optional<std::string> external_id;
  std::optional<std::string> source_identity;
  std::vector<std::string> tags;  // Key=K,Value=V
  std::vector<std::string> transitive_tag_keys;
  std::string policy;  // JSON text or a file
  std::vector<std::string> policy_arns;
  std::string serial_number;
  std::string token_code;
  std::vector<std::string> provided_contexts;
  std::string provider;  // --principal-arn or --provider-id
  std::string claims_file;
  std::string target_principal;
  std::string task_policy_arn;
};

// Adds the flags that the operation takes. `flags` outlives it.
void AddAssumeFlags(CLI::App& app, AssumeFlags& flags);

// A call that owns what its parts refer to.
class AssumeCall {
 public:
  // Reads what the flags name. True; or false, and error() says why, with
  // status() for the shell.
  bool Read(const AssumeFlags& flags);

  const SessionRequest& request() const { return request_; }
  const std::string& error() const { return error_; }
  int status() const { return status_; }

 private:
  bool Fail(std::string error, int status);
  bool ReadFile(const std::string& name, std::string& text);
  bool ReadPlain(const AssumeFlags& flags);
  bool ReadTags(const AssumeFlags& flags);
  bool ReadPolicy(const AssumeFlags& flags);
  bool ReadClaims(const AssumeFlags& flags);
  bool ReadCaller(const AssumeFlags& flags);

  SessionRequest request_;
  std::string caller_json_;
  RequestReader caller_;  // borrows caller_json_
  std::string error_;
  int status_ = 0;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ASSUME_FLAGS_H_
