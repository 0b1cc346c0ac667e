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

std::string_view OwnerOf(const ImageTables& tables, const Request& request,
                         const Caller& caller, const Target& target,
                         const ResourceRecord* account_entry) {
  if (!request.resource_account.empty()) return request.resource_account;
  if (account_entry != nullptr) return tables.Text(account_entry->account);
  if (!target.none) {
    const std::string_view account = ArnPart(target.arn, target.colons, 4);
    if (IsTwelveDigits(account)) return account;
  }
  return caller.account_id;
}

TargetService ServiceOf(std::string_view name) {
  if (name == "s3") return TargetService::kS3;
  if (name == "iam") return TargetService::kIam;
  return name == "kms" ? TargetService::kKms : TargetService::kOther;
}

// Mostly the caller's own account.
const AccountRecord* OwnerAccount(const ImageTables& tables,
                                  const Caller& caller,
                                  std::string_view owner) {
  if (caller.account != nullptr && SameText(owner, caller.account_id)) {
    return caller.account;
  }
  return FindAccount(tables, owner);
}

}  // namespace

bool IsRole(const Target& target) {
  return target.service == TargetService::kIam &&
         StartsWith(ArnPart(target.arn, target.colons, 5), "role/");
}

Refusal ParseTarget(const Request& request, Target& target) {
  target.arn = request.resource;
  target.none = target.arn == "*";
  if (target.none) return Refusal::kNone;
  if (target.arn.size() > kMaxResourceBytes) return Refusal::kResource;
  target.colons = SplitArn(target.arn);
  if (!target.colons.valid) return Refusal::kResource;
  target.service = ServiceOf(ArnPart(target.arn, target.colons, 2));
  return Refusal::kNone;
}

void FindTarget(const ImageTables& tables, const Request& request,
                const Caller& caller, Target& target) {
  const ResourceRecord* account_entry = nullptr;
  if (!target.none && !tables.resources.empty()) {
    const Governing found =
        FindGoverning(tables, target.arn, target.colons.at[4]);
    account_entry = found.account;
    target.policy_entry = found.policy;
    target.tags_entry = found.tags;
  }
  if (target.service == TargetService::kIam) {
    const EntityRecord* entity = FindEntity(tables, target.arn);
    if (entity != nullptr && (entity->flags & kEntityRole) != 0) {
      target.role = entity;
    }
  }
  target.owner = OwnerOf(tables, request, caller, target, account_entry);
  target.owner_account = OwnerAccount(tables, caller, target.owner);
}

Refusal ResolveTarget(const ImageTables& tables, const Request& request,
                      const Caller& caller, Target& target) {
  target = Target{};
  const Refusal refusal = ParseTarget(request, target);
  if (refusal == Refusal::kNone) FindTarget(tables, request, caller, target);
  return refusal;
}

}  // namespace portcullis
