// image_file.h -- an image in a file, mapped read-only.
#ifndef PORTCULLIS_RUNTIME_IMAGE_FILE_H_
#define PORTCULLIS_RUNTIME_IMAGE_FILE_H_

#include <optional>
#include <string>

#include "runtime/image_view.h"

namespace portcullis {

// Owns a mapping of an image file and the verified view of it.
//
// Threads. Thread-compatible; the view is thread-safe.
// Lifetime. The view and what it refers to live as long as the ImageFile.
class ImageFile {
 public:
  struct Opened;

  // Maps and verifies the file at `path`.
  // Result. The file, or the error: kFile when it cannot be opened or mapped,
  // else ImageView::Open()'s.
  // Requires. Nobody changes the file in place; `portcullis compile` never
  // does: it writes a new file and renames it.
  static Opened Open(const std::string& path);

  ImageFile(ImageFile&& other) noexcept;
  ImageFile& operator=(ImageFile&& other) noexcept;
  ~ImageFile();

  const ImageView& view() const { return view_; }

 private:
  ImageFile() = default;

  void* mapping_ = nullptr;
  size_t size_ = 0;
  ImageView view_;
};

struct ImageFile::Opened {
  std::optional<ImageFile> file;
  ImageError error;  // when there is no file
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_FILE_H_
