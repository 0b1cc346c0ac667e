// exit_status.h -- what the command tells the shell, the same for every verb.
#ifndef PORTCULLIS_CLI_EXIT_STATUS_H_
#define PORTCULLIS_CLI_EXIT_STATUS_H_

namespace portcullis::cli {

inline constexpr int kDone = 0;
// A negative answer: a failed test, errors in a file that could be opened, a
// denied request with --exit-code.
inline constexpr int kNegative = 1;
// Wrong flags, or a file that cannot be opened or written.
inline constexpr int kUnusable = 2;
// An error of the command itself: it contradicts itself, or ran out of memory.
inline constexpr int kInternal = 3;

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_EXIT_STATUS_H_
