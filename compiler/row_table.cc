#include "compiler/row_table.h"

#include <algorithm>
#include <bit>
#include <tuple>

#include "compiler/tables.h"

namespace portcullis {
namespace {

// More rows than this share homes whatever the seed.
constexpr size_t kMaxApart = 32;
constexpr uint32_t kSeeds = 256;

size_t HomesFor(size_t rows) {
  return std::min(rows + rows / 2 + 1, kMaxRowHomes);
}
static_assert(kMaxApart + kMaxApart / 2 < 64);

// How many rows do not have a home of their own?
// Requires. At most kMaxApart rows.
size_t SharedHomes(const std::vector<ServiceRow>& rows, RowTable table) {
  uint64_t taken = 0;
  for (const ServiceRow& row : rows) {
    taken |= uint64_t{1} << HomeOf(table, row.service);
  }
  return rows.size() - static_cast<size_t>(std::popcount(taken));
}

// The seed by which fewest rows share a home.
uint16_t ChooseSeed(const std::vector<ServiceRow>& rows, RowTable table) {
  if (rows.size() > kMaxApart) return 0;
  uint16_t best = 0;
  size_t least = rows.size();
  for (uint16_t seed = 0; seed < kSeeds && least > 0; ++seed) {
    table.seed = seed;
    const size_t shared = SharedHomes(rows, table);
    if (shared < least) std::tie(least, best) = std::tuple(shared, seed);
  }
  return best;
}

}  // namespace

RowTable AddRowTable(const std::vector<ServiceRow>& rows,
                     std::vector<RowSlotRecord>& slots) {
  if (rows.empty()) return kNoRowTable;
  RowTable table = {Narrow(slots.size()), 0, 0};
  table.homes = static_cast<uint16_t>(HomesFor(rows.size()));
  table.seed = ChooseSeed(rows, table);
  std::vector<ServiceRow> by_home = rows;
  std::sort(by_home.begin(), by_home.end(),
            [table](const ServiceRow& a, const ServiceRow& b) {
              return std::tuple(HomeOf(table, a.service), a.service) <
                     std::tuple(HomeOf(table, b.service), b.service);
            });
  slots.resize(slots.size() + table.homes, kNoRowSlot);
  size_t next = table.begin;    // all slots before it are behind us
  size_t marked = table.begin;  // so are all marks before it
  for (const ServiceRow& row : by_home) {
    const size_t home = size_t{table.begin} + HomeOf(table, row.service);
    const size_t at = std::max(home, next);
    if (at == slots.size()) slots.push_back(kNoRowSlot);
    slots[at] = {row.service, row.row};
    for (size_t i = std::max(home, marked); i < at; ++i) {
      slots[i].service |= kRowSlotMore;
    }
    marked = at;
    next = at + 1;
  }
  return table;
}

}  // namespace portcullis
