// temporary_image.h -- an image as a file.
#ifndef PORTCULLIS_BENCH_TEMPORARY_IMAGE_H_
#define PORTCULLIS_BENCH_TEMPORARY_IMAGE_H_

#include <cstddef>
#include <span>
#include <string>

namespace portcullis::bench {

// In a folder of its own, removed at the end. A file that cannot be written
// ends the program.
class TemporaryImage {
 public:
  explicit TemporaryImage(std::span<const std::byte> bytes);
  TemporaryImage(const TemporaryImage&) = delete;
  TemporaryImage& operator=(const TemporaryImage&) = delete;
  ~TemporaryImage();

  const std::string& path() const { return path_; }

 private:
  std::string folder_;
  std::string path_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_TEMPORARY_IMAGE_H_
