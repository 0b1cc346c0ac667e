#include "bench/engine.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/temporary_image.h"

namespace portcullis::bench {
namespace {

ImageFile Load(const CompiledImage& image) {
  const TemporaryImage written(BytesOf(image.bytes));
  ImageFile::Opened opened = ImageFile::Open(written.path());
  if (!opened.file) {
    std::fprintf(stderr, "error: %s\n", opened.error.message.c_str());
    std::exit(1);
  }
  return *std::move(opened.file);
}

}  // namespace

Engine::Engine(const CompiledImage& image)
    : file_(Load(image)), scratch_(std::make_unique<Scratch>(file_.view())) {}

}  // namespace portcullis::bench
