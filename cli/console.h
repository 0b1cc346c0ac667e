// console.h -- standard output for data, standard error for messages.
#ifndef PORTCULLIS_CLI_CONSOLE_H_
#define PORTCULLIS_CLI_CONSOLE_H_

#include <string_view>

namespace portcullis::cli {

// Makes a reader that goes away an error of writing instead of the end of the
// process. Call once, first.
void PrepareConsole();

// Adds `text` to standard output, which is buffered.
void Print(std::string_view text);

// False when standard output could not be written; sticky.
bool FlushOutput();

// FlushOutput() at the end of the command: says on standard error why writing
// failed, but for a reader that went away.
bool FinishOutput();

// `portcullis: MESSAGE` as a line of standard error.
void PrintMessage(std::string_view message);

// A line of standard error as it is.
void PrintErrorLine(std::string_view line);

bool ErrorIsTerminal();

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CONSOLE_H_
