// Internal: use compile.h. Stage 8: statements -> automaton.
//
// Sorted action points with their ranks, one row of action intervals a rule set
// and service with the deny entries first.
#ifndef PORTCULLIS_COMPILER_AUTOMATON_H_
#define PORTCULLIS_COMPILER_AUTOMATON_H_

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/compile.h"
#include "compiler/statements.h"
#include "compiler/tables.h"
#include "compiler/trie.h"

namespace portcullis {

// What the actions of one statement come to.
struct ActionRanges {
  std::string service;  // the one service they are of; empty: any
  std::vector<ActionInterval> intervals;  // ascending, disjoint
  bool check = false;  // a name in the intervals must be matched as well
};

// The services that RCPs reach, folded; none where they reach all (S-101).
using ServiceNames = std::set<std::string, std::less<>>;
ServiceNames RcpServices(const PolicySet& set);

// The sorted list of all action names and prefix bounds of a set: every action
// pattern gives the points at which ranks change.
class ActionIndex {
 public:
  // Writes action points, and the services of the points and of
  // `extra_services`.
  ActionIndex(const CompiledPolicies& policies,
              const ServiceNames& extra_services, Tables& tables);

  // One element a service that the statement's actions name, or a single one
  // without service for `*` and NotAction.
  std::vector<ActionRanges> RangesOf(const CompiledStatement& statement) const;
  uint32_t ServiceOf(std::string_view service) const;

 private:
  struct Service {
    uint32_t index = 0;
    uint32_t first_point = 0;
  };

  void Note(std::string_view pattern);
  void AddServices(Tables& tables);
  void AddPoints(Tables& tables);
  ActionInterval IntervalOf(std::string_view pattern) const;
  uint32_t PointOf(std::string_view text) const;

  std::map<std::string, uint32_t, std::less<>> points_;
  std::map<std::string, Service, std::less<>> services_;
};

// Writes rule sets and their rows; equal ones are one.
class RuleSetBuilder {
 public:
  RuleSetBuilder(const ActionIndex& actions, const CompiledPolicies& policies,
                 const CompileOptions& options, TrieWriter& tries,
                 Tables& tables);

  // The rule set of the given policies; order and duplicates do not matter.
  uint32_t Add(const std::vector<PolicyIndex>& policies);
  // How many rule sets go without rows for want of budget.
  size_t sets_without_rows() const { return sets_without_rows_; }

 private:
  static constexpr uint32_t kAnyService = kNoIndex;
  struct ServiceEntry {
    uint32_t service;  // kAnyService: the row of all
    RowEntry entry;
  };

  void AddEntries(uint32_t statement);
  std::vector<ServiceEntry> EntriesOf(const std::vector<uint32_t>& records,
                                      RuleSetRecord& set) const;
  bool IsRow(uint32_t at, const std::vector<uint64_t>& row) const;
  RuleSetRecord Build(const std::vector<uint32_t>& records);
  uint32_t AddRow(std::span<const ServiceEntry> of_service);
  uint32_t WriteRow(const std::vector<RowEntry>& entries,
                    std::vector<uint64_t>& row);
  bool IsDeny(uint32_t statement) const;
  // Of the rows so far.
  size_t RowBytes() const {
    return tables_.rows.size() * sizeof(uint64_t) +
           tables_.row_slots.size() * sizeof(RowSlotRecord);
  }

  const ActionIndex& actions_;
  const CompiledPolicies& policies_;
  const CompileOptions& options_;
  TrieWriter& tries_;
  Tables& tables_;
  // The entries that statements make in rows of their services: those of
  // statement s are entries_[begin_of_[s]] to entries_[begin_of_[s + 1]].
  std::vector<ServiceEntry> entries_;
  std::vector<size_t> begin_of_;
  std::map<std::vector<uint32_t>, uint32_t> sets_;
  ByContent<uint32_t> rows_;  // by their words, but for what a trie adds
  size_t sets_without_rows_ = 0;
};

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_AUTOMATON_H_
