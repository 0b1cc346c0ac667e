#include "runtime/action.h"

#include <algorithm>
#include <cstring>

#include "runtime/glob.h"
#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

// Folds `name` into `buffer`, which has room for it.
std::string_view Fold(std::string_view name, std::span<char> buffer) {
  size_t at = 0;
  for (; at + 8 <= name.size(); at += 8) {
    const uint64_t word = FoldWord(LoadWord(name.data() + at));
    std::memcpy(buffer.data() + at, &word, sizeof(word));
  }
  for (; at < name.size(); ++at) buffer[at] = FoldChar(name[at]);
  return {buffer.data(), name.size()};
}

// Where the first colon stands, or npos.
size_t FindColon(std::string_view name) {
  const uint64_t colons = FindByte(name, ':');
  return colons != 0 ? LowestBit(colons) : name.find(':');
}

// How many of the points, of which `is` holds for the first ones alone, these
// are: by halves, without a branch on which half it is.
template <typename Is>
size_t CountFirst(std::span<const ActionPointRecord> points, Is is) {
  if (points.empty()) return 0;
  size_t at = 0;
  for (size_t left = points.size(); left > 1;) {
    const size_t half = left / 2;
    at += is(points[at + half - 1]) ? half : 0;
    left -= half;
  }
  return at + (is(points[at]) ? 1 : 0);
}

// The rank of a name that is none of its service's points.
uint32_t RankBetween(const ImageTables& t, const ServiceRecord& service,
                     const ActionRank& action) {
  using Point = ActionPointRecord;
  const auto points =
      t.action_points.subspan(service.first_point, service.point_count);
  const std::string_view name = Slice(action.folded, action.colon + 1);
  const uint64_t order = OrderOf(name.data(), name.size());
  size_t before =
      CountFirst(points, [=](const Point& p) { return p.order < order; });
  auto rest = points.subspan(before);
  if (!rest.empty() && rest.front().order == order) {
    const size_t alike =
        CountFirst(rest, [=](const Point& p) { return p.order == order; });
    before += CountFirst(rest.first(alike), [&](const Point& p) {
      return t.Text(p.text) < action.folded;
    });
  }
  return std::min(2 * static_cast<uint32_t>(before), kMaxRowRank);
}

}  // namespace

bool RankOther(const ImageTables& tables, std::string_view name,
               std::span<char, kMaxActionBytes> buffer, ActionRank& action) {
  if (name.size() > buffer.size()) return false;
  action.folded = Fold(name, buffer);
  action.colon = FindColon(action.folded);
  if (action.colon >= name.size() - 1) return false;  // also for npos
  action.rank = 0;
  action.service = FindService(tables, action.service_name());
  if (action.service == kNoIndex) return IsServiceName(action.service_name());
  action.rank = RankBetween(tables, tables.services[action.service], action);
  return true;
}

bool TakeHandle(const ImageTables& tables, ActionHandle handle,
                std::string_view name, ActionRank& action) {
  const auto index = static_cast<uint32_t>(handle);
  if (index >= tables.action_points.size()) return false;
  const ActionPointRecord& point = tables.action_points[index];
  return EqualsFolded(name, tables.Text(point.text)) &&
         TakePoint(tables, point, action);
}

bool MatchAction(const ImageTables& tables, const StatementRecord& statement,
                 std::string_view folded, Context& context) {
  const auto refs = tables.action_refs.subspan(statement.action_begin,
                                               statement.action_count);
  const bool some = std::any_of(refs.begin(), refs.end(), [&](uint32_t ref) {
    return MatchGlob(tables, tables.globs[ref], folded, context);
  });
  return some != ((statement.flags & kStatementNotAction) != 0);
}

}  // namespace portcullis
