#include "cli/unlink_on_signal.h"

#include <unistd.h>

#include <atomic>
#include <cstddef>

namespace portcullis::cli {
namespace {

// All that the handler may read.
std::atomic<const char*> file_to_unlink{nullptr};
static_assert(std::atomic<const char*>::is_always_lock_free);

// SA_RESETHAND has put the default action back, which takes the signal again
// when the handler returns.
void Unlink(int signal) {
  const char* path = file_to_unlink.load();
  if (path != nullptr) unlink(path);
  raise(signal);
}

}  // namespace

SignalHold::SignalHold() {
  sigset_t held;
  sigemptyset(&held);
  for (const int signal : UnlinkOnSignal::kSignals) sigaddset(&held, signal);
  pthread_sigmask(SIG_BLOCK, &held, &before_);
}

SignalHold::~SignalHold() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

UnlinkOnSignal::UnlinkOnSignal(const std::string& path) {
  file_to_unlink = path.c_str();
  struct sigaction action = {};
  action.sa_handler = Unlink;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    sigaction(kSignals[i], &action, nullptr);
  }
}

UnlinkOnSignal::~UnlinkOnSignal() {
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], &before_[i], nullptr);
  }
  file_to_unlink = nullptr;
}

}  // namespace portcullis::cli
