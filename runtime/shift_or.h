// Internal: finds a part of a pattern in a text by the shift-or method: one
// step a byte, whatever the part and the text.
#ifndef PORTCULLIS_RUNTIME_SHIFT_OR_H_
#define PORTCULLIS_RUNTIME_SHIFT_OR_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/text.h"

namespace portcullis {

// A text that patterns are matched against.
class Subject {
 public:
  explicit Subject(std::string_view text) : text_(text) {}

  std::string_view text() const { return text_; }
  // True when some character has more than one byte. Cost: the text is read
  // once, when this is first asked.
  bool HasContinuations() {
    if (!has_continuations_) has_continuations_ = FindContinuations();
    return *has_continuations_;
  }

 private:
  bool FindContinuations() const;

  const std::string_view text_;
  std::optional<bool> has_continuations_;
};

// A part: at most 64 positions, each a byte of a text or a `?`.
class ShiftOr {
 public:
  static constexpr size_t kMostPositions = 64;

  // Empty. Cost: the table's 2 KiB are written.
  ShiftOr();
  // Makes it empty again. Cost: linear in its size.
  void Clear();
  // These add what follows `within`, and return false when not all of it fits;
  // `within` is then where the next part begins.
  bool AddQuestions(size_t count, size_t& within) {
    for (; within < count && size_ < kMostPositions; ++within) {
      bytes_[size_] = 0;
      any_ |= uint64_t{1} << size_++;
    }
    return within == count;
  }
  bool AddText(std::string_view text, size_t& within) {
    // No byte stands where a `?` goes on with its character.
    if (within < text.size() && IsContinuation(text[within]) && size_ > 0 &&
        size_ < kMostPositions && (any_ & Accept()) != 0) {
      ++within;
      bytes_[size_++] = 0;
    }
    for (; within < text.size() && size_ < kMostPositions; ++within) {
      const auto c = static_cast<unsigned char>(text[within]);
      bytes_[size_] = c;
      blocked_[c] &= ~(uint64_t{1} << size_++);
    }
    return within == text.size();
  }

  size_t size() const { return size_; }

  // The end of the first match that begins at or after `from`, or npos.
  // Requires. The part is not empty.
  size_t FirstEnd(Subject& subject, size_t from) const;

  // Goes through the text from `from` on. A match may begin where
  // `starts(place)` is 1, not 0; calls `take(end)` where one ends, until that
  // returns false.
  // Requires. The part is not empty.
  template <typename Starts, typename Take>
  void Pass(Subject& subject, size_t from, Starts starts, Take take) const {
    if (any_ == 0 || !subject.HasContinuations()) {
      PassBytes(subject.text(), from, starts, take);
    } else {
      PassCharacters(subject.text(), from, starts, take);
    }
  }

 private:
  static constexpr uint64_t kAll = ~uint64_t{0};

  uint64_t Accept() const { return uint64_t{1} << (size_ - 1); }

  // Bit i of `waiting` is 0 after a byte when the positions up to i match
  // there.

  // For a `?` that takes one byte.
  template <typename Starts, typename Take>
  void PassBytes(std::string_view text, size_t from, Starts starts,
                 Take take) const {
    const uint64_t accept = Accept();
    const uint64_t open = any_;
    uint64_t waiting = kAll;
    for (size_t at = from; at < text.size(); ++at) {
      const auto c = static_cast<unsigned char>(text[at]);
      waiting = waiting << 1 | (starts(at) ^ 1) | (blocked_[c] & ~open);
      if ((waiting & accept) == 0 && !take(at + 1)) return;
    }
  }

  // For a `?` that takes a byte that begins a character and all bytes that
  // continue it.
  template <typename Starts, typename Take>
  void PassCharacters(std::string_view text, size_t from, Starts starts,
                      Take take) const {
    const uint64_t accept = Accept();
    const bool ends_with_any = (any_ & accept) != 0;
    // By a byte's two highest bits, which are 10 when it continues a character:
    // what such a byte does not begin, and what does not go on with it.
    const uint64_t closed[4] = {~any_, ~any_, kAll, ~any_};
    const uint64_t ended[4] = {kAll, kAll, ~any_, kAll};
    uint64_t waiting = kAll;
    for (size_t at = from; at < text.size(); ++at) {
      const size_t c = static_cast<unsigned char>(text[at]);
      const uint64_t reached =
          waiting << 1 | (starts(at) ^ 1) | (blocked_[c] & closed[c >> 6]);
      waiting = reached & (waiting | ended[c >> 6]);
      if ((waiting & accept) != 0) continue;
      const bool within =
          ends_with_any && at + 1 < text.size() && IsContinuation(text[at + 1]);
      if (!within && !take(at + 1)) return;
    }
  }

  // By byte: bit i is 0 where it stands at position i.
  uint64_t blocked_[256];
  uint64_t any_ = 0;  // bit i is 1 where position i is a `?`
  size_t size_ = 0;
  unsigned char bytes_[kMostPositions];  // at each position; 0 for a `?`
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_SHIFT_OR_H_
