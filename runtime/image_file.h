// image_file.h -- an image in a file, verified and kept in memory.
#ifndef PORTCULLIS_RUNTIME_IMAGE_FILE_H_
#define PORTCULLIS_RUNTIME_IMAGE_FILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "runtime/image_memory.h"
#include "runtime/image_view.h"

namespace portcullis {

// Where an ImageFile keeps the bytes.
enum class ImageMemory : uint8_t {
  // A copy of the process's own, made before it is verified. Whatever happens
  // to the file afterwards (truncated, overwritten, removed, its disk gone)
  // changes no decision and raises no signal. Processes forked after Open()
  // share the pages.
  kPrivateCopy,
  // The file's own pages, read-only, shared with every process that maps it.
  // Only for files that nobody ever changes in place: a byte that changes after
  // the verification can make a decision wrong, and a page that is cut off or
  // cannot be read ends the process with SIGBUS. There is no handler that could
  // help: decisions on pages of zeros would miss denies.
  kSharedMapping,
};

// Owns the memory of an image and the verified view of it.
//
// Threads. Thread-compatible; the view is thread-safe.
// Lifetime. The view and what it refers to live as long as the ImageFile, and
// move with it.
class ImageFile {
 public:
  struct Opened;

  // Loads and verifies the file at `path`. A file that is still being written
  // or was cut off is refused: its size or its checksum is wrong.
  //
  // Result. The file, or the error: kFile when it cannot be opened, read or
  // mapped, is not a regular file, or changed meanwhile; else that of
  // ImageView::Open(). The message begins with the path.
  // Cost. Linear in the file.
  static Opened Open(const std::string& path,
                     ImageMemory memory = ImageMemory::kPrivateCopy);

  ImageFile(ImageFile&& other) noexcept;
  ImageFile& operator=(ImageFile&& other) noexcept;
  ~ImageFile();

  const ImageView& view() const { return view_; }

 private:
  ImageFile(ImageMemory memory, MemoryRegion region)
      : memory_(memory), region_(region) {}

  ImageMemory memory_;
  MemoryRegion region_;
  ImageView view_;
};

struct ImageFile::Opened {
  std::optional<ImageFile> file;
  ImageError error;  // when there is no file
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_FILE_H_
