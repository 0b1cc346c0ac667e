#include "compiler/automaton.h"

#include <algorithm>
#include <bit>

namespace portcullis {
namespace {

// The text before the first wildcard.
std::string_view LiteralPrefix(std::string_view pattern) {
  return pattern.substr(0, pattern.find_first_of("*?"));
}

bool IsLiteral(std::string_view pattern) {
  return LiteralPrefix(pattern).size() == pattern.size();
}

// `prefix*` and nothing else: its interval is exact.
bool IsPrefix(std::string_view pattern) {
  return !pattern.empty() && pattern.back() == '*' &&
         LiteralPrefix(pattern).size() + 1 == pattern.size();
}

std::string_view ServiceName(std::string_view pattern) {
  return pattern.substr(0, pattern.find(':'));
}

// The least text that sorts after every text that begins with `prefix`. A
// prefix holds at least `service:`, and no byte of UTF-8 is 0xFF.
std::string AfterPrefix(std::string_view prefix) {
  std::string text(prefix);
  text.back() = static_cast<char>(static_cast<unsigned char>(text.back()) + 1);
  return text;
}

// Ascending and disjoint.
void Merge(std::vector<ActionInterval>& intervals) {
  std::sort(intervals.begin(), intervals.end(),
            [](const auto& a, const auto& b) { return a.lo < b.lo; });
  std::vector<ActionInterval> merged;
  for (const ActionInterval& next : intervals) {
    if (!merged.empty() && next.lo <= merged.back().hi + 1) {
      merged.back().hi = std::max(merged.back().hi, next.hi);
    } else {
      merged.push_back(next);
    }
  }
  intervals = std::move(merged);
}

}  // namespace

// ---- actions ---------------------------------------------------------------

void ActionIndex::Note(const std::string& pattern) {
  if (pattern == "*") return;
  services_.emplace(ServiceName(pattern), 0);
  const std::string_view prefix = LiteralPrefix(pattern);
  points_.emplace(prefix, 0);
  if (!IsLiteral(pattern)) points_.emplace(AfterPrefix(prefix), 0);
}

void ActionIndex::Finish(const std::vector<std::string>& extra_services,
                         Tables& tables) {
  for (const std::string& service : extra_services) {
    services_.emplace(service, 0);
  }
  std::vector<std::string_view> names;
  for (auto& [name, index] : services_) {
    index = Narrow(tables.services.size());
    tables.services.push_back({tables.AddText(name), 0});
    names.push_back(name);
  }
  tables.service_slots = MakeSlots(names);
  names.clear();
  for (auto& [text, index] : points_) {
    index = Narrow(tables.action_points.size());
    const auto service = services_.find(ServiceName(text));
    tables.action_points.push_back(
        {tables.AddText(text),
         service == services_.end() ? kNoIndex : service->second});
    names.push_back(text);
  }
  tables.action_slots = MakeSlots(names);
}

uint32_t ActionIndex::PointOf(std::string_view text) const {
  return points_.find(text)->second;
}

uint32_t ActionIndex::ServiceOf(std::string_view service) const {
  return services_.find(service)->second;
}

// Of the ranks that the pattern can match; exact for literals and prefixes.
ActionInterval ActionIndex::IntervalOf(const std::string& pattern) const {
  const std::string_view prefix = LiteralPrefix(pattern);
  const uint32_t first = PointOf(prefix);
  if (IsLiteral(pattern)) return {2 * first + 1, 2 * first + 1};
  return {2 * first + 1, 2 * PointOf(AfterPrefix(prefix))};
}

std::vector<ActionRanges> ActionIndex::RangesOf(
    const CompiledStatement& statement) const {
  if (statement.not_action) return {Complement(statement)};
  if (statement.actions[0] == "*") {
    return {{"", {{0, 2 * Narrow(points_.size())}}, false}};
  }
  std::map<std::string, ActionRanges, std::less<>> by_service;
  for (const std::string& pattern : statement.actions) {
    ActionRanges& ranges = by_service[std::string(ServiceName(pattern))];
    ranges.service = ServiceName(pattern);
    ranges.intervals.push_back(IntervalOf(pattern));
    ranges.check = ranges.check || !(IsLiteral(pattern) || IsPrefix(pattern));
  }
  std::vector<ActionRanges> result;
  for (auto& [service, ranges] : by_service) {
    Merge(ranges.intervals);
    result.push_back(std::move(ranges));
  }
  return result;
}

// NotAction: everything but the exact intervals; patterns that an interval does
// not decide are left to the check.
ActionRanges ActionIndex::Complement(const CompiledStatement& statement) const {
  ActionRanges ranges;
  std::vector<ActionInterval> excluded;
  for (const std::string& pattern : statement.actions) {
    if (pattern == "*") return ranges;  // matches no action at all
    if (IsLiteral(pattern) || IsPrefix(pattern)) {
      excluded.push_back(IntervalOf(pattern));
    } else {
      ranges.check = true;
    }
  }
  Merge(excluded);
  uint32_t from = 0;
  for (const ActionInterval& gap : excluded) {
    if (gap.lo > from) ranges.intervals.push_back({from, gap.lo - 1});
    from = gap.hi + 1;
  }
  ranges.intervals.push_back({from, 2 * Narrow(points_.size())});
  return ranges;
}

// ---- rule sets -------------------------------------------------------------

RuleSetBuilder::RuleSetBuilder(const ActionIndex& actions,
                               const CompiledPolicies& policies,
                               const CompileOptions& options, Tables& tables)
    : actions_(actions),
      policies_(policies),
      options_(options),
      tables_(tables) {
  ranges_.reserve(policies.statements.size());
  for (const CompiledStatement& statement : policies.statements) {
    ranges_.push_back(actions.RangesOf(statement));
  }
}

bool RuleSetBuilder::IsDeny(uint32_t statement) const {
  return (tables_.statements[statement].flags & kStatementDeny) != 0;
}

uint32_t RuleSetBuilder::Add(const std::vector<PolicyIndex>& policies) {
  std::vector<uint32_t> records;
  for (const PolicyIndex policy : policies) {
    records.push_back(policies_.record_of[policy]);
  }
  std::sort(records.begin(), records.end());
  records.erase(std::unique(records.begin(), records.end()), records.end());
  const uint32_t index = Narrow(tables_.rule_sets.size());
  const auto [it, inserted] = sets_.try_emplace(records, index);
  if (inserted) {
    tables_.rule_sets.emplace_back();
    tables_.rule_sets[index] = Build(records, index);
  }
  return it->second;
}

RuleSetRecord RuleSetBuilder::Build(const std::vector<uint32_t>& records,
                                    uint32_t index) {
  RuleSetRecord set = {};
  set.policy_begin = Narrow(tables_.policy_refs.size());
  set.policy_count = Narrow(records.size());
  tables_.policy_refs.insert(tables_.policy_refs.end(), records.begin(),
                             records.end());
  std::map<std::string_view, Entries> by_service;
  for (const uint32_t record : records) {
    const PolicyRecord& policy = tables_.policies[record];
    for (uint32_t s = policy.begin; s < policy.begin + policy.count; ++s) {
      if (IsDeny(s)) set.has_deny = 1;
      for (const ActionRanges& ranges : ranges_[s]) {
        for (const ActionInterval& interval : ranges.intervals) {
          by_service[ranges.service].push_back({interval, s, ranges.check});
        }
      }
    }
  }
  set.any_row = kNoIndex;
  for (const auto& [service, entries] : by_service) {
    const uint32_t row = AddRow(entries);
    if (service.empty()) {
      set.any_row = row;
    } else {
      row_keys_.push_back({index, actions_.ServiceOf(service), row});
    }
  }
  return set;
}

// Deny entries first, each part in statement order; statements are numbered in
// the row as they come.
uint32_t RuleSetBuilder::AddRow(const Entries& entries) {
  std::vector<EntryRecord> records;
  RowRecord row = {};
  row.trie = kNoIndex;
  uint32_t number = kNoIndex;
  uint32_t statement = kNoIndex;
  for (const bool deny : {true, false}) {
    for (const Entry& entry : entries) {
      if (IsDeny(entry.statement) != deny) continue;
      if (entry.statement != statement) ++number;
      statement = entry.statement;
      records.push_back({entry.interval.lo, entry.interval.hi, entry.statement,
                         number * 2 + (entry.check ? 1 : 0)});
      ++(deny ? row.deny_count : row.allow_count);
    }
  }
  std::string key;
  if (options_.testing.share_rows) {
    key.assign(reinterpret_cast<const char*>(records.data()),
               records.size() * sizeof(EntryRecord));
    const auto found = rows_.find(key);
    if (found != rows_.end()) return found->second;
  }
  row.begin = Narrow(tables_.entries.size());
  tables_.entries.insert(tables_.entries.end(), records.begin(), records.end());
  tables_.rows.push_back(row);
  const uint32_t index = Narrow(tables_.rows.size() - 1);
  if (options_.testing.share_rows) rows_.emplace(std::move(key), index);
  return index;
}

void RuleSetBuilder::Finish() {
  std::vector<RowSlotRecord> slots(std::bit_ceil(2 * row_keys_.size() + 1),
                                   {kNoIndex, kNoIndex, kNoIndex});
  const size_t mask = slots.size() - 1;
  for (const RowSlotRecord& key : row_keys_) {
    size_t at = HashRow(key.rule_set, key.service) & mask;
    while (slots[at].row != kNoIndex) at = (at + 1) & mask;
    slots[at] = key;
  }
  tables_.row_slots = std::move(slots);
}

}  // namespace portcullis
