#include "bench/temporary_image.h"

#include <stdlib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace portcullis::bench {

TemporaryImage::TemporaryImage(std::span<const std::byte> bytes)
    : folder_(
          (std::filesystem::temp_directory_path() / "benchXXXXXX").string()) {
  if (mkdtemp(folder_.data()) == nullptr) std::abort();
  path_ = folder_ + "/policy.image";
  std::ofstream out(path_, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (out) return;
  std::fprintf(stderr, "error: cannot write %s\n", path_.c_str());
  std::exit(1);
}

TemporaryImage::~TemporaryImage() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace portcullis::bench
