#include "runtime/image_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace portcullis {
namespace {

// How soon after its last pin a replaced image is freed.
constexpr std::chrono::milliseconds kCollectEvery{10};

constexpr uint32_t kFolderEvents =
    IN_MOVED_TO | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
// The watch no longer tells what happens at the path.
constexpr uint32_t kLostEvents = IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF;

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string NameOf(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace

ImageWatcher::ImageWatcher(std::string path, PolicyStore& store,
                           Callback callback, Options options)
    : path_(std::move(path)),
      folder_(FolderOf(path_)),
      name_(NameOf(path_)),
      store_(store),
      callback_(std::move(callback)),
      options_(options),
      events_(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)),
      wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  Watch();
}

ImageWatcher::~ImageWatcher() {
  if (events_ >= 0) close(events_);
  if (wake_ >= 0) close(wake_);
}

void ImageWatcher::Run() {
  while (!stopped_.load(std::memory_order_acquire)) Poll(options_.recheck);
}

void ImageWatcher::Stop() {
  stopped_.store(true, std::memory_order_release);
  const uint64_t one = 1;
  // Should it fail, Run() ends at its next recheck.
  [[maybe_unused]] const ssize_t wrote = write(wake_, &one, sizeof(one));
}

ImageWatcher::Status ImageWatcher::status() const {
  const PolicyStore::Counters counters = store_.counters();
  const std::lock_guard<std::mutex> lock(mutex_);
  Status status = status_;
  status.active_digest = counters.active_digest;
  return status;
}

void ImageWatcher::Poll(std::chrono::milliseconds timeout) {
  // The first load is due at once.
  WaitForEvent(tried_ ? timeout : std::chrono::milliseconds{0});
  const bool named = ReadEvents();
  if (watch_ < 0) Watch();
  const Identity now = IdentityOf(path_);
  if (named || !tried_ || now != last_tried_) {
    // Before loading: a file that replaces it meanwhile is another identity.
    last_tried_ = now;
    tried_ = true;
    Reload();
  }
  retired_ = store_.Collect();
}

// Watches the folder, not the file: a rename replaces the file itself.
void ImageWatcher::Watch() {
  watch_ = events_ < 0
               ? -1
               : inotify_add_watch(events_, folder_.c_str(), kFolderEvents);
  const std::lock_guard<std::mutex> lock(mutex_);
  status_.sees_events = watch_ >= 0;
}

void ImageWatcher::WaitForEvent(std::chrono::milliseconds timeout) {
  if (retired_ > 0) timeout = std::min(timeout, kCollectEvery);
  constexpr std::chrono::milliseconds kLongest(std::numeric_limits<int>::max());
  timeout = std::clamp(timeout, std::chrono::milliseconds(0), kLongest);
  std::array<pollfd, 2> files = {
      {{events_, POLLIN, 0}, {wake_, POLLIN, 0}}};  // negative: skipped
  poll(files.data(), files.size(), static_cast<int>(timeout.count()));
}

// Takes all events that wait. True when one is about the path's own name, or
// when events were lost. Forgets a watch that is of no use any more.
bool ImageWatcher::ReadEvents() {
  bool named = false;
  alignas(inotify_event) std::array<char, 4096> buffer;
  while (watch_ >= 0) {
    const ssize_t got = read(events_, buffer.data(), buffer.size());
    if (got <= 0) break;
    size_t at = 0;
    while (at < static_cast<size_t>(got)) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* const name = buffer.data() + at + sizeof(event);
      named = named || (event.mask & IN_Q_OVERFLOW) != 0 ||
              (event.len > 0 && name_ == name);
      if (event.wd == watch_ && (event.mask & kLostEvents) != 0) {
        if ((event.mask & IN_IGNORED) == 0) inotify_rm_watch(events_, watch_);
        watch_ = -1;
      }
      at += sizeof(event) + event.len;
    }
  }
  return named;
}

void ImageWatcher::Reload() {
  Event event;
  ImageFile::Opened opened = ImageFile::Open(path_, options_.memory);
  if (opened.file) {
    event.published = true;
    event.digest = opened.file->view().digest();
    event.generation = store_.Publish(*std::move(opened.file));
  } else {
    event.error = std::move(opened.error);
  }
  Record(event);
  if (callback_) callback_(event);
}

void ImageWatcher::Record(const Event& event) {
  const auto now = std::chrono::system_clock::now();
  const std::lock_guard<std::mutex> lock(mutex_);
  if (event.published) {
    ++status_.publications;
    status_.last_success = now;
  } else {
    ++status_.failures;
    status_.last_failure = now;
    status_.last_error = event.error;
  }
}

ImageWatcher::Identity ImageWatcher::IdentityOf(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec,
          status.st_ctim.tv_nsec};
}

}  // namespace portcullis
