#include "compiler/trie.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace portcullis {
namespace {

// A list of more patterns than this is walked as a trie; a shorter one is
// matched pattern by pattern.
constexpr uint32_t kTrieThreshold = 16;

// Targets of a trie: `count` from `first` on.
struct TargetRange {
  uint32_t first = 0;
  uint32_t count = 1;
};

}  // namespace

// One trie while it grows. Nodes are numbered from 0 in the order they are
// made, so that every child comes after its parent.
class TrieWriter::Builder {
 public:
  Builder() : nodes_(1) {}

  // Adds one of Tables::all_patterns, which stands for some targets. Patterns
  // that never match are left out.
  void Add(uint32_t index, TargetRange targets, Tables& tables) {
    const ArnPattern pattern = tables.ParsedPattern(index);
    if ((pattern.flags & kPatternNever) != 0) return;
    at_ = 0;
    verify_ = false;
    if ((pattern.flags & kPatternAll) != 0) {
      AddStar();
    } else {
      AddParts(pattern);
    }
    nodes_[at_].targets.push_back({tables.ImagePattern(index), targets.first,
                                   targets.count,
                                   verify_ ? uint32_t{kTargetVerify} : 0});
  }

  size_t Bytes() const {
    size_t bytes = nodes_.size() * sizeof(TrieNodeRecord);
    for (const Node& node : nodes_) {
      bytes += node.edges.size() * sizeof(TrieEdgeRecord) +
               node.targets.size() * sizeof(TrieTargetRecord);
    }
    return bytes;
  }

  // Appends the trie and returns its index.
  uint32_t Write(uint32_t targets, Tables& tables) const {
    const uint32_t root = Narrow(tables.trie_nodes.size());
    for (const Node& node : nodes_) WriteNode(node, root, tables);
    tables.tries.push_back({root, Narrow(nodes_.size()), targets, 0});
    return Narrow(tables.tries.size() - 1);
  }

 private:
  struct Node {
    std::vector<std::pair<unsigned char, uint32_t>> edges;
    std::vector<TrieTargetRecord> targets;
    uint32_t question = kNoIndex;
    uint32_t star = kNoIndex;
    bool is_star = false;
    bool is_question = false;
  };

  // The parts with the colons between them. What the trie cannot say exactly (a
  // wildcard that must not cross a colon, a variable) it takes too widely, and
  // the target is verified.
  void AddParts(const ArnPattern& pattern) {
    for (size_t i = 0; i < kPatternParts; ++i) {
      if (i > 0) AddByte(':');
      const bool field = i + 1 < kPatternParts;
      const bool crossing = (pattern.crossing >> i & 1) != 0;
      const Tokens& part = pattern.parts[i];
      for (size_t k = 0; k < part.size(); ++k) {
        const bool final_crossing = crossing && k + 1 == part.size();
        AddToken(part[k], field && !final_crossing);
      }
    }
  }

  void AddToken(const Token& token, bool bounded) {
    switch (token.op) {
      case TokenOp::kLiteral:
        for (const char c : token.text) AddByte(c);
        break;
      case TokenOp::kQuestion:
        for (uint32_t i = 0; i < token.count; ++i) AddQuestion();
        verify_ = verify_ || bounded;
        break;
      case TokenOp::kStar:
        AddStar();
        verify_ = verify_ || bounded;
        break;
      case TokenOp::kVariable: AddStar(); verify_ = true;
    }
  }

  void AddByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    auto& edges = nodes_[at_].edges;
    const auto place =
        std::lower_bound(edges.begin(), edges.end(), byte,
                         [](const auto& edge, unsigned char value) {
                           return edge.first < value;
                         });
    if (place != edges.end() && place->first == byte) {
      at_ = place->second;
      return;
    }
    const uint32_t child = Narrow(nodes_.size());
    edges.insert(place, {byte, child});
    nodes_.emplace_back();
    at_ = child;
  }

  void AddQuestion() {
    if (nodes_[at_].question == kNoIndex) {
      nodes_[at_].question = Narrow(nodes_.size());
      nodes_.emplace_back();
      nodes_.back().is_question = true;
    }
    at_ = nodes_[at_].question;
  }

  void AddStar() {
    if (nodes_[at_].is_star) return;
    if (nodes_[at_].star == kNoIndex) {
      nodes_[at_].star = Narrow(nodes_.size());
      nodes_.emplace_back();
      nodes_.back().is_star = true;
    }
    at_ = nodes_[at_].star;
  }

  static void WriteNode(const Node& node, uint32_t root, Tables& tables) {
    TrieNodeRecord record = {};
    record.edge_begin = Narrow(tables.trie_edges.size());
    record.edge_count = static_cast<uint16_t>(node.edges.size());
    record.is_star = node.is_star ? 1 : 0;
    record.question =
        node.question == kNoIndex ? kNoIndex : root + node.question;
    record.star = node.star == kNoIndex ? kNoIndex : root + node.star;
    record.target_begin = Narrow(tables.trie_targets.size());
    record.target_count = Narrow(node.targets.size());
    record.is_question = node.is_question ? 1 : 0;
    for (const auto& [byte, child] : node.edges) {
      tables.trie_edges.push_back({byte, root + child});
    }
    tables.trie_targets.insert(tables.trie_targets.end(), node.targets.begin(),
                               node.targets.end());
    tables.trie_nodes.push_back(record);
  }

  std::vector<Node> nodes_;
  uint32_t at_ = 0;  // where the pattern being added stands
  bool verify_ = false;
};

bool TrieWriter::IsInRow(uint32_t statement) const {
  return IsInRowTrie(tables_.statements[statement]);
}

// Has some action to be matched with more patterns than the threshold?
bool TrieWriter::PaysForTrie(const std::vector<RowEntry>& entries) const {
  const auto patterns_of = [this](const RowEntry& entry) {
    return static_cast<int64_t>(
        policies_.statements[entry.statement].patterns.size());
  };
  int64_t all = 0;
  for (const RowEntry& entry : entries) all += patterns_of(entry);
  if (all <= kTrieThreshold) return false;
  std::vector<std::pair<uint32_t, int64_t>> changes;  // at which rank
  for (const RowEntry& entry : entries) {
    if (!IsInRow(entry.statement)) continue;
    changes.emplace_back(entry.interval.lo, patterns_of(entry));
    changes.emplace_back(entry.interval.hi + 1, -patterns_of(entry));
  }
  std::sort(changes.begin(), changes.end());
  int64_t now = 0;
  for (const auto& [rank, change] : changes) {
    now += change;
    if (now > kTrieThreshold) return true;
  }
  return false;
}

uint32_t TrieWriter::WriteIfItFits(const Builder& builder, uint32_t targets) {
  const size_t bytes = builder.Bytes();
  if (bytes > options_.trie_budget - used_) {
    ++left_out_;
    return kNoIndex;
  }
  used_ += bytes;
  return builder.Write(targets, tables_);
}

void TrieWriter::AddToLists() {
  if (!options_.testing.list_tries) return;
  for (size_t i = 0; i < tables_.statements.size(); ++i) {
    const std::vector<uint32_t>& patterns = policies_.statements[i].patterns;
    if (patterns.size() <= kTrieThreshold) continue;
    tables_.statements[i].flags |= kStatementListed;
    tables_.statements[i].resources = tables_.AddPatternList(patterns);
  }
  for (size_t i = 0; i < tables_.pattern_lists.size(); ++i) {
    const std::vector<uint32_t>& patterns = tables_.list_patterns[i];
    if (patterns.size() <= kTrieThreshold) continue;
    Builder builder;
    for (const uint32_t pattern : patterns) {
      builder.Add(pattern, TargetRange(), tables_);
    }
    tables_.pattern_lists[i].trie = WriteIfItFits(builder, 1);
  }
  for (StatementRecord& statement : tables_.statements) {
    if ((statement.flags & kStatementListed) == 0) continue;
    const PatternListRecord& list = tables_.pattern_lists[statement.resources];
    if (list.trie != kNoIndex) continue;
    statement.flags &= ~uint32_t{kStatementListed};
    statement.resources = list.begin;
  }
}

uint32_t TrieWriter::AddRow(const std::vector<RowEntry>& entries) {
  if (!options_.testing.row_tries || !PaysForTrie(entries)) {
    return kNoIndex;
  }
  Builder builder;
  for (uint32_t i = 0; i < entries.size();) {
    TargetRange targets = {i, 0};
    const uint32_t statement = entries[i].statement;
    for (; i < entries.size() && entries[i].statement == statement; ++i) {
      ++targets.count;
    }
    if (!IsInRow(statement)) continue;
    for (const uint32_t pattern : policies_.statements[statement].patterns) {
      builder.Add(pattern, targets, tables_);
    }
  }
  return WriteIfItFits(builder, Narrow(entries.size()));
}

}  // namespace portcullis
