#include "runtime/scratch.h"

#include <algorithm>

namespace portcullis {
namespace {

uint32_t LargestTrie(const ImageTables& tables) {
  uint32_t nodes = 0;
  for (const TrieRecord& trie : tables.tries) {
    nodes = std::max(nodes, trie.node_count);
  }
  return nodes;
}

uint32_t MostTargets(const ImageTables& tables) {
  uint32_t targets = 0;
  for (const TrieRecord& trie : tables.tries) {
    targets = std::max(targets, trie.targets);
  }
  return targets;
}

}  // namespace

Scratch::Scratch(const ImageView& image) {
  const ImageTables& tables = image.tables();
  const size_t nodes = LargestTrie(tables);
  keys.resize(tables.keys.size());
  conditions.resize(tables.conditions.size());
  active.resize(nodes);
  next.resize(nodes);
  stars.resize(nodes);
  star_generation.resize(nodes);
  accepted.resize((MostTargets(tables) + 63) / 64);
}

bool Scratch::Fits(const ImageView& image) const {
  const ImageTables& tables = image.tables();
  return keys.size() >= tables.keys.size() &&
         conditions.size() >= tables.conditions.size() &&
         active.size() >= LargestTrie(tables) &&
         accepted.size() * 64 >= MostTargets(tables);
}

}  // namespace portcullis
