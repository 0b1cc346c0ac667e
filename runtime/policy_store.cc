#include "runtime/policy_store.h"

#include <utility>

namespace portcullis {

PolicyStore::PolicyStore(const ImageView& first,
                         std::shared_ptr<const void> owner)
    : core_(Word(new Published{first, 1, std::move(owner)})) {}

PolicyStore::PolicyStore(std::shared_ptr<const ImageFile> first)
    : PolicyStore(first->view(), first) {}

PolicyStore::PolicyStore(ImageFile first)
    : PolicyStore(std::make_shared<const ImageFile>(std::move(first))) {}

PolicyStore::~PolicyStore() {
  core_.Inspect([](Protocol::State& state, uintptr_t current) {
    assert(state.unused.size() == state.slots.size());
    Free(state.retired);
    delete Image(current);
    for (Protocol::Slot* slot : state.slots) StoreEnv::DeleteSlot(slot);
  });
}

uint64_t PolicyStore::Publish(ImageFile next) {
  auto file = std::make_shared<const ImageFile>(std::move(next));
  const ImageView& view = file->view();
  return Publish(view, std::move(file));
}

uint64_t PolicyStore::Publish(const ImageView& next,
                              std::shared_ptr<const void> owner) {
  auto image = std::make_unique<Published>();
  image->view = next;
  image->owner = std::move(owner);
  uint64_t generation = 0;
  const std::vector<uintptr_t> freed =
      core_.Publish(Word(image.get()), [&](uint64_t number) {
        generation = number;
        image->generation = number;
      });
  image.release();
  Free(freed);
  return generation;
}

size_t PolicyStore::Collect() {
  Free(core_.Collect());
  return counters().retired_images;
}

PolicyStore::Counters PolicyStore::counters() const {
  return core_.Inspect([](const Protocol::State& state, uintptr_t current) {
    Counters counters;
    counters.generation = state.generation;
    counters.active_digest = Image(current)->view.digest();
    counters.retired_images = state.retired.size();
    for (uintptr_t image : state.retired) {
      counters.retired_bytes += Image(image)->view.size_bytes();
    }
    counters.readers = state.slots.size() - state.unused.size();
    return counters;
  });
}

// Outside the lock: unmapping a large image takes milliseconds.
void PolicyStore::Free(const std::vector<uintptr_t>& images) {
  for (uintptr_t image : images) delete Image(image);
}

void PolicyStore::BeforeFork() { core_.state().mutex().lock(); }

void PolicyStore::AfterForkInParent() { core_.state().mutex().unlock(); }

void PolicyStore::AfterForkInChild() {
  for (Protocol::Slot* slot : core_.state().state().slots) core_.Unpin(*slot);
  core_.state().mutex().unlock();
}

}  // namespace portcullis
