// A member account's root, for one task (S-141).
#include <algorithm>
#include <string>
#include <string_view>

#include "runtime/lookup.h"
#include "session/operations.h"
#include "session/parameters.h"

namespace portcullis {
namespace {

constexpr std::string_view kTaskPolicies[] = {
    "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
    "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword",
    "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
    "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
    "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy"};

// TargetPrincipal is a 12-digit id or a root ARN; "" for anything else.
std::string TargetAccount(const Call& call) {
  const std::string& target = call.request().target_principal;
  if (IsTwelveDigits(target)) return target;
  const ArnColons colons = SplitArn(target);
  const bool root = colons.valid &&
                    ArnPart(target, colons, 1) == call.caller().partition &&
                    ArnPart(target, colons, 2) == "iam" &&
                    ArnPart(target, colons, 5) == "root";
  return root ? std::string(ArnPart(target, colons, 4)) : "";
}

void CheckTarget(Call& call, const std::string& account) {
  const AccountRecord* member =
      account.empty() ? nullptr : FindAccount(call.tables(), account);
  if (member == nullptr || (member->flags & kAccountInOrganization) == 0 ||
      (member->flags & kAccountManagement) != 0) {
    call.Add("S-141", "`" + call.request().target_principal +
                          "` is not a member account of the organisation");
  }
}

// S-145: what GetSessionToken gives is for AssumeRole alone.
void CheckCaller(Call& call) {
  const Caller& caller = call.caller();
  if (caller.account == nullptr ||
      (caller.account->flags & kAccountManagement) == 0) {
    call.Add("S-141", "AssumeRoot is for principals of the management account");
  }
  if (caller.temporary && caller.kind != CallerKind::kRole) {
    call.Add("S-145",
             "AssumeRoot is for users with long-term keys and sessions of "
             "roles");
  }
}

void CheckTask(Call& call) {
  const std::string& arn = call.request().task_policy_arn;
  if (std::find(std::begin(kTaskPolicies), std::end(kTaskPolicies), arn) ==
      std::end(kTaskPolicies)) {
    call.Add("S-141", "`" + arn + "` is not a root task policy");
  } else if (FindManagedPolicy(call.tables(), arn) == kNoIndex) {
    call.Add("S-144", "the policy set holds no managed policy `" + arn + "`");
  }
}

}  // namespace

// The member account has no say: the caller's own policies decide.
void AssumeRoot(Call& call) {
  if (!call.ResolveTheCaller()) return;
  const std::string account = TargetAccount(call);
  CheckTarget(call, account);
  CheckCaller(call);
  CheckTask(call);
  if (!call.ok()) return;
  const std::string arn = "arn:" + std::string(call.caller().partition) +
                          ":iam::" + account + ":root";
  call.BuildContext(false);
  if (!call.Ask({"sts:AssumeRoot", arn, call.caller().account_id, "S-141",
                 Sides::kCaller})) {
    return;
  }
  IssuedSession& session = call.session();
  session.principal = arn;
  session.unique_id = account;
  session.policy_arns = {call.request().task_policy_arn};
  session.assumed_root = true;
  call.SetTimes(DurationOf(call.request()));
}

}  // namespace portcullis
