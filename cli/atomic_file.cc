#include "cli/atomic_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "policy/issue.h"

namespace portcullis::cli {
namespace {

namespace fs = std::filesystem;

std::string FolderOf(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  return folder.empty() ? "." : folder.string();
}

// Where `path` leads through symbolic links; nothing need stand there.
std::string TargetOf(const std::string& path) {
  constexpr int kMostLinks = 40;  // as in Linux
  fs::path target = path;
  std::error_code error;
  for (int i = 0; i < kMostLinks && fs::is_symlink(target, error); ++i) {
    target = target.parent_path() / fs::read_symlink(target, error);
  }
  return target.string();
}

// Who may read a file stays as it was for the one that replaces it. The owner
// may be beyond our rights; a group that is gets no access.
bool KeepAccess(const struct stat& replaced, int fd) {
  constexpr auto kSameOwner = static_cast<uid_t>(-1);
  const bool same_group = fchown(fd, replaced.st_uid, replaced.st_gid) == 0 ||
                          fchown(fd, kSameOwner, replaced.st_gid) == 0;
  return fchmod(fd, replaced.st_mode & (same_group ? 0777 : 0707)) == 0;
}

// Makes the rename itself durable. A file system that cannot do so for folders
// is no reason to fail: the file is complete either way.
void SyncFolder(const std::string& path) {
  const int fd = open(FolderOf(path).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

AtomicFile::AtomicFile(std::string path)
    : path_(std::move(path)), target_(TargetOf(path_)) {}

AtomicFile::~AtomicFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

bool AtomicFile::Write(std::span<const std::byte> bytes) {
  if (!CheckTarget()) return false;
  const int fd = OpenTemporary();
  if (fd < 0) return Fail(std::strerror(errno));
  if (!WriteAll(fd, bytes) || fsync(fd) != 0) {
    const int error = errno;
    close(fd);
    return Fail(std::strerror(error));
  }
  return close(fd) == 0 || Fail(std::strerror(errno));
}

bool AtomicFile::Commit() {
  const SignalHold hold;
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
    return Fail(std::strerror(errno));
  }
  unlink_on_signal_.reset();
  temporary_.clear();
  SyncFolder(target_);
  return true;
}

bool AtomicFile::Fail(const std::string& what) {
  error_ = "cannot write " + Quoted(path_) + ": " + what;
  return false;
}

// A device or a folder must not be replaced by a file.
bool AtomicFile::CheckTarget() {
  std::error_code error;
  const fs::file_status status = fs::status(target_, error);
  if (!fs::status_known(status)) return Fail(error.message());
  return !fs::exists(status) || fs::is_regular_file(status) ||
         Fail("it is not a regular file");
}

// A file that did not exist, for those who may read the one that it replaces,
// or else with the permissions that the user's mask gives.
int AtomicFile::OpenTemporary() {
  struct stat replaced = {};
  if (stat(target_.c_str(), &replaced) != 0) return CreateTemporary(0666);
  const int fd = CreateTemporary(0600);
  if (fd < 0 || KeepAccess(replaced, fd)) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

int AtomicFile::CreateTemporary(unsigned mode) {
  constexpr int kAttempts = 100;
  const std::string stem = target_ + ".tmp." + std::to_string(getpid()) + ".";
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::string name = stem + std::to_string(attempt);
    const SignalHold hold;
    const int fd =
        open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd >= 0) {
      temporary_ = name;
      unlink_on_signal_.emplace(temporary_);
    }
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

bool AtomicFile::WriteAll(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(wrote));
  }
  return true;
}

}  // namespace portcullis::cli
