#include "cli/console.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

namespace portcullis::cli {
namespace {

// errno of the first write to standard output that failed, or 0.
int write_error = 0;

void NoteError(bool failed) {
  if (failed && write_error == 0) write_error = errno;
}

}  // namespace

void PrepareConsole() { std::signal(SIGPIPE, SIG_IGN); }

void Print(std::string_view text) {
  NoteError(std::fwrite(text.data(), 1, text.size(), stdout) != text.size());
}

bool FlushOutput() {
  NoteError(std::fflush(stdout) != 0);
  return write_error == 0;
}

bool FinishOutput() {
  if (FlushOutput()) return true;
  if (write_error != EPIPE) {
    PrintMessage(std::string("cannot write standard output: ") +
                 std::strerror(write_error));
  }
  return false;
}

void PrintMessage(std::string_view message) {
  PrintErrorLine("portcullis: " + std::string(message));
}

void PrintErrorLine(std::string_view line) {
  std::string text(line);
  text += '\n';
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool ErrorIsTerminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace portcullis::cli
