// image_watcher.h -- publishes a new image when its file is replaced. A part of
// its own: nothing that decides needs it.
#ifndef PORTCULLIS_RUNTIME_IMAGE_WATCHER_H_
#define PORTCULLIS_RUNTIME_IMAGE_WATCHER_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "runtime/image_file.h"
#include "runtime/policy_store.h"

namespace portcullis {

// Watches one path and publishes what appears there: a file renamed to it,
// closed after writing, or found when a symbolic link on the way was changed.
// A new file is loaded and verified first; on any error the store keeps the
// image that it has, until another file appears.
//
// The watcher has no thread: one of the caller's runs Run(), or calls Poll().
// That thread also collects what the store has retired.
//
// Threads. Run() and Poll() by one thread at a time; Stop() and status() by
// any. The callback runs on the thread in Run() or Poll(), without a lock.
// Lifetime. The store outlives the watcher.
class ImageWatcher {
 public:
  struct Options {
    ImageMemory memory = ImageMemory::kPrivateCopy;
    // How long a change that the kernel does not report may go unseen: on
    // network file systems, below a symbolic link, when events overflow. More
    // than 0: else Run() never rests.
    std::chrono::milliseconds recheck{1000};
  };
  struct Event {
    bool published = false;
    uint64_t generation = 0;  // when published
    uint64_t digest = 0;      // when published
    ImageError error;         // when not
  };
  using Callback = std::function<void(const Event&)>;

  struct Status {
    uint64_t active_digest = 0;  // of the store's image now
    uint64_t publications = 0;   // by this watcher
    uint64_t failures = 0;
    // The epoch when there was none.
    std::chrono::system_clock::time_point last_success;
    std::chrono::system_clock::time_point last_failure;
    ImageError last_error;     // kNone when there was none
    bool sees_events = false;  // false: changes are found by `recheck` alone
  };

  // The first Poll() loads the file, so that no change is missed between the
  // caller's own ImageFile::Open() and here.
  ImageWatcher(std::string path, PolicyStore& store, Callback callback,
               Options options);
  ImageWatcher(std::string path, PolicyStore& store, Callback callback)
      : ImageWatcher(std::move(path), store, std::move(callback), Options()) {}
  ImageWatcher(const ImageWatcher&) = delete;
  ImageWatcher& operator=(const ImageWatcher&) = delete;
  ~ImageWatcher();

  // Waits for a change, at most `timeout` or 24 days, not at all when it is
  // less than 0; then loads what changed, if anything, and collects. The first
  // call does not wait, nor does any after Stop(); none waits longer than 10 ms
  // while the store has retired images.
  // Errors. A file that cannot be loaded is an Event, and in status(). Nothing
  // is thrown but std::bad_alloc and what the callback throws; the watcher may
  // be used on afterwards, and tries the file again when it changes.
  // Cost. Blocks; a load is linear in the file.
  void Poll(std::chrono::milliseconds timeout);

  // Polls, at most `recheck` at a time, until Stop(), also one that came
  // before. Errors. As Poll(): what the callback throws ends it.
  void Run();
  // Async-signal-safe.
  void Stop();

  Status status() const;

 private:
  // Which file a path leads to; all zero for none.
  struct Identity {
    uint64_t device = 0;
    uint64_t inode = 0;
    int64_t size = 0;
    int64_t changed_seconds = 0;
    int64_t changed_nanoseconds = 0;
    friend bool operator==(const Identity&, const Identity&) = default;
  };

  static Identity IdentityOf(const std::string& path);
  void Watch();
  void WaitForEvent(std::chrono::milliseconds timeout);
  bool ReadEvents();
  void Reload();
  void Record(const Event& event);

  const std::string path_;
  const std::string folder_;
  const std::string name_;
  PolicyStore& store_;
  const Callback callback_;
  const Options options_;

  int events_ = -1;  // inotify
  int watch_ = -1;   // of the folder; -1: none
  int wake_ = -1;    // eventfd, by Stop()
  std::atomic<bool> stopped_{false};
  bool tried_ = false;
  Identity last_tried_;
  size_t retired_ = 0;

  mutable std::mutex mutex_;  // guards status_
  Status status_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_WATCHER_H_
