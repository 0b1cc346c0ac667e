#include "compiler/automaton.h"

#include <algorithm>
#include <tuple>

#include "compiler/row_table.h"
#include "policy/values.h"

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
// What follows it and a colon.
std::string_view NameBehind(std::string_view text) {
  return text.substr(text.find(':') + 1);
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

// To the ranks that fit a row's entry; the statement's globs decide beyond.
void Clamp(ActionRanges& ranges) {
  if (ranges.intervals.back().hi < kMaxRowRank) return;
  ranges.check = true;
  for (ActionInterval& interval : ranges.intervals) {
    interval.lo = std::min(interval.lo, kMaxRowRank);
    interval.hi = std::min(interval.hi, kMaxRowRank);
  }
  Merge(ranges.intervals);
}

// Four entries share a group.
void AddGroups(const std::vector<RowEntry>& entries,
               std::vector<uint64_t>& row) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i % 4 == 0) row.insert(row.end(), {kNoLowRanks, kNoHighRanks, 0, 0});
    const RowEntry& entry = entries[i];
    uint64_t* const group = &row[row.size() - 4];
    const size_t shift = 16 * (i % 4);
    group[0] = (group[0] & ~(uint64_t{0xFFFF} << shift)) |
               uint64_t{entry.interval.lo} << shift;
    group[1] |= uint64_t{entry.interval.hi} << shift;
    const uint64_t reference = entry.statement | (entry.check   ? kEntryCheck
                                                  : entry.whole ? kEntryWhole
                                                                : 0);
    group[2 + i % 4 / 2] |= reference << (32 * (i % 2));
  }
}

}  // namespace

// ---- actions ---------------------------------------------------------------

void ActionIndex::Note(std::string_view pattern) {
  if (pattern == "*") return;
  services_.try_emplace(std::string(ServiceName(pattern)));
  const std::string_view prefix = LiteralPrefix(pattern);
  points_.emplace(prefix, 0);
  if (!IsLiteral(pattern)) points_.emplace(AfterPrefix(prefix), 0);
}

ServiceNames RcpServices(const PolicySet& set) {
  ServiceNames folded;
  if (!set.organization || !set.organization->rcp_services) return folded;
  for (const std::string& service : *set.organization->rcp_services) {
    folded.insert(Fold(service));
  }
  return folded;
}

ActionIndex::ActionIndex(const CompiledPolicies& policies,
                         const ServiceNames& extra_services, Tables& tables) {
  for (const auto& [action, ref] : policies.action_refs) Note(action);
  for (const std::string& service : extra_services) {
    services_.try_emplace(service);
  }
  AddServices(tables);
  AddPoints(tables);
}

void ActionIndex::AddServices(Tables& tables) {
  std::vector<std::string_view> names;
  for (auto& [name, service] : services_) {
    service.index = Narrow(tables.services.size());
    tables.services.push_back({tables.AddText(name), 0, 0, 0});
    names.push_back(name);
  }
  tables.service_slots = MakeTable(names);
}

// A service's points follow one another, since they begin alike.
void ActionIndex::AddPoints(Tables& tables) {
  std::vector<HashedIndex> names;
  for (auto& [text, index] : points_) {
    index = Narrow(names.size());
    names.push_back({HashName(text.data(), text.size()), index});
    ActionPointRecord point = {tables.AddText(text), kNoIndex, 0, 0, 0};
    const std::string_view name = NameBehind(text);
    point.order = OrderOf(name.data(), name.size());
    const auto service = services_.find(ServiceName(text));
    if (service != services_.end()) {
      ServiceRecord& record = tables.services[service->second.index];
      if (record.point_count == 0) record.first_point = index;
      service->second.first_point = record.first_point;
      point.service = service->second.index;
      point.rank = static_cast<uint16_t>(
          std::min(2 * record.point_count + 1, kMaxRowRank));
      const size_t colon = service->first.size();
      if (text.size() > colon + 1 && text.size() <= kMaxActionBytes) {
        point.colon = static_cast<uint16_t>(colon);
      }
      ++record.point_count;
    }
    tables.action_points.push_back(point);
  }
  tables.action_slots = MakeTable(names);
}

uint32_t ActionIndex::PointOf(std::string_view text) const {
  return points_.find(text)->second;
}

uint32_t ActionIndex::ServiceOf(std::string_view service) const {
  return services_.find(service)->second.index;
}

// Of the ranks that the pattern can match; exact for literals and prefixes.
ActionInterval ActionIndex::IntervalOf(std::string_view pattern) const {
  const uint32_t base =
      services_.find(ServiceName(pattern))->second.first_point;
  const std::string_view prefix = LiteralPrefix(pattern);
  const uint32_t low = 2 * (PointOf(prefix) - base) + 1;
  if (IsLiteral(pattern)) return {low, low};
  return {low, 2 * (PointOf(AfterPrefix(prefix)) - base)};
}

std::vector<ActionRanges> ActionIndex::RangesOf(
    const CompiledStatement& statement) const {
  const bool everything = statement.actions[0] == "*";
  if (statement.not_action && everything) return {};
  if (statement.not_action || everything) {
    return {{"", {{0, kMaxRowRank}}, statement.not_action}};
  }
  std::map<std::string_view, ActionRanges> by_service;
  for (const std::string_view pattern : statement.actions) {
    ActionRanges& ranges = by_service[ServiceName(pattern)];
    ranges.intervals.push_back(IntervalOf(pattern));
    ranges.check = ranges.check || !(IsLiteral(pattern) || IsPrefix(pattern));
  }
  std::vector<ActionRanges> result;
  for (auto& [service, ranges] : by_service) {
    ranges.service = service;
    Merge(ranges.intervals);
    Clamp(ranges);
    result.push_back(std::move(ranges));
  }
  return result;
}

// ---- rule sets -------------------------------------------------------------

RuleSetBuilder::RuleSetBuilder(const ActionIndex& actions,
                               const CompiledPolicies& policies,
                               const CompileOptions& options, TrieWriter& tries,
                               Tables& tables)
    : actions_(actions),
      policies_(policies),
      options_(options),
      tries_(tries),
      tables_(tables) {
  begin_of_.reserve(policies.statements.size() + 1);
  for (uint32_t s = 0; s < policies.statements.size(); ++s) AddEntries(s);
  begin_of_.push_back(entries_.size());
}

void RuleSetBuilder::AddEntries(uint32_t statement) {
  begin_of_.push_back(entries_.size());
  const bool whole = MatchesAllButAction(tables_.statements[statement]);
  for (const ActionRanges& ranges :
       actions_.RangesOf(policies_.statements[statement])) {
    const uint32_t service = ranges.service.empty()
                                 ? kAnyService
                                 : actions_.ServiceOf(ranges.service);
    for (const ActionInterval& interval : ranges.intervals) {
      entries_.push_back({service, {interval, statement, ranges.check, whole}});
    }
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
    tables_.rule_sets[index] = Build(records);
  }
  return it->second;
}

// All entries of the policies' statements, by service and in statement order.
std::vector<RuleSetBuilder::ServiceEntry> RuleSetBuilder::EntriesOf(
    const std::vector<uint32_t>& records, RuleSetRecord& set) const {
  std::vector<ServiceEntry> entries;
  for (const uint32_t record : records) {
    const PolicyRecord& policy = tables_.policies[record];
    const uint32_t end = policy.begin + policy.count;
    for (uint32_t s = policy.begin; s < end; ++s) {
      if (IsDeny(s)) set.flags |= kRuleSetDenies;
    }
    const std::span<const ServiceEntry> all = entries_;
    const auto own = all.subspan(begin_of_[policy.begin],
                                 begin_of_[end] - begin_of_[policy.begin]);
    entries.insert(entries.end(), own.begin(), own.end());
  }
  std::sort(
      entries.begin(), entries.end(),
      [](const ServiceEntry& a, const ServiceEntry& b) {
        const auto key = [](const ServiceEntry& e) {  // the row of all first
          return std::tuple(e.service + 1, e.entry.statement,
                            e.entry.interval.lo);
        };
        return key(a) < key(b);
      });
  return entries;
}

RuleSetRecord RuleSetBuilder::Build(const std::vector<uint32_t>& records) {
  RuleSetRecord set = {};
  set.policy_begin = Narrow(tables_.policy_refs.size());
  set.policy_count = Narrow(records.size());
  tables_.policy_refs.insert(tables_.policy_refs.end(), records.begin(),
                             records.end());
  const std::vector<ServiceEntry> entries = EntriesOf(records, set);
  set.any_row = kNoIndex;
  set.rows = kNoRowTable;
  if (RowBytes() >= options_.row_budget) {
    set.flags |= kRuleSetByPolicy;
    ++sets_without_rows_;
    return set;
  }
  std::vector<ServiceRow> rows;
  std::span<const ServiceEntry> left = entries;
  while (!left.empty()) {
    const uint32_t service = left.front().service;
    const auto end = std::find_if(left.begin(), left.end(),
                                  [service](const ServiceEntry& entry) {
                                    return entry.service != service;
                                  });
    const auto count = static_cast<size_t>(end - left.begin());
    const uint32_t row = AddRow(left.first(count));
    if (service == kAnyService) {
      set.any_row = row;
    } else {
      rows.push_back({service, row});
    }
    left = left.subspan(count);
  }
  set.rows = AddRowTable(rows, tables_.row_slots);
  return set;
}

// Does the row stand there, with or without a trie?
bool RuleSetBuilder::IsRow(uint32_t at,
                           const std::vector<uint64_t>& row) const {
  return (tables_.rows[at] & ~kRowHasTrie) == row[0] &&
         std::equal(row.begin() + 1, row.end(), tables_.rows.begin() + at + 1);
}

// Deny entries first, each part in statement order.
uint32_t RuleSetBuilder::AddRow(std::span<const ServiceEntry> of_service) {
  std::vector<RowEntry> entries;
  entries.reserve(of_service.size());
  uint64_t denies = 0;
  for (const bool deny : {true, false}) {
    for (const auto& [service, entry] : of_service) {
      if (IsDeny(entry.statement) == deny) entries.push_back(entry);
    }
    if (deny) denies = entries.size();
  }
  std::vector<uint64_t> row = {denies | (entries.size() - denies) << 32};
  AddGroups(entries, row);
  if (!options_.testing.share_rows) return WriteRow(entries, row);
  const auto hash = HashBytes(reinterpret_cast<const char*>(row.data()),
                              row.size() * sizeof(uint64_t));
  return rows_.FindOrAdd(
      hash, [&](uint32_t at) { return IsRow(at, row); },
      [&] { return WriteRow(entries, row); });
}

uint32_t RuleSetBuilder::WriteRow(const std::vector<RowEntry>& entries,
                                  std::vector<uint64_t>& row) {
  const uint32_t trie = tries_.AddRow(entries);
  if (trie != kNoIndex) {
    row[0] |= kRowHasTrie;
    row.push_back(trie);
  }
  const uint32_t index = Narrow(tables_.rows.size());
  tables_.rows.insert(tables_.rows.end(), row.begin(), row.end());
  return index;
}

}  // namespace portcullis
