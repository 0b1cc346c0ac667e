#include "runtime/target.h"

#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

// The governing entries as they are found, from the shortest ARN to the
// longest: each member is taken from the longest entry that has it.
struct Governing {
  const ResourceRecord* account = nullptr;
  const ResourceRecord* policy = nullptr;
  const ResourceRecord* tags = nullptr;

  void Take(const ResourceRecord& entry) {
    if ((entry.flags & kResourceHasAccount) != 0) account = &entry;
    if ((entry.flags & kResourceHasPolicy) != 0) policy = &entry;
    if ((entry.flags & kResourceHasTags) != 0) tags = &entry;
  }
};

const ResourceRecord* FindResource(const ImageTables& tables, uint64_t hash,
                                   std::string_view arn) {
  const uint32_t index =
      FindIndex(tables.resource_slots, hash, [&](uint32_t i) {
        return SameText(tables.Text(tables.resources[i].arn), arn);
      });
  return index == kNoIndex ? nullptr : &tables.resources[index];
}

// Probes every prefix of `arn` that ends before a '/' or ':' after the fifth
// colon, and `arn` itself.
Governing FindGoverning(const ImageTables& tables, std::string_view arn,
                        size_t fifth_colon) {
  Governing found;
  PathHash hash;
  size_t begin = 0;
  size_t from = fifth_colon + 1;
  for (uint32_t i = 0; i < tables.header->resource_pieces; ++i) {
    const size_t end = PieceEnd(arn.data(), arn.size(), from);
    hash.Add(arn.data() + begin, end - begin);
    const ResourceRecord* const entry =
        FindResource(tables, hash.value(), Slice(arn, 0, end));
    const bool whole = end == arn.size();
    if (entry != nullptr && (whole || (entry->flags & kResourceExact) == 0)) {
      found.Take(*entry);
    }
    if (whole) break;
    begin = end;
    from = end + 1;
  }
  return found;
}

// Sets what governs the resource; returns the entry with its account, or null.
// Apart from its caller, as FindAsEntity() and FindOwner() are: most requests
// do without them.
[[gnu::noinline]] const ResourceRecord* SetGoverning(const ImageTables& tables,
                                                     Target& target) {
  const Governing found =
      FindGoverning(tables, target.arn, target.colons.at[4]);
  target.policy_entry = found.policy;
  target.tags_entry = found.tags;
  return found.account;
}

[[gnu::noinline]] void FindAsEntity(const ImageTables& tables, Target& target) {
  target.entity = FindEntity(tables, target.arn);
}

// Sets the owner where the caller's own account is none of those asked for.
[[gnu::noinline]] void FindOwner(const ImageTables& tables,
                                 const Request& request, const Caller& caller,
                                 std::string_view by_arn,
                                 const ResourceRecord* account_entry,
                                 Target& target) {
  if (!request.resource_account.empty()) {
    target.owner = request.resource_account;
  } else if (account_entry != nullptr) {
    target.owner = tables.Text(account_entry->account);
  } else {
    target.owner = IsTwelveDigits(by_arn) ? by_arn : caller.account_id;
  }
  target.owner_account =
      caller.account != nullptr && SameText(target.owner, caller.account_id)
          ? caller.account
          : FindAccount(tables, target.owner);
}

// By four bytes from the colon before the service on, which every ARN has, and
// without a branch on them.
TargetService ServiceOf(std::string_view arn, const ArnColons& colons) {
  const std::string_view text(arn.data() + colons.at[1], 4);
  const bool three_letters = colons.at[2] - colons.at[1] == 4;
  const auto if_is = [](bool is, TargetService service) {
    return is ? static_cast<int>(service) : 0;
  };
  return static_cast<TargetService>(
      if_is(StartsWith(text, ":s3:"), TargetService::kS3) |
      if_is(three_letters & StartsWith(text, ":iam"), TargetService::kIam) |
      if_is(three_letters & StartsWith(text, ":kms"), TargetService::kKms));
}

template <size_t N>
bool IsOfIam(const Target& target, const char (&kind)[N]) {
  return target.service == TargetService::kIam &&
         StartsWith(ArnPart(target.arn, target.colons, 5), kind);
}

}  // namespace

bool IsRole(const Target& target) { return IsOfIam(target, "role/"); }
bool IsUser(const Target& target) { return IsOfIam(target, "user/"); }

Refusal ParseTarget(const Request& request, Target& target) {
  if (!request.resource_account.empty() &&
      !IsTwelveDigits(request.resource_account)) {
    return Refusal::kResourceAccount;
  }
  target.arn = request.resource;
  target.none = target.arn == "*";
  if (target.none) return Refusal::kNone;
  if (target.arn.size() > kMaxResourceBytes) return Refusal::kResource;
  FindColons(target.arn, target.colons);
  if (!target.colons.valid) return Refusal::kResource;
  target.service = ServiceOf(target.arn, target.colons);
  return Refusal::kNone;
}

void FindTarget(const ImageTables& tables, const Request& request,
                const Caller& caller, Target& target) {
  const ResourceRecord* account_entry = nullptr;
  if (!target.none && !tables.resources.empty()) {
    account_entry = SetGoverning(tables, target);
  }
  if (target.service == TargetService::kIam) FindAsEntity(tables, target);
  const std::string_view by_arn =
      target.none ? std::string_view() : ArnPart(target.arn, target.colons, 4);
  const bool by_arn_alone =
      request.resource_account.empty() && account_entry == nullptr;
  if (by_arn_alone && caller.account != nullptr &&
      (by_arn.empty() || SameText(by_arn, caller.account_id))) {
    target.owner = caller.account_id;  // mostly
    target.owner_account = caller.account;
  } else {
    FindOwner(tables, request, caller, by_arn, account_entry, target);
  }
}

}  // namespace portcullis
