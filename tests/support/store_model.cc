#include "tests/support/store_model.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

namespace portcullis::model {

Replay* Replay::current_ = nullptr;

Access Replay::Next(const std::function<void()>& thread,
                    const std::vector<Result>& results) {
  Replay replay(results);
  current_ = &replay;
  try {
    thread();
  } catch (const Paused&) {
  }
  current_ = nullptr;
  return replay.pending;  // kDone when the thread returned
}

Slot* SlotAt(size_t index) {
  static std::array<Slot, kMaxSlots> slots = {Slot{Word(kFirstSlot)},
                                              Slot{Word(kFirstSlot + 1)},
                                              Slot{Word(kFirstSlot + 2)}};
  return &slots.at(index);
}

namespace {

// What a thread is certain to have seen. Contents of an image count as one
// event for Init and one counter a thread for its Uses.
struct View {
  std::array<uint8_t, kLocations> messages{};
  std::array<uint8_t, kMaxImages> inits{};
  std::array<std::array<uint8_t, kMaxThreads>, kMaxImages> uses{};

  void Join(const View& other) {
    const auto join = [](auto& mine, const auto& theirs) {
      for (size_t i = 0; i < mine.size(); ++i) {
        mine[i] = std::max(mine[i], theirs[i]);
      }
    };
    join(messages, other.messages);
    join(inits, other.inits);
    for (size_t i = 0; i < uses.size(); ++i) join(uses[i], other.uses[i]);
  }
};

struct Message {
  uintptr_t value = 0;
  View view;
};

struct Image {
  uint8_t generation = 0;
  bool freed = false;
  std::array<uint8_t, kMaxThreads> uses{};
};

struct Memory {
  std::array<std::vector<Message>, kLocations> messages;
  std::array<uint8_t, kLocations> seq_cst{};  // oldest that such a load may see
  std::array<Image, kMaxImages> images{};
  int holder = -1;  // of the lock
  View lock_view;
  std::string guarded;
};

struct Node {
  Memory memory;
  std::array<View, kMaxThreads> views;
  std::array<int, kMaxThreads> histories{};  // ids of Histories
};

bool IsAcquire(std::memory_order order) {
  return order == std::memory_order_acquire ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}
bool IsRelease(std::memory_order order) {
  return order == std::memory_order_release ||
         order == std::memory_order_acq_rel ||
         order == std::memory_order_seq_cst;
}

std::string Describe(int thread, const Access& access, uintptr_t result) {
  static constexpr std::array<const char*, 10> kNames = {
      "done",   "load", "store", "exchange", "lock",
      "unlock", "init", "use",   "free",     "failed"};
  std::string text = "thread " + std::to_string(thread) + ": " +
                     kNames[static_cast<size_t>(access.kind)];
  if (access.kind != Access::Kind::kLock &&
      access.kind != Access::Kind::kUnlock) {
    text += access.kind >= Access::Kind::kInit ? " image "
            : access.target == kCurrent        ? " current"
                                               : " slot ";
    if (access.target != kCurrent || access.kind >= Access::Kind::kInit) {
      text += std::to_string(access.target);
    }
    text += " value " + std::to_string(access.value) + " -> " +
            std::to_string(result);
  }
  return text;
}

// What threads have seen, shared by all states: a trie of results, with the
// access that follows in each node.
class Histories {
 public:
  explicit Histories(const std::vector<std::function<void()>>& threads)
      : threads_(threads) {
    for (size_t i = 0; i < threads.size(); ++i) {
      entries_.push_back({static_cast<int>(i), {}, {}, false, {}});
    }
  }

  const Access& Next(int id) {
    Entry& entry = entries_[static_cast<size_t>(id)];
    if (!entry.known) {
      entry.next = Replay::Next(threads_[static_cast<size_t>(entry.thread)],
                                entry.results);
      entry.known = true;
    }
    return entry.next;
  }

  int Child(int id, const Result& result) {
    const std::pair<uintptr_t, std::string> key(result.value, result.guarded);
    auto [found, is_new] =
        entries_[static_cast<size_t>(id)].children.try_emplace(
            key, static_cast<int>(entries_.size()));
    const int child = found->second;
    if (is_new) {
      Entry entry = {entries_[static_cast<size_t>(id)].thread,
                     entries_[static_cast<size_t>(id)].results,
                     {},
                     false,
                     {}};
      entry.results.push_back(result);
      entries_.push_back(std::move(entry));
    }
    return child;
  }

 private:
  struct Entry {
    int thread;
    std::vector<Result> results;
    Access next;
    bool known;
    std::map<std::pair<uintptr_t, std::string>, int> children;
  };
  const std::vector<std::function<void()>>& threads_;
  std::vector<Entry> entries_;
};

class Explorer {
 public:
  Explorer(const std::vector<std::function<void()>>& threads, bool has_after)
      : thread_count_(static_cast<int>(threads.size()) - (has_after ? 1 : 0)),
        all_(static_cast<int>(threads.size())),
        histories_(threads) {}

  Verdict Run() {
    Push(First(), -1, {});
    while (!stack_.empty() && verdict_.fault.empty()) {
      Frame frame = std::move(stack_.back());
      stack_.pop_back();
      Expand(frame);
    }
    verdict_.states = seen_.size();
    return std::move(verdict_);
  }

 private:
  struct Frame {
    Node node;
    int step;  // in steps_, how it was reached
  };
  struct Step {
    int before;
    std::string text;
  };

  // Image 0 is current and every slot idle, as all threads know.
  static Node First() {
    Node node;
    for (auto& messages : node.memory.messages) messages.resize(1);
    node.memory.messages[kCurrent][0].value = ImageWord(0);
    node.memory.images[0].generation = 1;
    for (int i = 0; i < kMaxThreads; ++i) {
      node.views[static_cast<size_t>(i)].inits[0] = 1;
      node.histories[static_cast<size_t>(i)] = i;
    }
    return node;
  }

  void Push(Node node, int before, std::string text) {
    if (!seen_.insert(Key(node)).second) return;
    steps_.push_back({before, std::move(text)});
    stack_.push_back({std::move(node), static_cast<int>(steps_.size()) - 1});
  }

  static void Append(std::string& key, const View& view) {
    key.append(view.messages.begin(), view.messages.end());
    key.append(view.inits.begin(), view.inits.end());
    for (const auto& uses : view.uses) key.append(uses.begin(), uses.end());
  }

  // Equal for states from which the same can follow.
  std::string Key(const Node& node) const {
    std::string key;
    for (int i = 0; i < all_; ++i) {
      const auto at = static_cast<size_t>(i);
      key += std::to_string(node.histories[at]) + ',';
      Append(key, node.views[at]);
    }
    for (const auto& messages : node.memory.messages) {
      key += static_cast<char>(messages.size());
      for (const Message& message : messages) {
        key += static_cast<char>(message.value);
        Append(key, message.view);
      }
    }
    const auto& newest = node.memory.seq_cst;
    key.append(newest.begin(), newest.end());
    for (const Image& image : node.memory.images) {
      key += static_cast<char>(image.generation);
      key += image.freed ? 'f' : '-';
      key.append(image.uses.begin(), image.uses.end());
    }
    key += static_cast<char>(node.memory.holder + 1);
    Append(key, node.memory.lock_view);
    return key + node.memory.guarded;
  }

  bool IsDone(const Node& node, int thread) {
    return histories_.Next(node.histories[static_cast<size_t>(thread)]).kind ==
           Access::Kind::kDone;
  }

  void Expand(const Frame& frame) {
    bool moved = false, waiting = false;
    for (int i = 0; i < thread_count_; ++i) {
      if (IsDone(frame.node, i)) continue;
      waiting = true;
      moved = Step1(frame, i) || moved;
    }
    if (waiting && !moved) return Fault(frame.step, "deadlock");
    if (!waiting) ExpandAfter(frame);
  }

  // All threads are done: the one after them knows all that they knew.
  void ExpandAfter(const Frame& frame) {
    if (all_ == thread_count_ || IsDone(frame.node, thread_count_)) {
      ++verdict_.ends;
      return CheckEnd(frame);
    }
    Frame joined = frame;
    View& view = joined.node.views[static_cast<size_t>(thread_count_)];
    for (const View& other : frame.node.views) view.Join(other);
    Step1(joined, thread_count_);
  }

  // Every image but the current one was freed.
  void CheckEnd(const Frame& frame) {
    const Memory& memory = frame.node.memory;
    const uintptr_t current = memory.messages[kCurrent].back().value;
    for (int i = 0; i < kMaxImages; ++i) {
      const Image& image = memory.images[static_cast<size_t>(i)];
      if (image.generation != 0 && image.freed == (ImageWord(i) == current)) {
        return Fault(frame.step, image.freed ? "the current image was freed"
                                             : "an image was never freed");
      }
    }
  }

  void Fault(int step, const std::string& what) {
    if (!verdict_.fault.empty()) return;
    verdict_.fault = what;
    for (; step > 0; step = steps_[static_cast<size_t>(step)].before) {
      verdict_.path.push_back(steps_[static_cast<size_t>(step)].text);
    }
    std::reverse(verdict_.path.begin(), verdict_.path.end());
  }

  // The state after `access` of `thread` had `result`.
  void Follow(const Frame& frame, Node node, int thread, const Access& access,
              const Result& result) {
    int& history = node.histories[static_cast<size_t>(thread)];
    history = histories_.Child(history, result);
    Push(std::move(node), frame.step, Describe(thread, access, result.value));
  }

  // Makes the next access of `thread` in every way it can happen. False when
  // it has to wait.
  bool Step1(const Frame& frame, int thread) {
    const Access access = histories_.Next(
        frame.node.histories[static_cast<size_t>(thread)]);  // a copy: grows
    switch (access.kind) {
      case Access::Kind::kLoad: Load(frame, thread, access); return true;
      case Access::Kind::kStore:
      case Access::Kind::kExchange: Write(frame, thread, access); return true;
      case Access::Kind::kLock: return Lock(frame, thread, access);
      case Access::Kind::kUnlock: Unlock(frame, thread, access); return true;
      case Access::Kind::kFailed: Fault(frame.step, access.fault); return true;
      case Access::Kind::kDone: return true;
      default: Contents(frame, thread, access); return true;
    }
  }

  void Load(const Frame& frame, int thread, const Access& access) {
    const auto at = static_cast<size_t>(access.target);
    const Memory& memory = frame.node.memory;
    const bool seq_cst = access.order == std::memory_order_seq_cst;
    size_t oldest = frame.node.views[static_cast<size_t>(thread)].messages[at];
    if (seq_cst) oldest = std::max<size_t>(oldest, memory.seq_cst[at]);
    for (size_t i = oldest; i < memory.messages[at].size(); ++i) {
      Node node = frame.node;
      Read(node, thread, access, i);
      if (seq_cst) node.memory.seq_cst[at] = static_cast<uint8_t>(i);
      Follow(frame, std::move(node), thread, access,
             {memory.messages[at][i].value, {}});
    }
  }

  static void Read(Node& node, int thread, const Access& access, size_t i) {
    const auto at = static_cast<size_t>(access.target);
    View& view = node.views[static_cast<size_t>(thread)];
    view.messages[at] = static_cast<uint8_t>(i);
    if (IsAcquire(access.order)) view.Join(node.memory.messages[at][i].view);
  }

  // Every location has one writer at a time (the slot's reader, the holder of
  // the lock), so a new message is the last. An exchange reads the one before.
  void Write(const Frame& frame, int thread, const Access& access) {
    const auto at = static_cast<size_t>(access.target);
    Node node = frame.node;
    auto& messages = node.memory.messages[at];
    const size_t before = messages.size() - 1;
    const bool exchange = access.kind == Access::Kind::kExchange;
    if (exchange) Read(node, thread, access, before);
    View& view = node.views[static_cast<size_t>(thread)];
    view.messages[at] = static_cast<uint8_t>(messages.size());
    Message message;
    message.value = access.value;
    if (IsRelease(access.order)) message.view = view;
    // An exchange goes on with the release sequence that it read.
    if (exchange) message.view.Join(messages[before].view);
    if (access.order == std::memory_order_seq_cst) {
      node.memory.seq_cst[at] = static_cast<uint8_t>(messages.size());
    }
    const uintptr_t old = messages[before].value;
    messages.push_back(std::move(message));
    Follow(frame, std::move(node), thread, access, {exchange ? old : 0, {}});
  }

  bool Lock(const Frame& frame, int thread, const Access& access) {
    if (frame.node.memory.holder >= 0) return false;
    Node node = frame.node;
    node.memory.holder = thread;
    node.views[static_cast<size_t>(thread)].Join(node.memory.lock_view);
    Follow(frame, std::move(node), thread, access,
           {0, frame.node.memory.guarded});
    return true;
  }

  void Unlock(const Frame& frame, int thread, const Access& access) {
    Node node = frame.node;
    node.memory.holder = -1;
    node.memory.lock_view = node.views[static_cast<size_t>(thread)];
    node.memory.guarded = access.guarded;
    Follow(frame, std::move(node), thread, access, {});
  }

  // Init, Use and Free of an image.
  void Contents(const Frame& frame, int thread, const Access& access) {
    const auto at = static_cast<size_t>(access.target);
    const auto self = static_cast<size_t>(thread);
    Node node = frame.node;
    Image& image = node.memory.images[at];
    View& view = node.views[self];
    Result result;
    const char* fault = nullptr;
    if (access.kind == Access::Kind::kInit) {
      image.generation = static_cast<uint8_t>(access.value);
      view.inits[at] = 1;
    } else if (image.freed) {
      fault = access.kind == Access::Kind::kUse ? "use of a freed image"
                                                : "an image was freed twice";
    } else if (view.inits[at] == 0) {
      fault = "use of an image that is not known to be written";
    } else if (access.kind == Access::Kind::kUse) {
      view.uses[at][self] = ++image.uses[self];
      result.value = image.generation;
    } else {
      if (view.uses[at] != image.uses) {
        fault = "an image was freed while its last use is not known to be over";
      }
      image.freed = true;
    }
    if (fault != nullptr) {
      steps_.push_back({frame.step, Describe(thread, access, 0)});
      return Fault(static_cast<int>(steps_.size()) - 1, fault);
    }
    Follow(frame, std::move(node), thread, access, result);
  }

  const int thread_count_;
  const int all_;
  Histories histories_;
  std::vector<Frame> stack_;
  std::vector<Step> steps_;
  std::unordered_set<std::string> seen_;
  Verdict verdict_;
};

}  // namespace

Verdict Explore(const std::vector<std::function<void()>>& threads,
                const std::function<void()>& after) {
  std::vector<std::function<void()>> all = threads;
  all.push_back(after);
  return Explorer(all, true).Run();
}

}  // namespace portcullis::model
