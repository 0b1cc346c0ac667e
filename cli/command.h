// command.h -- the command line as a whole.
#ifndef PORTCULLIS_CLI_COMMAND_H_
#define PORTCULLIS_CLI_COMMAND_H_

namespace portcullis::cli {

// Parses the flags, runs the verb and returns the exit status.
int RunCommand(int argc, const char* const* argv);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_COMMAND_H_
