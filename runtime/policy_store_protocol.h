// policy_store_protocol.h -- Internal: use runtime/policy_store.h. How readers
// and publishers agree on what may be freed, apart from what an image is.
//
// A word `current` names the image that is served. Every reader has a slot, a
// word that it alone writes while it reads: kIdle, kPinning or the image that
// it holds. The six accesses, numbered as in docs/concurrency.md:
//
//   reader, Pin    P1  slot    <- kPinning     seq_cst
//                  P2  image   <- current      seq_cst
//                  P3  slot    <- image        release
//   reader, Unpin  P4  slot    <- kIdle        release
//   publisher      W1  old     <- current, current <- next   seq_cst
//                  W2  held    <- every slot   seq_cst, after W1
//
// Invariants.
//   I1  A slot has one writer. P1, P2, P3 are straight-line code: a pin is
//       wait-free.
//   I2  W1 publishes to P2: a reader that loads an image sees every byte
//       written before it was published.
//   I3  An image replaced by W1 is freed only after a W2 that came after it, in
//       which no slot said kPinning or that image.
//   I4  P1 and P2, W1 and W2 are in one total order. If W2 misses P1, P2 comes
//       after W1 and loads the newer image; if it sees P1, nothing is freed.
//   I5  P4, and every later store to the slot, publishes to W2: the reads that
//       the pin protected are over before the image is freed.
//   I6  `current` changes under the lock only, so that a reader never loads an
//       older image than it loaded before.
//
// The algorithm is a template over its atomics, so that tests/store_model_test
// runs this very code on model memory and visits all its interleavings.
#ifndef PORTCULLIS_RUNTIME_POLICY_STORE_PROTOCOL_H_
#define PORTCULLIS_RUNTIME_POLICY_STORE_PROTOCOL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace portcullis {

// The orders of P1 .. W2. Weakening any one of them is a fault that
// tests/store_model_test finds.
struct StoreOrders {
  static constexpr std::memory_order kAnnounce = std::memory_order_seq_cst;
  static constexpr std::memory_order kRead = std::memory_order_seq_cst;
  static constexpr std::memory_order kHold = std::memory_order_release;
  static constexpr std::memory_order kUnpin = std::memory_order_release;
  static constexpr std::memory_order kSwap = std::memory_order_seq_cst;
  static constexpr std::memory_order kScan = std::memory_order_seq_cst;
};

// Env gives
//   Word           an atomic uintptr_t;
//   Slot           a struct whose member `holds` is a Word that says kIdle;
//   Locked<State>  With(f) calls f(State&) under a lock and returns its result;
//   NewSlot(i), DeleteSlot(slot)   for the i-th slot.
template <typename Env, typename Orders = StoreOrders>
class StoreProtocol {
 public:
  using Word = typename Env::Word;
  using Slot = typename Env::Slot;
  // Images are addresses of at least two-byte aligned objects.
  using Image = uintptr_t;

  // What a slot says when it holds no image.
  static constexpr uintptr_t kIdle = 0;
  static constexpr uintptr_t kPinning = 1;

  // What the lock guards.
  struct State {
    std::vector<Slot*> slots;    // every slot, in use or not
    std::vector<Slot*> unused;   // those of no reader
    std::vector<Image> retired;  // replaced and not yet freed
    uint64_t generation = 1;     // of the current image
  };

  explicit StoreProtocol(Image first) : current_(first) {}

  // The reading side. Requires. The slot is registered and says kIdle (Pin), or
  // holds an image (Unpin); one thread at a time uses it.
  Image Pin(Slot& slot) {
    slot.holds.store(kPinning, Orders::kAnnounce);     // P1
    const Image image = current_.load(Orders::kRead);  // P2
    slot.holds.store(image, Orders::kHold);            // P3
    return image;
  }
  void Unpin(Slot& slot) { slot.holds.store(kIdle, Orders::kUnpin); }  // P4

  Slot* Register() {
    return state_.With([](State& state) {
      if (state.unused.empty()) {
        state.unused.reserve(state.slots.size() + 1);
        state.slots.reserve(state.slots.size() + 1);
        Slot* const slot = Env::NewSlot(state.slots.size());
        state.slots.push_back(slot);
        return slot;
      }
      Slot* const slot = state.unused.back();
      state.unused.pop_back();
      return slot;
    });
  }
  // Requires. The slot says kIdle.
  void Unregister(Slot* slot) {
    state_.With([slot](State& state) { state.unused.push_back(slot); });
  }

  // Makes `next` current, after stamp(its generation).
  // Result. What nobody holds any more; the caller frees it, without the lock.
  template <typename Stamp>
  std::vector<Image> Publish(Image next, Stamp stamp) {
    return state_.With([&](State& state) {
      // All that can fail comes before W1.
      state.retired.reserve(state.retired.size() + 1);
      std::vector<Image> freed, held;
      freed.reserve(state.retired.size() + 1);
      held.reserve(state.slots.size());
      stamp(++state.generation);
      state.retired.push_back(current_.exchange(next, Orders::kSwap));  // W1
      TakeUnheld(state, held, freed);
      return freed;
    });
  }
  // Result. As of Publish().
  std::vector<Image> Collect() {
    return state_.With([&](State& state) {
      std::vector<Image> freed, held;
      if (state.retired.empty()) return freed;
      freed.reserve(state.retired.size());
      held.reserve(state.slots.size());
      TakeUnheld(state, held, freed);
      return freed;
    });
  }

  // f(state, current image) under the lock.
  template <typename F>
  auto Inspect(F f) {
    return state_.With(
        [&](State& state) { return f(state, current_.load(Orders::kRead)); });
  }

 protected:
  typename Env::template Locked<State>& state() { return state_; }
  Word& current() { return current_; }

  // Moves the retired images that no slot holds to `freed`: none while a reader
  // is between P1 and P3, since it may get any of them.
  static void TakeUnheld(State& state, std::vector<Image>& held,
                         std::vector<Image>& freed) {
    for (Slot* slot : state.slots) {
      const uintptr_t says = slot->holds.load(Orders::kScan);  // W2
      if (says == kPinning) return;
      if (says != kIdle) held.push_back(says);
    }
    const auto end = std::partition(
        state.retired.begin(), state.retired.end(), [&held](Image image) {
          return std::find(held.begin(), held.end(), image) != held.end();
        });
    freed.assign(end, state.retired.end());
    state.retired.erase(end, state.retired.end());
  }

 private:
  // A line that readers share and only W1 writes.
  alignas(128) Word current_;
  alignas(128) typename Env::template Locked<State> state_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_POLICY_STORE_PROTOCOL_H_
