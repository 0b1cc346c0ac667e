// unlink_on_signal.h -- a temporary file that an interrupted command does not
// leave behind.
#ifndef PORTCULLIS_CLI_UNLINK_ON_SIGNAL_H_
#define PORTCULLIS_CLI_UNLINK_ON_SIGNAL_H_

#include <csignal>
#include <iterator>
#include <string>

namespace portcullis::cli {

// Holds back the signals below while it lives, so that a file is made and
// noted, or renamed and forgotten, in one step.
class SignalHold {
 public:
  SignalHold();
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;
  ~SignalHold();

 private:
  sigset_t before_;
};

// While it lives, SIGHUP, SIGINT and SIGTERM remove a file before they end the
// process as they would have. A signal that is ignored stays ignored. SIGKILL
// and a crash of the machine leave the file.
//
// Requires. No other exists: signal handlers belong to the process.
class UnlinkOnSignal {
 public:
  // `path` outlives it, unchanged.
  explicit UnlinkOnSignal(const std::string& path);
  UnlinkOnSignal(const UnlinkOnSignal&) = delete;
  UnlinkOnSignal& operator=(const UnlinkOnSignal&) = delete;
  ~UnlinkOnSignal();

  static constexpr int kSignals[] = {SIGHUP, SIGINT, SIGTERM};

 private:
  struct sigaction before_[std::size(kSignals)];
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_UNLINK_ON_SIGNAL_H_
