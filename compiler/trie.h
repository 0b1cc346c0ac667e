// Internal: use compile.h. Stage 8, continued: the tries of long pattern lists
// and rows
#ifndef PORTCULLIS_COMPILER_TRIE_H_
#define PORTCULLIS_COMPILER_TRIE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/compile.h"
#include "compiler/statements.h"
#include "compiler/tables.h"

namespace portcullis {

// Ranks lo..hi within a service, both included.
struct ActionInterval {
  uint32_t lo = 0;
  uint32_t hi = 0;

  friend bool operator==(const ActionInterval&,
                         const ActionInterval&) = default;
};

// An action interval of a statement in a row.
struct RowEntry {
  ActionInterval interval;
  uint32_t statement = 0;
  bool check = false;  // the statement's action globs decide
  bool whole = false;  // else nothing but the interval does
};

// Writes tries until the budget of the options is used up.
class TrieWriter {
 public:
  TrieWriter(const CompileOptions& options, const CompiledPolicies& policies,
             Tables& tables)
      : options_(options), policies_(policies), tables_(tables) {}

  // Gives the long pattern lists their tries. Called before AddRow().
  void AddToLists();
  // The trie of a row whose entries are in their final order; kNoIndex when no
  // action has many candidates in it, or the budget is used up.
  uint32_t AddRow(const std::vector<RowEntry>& entries);

  size_t tries() const { return tables_.tries.size(); }
  // How many lists and rows go without for want of budget.
  size_t left_out() const { return left_out_; }

 private:
  class Builder;

  bool IsInRow(uint32_t statement) const;
  bool PaysForTrie(const std::vector<RowEntry>& entries) const;
  uint32_t WriteIfItFits(const Builder& builder, uint32_t targets);

  const CompileOptions& options_;
  const CompiledPolicies& policies_;
  Tables& tables_;
  size_t used_ = 0;  // bytes of tries; at most the budget
  size_t left_out_ = 0;
};

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_TRIE_H_
