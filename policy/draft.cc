#include "policy/draft.h"

#include "policy/arn.h"

namespace portcullis {

std::string ManagedPolicyName(const std::string& arn) {
  return arn.substr(arn.rfind('/') + 1);
}

bool SetEntityArn(const std::string& arn, Principal& entity) {
  const std::optional<EntityArn> parts = ParseEntityArn(arn);
  if (!parts || parts->service != "iam" || !IsAccountId(parts->account))
    return false;
  if (parts->kind != "user" && parts->kind != "role") return false;
  entity.kind = parts->kind == "user" ? EntityKind::kUser : EntityKind::kRole;
  entity.arn = arn;
  entity.partition = parts->partition;
  entity.account = parts->account;
  entity.path = parts->path;
  entity.name = parts->name;
  return true;
}

bool IsGroupArn(const std::string& arn) {
  const std::optional<EntityArn> parts = ParseEntityArn(arn);
  return parts && parts->service == "iam" && parts->kind == "group" &&
         IsAccountId(parts->account);
}

bool IsManagedPolicyArn(const std::string& arn) {
  const std::optional<EntityArn> parts = ParseEntityArn(arn);
  return parts && parts->service == "iam" && parts->kind == "policy" &&
         (parts->account == "aws" || IsAccountId(parts->account));
}

}  // namespace portcullis
