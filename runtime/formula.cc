#include "runtime/formula.h"

#include <algorithm>
#include <iterator>

#include "runtime/lookup.h"
#include "runtime/text.h"

namespace portcullis {
namespace {

bool IsOutsider(CallerKind kind) {
  return kind == CallerKind::kService || kind == CallerKind::kProvider ||
         kind == CallerKind::kAnonymous;
}

template <size_t N>
bool IsOneOf(std::string_view text, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// Part `i` of the resource's ARN; empty for "*".
std::string_view ResourcePart(const Target& target, size_t i) {
  return target.none ? std::string_view()
                     : ArnPart(target.arn, target.colons, i);
}

template <size_t N>
bool IsOf(const Target& target, TargetService service,
          const char (&prefix)[N]) {
  return target.service == service &&
         StartsWith(ResourcePart(target, 5), prefix);
}

bool IsKmsKey(const Target& target) {
  return IsOf(target, TargetService::kKms, "key/");
}

bool IsIssuingAction(std::string_view action) {
  return StartsWith(action, "sts:assumerole") || action == "sts:tagsession" ||
         action == "sts:setsourceidentity" || action == "sts:setcontext";
}

bool IsAlways(const Caller& caller, std::string_view action) {
  if (!StartsWith(action, "sts:")) return false;
  if (action == "sts:getcalleridentity") {
    return caller.kind != CallerKind::kAnonymous &&
           caller.kind != CallerKind::kProvider;
  }
  return action == "sts:getsessiontoken" && caller.kind == CallerKind::kUser &&
         !caller.temporary;
}

constexpr std::string_view kManagedPolicyWrites[] = {
    "iam:createpolicyversion", "iam:deletepolicy",
    "iam:deletepolicyversion", "iam:setdefaultpolicyversion",
    "iam:tagpolicy",           "iam:untagpolicy"};
constexpr std::string_view kReservedRoleWrites[] = {
    "iam:attachrolepolicy",
    "iam:deleterole",
    "iam:deleterolepermissionsboundary",
    "iam:deleterolepolicy",
    "iam:detachrolepolicy",
    "iam:putrolepermissionsboundary",
    "iam:putrolepolicy",
    "iam:tagrole",
    "iam:untagrole",
    "iam:updateassumerolepolicy",
    "iam:updaterole",
    "iam:updateroledescription"};
constexpr std::string_view kAliasWrites[] = {
    "kms:createalias", "kms:updatealias", "kms:deletealias"};
constexpr std::string_view kBucketPolicyActions[] = {
    "s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"};

// AWS managed keys go by these names; a key's own ARN does not tell.
bool IsManagedKeyAlias(const Target& target) {
  return IsOf(target, TargetService::kKms, "alias/aws/");
}

// S-114.
bool IsRefusedWrite(const Target& target, std::string_view action) {
  if (target.service == TargetService::kIam) {
    if (ResourcePart(target, 4) == "aws") {
      return IsOf(target, TargetService::kIam, "policy/") &&
             IsOneOf(action, kManagedPolicyWrites);
    }
    return IsOf(target, TargetService::kIam, "role/aws-reserved/") &&
           IsOneOf(action, kReservedRoleWrites);
  }
  return IsManagedKeyAlias(target) && IsOneOf(action, kAliasWrites);
}

// S-117.
bool IsOtherPartition(const Caller& caller, const Target& target) {
  return !caller.partition.empty() && !target.none &&
         !SameText(caller.partition, ResourcePart(target, 1));
}

// An account that the set knows has one record.
bool IsOwner(const Caller& caller, const Target& target) {
  return caller.account != nullptr && target.owner_account != nullptr
             ? caller.account == target.owner_account
             : SameText(caller.account_id, target.owner);
}

bool InOrganization(const AccountRecord* account, bool management_too) {
  return account != nullptr && (account->flags & kAccountInOrganization) != 0 &&
         (management_too || (account->flags & kAccountManagement) == 0);
}

// S-141.
bool IsAssumedRoot(const Context& context) {
  const SessionInfo* session = context.request().session;
  return context.caller().kind == CallerKind::kRoot && session != nullptr &&
         session->assumed_root;
}

// S-101. Requires. The owner's account is of the organization.
[[gnu::noinline]] bool RcpReaches(const Context& context,
                                  const ActionRank& action) {
  const ImageTables& tables = context.tables();
  if (context.caller().service_linked) return false;
  if (action.folded == "kms:retiregrant") return false;
  if (IsManagedKeyAlias(context.target())) return false;
  if ((tables.header->flags & kImageAllServicesRcp) != 0) return true;
  return action.service != kNoIndex &&
         (tables.services[action.service].flags & kServiceRcp) != 0;
}

// The facts of few requests: those that neither a user nor a role makes, of
// `sts:` actions, and on resources of services that the formula knows.
[[gnu::noinline]] void ClassifySpecial(const Context& context,
                                       std::string_view name, Situation& s) {
  const Caller& caller = context.caller();
  const Target& target = context.target();
  s.always = IsAlways(caller, name);
  s.needs_session =
      caller.kind == CallerKind::kFederatedUser || IsAssumedRoot(context);
  const bool root_assumes = caller.HasRootGrant() && name == "sts:assumerole";
  if (s.refused_by == Layer::kNone &&
      (root_assumes || IsRefusedWrite(target, name))) {
    s.refused_by = Layer::kIdentity;
  }
  s.needs_resource_policy =
      IsKmsKey(target) || (IsRole(target) && IsIssuingAction(name));
  s.resource_denies_count =
      !(caller.kind == CallerKind::kRoot && s.same_account &&
        target.service == TargetService::kS3 &&
        IsOneOf(name, kBucketPolicyActions));
}

}  // namespace

void Classify(const Context& context, const ActionRank& action, Situation& s) {
  const Caller& caller = context.caller();
  const Target& target = context.target();
  s.outsider = IsOutsider(caller.kind);
  s.same_account = !s.outsider && IsOwner(caller, target);
  s.scp_applies = !s.outsider && !caller.service_linked &&
                  InOrganization(caller.account, false);
  s.rcp_applies = InOrganization(target.owner_account, false) &&
                  RcpReaches(context, action);
  if (IsOtherPartition(caller, target)) s.refused_by = Layer::kResource;
  const bool plain_caller =
      caller.kind == CallerKind::kUser || caller.kind == CallerKind::kRole;
  if (!plain_caller || target.service != TargetService::kOther ||
      StartsWith(action.folded, "sts:")) {
    ClassifySpecial(context, action.folded, s);
  }
}

}  // namespace portcullis
