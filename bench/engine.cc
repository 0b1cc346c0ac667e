#include "bench/engine.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace portcullis::bench {

Engine::Engine(CompiledImage image) : image_(std::move(image)) {
  ImageView::Opened opened = ImageView::Open(BytesOf(image_.bytes));
  if (!opened.view) {
    std::fprintf(stderr, "%s\n", opened.error.message.c_str());
    std::abort();
  }
  view_ = *opened.view;
  scratch_ = std::make_unique<Scratch>(view_);
}

}  // namespace portcullis::bench
