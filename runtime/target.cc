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

// Probes every prefix of `arn` that ends before a '/' or ':' after the fifth
// colon, and `arn` itself.
Governing FindGoverning(const ImageTables& tables, std::string_view arn,
                        size_t fifth_colon) {
  Governing found;
  uint64_t hash = kHashSeed;
  for (size_t i = 0; i <= arn.size(); ++i) {
    const bool end = i == arn.size();
    if (end || (i > fifth_colon && (arn[i] == '/' || arn[i] == ':'))) {
      const std::string_view prefix = Slice(arn, 0, i);
      const uint32_t index =
          FindIndex(tables.resource_slots, HashFinish(hash), prefix,
                    [&tables](uint32_t k) {
                      return tables.Text(tables.resources[k].arn);
                    });
      if (index != kNoIndex) {
        const ResourceRecord& entry = tables.resources[index];
        if (end || (entry.flags & kResourceExact) == 0) found.Take(entry);
      }
    }
    if (!end) hash = HashByte(hash, static_cast<uint8_t>(arn[i]));
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

}  // namespace

Refusal ResolveTarget(const ImageTables& tables, const Request& request,
                      const Caller& caller, Target& target) {
  target = Target{};
  target.arn = request.resource;
  target.none = target.arn == "*";
  if (target.arn.size() > kMaxResourceBytes) return Refusal::kResource;
  const ResourceRecord* account_entry = nullptr;
  if (!target.none) {
    target.colons = SplitArn(target.arn);
    if (!target.colons.valid) return Refusal::kResource;
    if (!tables.resources.empty()) {
      const Governing found =
          FindGoverning(tables, target.arn, target.colons.at[4]);
      account_entry = found.account;
      target.policy_entry = found.policy;
      target.tags_entry = found.tags;
    }
    if (ArnPart(target.arn, target.colons, 2) == "iam") {
      const EntityRecord* entity = FindEntity(tables, target.arn);
      if (entity != nullptr && (entity->flags & kEntityRole) != 0) {
        target.role = entity;
      }
    }
  }
  target.owner = OwnerOf(tables, request, caller, target, account_entry);
  target.owner_account = FindAccount(tables, target.owner);
  return Refusal::kNone;
}

}  // namespace portcullis
