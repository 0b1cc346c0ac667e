#include "bench/engine.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace portcullis::bench {
namespace {

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "error: %s\n", what.c_str());
  std::exit(1);
}

// By way of a file that is gone afterwards.
ImageFile Load(const CompiledImage& image) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() /
      ("portcullis-bench-" + std::to_string(getpid()) + ".image");
  const std::span<const std::byte> bytes = BytesOf(image.bytes);
  std::ofstream out(path, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()),
            static_cast<std::streamsize>(bytes.size()));
  out.close();
  ImageFile::Opened opened = ImageFile::Open(path);
  std::filesystem::remove(path);
  if (!out) Fail("cannot write " + path.string());
  if (!opened.file) Fail(opened.error.message);
  return *std::move(opened.file);
}

}  // namespace

Engine::Engine(const CompiledImage& image)
    : file_(Load(image)), scratch_(std::make_unique<Scratch>(file_.view())) {}

}  // namespace portcullis::bench
