#include "runtime/action.h"

#include <algorithm>

#include "runtime/glob.h"
#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

bool IsServiceChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

uint32_t FindPoint(const ImageTables& t, std::string_view folded) {
  return FindIndex(t.action_slots, HashText(folded), folded, [&t](uint32_t i) {
    return t.Text(t.action_points[i].text);
  });
}

// The number of action points that sort before `folded`.
uint32_t PointsBefore(const ImageTables& t, std::string_view folded) {
  const auto at = std::lower_bound(
      t.action_points.begin(), t.action_points.end(), folded,
      [&t](const ActionPointRecord& point, std::string_view text) {
        return t.Text(point.text) < text;
      });
  return static_cast<uint32_t>(at - t.action_points.begin());
}

}  // namespace

std::string_view FoldAction(std::string_view action, std::span<char> buffer) {
  if (action.size() > buffer.size()) return {};
  std::transform(action.begin(), action.end(), buffer.begin(), FoldChar);
  const std::string_view folded(buffer.data(), action.size());
  const size_t colon = folded.find(':');
  if (colon == folded.npos || colon == 0 || colon + 1 == folded.size()) {
    return {};
  }
  const std::string_view service = Slice(folded, 0, colon);
  return std::all_of(service.begin(), service.end(), IsServiceChar)
             ? folded
             : std::string_view();
}

ActionRank RankAction(const ImageTables& tables, std::string_view folded) {
  ActionRank action;
  action.folded = folded;
  const uint32_t point = FindPoint(tables, folded);
  if (point != kNoIndex) {
    action.rank = 2 * point + 1;
    action.service = tables.action_points[point].service;
  } else {
    action.rank = 2 * PointsBefore(tables, folded);
    action.service = FindService(tables, action.service_name());
  }
  return action;
}

bool MatchAction(const ImageTables& tables, const StatementRecord& statement,
                 std::string_view folded, Context& context) {
  const auto globs =
      tables.globs.subspan(statement.action_begin, statement.action_count);
  const bool some =
      std::any_of(globs.begin(), globs.end(), [&](GlobRecord glob) {
        return MatchGlob(tables, glob, folded, context);
      });
  return some != ((statement.flags & kStatementNotAction) != 0);
}

}  // namespace portcullis
