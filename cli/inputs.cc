#include "cli/inputs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "cli/console.h"
#include "cli/exit_status.h"
#include "policy/limits.h"

namespace portcullis::cli {
namespace {

namespace fs = std::filesystem;

std::string CannotOpen(const std::string& name, const std::string& why) {
  return "cannot open " + Quoted(name) + ": " + why;
}

// Appends what is left of `fd`, up to one byte beyond the limit. 0 or errno.
int ReadAll(int fd, std::string& bytes) {
  constexpr size_t kChunk = size_t{1} << 16;
  while (bytes.size() <= kMaxFileBytes) {
    const size_t before = bytes.size();
    bytes.resize(before + kChunk);
    const ssize_t got = read(fd, bytes.data() + before, kChunk);
    bytes.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
    if (got < 0 && errno != EINTR) return errno;
    if (got == 0) return 0;
  }
  bytes.resize(kMaxFileBytes + 1);
  return 0;
}

// Is it what nobody means by a file of a folder, where reading could wait
// without end? A link that leads nowhere is no such thing: opening it fails.
bool IsDevice(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.exists(error) && !entry.is_regular_file(error);
}

bool IsLinkedFolder(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_symlink(error) && entry.is_directory(error);
}

// Walks a folder and those in it; what cannot be used is an error, and the walk
// goes on.
class FolderWalk {
 public:
  explicit FolderWalk(const Endings& endings) : endings_(endings) {}

  void Walk(const std::string& folder) {
    folders_.push_back(folder);
    while (!folders_.empty()) {
      const std::string next = std::move(folders_.back());
      folders_.pop_back();
      ReadFolder(next);
    }
    std::sort(files_.begin(), files_.end());
    std::sort(errors_.begin(), errors_.end());
  }

  std::vector<std::string> TakeFiles() { return std::move(files_); }
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  void ReadFolder(const std::string& folder) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
      TakeEntry(*at);
    }
    if (error) Fail(folder, error.message());
  }

  void TakeEntry(const fs::directory_entry& entry) {
    std::error_code error;
    const std::string path = entry.path().string();
    if (IsLinkedFolder(entry)) {
      Fail(path, "it is a link to a folder; name the folder itself");
    } else if (entry.is_directory(error)) {
      folders_.push_back(path);
    } else if (!HasEnding(entry.path().extension().string())) {
      return;
    } else if (IsDevice(entry)) {
      Fail(path, "it is no regular file");
    } else {
      files_.push_back(path);
    }
  }

  bool HasEnding(const std::string& ending) const {
    return std::find(endings_.begin(), endings_.end(), ending) !=
           endings_.end();
  }

  void Fail(const std::string& path, const std::string& why) {
    errors_.push_back(CannotOpen(path, why));
  }

  const Endings& endings_;
  std::vector<std::string> folders_;  // still to be read
  std::vector<std::string> files_;
  std::vector<std::string> errors_;
};

// "`*.json` or `*.jsonl`"
std::string EndingsText(const Endings& endings) {
  std::string text;
  for (const std::string& ending : endings) {
    text += (text.empty() ? "" : " or ") + Quoted("*" + ending);
  }
  return text;
}

// The names that one argument stands for.
std::vector<std::string> Expand(const std::string& argument,
                                const Endings& endings,
                                std::vector<std::string>& errors) {
  std::error_code error;
  if (argument == "-" || !fs::is_directory(argument, error)) return {argument};
  FolderWalk walk(endings);
  walk.Walk(argument);
  errors.insert(errors.end(), walk.errors().begin(), walk.errors().end());
  std::vector<std::string> files = walk.TakeFiles();
  if (files.empty() && walk.errors().empty()) {
    errors.push_back("folder " + Quoted(argument) + " holds no " +
                     EndingsText(endings) + " file");
  }
  return files;
}

}  // namespace

FileContent ReadFile(const std::string& name) {
  const bool standard_input = name == "-";
  const int fd =
      standard_input ? STDIN_FILENO : open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {std::nullopt, CannotOpen(name, std::strerror(errno))};
  std::string bytes;
  const int error = ReadAll(fd, bytes);
  if (!standard_input) close(fd);
  if (error != 0) return {std::nullopt, CannotOpen(name, std::strerror(error))};
  return {std::move(bytes), ""};
}

std::vector<Source> Inputs::Sources() const {
  std::vector<Source> sources;
  for (const InputFile& file : files)
    sources.push_back({file.name, file.bytes});
  return sources;
}

Inputs ReadInputs(const std::vector<std::string>& arguments,
                  const Endings& endings) {
  Inputs inputs;
  std::vector<std::string> names;
  for (const std::string& argument : arguments) {
    for (std::string& name : Expand(argument, endings, inputs.errors)) {
      if (std::find(names.begin(), names.end(), name) == names.end()) {
        names.push_back(std::move(name));
      }
    }
  }
  for (const std::string& name : names) {
    FileContent content = ReadFile(name);
    if (content.bytes) {
      inputs.files.push_back({name, *std::move(content.bytes)});
    } else {
      inputs.errors.push_back(content.error);
    }
  }
  return inputs;
}

bool IsInput(const Inputs& inputs, const std::string& path) {
  return std::any_of(
      inputs.files.begin(), inputs.files.end(), [&path](const InputFile& file) {
        std::error_code error;  // then they are not the same
        return file.name != "-" && fs::equivalent(file.name, path, error);
      });
}

std::vector<Input> ParseInputs(const Inputs& inputs, Issues& issues) {
  std::vector<Input> parsed;
  parsed.reserve(inputs.files.size());
  for (const Source& source : inputs.Sources()) {
    std::optional<Input> input = ReadInput(source, issues);
    if (input) parsed.push_back(*std::move(input));
  }
  return parsed;
}

void PrintIssues(Issues& issues) {
  issues.Sort();
  for (const Issue& issue : issues.all()) PrintErrorLine(FormatIssue(issue));
}

bool PrintInputErrors(const Inputs& inputs) {
  for (const std::string& error : inputs.errors) PrintMessage(error);
  return !inputs.errors.empty();
}

LoadedSet LoadInputs(const Inputs& inputs) {
  if (PrintInputErrors(inputs)) return {std::nullopt, kUnusable};
  Issues issues;
  PolicySet set = LoadPolicySet(inputs.Sources(), issues);
  PrintIssues(issues);
  if (!issues.ok()) return {std::nullopt, kNegative};
  return {std::move(set), kDone};
}

LoadedSet LoadInputs(const std::vector<std::string>& arguments) {
  return LoadInputs(ReadInputs(arguments));
}

}  // namespace portcullis::cli
