#include "runtime/action.h"

#include <algorithm>
#include <cstring>

#include "runtime/glob.h"
#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

bool IsServiceChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

// S-170.
bool IsActionName(std::string_view folded, size_t colon) {
  if (colon == 0 || colon == folded.npos || colon + 1 == folded.size()) {
    return false;
  }
  const std::string_view service = Slice(folded, 0, colon);
  return std::all_of(service.begin(), service.end(), IsServiceChar);
}

// The rank of a name that is none of its service's points.
uint32_t RankBetween(const ImageTables& t, const ServiceRecord& service,
                     std::string_view folded) {
  const auto points =
      t.action_points.subspan(service.first_point, service.point_count);
  const auto at = std::lower_bound(
      points.begin(), points.end(), folded,
      [&t](const ActionPointRecord& point, std::string_view text) {
        return t.Text(point.text) < text;
      });
  return 2 * static_cast<uint32_t>(at - points.begin());
}

// Fills `action`, whose text it is, from a point; false when the point is no
// action of a service.
bool TakePoint(const ImageTables& t, const ActionPointRecord& point,
               ActionRank& action) {
  if (point.service == kNoIndex) return false;
  const size_t colon = t.services[point.service].name.size;
  if (action.folded.size() <= colon + 1) return false;
  action.colon = colon;
  action.service = point.service;
  action.rank = std::min(point.rank, kMaxRowRank);
  return true;
}

// Fills `action`, whose text it is and none of the points. Apart from its
// caller, which most requests do not need it for.
[[gnu::noinline]] bool RankOther(const ImageTables& tables,
                                 ActionRank& action) {
  action.colon = action.folded.find(':');
  if (!IsActionName(action.folded, action.colon)) return false;
  action.service = FindService(tables, action.service_name());
  if (action.service != kNoIndex) {
    const ServiceRecord& service = tables.services[action.service];
    action.rank =
        std::min(RankBetween(tables, service, action.folded), kMaxRowRank);
  }
  return true;
}

}  // namespace

std::string_view FoldAction(std::string_view action, std::span<char> buffer) {
  const size_t size = action.size();
  if (size > buffer.size()) return {};
  const char* const from = action.data();
  char* const to = buffer.data();
  if (size >= 16) {
    for (size_t at = 0; at + 16 < size; at += 16) Fold16(from + at, to + at);
    Fold16(from + size - 16, to + size - 16);
  } else if (size >= 8) {
    Fold8(from, to);
    Fold8(from + size - 8, to + size - 8);
  } else {
    std::transform(action.begin(), action.end(), to, FoldChar);
  }
  return {buffer.data(), size};
}

uint32_t FindActionPoint(const ImageTables& tables, std::string_view folded,
                         Probe probe) {
  return FindIndex(tables.action_slots, probe, [&](uint32_t i) {
    return SameText(tables.Text(tables.action_points[i].text), folded);
  });
}

bool TakeHandle(const ImageTables& tables, ActionHandle handle,
                std::string_view name, ActionRank& action) {
  const auto index = static_cast<uint32_t>(handle);
  if (index >= tables.action_points.size() || name.size() > kMaxActionBytes) {
    return false;
  }
  const ActionPointRecord& point = tables.action_points[index];
  const std::string_view text = tables.Text(point.text);
  if (!EqualsFolded(name, text)) return false;
  action.folded = text;
  return TakePoint(tables, point, action);
}

bool RankAction(const ImageTables& tables, std::string_view folded, Probe probe,
                ActionRank& action) {
  action.folded = folded;
  const uint32_t index = FindActionPoint(tables, folded, probe);
  return (index != kNoIndex &&
          TakePoint(tables, tables.action_points[index], action)) ||
         RankOther(tables, action);
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
