// case_file.h -- policy unit tests as data: cases of JSON or JSON Lines.
//
//   {"name": "...", "rule": "S-1", "source": "...", "policySet": {},
//    "requests": [{"name": "...", "principal": "...", "action": "...",
//                  "resource": "...", "expect": "allowed",
//                  "matched": ["Policy#Sid"]}]}
//
// `"expectError": "S-7"` says that the set must be refused for that rule.
// `"expect": "error"` is about what a request says; members that no request has
// are mistakes of the file.
// A request with `assume` asks for a session (case_assume.h); the requests of
// its `then` are made with that session.
// `policySetText` holds the set as text in a string, for what a JSON file
// cannot hold as JSON: duplicate keys, broken syntax. Places of its problems
// are those in the text.
#ifndef PORTCULLIS_CLI_CASE_FILE_H_
#define PORTCULLIS_CLI_CASE_FILE_H_

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/json_reader.h"
#include "policy/policy_set.h"

namespace portcullis::cli {

// The members of a case's request that are not the request's own.
std::span<const std::string_view> CaseRequestMembers();

struct CaseRequest {
  const JsonValue* value = nullptr;                 // the whole object
  std::string name;                                 // or its number, "#1"
  std::string expect;                               // empty: only report
  std::optional<std::vector<std::string>> matched;  // sorted, each once
  const JsonValue* assume = nullptr;                // asks for a session
  std::vector<CaseRequest> then;                    // to be made with it
};

struct Case {
  const JsonDocument* json = nullptr;  // that `requests` are parts of
  std::string name;                    // or where it stands
  std::string error;                   // why the case cannot be loaded
  std::optional<Source> policy_set;
  std::string expect_error;  // a rule; empty: none
  std::vector<CaseRequest> requests;
};

// Calls `use` with every case of a file in order: one JSON case, an array of
// cases, or JSON Lines. A case that cannot be loaded comes with its error.
//
// Lifetime. The case lasts for the call of `use`; it borrows `bytes`.
using CaseAction = std::function<void(const Case&)>;
void ForEachCase(const std::string& file, std::string_view bytes,
                 const CaseAction& use);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CASE_FILE_H_
