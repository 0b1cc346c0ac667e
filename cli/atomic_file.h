// atomic_file.h -- a file that appears whole or not at all.
#ifndef PORTCULLIS_CLI_ATOMIC_FILE_H_
#define PORTCULLIS_CLI_ATOMIC_FILE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "cli/unlink_on_signal.h"

namespace portcullis::cli {

// Writes a temporary file beside `path`, which Commit() renames to `path`. A
// symbolic link stays one: it is the file that it leads to that is replaced.
// The new file has the mode of the one that it replaces, and its owner and
// group where the system allows it.
//
// Until Commit(), and after every error, what stood at `path` stands there
// untouched; without Commit() the destructor removes the temporary file, and so
// does a signal that ends the process (unlink_on_signal.h).
//
// Requires. One at a time.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  // Result. False, and error() says why. The bytes are on the disk afterwards.
  bool Write(std::span<const std::byte> bytes);

  // Requires. Write() succeeded.
  bool Commit();

  // Where the bytes are before Commit().
  const std::string& temporary_path() const { return temporary_; }
  const std::string& error() const { return error_; }

 private:
  bool Fail(const std::string& what);
  bool CheckTarget();
  int OpenTemporary();
  int CreateTemporary(unsigned mode);
  bool WriteAll(int fd, std::span<const std::byte> bytes);

  const std::string path_;                          // as the user named it
  const std::string target_;                        // where its links lead
  std::string temporary_;                           // empty: there is none
  std::optional<UnlinkOnSignal> unlink_on_signal_;  // of temporary_
  std::string error_;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ATOMIC_FILE_H_
