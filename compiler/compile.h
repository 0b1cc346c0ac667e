// compile.h -- policy set in, image out. compile.cc shows the whole run.
#ifndef PORTCULLIS_COMPILER_COMPILE_H_
#define PORTCULLIS_COMPILER_COMPILE_H_

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"

namespace portcullis {

// The bytes of an image, aligned as an image must be.
struct alignas(64) ImageBlock {
  std::byte bytes[64];
};
using ImageBytes = std::vector<ImageBlock>;
inline std::span<const std::byte> BytesOf(const ImageBytes& image) {
  return {reinterpret_cast<const std::byte*>(image.data()),
          image.size() * sizeof(ImageBlock)};
}

struct CompileOptions {
  // Above so many bytes of pattern tries, lists are left without one and are
  // searched pattern by pattern: a smaller image, slower where it matters.
  size_t trie_budget = size_t{256} << 20;
  // Above so many bytes of rows, rule sets are left without: their policies are
  // tried one by one. The smallest image, and the slowest.
  size_t row_budget = size_t{1} << 30;
  // Leaves out source positions, policy names and Sids.
  bool strip_sources = false;

  // Switches that tests turn off, one an optimisation; none changes a decision.
  struct {
    bool row_tries = true;
    bool list_tries = true;
    bool share_rows = true;
    bool plain_entities = true;
  } testing;
};

struct CompileStats {
  size_t policies = 0;
  size_t statements = 0;
  size_t principals = 0;
  size_t rule_sets = 0;
  size_t rows = 0;
  size_t patterns = 0;    // distinct
  size_t conditions = 0;  // distinct
  size_t tries = 0;
  size_t lists_without_trie = 0;  // for want of trie_budget
  size_t sets_without_rows = 0;   // for want of row_budget
  size_t image_bytes = 0;
};

struct CompiledImage {
  ImageBytes bytes;
  CompileStats stats;
};

// Told of the stages as they begin, for progress on a terminal.
using CompileProgress = std::function<void(std::string_view stage)>;

// Compiles `set`.
//
// Result. An image; the same bytes for the same set and options.
//
// Errors. None that a policy could cause: a legal policy set always compiles.
// One that is beyond the image's 32-bit indices (4 GiB of strings, 4 billion
// records of a kind) ends the process with a message, by abort(). Throws
// std::bad_alloc and what `progress` throws.
//
// Requires. `set` came from LoadPolicySet() without errors.
//
// Lifetime. Borrows its arguments for the call; the image is a copy of all that
// it needs.
//
// Threads. Thread-safe.
//
// Cost. Close to linear in the set's statements times their attachments.
CompiledImage Compile(const PolicySet& set, const CompileOptions& options = {},
                      const CompileProgress& progress = nullptr);

// Compiles a session's inline policies to an image of their own, which a
// request carries in SessionInfo::policies.
//
// Result. An image of these policies alone, with sources and without tries.
//
// Errors, Lifetime, Threads. As Compile().
//
// Requires. The policies are documents of type kSession, parsed without errors.
//
// Cost. Linear in the policies, which it copies.
CompiledImage CompileSession(std::span<const Policy> policies);

// Shows one stage, for tests and for `portcullis dump`.
//
// Result. Stable text of one stage of `set`: `statements`, `patterns` or
// `automaton`; empty for any other name. Conditions are typed records by then,
// which runtime/image_dump.h shows.
//
// Errors, Requires, Threads. As Compile().
//
// Cost. Compiles the policies anew for each call, without the rule sets.
std::string DumpStage(const PolicySet& set, std::string_view stage);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_COMPILE_H_
