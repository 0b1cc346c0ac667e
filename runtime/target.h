// Internal to this repository; embedders use decide.h. What is asked for: the
// request's resource, resolved against the image (S-158, S-177).
#ifndef PORTCULLIS_RUNTIME_TARGET_H_
#define PORTCULLIS_RUNTIME_TARGET_H_

#include <string_view>

#include "runtime/caller.h"
#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/request.h"

namespace portcullis {

// The services whose resources the formula treats in ways of their own.
enum class TargetService : uint8_t { kOther, kIam, kKms, kS3 };

struct Target {
  std::string_view arn;  // or "*"
  bool none = false;     // "*": the action has no resource (S-37)
  ArnColons colons;      // when not none
  TargetService service = TargetService::kOther;
  std::string_view owner;                        // account id; may be empty
  const AccountRecord* owner_account = nullptr;  // null: not in the set
  const ResourceRecord* policy_entry = nullptr;  // the governing entries, each
  const ResourceRecord* tags_entry = nullptr;    // null when there is none
  const EntityRecord* entity = nullptr;  // when it is a user or role of the set

  // Null when the resource is no role of the set.
  const EntityRecord* role() const {
    return entity != nullptr && (entity->flags & kEntityRole) != 0 ? entity
                                                                   : nullptr;
  }
};

// Is the resource the ARN of a role, or of a user, of the set or not?
bool IsRole(const Target& target);
bool IsUser(const Target& target);

// What the request says of its resource. Returns kResource when it is empty,
// too long, or neither "*" nor an ARN of six parts, kResourceAccount when the
// account that is given is none.
// Cost. Linear in the resource.
Refusal ParseTarget(const Request& request, Target& target);
// What the image knows of a resource that was parsed.
// Cost. Linear in the resource; a hash probe for each of its pieces, up to as
// many as the longest ARN of the image's resources has.
void FindTarget(const ImageTables& tables, const Request& request,
                const Caller& caller, Target& target);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_TARGET_H_
