// stage 8, continued: the tries of long pattern lists and rows
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/automaton.h"

namespace portcullis {
namespace {

// A list of so many patterns is walked as a trie; a shorter one is matched
// pattern by pattern.
constexpr uint32_t kTrieThreshold = 16;

// Targets of a trie: `count` from `first` on.
struct TargetRange {
  uint32_t first = 0;
  uint32_t count = 1;
};

// One trie while it grows. Nodes are numbered from 0 in the order they are
// made, so that every child comes after its parent.
class TrieBuilder {
 public:
  TrieBuilder() : nodes_(1) {}

  // Adds a pattern that stands for some targets. Patterns that never match are
  // left out.
  void Add(const ArnPattern& pattern, uint32_t pattern_index,
           TargetRange targets) {
    if ((pattern.flags & kPatternNever) != 0) return;
    at_ = 0;
    verify_ = false;
    if ((pattern.flags & kPatternAll) != 0) {
      AddStar();
    } else {
      AddParts(pattern);
    }
    nodes_[at_].targets.push_back({pattern_index, targets.first, targets.count,
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

// Gives lists and rows their tries until the budget is used up.
class TrieAdder {
 public:
  TrieAdder(const CompileOptions& options, Tables& tables, CompileStats& stats)
      : options_(options), tables_(tables), stats_(stats) {}

  void AddToLists() {
    for (PatternListRecord& list : tables_.pattern_lists) {
      if (list.count <= kTrieThreshold) continue;
      TrieBuilder builder;
      AddPatterns(list, TargetRange(), builder);
      list.trie = WriteIfItFits(builder, 1);
    }
  }

  void AddToRows() {
    std::vector<uint64_t>& rows = tables_.rows;
    for (size_t begin = 0; begin < rows.size();) {
      const auto entries = static_cast<uint32_t>(RowEntryCount(rows[begin]));
      const uint64_t* const first = &rows[begin + kRowHeaderWords];
      if (CountPatterns(first, entries) > kTrieThreshold) {
        TrieBuilder builder;
        AddRow(first, entries, builder);
        rows[begin + 1] = WriteIfItFits(builder, entries);
      }
      begin += kRowHeaderWords + entries;
    }
  }

 private:
  // The list whose patterns the row's trie holds for a statement, or null: it
  // has a trie of its own, or its patterns exclude.
  const PatternListRecord* ListInRow(uint32_t statement) const {
    const StatementRecord& s = tables_.statements[statement];
    if ((s.flags & (kStatementAnyResource | kStatementNotResource)) != 0) {
      return nullptr;
    }
    const PatternListRecord& list = tables_.pattern_lists[s.resources];
    return list.trie == kNoIndex ? &list : nullptr;
  }

  // Calls `visit(list, targets)` for each statement of a row whose patterns the
  // row's trie holds.
  template <typename Visit>
  void ForEachList(const uint64_t* entries, uint32_t count, Visit visit) const {
    for (uint32_t i = 0; i < count;) {
      TargetRange targets = {i, 0};
      const uint32_t statement = EntryStatement(entries[i]);
      for (; i < count && EntryStatement(entries[i]) == statement; ++i) {
        ++targets.count;
      }
      const PatternListRecord* list = ListInRow(statement);
      if (list != nullptr) visit(*list, targets);
    }
  }

  size_t CountPatterns(const uint64_t* entries, uint32_t count) const {
    size_t patterns = 0;
    ForEachList(entries, count,
                [&patterns](const PatternListRecord& list, TargetRange) {
                  patterns += list.count;
                });
    return patterns;
  }

  void AddRow(const uint64_t* entries, uint32_t count,
              TrieBuilder& builder) const {
    ForEachList(entries, count,
                [&](const PatternListRecord& list, TargetRange targets) {
                  AddPatterns(list, targets, builder);
                });
  }

  void AddPatterns(const PatternListRecord& list, TargetRange targets,
                   TrieBuilder& builder) const {
    for (uint32_t i = 0; i < list.count; ++i) {
      const uint32_t pattern = tables_.pattern_refs[list.begin + i];
      builder.Add(tables_.parsed_patterns[pattern], pattern, targets);
    }
  }

  uint32_t WriteIfItFits(const TrieBuilder& builder, uint32_t targets) {
    const size_t bytes = builder.Bytes();
    if (bytes > options_.trie_budget - used_) {
      ++stats_.lists_without_trie;
      return kNoIndex;
    }
    used_ += bytes;
    ++stats_.tries;
    return builder.Write(targets, tables_);
  }

  const CompileOptions& options_;
  Tables& tables_;
  CompileStats& stats_;
  size_t used_ = 0;  // bytes of tries; at most the budget
};

}  // namespace

void AddTries(const CompileOptions& options, Tables& tables,
              CompileStats& stats) {
  TrieAdder adder(options, tables, stats);
  if (options.testing.list_tries) adder.AddToLists();
  if (options.testing.row_tries) adder.AddToRows();
}

}  // namespace portcullis
