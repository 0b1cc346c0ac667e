#include "runtime/image_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace portcullis {
namespace {

ImageError FileError(const std::string& path, int error) {
  return {ImageErrorCode::kFile, path + ": " + std::strerror(error)};
}

// A read-only mapping of a whole file; the descriptor does not outlive it.
struct Mapping {
  void* address = nullptr;
  size_t size = 0;
  ImageError error;
};

Mapping MapFile(const std::string& path) {
  Mapping mapping;
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    mapping.error = FileError(path, errno);
    return mapping;
  }
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) {
    mapping.error = FileError(path, errno);
  } else if (!S_ISREG(status.st_mode)) {
    mapping.error = {ImageErrorCode::kFile, path + ": not a regular file"};
  } else if (status.st_size == 0) {
    mapping.error = {ImageErrorCode::kTruncated, path + ": the file is empty"};
  } else {
    mapping.size = static_cast<size_t>(status.st_size);
    mapping.address =
        mmap(nullptr, mapping.size, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapping.address == MAP_FAILED) {
      mapping.error = FileError(path, errno);
      mapping.address = nullptr;
    }
  }
  close(descriptor);
  return mapping;
}

}  // namespace

ImageFile::Opened ImageFile::Open(const std::string& path) {
  Opened opened;
  const Mapping mapping = MapFile(path);
  if (mapping.address == nullptr) {
    opened.error = mapping.error;
    return opened;
  }
  ImageFile file;
  file.mapping_ = mapping.address;
  file.size_ = mapping.size;
  ImageView::Opened view = ImageView::Open(
      {static_cast<const std::byte*>(mapping.address), mapping.size});
  if (!view.view) {
    opened.error = {view.error.code, path + ": " + view.error.message};
    return opened;
  }
  file.view_ = *view.view;
  opened.file = std::move(file);
  return opened;
}

ImageFile::ImageFile(ImageFile&& other) noexcept { *this = std::move(other); }

ImageFile& ImageFile::operator=(ImageFile&& other) noexcept {
  std::swap(mapping_, other.mapping_);
  std::swap(size_, other.size_);
  std::swap(view_, other.view_);
  return *this;
}

ImageFile::~ImageFile() {
  if (mapping_ != nullptr) munmap(mapping_, size_);
}

}  // namespace portcullis
