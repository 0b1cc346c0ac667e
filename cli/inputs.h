// inputs.h -- the files that a command line names.
#ifndef PORTCULLIS_CLI_INPUTS_H_
#define PORTCULLIS_CLI_INPUTS_H_

#include <optional>
#include <string>
#include <vector>

#include "policy/input.h"
#include "policy/policy_set.h"

namespace portcullis::cli {

struct InputFile {
  std::string name;  // as the user named it; "-" for standard input
  std::string bytes;
};

// The bytes of a file, or of standard input for "-". Of a file beyond the limit
// of S-6 one byte more than the limit, which the JSON reader then refuses.
struct FileContent {
  std::optional<std::string> bytes;
  std::string error;  // why not, when there are no bytes
};
FileContent ReadFile(const std::string& name);

// How the names end of the files that a folder stands for.
using Endings = std::vector<std::string>;

// Files and folders in the order of `arguments`; of a folder, and of those in
// it, all files with one of `endings`, sorted by path. A name that comes twice
// is read once. Links to folders inside folders are errors, and so is what is
// no regular file there.
struct Inputs {
  std::vector<InputFile> files;
  std::vector<std::string> errors;  // what cannot be opened

  std::vector<Source> Sources() const;  // borrows `files`
};
Inputs ReadInputs(const std::vector<std::string>& arguments,
                  const Endings& endings = {".json"});

// Is the file at `path` one of them?
bool IsInput(const Inputs& inputs, const std::string& path);

// Every file that is JSON of a known kind; the others are issues. Borrows
// `inputs`.
std::vector<Input> ParseInputs(const Inputs& inputs, Issues& issues);

// Prints the issues, sorted, on standard error.
void PrintIssues(Issues& issues);

// Reads and merges account exports and policy set documents. Prints all issues
// and what cannot be opened.
struct LoadedSet {
  std::optional<PolicySet> set;
  int status = 0;  // exit_status.h, when there is no set
};
LoadedSet LoadInputs(const Inputs& inputs);
LoadedSet LoadInputs(const std::vector<std::string>& arguments);

// Prints every error of `inputs`; true when there was any.
bool PrintInputErrors(const Inputs& inputs);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_INPUTS_H_
