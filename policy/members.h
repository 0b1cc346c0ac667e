// members.h -- Internal: reads the members of JSON objects of policy sets, with
// an issue for each that is unknown, missing or of the wrong kind (S-12,
// S-155).
#ifndef PORTCULLIS_POLICY_MEMBERS_H_
#define PORTCULLIS_POLICY_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/draft.h"
#include "policy/reporter.h"

namespace portcullis {

bool Contains(const std::vector<std::string_view>& keys, std::string_view key);

// True when `value` is an object; each member that is none of `keys` is an
// error.
bool CheckMembers(const JsonValue& value, const char* name,
                  const std::vector<std::string_view>& keys,
                  const Reporter& report);

// The member of that name if it has that kind; null, with an issue for another
// kind.
const JsonValue* FindOfKind(const JsonValue& object, std::string_view key,
                            JsonValue::Kind kind, const Reporter& report);

// The text of a string member; "" when it is absent or no string.
std::string StringMember(const JsonValue& object, std::string_view key,
                         const Reporter& report);

// StringMember() of a user's or role's unique id; an empty one, and a longer
// one than kMaxUniqueIdBytes, is an error.
std::string UniqueIdMember(const JsonValue& object, std::string_view key,
                           const Reporter& report);

// A role's maximum session duration (S-134); nullopt when the member is absent
// or wrong.
std::optional<uint32_t> SessionDurationMember(const JsonValue& object,
                                              std::string_view key,
                                              const Reporter& report);

// The string member of that name, which must be there and not be empty; null
// with an issue when it is not so. `name` is the object's.
const JsonValue* RequiredMember(const JsonValue& object, const char* name,
                                std::string_view key, const Reporter& report);

// The text of RequiredMember(); "" for null.
std::string RequiredString(const JsonValue& object, const char* name,
                           std::string_view key, const Reporter& report);

// An error unless `id` is an account id (S-159).
void CheckAccountId(std::string_view id, uint32_t offset,
                    const Reporter& report);

// Each takes a string. True when it is an ARN of its kind, else there is an
// error (S-159). The last also fills in what the ARN says; with a `kind` it
// must be of that kind.
bool CheckManagedPolicyArn(const JsonValue& value, const Reporter& report);
bool CheckGroupArn(const JsonValue& value, const Reporter& report);
bool CheckEntityArn(const JsonValue& value, std::optional<EntityKind> kind,
                    const Reporter& report, Principal& entity);

// An error for two tags whose keys fold to the same key (S-61).
void CheckTagKeys(const std::vector<Tag>& tags, uint32_t offset,
                  const Reporter& report);

Origin OriginOf(const JsonValue& value, const Reporter& report);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_MEMBERS_H_
