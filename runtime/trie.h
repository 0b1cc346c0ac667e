// Internal: use decide.h. Walks a pattern trie: which of many patterns match
// one ARN, in one pass over it.
#ifndef PORTCULLIS_RUNTIME_TRIE_H_
#define PORTCULLIS_RUNTIME_TRIE_H_

#include <cstdint>
#include <string_view>

#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "runtime/text.h"

namespace portcullis {

// The set of trie nodes that are active at one place of the text.
//
// A node other than a star is reached along one path only, so that it is active
// at most once at a time; a star node loops on every byte, so that it stays
// active once entered and is entered once.
class TrieWalk {
 public:
  TrieWalk(const ImageTables& tables, const TrieRecord& trie, Scratch& scratch)
      : tables_(tables), trie_(trie), scratch_(scratch) {}

  // Cost. The active nodes of each byte: the patterns that share the prefix.
  void Run(std::string_view text) {
    Begin();
    for (const char c : text) {
      if (active_count_ == 0 && star_count_ == 0) return;
      Step(c);
    }
  }

  // Calls `accept(const TrieTargetRecord&)` for each target of the nodes that
  // are active at the text's end, until it returns true; returns whether it
  // did.
  template <typename Accept>
  bool AnyAccepted(Accept accept) const {
    for (uint32_t i = 0; i < active_count_; ++i) {
      if (AcceptNode(scratch_.active[i], accept)) return true;
    }
    for (uint32_t i = 0; i < star_count_; ++i) {
      if (AcceptNode(scratch_.stars[i], accept)) return true;
    }
    return false;
  }

 private:
  const TrieNodeRecord& Node(uint32_t index) const {
    return tables_.trie_nodes[index];
  }

  template <typename Accept>
  bool AcceptNode(uint32_t index, Accept accept) const {
    const TrieNodeRecord& node = Node(index);
    for (const TrieTargetRecord& target :
         tables_.trie_targets.subspan(node.target_begin, node.target_count)) {
      if (accept(target)) return true;
    }
    return false;
  }

  void Begin() {
    active_count_ = 0;
    star_count_ = 0;
    if (++scratch_.trie_generation == 0) {
      for (uint32_t& stamp : scratch_.star_generation) stamp = 0;
      scratch_.trie_generation = 1;
    }
    uint32_t count = 0;
    Enter(trie_.root, count);
    scratch_.active.swap(scratch_.next);
    active_count_ = count;
  }

  void Enter(uint32_t index, uint32_t& count) {
    scratch_.next[count++] = index;
    const uint32_t star = Node(index).star;
    if (star == kNoIndex) return;
    uint32_t& stamp = scratch_.star_generation[star - trie_.root];
    if (stamp == scratch_.trie_generation) return;
    stamp = scratch_.trie_generation;
    scratch_.stars[star_count_++] = star;
  }

  void Step(char c) {
    uint32_t count = 0;
    const uint32_t stars = star_count_;  // those entered now act from the next
    for (uint32_t i = 0; i < active_count_; ++i) {
      const uint32_t index = scratch_.active[i];
      Move(Node(index), c, count);
      if (Node(index).is_question != 0 && IsContinuation(c)) {
        scratch_.next[count++] = index;
      }
    }
    for (uint32_t i = 0; i < stars; ++i)
      Move(Node(scratch_.stars[i]), c, count);
    scratch_.active.swap(scratch_.next);
    active_count_ = count;
  }

  void Move(const TrieNodeRecord& node, char c, uint32_t& count) {
    if (node.question != kNoIndex && !IsContinuation(c)) {
      Enter(node.question, count);
    }
    const uint32_t target = FindEdge(node, static_cast<unsigned char>(c));
    if (target != kNoIndex) Enter(target, count);
  }

  uint32_t FindEdge(const TrieNodeRecord& node, uint32_t byte) const {
    uint32_t low = node.edge_begin;
    uint32_t high = low + node.edge_count;
    while (low < high) {
      const uint32_t middle = low + (high - low) / 2;
      const TrieEdgeRecord& edge = tables_.trie_edges[middle];
      if (edge.byte == byte) return edge.node;
      (edge.byte < byte ? low : high) = edge.byte < byte ? middle + 1 : middle;
    }
    return kNoIndex;
  }

  const ImageTables& tables_;
  const TrieRecord& trie_;
  Scratch& scratch_;
  uint32_t active_count_ = 0;
  uint32_t star_count_ = 0;
};

// The part of an ARN that tries are built over: what follows `arn:`.
inline std::string_view TrieText(std::string_view arn) { return Slice(arn, 4); }

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_TRIE_H_
