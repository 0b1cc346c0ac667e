// store_model.h -- an explicit-state checker that runs the store's own protocol
// (runtime/policy_store_protocol.h) on model memory and visits every
// interleaving and every value that the C++ memory model lets a load see.
//
// Threads are run by replay. A thread is a function of the results that its
// accesses had so far; run again with them it reaches its next access, throws
// Paused, and that access becomes one edge of the state graph for each result
// it may have. Equal states (the same results seen by every thread, the same
// memory) are visited once, so the search is complete and ends.
//
// Memory is the usual operational view model of C++20 atomics without fences
// and without load buffering, neither of which the protocol has:
//   - a location is a list of messages in modification order;
//   - a thread has a view: for each location the oldest message it may still
//     read; a message of a release store carries its writer's view, which an
//     acquire load joins;
//   - a seq_cst load reads nothing older than the last seq_cst store to the
//     location or than what an earlier seq_cst load of it returned.
// Weaker hardware than x86 is covered: with relaxed orders stale loads appear.
//
// Contents of images are not atomic. Writing (Init), reading (Use) and freeing
// them are checked for races through views: what happened must be in the view
// of the thread that relies on it.
#ifndef PORTCULLIS_TESTS_SUPPORT_STORE_MODEL_H_
#define PORTCULLIS_TESTS_SUPPORT_STORE_MODEL_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace portcullis::model {

inline constexpr int kMaxThreads = 4;  // the last may be the one after all
inline constexpr int kMaxSlots = 3;
inline constexpr int kMaxImages = 4;

// Locations: `current`, then the slots.
inline constexpr int kCurrent = 0;
inline constexpr int kFirstSlot = 1;
inline constexpr int kLocations = kFirstSlot + kMaxSlots;

// Images are numbered from 0; their words look like addresses.
constexpr uintptr_t ImageWord(int image) {
  return 16 * (static_cast<uintptr_t>(image) + 1);
}
constexpr int ImageNumber(uintptr_t word) {
  return static_cast<int>(word / 16) - 1;
}

struct Access {
  enum class Kind : uint8_t {
    kDone,
    kLoad,
    kStore,
    kExchange,
    kLock,
    kUnlock,
    kInit,  // writes an image's contents; value: its generation
    kUse,   // reads them; result: the generation
    kFree,
    kFailed,  // the thread itself found a fault
  };
  Kind kind = Kind::kDone;
  int target = 0;  // location or image
  uintptr_t value = 0;
  std::memory_order order = std::memory_order_seq_cst;
  std::string guarded = {};  // kUnlock: the state under the lock
  std::string fault = {};    // kFailed
};

// What an access gives back: a number, or for kLock what the lock guards.
struct Result {
  uintptr_t value = 0;
  std::string guarded = {};
};

struct Paused {};

// The thread that is being replayed.
class Replay {
 public:
  explicit Replay(const std::vector<Result>& results) : results_(results) {}

  // Gives the recorded result, or throws Paused at the first new access.
  Result Do(Access access) {
    if (next_ < results_.size()) return results_[next_++];
    pending = std::move(access);
    throw Paused();
  }
  // How many accesses the thread has made.
  size_t steps() const { return next_; }

  static Replay& current() { return *current_; }
  // Runs `thread` up to its next access.
  static Access Next(const std::function<void()>& thread,
                     const std::vector<Result>& results);

  Access pending;

 private:
  static Replay* current_;
  const std::vector<Result>& results_;
  size_t next_ = 0;
};

// For thread functions.
inline uintptr_t Use(uintptr_t image) {
  return Replay::current()
      .Do({.kind = Access::Kind::kUse, .target = ImageNumber(image)})
      .value;
}
inline void Init(uintptr_t image, uint64_t generation) {
  Replay::current().Do({.kind = Access::Kind::kInit,
                        .target = ImageNumber(image),
                        .value = generation});
}
inline void FreeAll(const std::vector<uintptr_t>& images) {
  for (uintptr_t image : images) {
    Replay::current().Do(
        {.kind = Access::Kind::kFree, .target = ImageNumber(image)});
  }
}
inline void Require(bool holds, const char* fault) {
  if (holds) return;
  Replay::current().Do({.kind = Access::Kind::kFailed, .fault = fault});
}

// An atomic of the model: a handle, since replayed code may keep no state.
class Word {
 public:
  explicit Word(int location) : location_(location) {}
  // `current`, which begins with image 0.
  explicit Word(uintptr_t) : location_(kCurrent) {}

  uintptr_t load(std::memory_order order) const {
    return Replay::current()
        .Do({.kind = Access::Kind::kLoad, .target = location_, .order = order})
        .value;
  }
  void store(uintptr_t value, std::memory_order order) {
    Replay::current().Do({.kind = Access::Kind::kStore,
                          .target = location_,
                          .value = value,
                          .order = order});
  }
  uintptr_t exchange(uintptr_t value, std::memory_order order) {
    return Replay::current()
        .Do({.kind = Access::Kind::kExchange,
             .target = location_,
             .value = value,
             .order = order})
        .value;
  }

 private:
  int location_;
};

struct Slot {
  Word holds;
};
// The slots that NewSlot() gives, in order.
Slot* SlotAt(size_t index);

// The state under the lock travels as text, so that states can be compared.
template <typename State>
std::string Pack(const State& state) {
  std::string text(1, static_cast<char>(state.generation));
  text += static_cast<char>(state.slots.size());
  text += static_cast<char>(state.unused.size());
  for (const Slot* slot : state.unused) {
    text += static_cast<char>(slot - SlotAt(0));
  }
  for (uintptr_t image : state.retired) text += static_cast<char>(image);
  return text;
}
template <typename State>
State Unpack(const std::string& text) {
  State state;
  if (text.empty()) return state;  // as it begins
  state.generation = static_cast<uint64_t>(text[0]);
  const auto slots = static_cast<size_t>(text[1]);
  const auto unused = static_cast<size_t>(text[2]);
  for (size_t i = 0; i < slots; ++i) state.slots.push_back(SlotAt(i));
  for (size_t i = 0; i < unused; ++i) {
    state.unused.push_back(SlotAt(static_cast<size_t>(text[3 + i])));
  }
  for (size_t i = 3 + unused; i < text.size(); ++i) {
    state.retired.push_back(static_cast<uintptr_t>(text[i]));
  }
  return state;
}

struct Env {
  using Word = model::Word;
  using Slot = model::Slot;
  template <typename State>
  class Locked {
   public:
    template <typename F>
    auto With(F f) {
      State state = Unpack<State>(
          Replay::current().Do({.kind = Access::Kind::kLock}).guarded);
      if constexpr (std::is_void_v<decltype(f(state))>) {
        f(state);
        Unlock(state);
      } else {
        auto result = f(state);
        Unlock(state);
        return result;
      }
    }

   private:
    static void Unlock(const State& state) {
      Replay::current().Do(
          {.kind = Access::Kind::kUnlock, .guarded = Pack(state)});
    }
  };
  static Slot* NewSlot(size_t index) { return SlotAt(index); }
};

struct Verdict {
  std::string fault;              // empty: every path is right
  std::vector<std::string> path;  // of the fault, an access a line
  size_t states = 0;
  size_t ends = 0;  // states in which all threads were done
};

// Visits all that `threads` can do together; then, in each end state, runs
// `after`, which sees all that they did.
Verdict Explore(const std::vector<std::function<void()>>& threads,
                const std::function<void()>& after);

}  // namespace portcullis::model

#endif  // PORTCULLIS_TESTS_SUPPORT_STORE_MODEL_H_
