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

ImageError SystemError(int error) {
  return {ImageErrorCode::kFile, std::strerror(error)};
}

ImageError ChangedError() {
  return {ImageErrorCode::kFile, "the file changed while it was read"};
}

// A descriptor that closes itself.
class Descriptor {
 public:
  // Non-blocking, so that a FIFO is refused instead of waited for.
  explicit Descriptor(const std::string& path)
      : number_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  int number() const { return number_; }

 private:
  const int number_;
};

// A regular file with at least a byte, or the error.
ImageError CheckFile(int descriptor, struct stat& status) {
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    return SystemError(errno);
  }
  if (!S_ISREG(status.st_mode)) {
    return {ImageErrorCode::kFile, "not a regular file"};
  }
  if (status.st_size == 0) {
    return {ImageErrorCode::kTruncated, "the file is empty"};
  }
  return {};
}

// The size and the times of the file are what they were.
bool IsUnchanged(int descriptor, const struct stat& before) {
  struct stat now = {};
  return fstat(descriptor, &now) == 0 && now.st_size == before.st_size &&
         now.st_mtim.tv_sec == before.st_mtim.tv_sec &&
         now.st_mtim.tv_nsec == before.st_mtim.tv_nsec;
}

ImageError ReadAll(int descriptor, char* to, size_t size) {
  size_t done = 0;
  while (done < size) {
    const ssize_t got =
        pread(descriptor, to + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError(errno);
    if (got == 0) return ChangedError();
    done += static_cast<size_t>(got);
  }
  return {};
}

// The file's pages, or memory of its own for as many bytes.
MemoryRegion Reserve(int descriptor, size_t size, ImageMemory memory) {
  if (memory == ImageMemory::kPrivateCopy) return TakeMemory(size);
  void* const address =
      mmap(nullptr, size, PROT_READ, MAP_SHARED, descriptor, 0);
  return address == MAP_FAILED ? MemoryRegion{} : MemoryRegion{address, size};
}

ImageFile::Opened Refused(const std::string& path, const ImageError& error) {
  return {std::nullopt, {error.code, path + ": " + error.message}};
}

}  // namespace

ImageFile::Opened ImageFile::Open(const std::string& path, ImageMemory memory) {
  const Descriptor descriptor(path);
  struct stat status = {};
  ImageError error = CheckFile(descriptor.number(), status);
  if (error.code != ImageErrorCode::kNone) return Refused(path, error);
  const auto size = static_cast<size_t>(status.st_size);
  const MemoryRegion region = Reserve(descriptor.number(), size, memory);
  if (region.address == nullptr) return Refused(path, SystemError(errno));
  ImageFile file(memory, region);
  if (memory == ImageMemory::kPrivateCopy) {
    error =
        ReadAll(descriptor.number(), static_cast<char*>(region.address), size);
    if (error.code != ImageErrorCode::kNone) return Refused(path, error);
  }
  ImageView::Opened view =
      ImageView::Open({static_cast<const std::byte*>(region.address), size});
  if (!view.view) return Refused(path, view.error);
  if (!IsUnchanged(descriptor.number(), status)) {
    return Refused(path, ChangedError());
  }
  file.view_ = *view.view;
  Opened opened;
  opened.file = std::move(file);
  return opened;
}

ImageFile::ImageFile(ImageFile&& other) noexcept
    : memory_(other.memory_),
      region_(std::exchange(other.region_, {})),
      view_(std::exchange(other.view_, {})) {}

ImageFile& ImageFile::operator=(ImageFile&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(region_, other.region_);
  std::swap(view_, other.view_);
  return *this;
}

ImageFile::~ImageFile() {
  if (region_.address == nullptr) return;
  if (memory_ == ImageMemory::kPrivateCopy) {
    GiveMemory(region_);
  } else {
    munmap(region_.address, region_.capacity);
  }
}

}  // namespace portcullis
