// policy_store.h -- stage 11: view -> published view. The one place where a
// process changes its policies while threads decide on them.
//
//   PolicyStore store(std::move(first_file));     // once a process
//   PolicyStore::Reader reader(store);            // once a thread
//   {
//     const PolicyStore::Pin pin(reader);         // once a batch of requests
//     Decide(pin.view(), request, scratch);
//   }
//   store.Publish(std::move(next_file));          // any thread, any time
//
// What holds.
//   1. A pin serves one whole image, from its beginning to its end; that image
//      is not freed, unmapped or changed meanwhile.
//   2. A pin made after Publish() returned, in the order that the threads can
//      observe, serves that image or a newer one; a reader never sees an older
//      generation than it has seen.
//   3. Making and ending a pin is wait-free: a fixed number of instructions,
//      whatever the others do. It takes no lock, allocates and frees nothing,
//      and writes only to a cache line of the reader's own.
//   4. A replaced image is freed by the first Publish() or Collect() that finds
//      no pin of it and no thread in the few instructions between beginning a
//      pin and having it. At most one replaced image a reader outlives that.
//   5. Publishers never wait for readers, nor readers for publishers.
//
// Invariants, and which store publishes to which load: policy_store_protocol.h;
// explained in docs/concurrency.md. Held by tests/store_model_test (every
// interleaving of small cases), tests/policy_store_stress under the thread and
// address sanitizers, tests/runtime_policy_store_test.
#ifndef PORTCULLIS_RUNTIME_POLICY_STORE_H_
#define PORTCULLIS_RUNTIME_POLICY_STORE_H_

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/image_file.h"
#include "runtime/image_view.h"
#include "runtime/policy_store_protocol.h"

namespace portcullis {

// Internal: the protocol on the machine's own atomics.
struct StoreEnv {
  using Word = std::atomic<uintptr_t>;
  static_assert(Word::is_always_lock_free);
  // Two lines: processors fetch the neighbour of a line along with it.
  struct alignas(128) Slot {
    Word holds{0};
  };
  template <typename State>
  class Locked {
   public:
    template <typename F>
    auto With(F f) {
      const std::lock_guard<std::mutex> lock(mutex_);
      return f(state_);
    }
    std::mutex& mutex() { return mutex_; }
    State& state() { return state_; }  // Requires. The caller holds the mutex.

   private:
    std::mutex mutex_;
    State state_;
  };
  static Slot* NewSlot(size_t) { return new Slot; }
  static void DeleteSlot(Slot* slot) { delete slot; }
};

// Threads. Thread-safe, but for construction and destruction.
// Lifetime. Outlives its Readers.
class PolicyStore {
 public:
  class Reader;
  class Pin;

  struct Counters {
    uint64_t generation = 0;     // of the current image; the first is 1
    uint64_t active_digest = 0;  // of the current image
    size_t retired_images = 0;   // replaced, not yet freed
    size_t retired_bytes = 0;
    size_t readers = 0;
  };

  // A store always has an image: a process without policies has nothing to
  // decide with, and must not start.
  explicit PolicyStore(ImageFile first);
  // `owner` keeps the bytes behind `first` alive and frees them; its deleter
  // runs on a thread that publishes, collects, or destroys the store, and must
  // not call back into the store.
  PolicyStore(const ImageView& first, std::shared_ptr<const void> owner);
  PolicyStore(const PolicyStore&) = delete;
  PolicyStore& operator=(const PolicyStore&) = delete;
  // Requires. No Reader of this store exists.
  ~PolicyStore();

  // Makes an image current, and frees what no reader needs any more.
  // Result. The image's generation; later publications have larger ones.
  // Errors. std::bad_alloc; then the store is as it was.
  // Cost. Linear in the readers plus the retired images, and freeing those.
  uint64_t Publish(ImageFile next);
  uint64_t Publish(const ImageView& next, std::shared_ptr<const void> owner);

  // Frees the replaced images that no reader needs any more. Call it now and
  // then while retired_images is not 0 (ImageWatcher does): the end of a pin
  // frees nothing, so that readers never pay for unmapping.
  // Result. How many replaced images are left.
  size_t Collect();

  Counters counters() const;

  // For fork() while other threads may use the store: the first before it, one
  // of the others after it. In the child every pin is over, and the Readers of
  // threads that are gone are idle; those of the forking thread work on.
  // Requires. The forking thread has no Pin.
  void BeforeFork();
  void AfterForkInParent();
  void AfterForkInChild();

 private:
  struct Published {
    ImageView view;
    uint64_t generation = 1;
    std::shared_ptr<const void> owner;
  };
  using Protocol = StoreProtocol<StoreEnv>;

  // Gives `BeforeFork()` and the destructor the lock and what it guards.
  struct Core : Protocol {
    using Protocol::Protocol;
    using Protocol::state;
  };

  static uintptr_t Word(const Published* image) {
    return reinterpret_cast<uintptr_t>(image);
  }
  static const Published* Image(uintptr_t word) {
    return reinterpret_cast<const Published*>(word);
  }
  static void Free(const std::vector<uintptr_t>& images);

  explicit PolicyStore(std::shared_ptr<const ImageFile> first);

  // The lock is inside; reading the counters changes nothing else.
  mutable Core core_;
};

// A thread's way to the store: its slot. Make one a thread and keep it; it may
// move from thread to thread between pins, with synchronisation.
//
// Threads. Thread-compatible.
// Cost. The constructor and the destructor take the store's lock; the
// constructor allocates when more Readers exist than ever before.
class PolicyStore::Reader {
 public:
  explicit Reader(PolicyStore& store)
      : core_(store.core_), slot_(*core_.Register()) {}
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  // Requires. No Pin of this Reader exists.
  ~Reader() {
    assert(slot_.holds.load(std::memory_order_relaxed) == Protocol::kIdle);
    core_.Unregister(&slot_);
  }

 private:
  friend class Pin;

  Core& core_;
  Protocol::Slot& slot_;
};

// Keeps the image that was current when it was made. Pins of one Reader nest:
// an inner pin serves the image of the outermost one, so that what is decided
// within an outer pin is decided on one version. The inner one ends first.
//
// Threads. Stays on the thread that made it.
class [[nodiscard]] PolicyStore::Pin {
 public:
  // The slot is written by this thread alone: it tells whether a pin exists.
  explicit Pin(Reader& reader) noexcept
      : core_(reader.core_),
        slot_(reader.slot_),
        outer_(slot_.holds.load(std::memory_order_relaxed)) {
    image_ = Image(outer_ == Protocol::kIdle ? core_.Pin(slot_) : outer_);
  }
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;
  static void* operator new(size_t) = delete;  // scopes end in the right order
  ~Pin() {
    if (outer_ == Protocol::kIdle) core_.Unpin(slot_);
  }

  // Lifetime. As long as the outermost pin.
  const ImageView& view() const { return image_->view; }
  uint64_t generation() const { return image_->generation; }

 private:
  Core& core_;
  Protocol::Slot& slot_;
  const uintptr_t outer_;  // what the slot said before: kIdle, or the image
  const Published* image_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_POLICY_STORE_H_
