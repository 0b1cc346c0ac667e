#include "runtime/principal.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

namespace portcullis {
namespace {

using Entries = std::span<const PrincipalEntryRecord>;

// The first entry that is not before `match` and `text`.
Entries::iterator LowerBound(const ImageTables& tables, Entries entries,
                             PrincipalMatch match, std::string_view text) {
  return std::lower_bound(
      entries.begin(), entries.end(),
      std::pair(static_cast<uint32_t>(match), text),
      [&tables](const PrincipalEntryRecord& entry, const auto& wanted) {
        return std::pair(entry.match, tables.Text(entry.text)) < wanted;
      });
}

bool Holds(const ImageTables& tables, Entries entries, PrincipalMatch match,
           std::string_view text) {
  const auto at = LowerBound(tables, entries, match, text);
  return at != entries.end() && at->match == static_cast<uint32_t>(match) &&
         tables.Text(at->text) == text;
}

// By the account's id, or by its root ARN, which names the partition too; the
// entries of one account stand together.
bool HoldsAccount(const ImageTables& tables, Entries entries,
                  const Caller& caller) {
  constexpr auto kMatch = static_cast<uint32_t>(PrincipalMatch::kAccount);
  const std::string_view id = caller.account_id;
  auto at = LowerBound(tables, entries, PrincipalMatch::kAccount, id);
  for (; at != entries.end() && at->match == kMatch; ++at) {
    std::string_view text = tables.Text(at->text);
    if (!StartsWith(text, id)) return false;
    text.remove_prefix(id.size());
    if (text.empty() || Slice(text, 1) == caller.partition) return true;
  }
  return false;
}

// Looks up everything that the caller can be named by.
class CallerNames {
 public:
  CallerNames(const ImageTables& tables, Entries entries, Context& context)
      : tables_(tables), entries_(entries), context_(context) {}

  uint8_t Level() {
    const Caller& caller = context_.caller();
    Add(PrincipalMatch::kEveryone, "*", kGrantDirect);
    switch (caller.kind) {
      case CallerKind::kService:
        Add(PrincipalMatch::kService, caller.arn, kGrantDirect);
        break;
      case CallerKind::kProvider:
        Add(PrincipalMatch::kFederated, caller.arn, kGrantDirect);
        break;
      case CallerKind::kAnonymous: break;
      default: AddAccountCaller(caller);
    }
    return level_;
  }

 private:
  // Keeps the strongest level, which has the lowest bit.
  void Add(PrincipalMatch match, std::string_view text, GrantLevel level) {
    if (text.empty() || (level_ != 0 && level_ <= level)) return;
    if (Holds(tables_, entries_, match, text)) level_ = level;
  }

  void AddAccountCaller(const Caller& caller) {
    const bool named = level_ != 0;
    if (!named && HoldsAccount(tables_, entries_, caller)) {
      level_ = kGrantAccount;
    }
    if (caller.kind == CallerKind::kRoot) return;
    const bool user = caller.kind == CallerKind::kUser;
    const GrantLevel entity_level = user ? kGrantDirect : kGrantEntity;
    Add(PrincipalMatch::kArn, context_.EntityArn(), entity_level);
    // A role named by its own ARN is a session without a name (S-176).
    if (caller.arn != context_.EntityArn()) {
      Add(PrincipalMatch::kArn, caller.arn, kGrantDirect);
    }
    if (caller.entity != nullptr) {
      Add(PrincipalMatch::kUniqueId,
          context_.tables().Text(caller.entity->unique_id), entity_level);
    }
  }

  const ImageTables& tables_;
  const Entries entries_;
  Context& context_;
  uint8_t level_ = 0;
};

bool HasBoundary(const Caller& caller) {
  return caller.entity != nullptr && caller.entity->boundary != kNoIndex;
}

}  // namespace

uint8_t GrantLevelOf(const ImageTables& tables,
                     const StatementRecord& statement, Context& context) {
  if ((statement.flags & kStatementPrincipal) == 0) return kGrantDirect;
  context.FindIfNotYet();  // a forged image may ask of a plain request
  const Entries entries = tables.principal_entries.subspan(
      statement.principal_begin, statement.principal_count);
  const uint8_t level = CallerNames(tables, entries, context).Level();
  if ((statement.flags & kStatementNotPrincipal) == 0) return level;
  const bool deny_by_boundary =
      (statement.flags & kStatementDeny) != 0 && HasBoundary(context.caller());
  return level == 0 || deny_by_boundary ? kGrantDirect : 0;
}

}  // namespace portcullis
