// engine.h -- the compiled engine as a contestant: an image that was loaded as
// a gateway loads it, and the work space of one thread.
#ifndef PORTCULLIS_BENCH_ENGINE_H_
#define PORTCULLIS_BENCH_ENGINE_H_

#include <cstddef>
#include <memory>
#include <span>

#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/decide.h"
#include "runtime/image_file.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"

namespace portcullis::bench {

// Threads. Thread-compatible.
class Engine {
 public:
  explicit Engine(const PolicySet& set, const CompileOptions& options = {})
      : Engine(Compile(set, options)) {}
  explicit Engine(const CompiledImage& image);
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Decision Decide(const Request& request) {
    return portcullis::Decide(view(), request, *scratch_);
  }

  void DecideMany(std::span<const Request> requests,
                  std::span<Decision> decisions) {
    portcullis::DecideMany(view(), requests, decisions, *scratch_);
  }

  const ImageView& view() const { return file_.view(); }
  size_t image_bytes() const { return view().size_bytes(); }
  std::span<const std::byte> bytes() const {
    return {reinterpret_cast<const std::byte*>(view().tables().header),
            image_bytes()};
  }

 private:
  ImageFile file_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_ENGINE_H_
