// scratch.h -- the work space of a thread that decides.
#ifndef PORTCULLIS_RUNTIME_SCRATCH_H_
#define PORTCULLIS_RUNTIME_SCRATCH_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/image_view.h"

namespace portcullis {

// What a context key holds.
enum class KeyForm : uint8_t {
  kUnknown,  // not derivable: the request decides
  kAbsent,
  kSingle,
  kList,
};
struct KeyValues {
  KeyForm form = KeyForm::kUnknown;
  std::string_view single;                 // kSingle
  std::span<const std::string_view> many;  // kList

  size_t size() const { return form == KeyForm::kSingle ? 1 : many.size(); }
  std::string_view operator[](size_t i) const {
    return form == KeyForm::kSingle ? single : many[i];
  }
};

// How many requests are decided at a time.
inline constexpr size_t kMaxBatch = 8;

// Reusable work space: all the memory that deciding on an image needs.
//
// Threads. Thread-compatible: one thread at a time, one Scratch a thread.
// Cost. The object itself has some 33 kB, so that it is not for a small stack.
// The constructor allocates 48 bytes a key of the image, 8 a condition, 16 a
// node and a bit a target of the largest tries, and 128 KiB that only patterns
// with more than 64 characters between two stars touch; deciding allocates
// nothing.
class Scratch {
 public:
  // For `image` and every image that has no more keys and conditions and no
  // larger trie. Keeps nothing of `image`.
  // Errors. std::bad_alloc, and nothing else.
  explicit Scratch(const ImageView& image);

  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // True when Decide() on `image` may use this work space.
  // Cost. Linear in the image's tries (their records, not their nodes): for
  // once an image, not once a request.
  bool Fits(const ImageView& image) const;

  // Internal: what follows is for the runtime alone.

  // Forgets everything remembered of the request before.
  void BeginRequest() {
    if (++generation != 0) return;
    // The counter wrapped: slots of 2^32 requests ago would look current.
    std::fill(keys.begin(), keys.end(), KeySlot{});
    std::fill(conditions.begin(), conditions.end(), ConditionSlot{});
    generation = 1;
  }

  struct KeySlot {
    uint32_t generation = 0;
    KeyValues values;
  };
  struct ConditionSlot {
    uint32_t generation = 0;
    uint8_t outcome = 0;
  };
  std::vector<KeySlot> keys;
  std::vector<ConditionSlot> conditions;
  uint32_t generation = 0;

  // Tries: the nodes active now and next, the star nodes, which stay active,
  // and in which walk a star node was entered.
  std::vector<uint32_t> active;
  std::vector<uint32_t> next;
  std::vector<uint32_t> stars;
  std::vector<uint32_t> star_generation;
  uint32_t trie_generation = 0;
  std::vector<uint64_t> accepted;  // bit set of targets

  // Where long parts of patterns may end in a text: a bit a byte of the longest
  // resource, and one for its end.
  std::span<uint64_t> segment_ends() { return {ends_.get(), kEndWords}; }

  // Folded actions that the image does not hold, of each request of a batch.
  std::array<std::array<char, kMaxActionBytes>, kMaxBatch> actions;
  // Texts of derived keys, written at most once a request each.
  std::array<char, kMaxPrincipalBytes + 64> principal_arn;
  // A unique id of at most 128 bytes (S-159), a colon and a name.
  std::array<char, kMaxPrincipalBytes + 256> user_id;
  std::array<char, 32> current_time;
  std::array<char, 32> epoch_time;
  std::array<char, 32> issue_time;
  std::array<char, 32> mfa_age;
  std::array<std::string_view, 3> single_lists;
  std::array<std::string_view, kMaxContextKeys> tag_keys;
  // Open addressing over the request's keys, to find two that fold alike.
  std::array<uint16_t, 2 * kMaxContextKeys> seen_keys;

 private:
  static constexpr size_t kEndWords = kMaxResourceBytes / 64 + 1;
  // Not initialised, so that nobody pays for pages that are never used.
  std::unique_ptr<uint64_t[]> ends_ =
      std::make_unique_for_overwrite<uint64_t[]>(kEndWords);
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_SCRATCH_H_
