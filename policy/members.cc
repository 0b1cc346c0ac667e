#include "policy/members.h"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/arn.h"
#include "policy/limits.h"
#include "policy/nearest.h"
#include "policy/values.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

constexpr int kMinSessionSeconds = 3600;
constexpr int kMaxSessionSeconds = 43200;

// `good`, with an error when it is not (S-159).
bool RequireArn(bool good, const JsonValue& value, const char* what,
                const char* form, const Reporter& report) {
  if (good) return true;
  report.Error(value.begin, "S-159",
               Quoted(value.text) + " is not the ARN of a " + what,
               std::string("expected ") + form);
  return false;
}

}  // namespace

bool Contains(const std::vector<std::string_view>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

bool CheckMembers(const JsonValue& value, const char* name,
                  const std::vector<std::string_view>& keys,
                  const Reporter& report) {
  if (!report.Expect(value, Kind::kObject, name)) return false;
  for (const JsonMember& member : value.members()) {
    if (Contains(keys, member.key)) continue;
    report.Error(member.key_begin, "S-155",
                 "unknown member " + Quoted(member.key) + " of " + Quoted(name),
                 Suggest(member.key, keys));
  }
  return true;
}

const JsonValue* FindOfKind(const JsonValue& object, std::string_view key,
                            JsonValue::Kind kind, const Reporter& report) {
  const JsonValue* value = object.Find(key);
  if (value == nullptr || !report.Expect(*value, kind, key)) return nullptr;
  return value;
}

std::string StringMember(const JsonValue& object, std::string_view key,
                         const Reporter& report) {
  const JsonValue* value = FindOfKind(object, key, Kind::kString, report);
  return value == nullptr ? "" : std::string(value->text);
}

std::string UniqueIdMember(const JsonValue& object, std::string_view key,
                           const Reporter& report) {
  const JsonValue* value = FindOfKind(object, key, Kind::kString, report);
  if (value == nullptr) return "";
  if (value->text.empty()) {
    report.Error(value->begin, "S-159", Quoted(key) + " is empty",
                 "leave it out when it is not known");
  }
  if (value->text.size() > kMaxUniqueIdBytes) {
    report.Error(value->begin, "S-159",
                 Quoted(key) + " has " + std::to_string(value->text.size()) +
                     " bytes, which is beyond the limit of " +
                     std::to_string(kMaxUniqueIdBytes));
    return "";
  }
  return std::string(value->text);
}

std::optional<uint32_t> SessionDurationMember(const JsonValue& object,
                                              std::string_view key,
                                              const Reporter& report) {
  const JsonValue* value = FindOfKind(object, key, Kind::kNumber, report);
  if (value == nullptr) return std::nullopt;
  const bool digits = value->text.size() <= 5 &&
                      std::all_of(value->text.begin(), value->text.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  const int seconds = digits ? std::stoi(std::string(value->text)) : 0;
  if (seconds >= kMinSessionSeconds && seconds <= kMaxSessionSeconds)
    return static_cast<uint32_t>(seconds);
  report.Error(value->begin, "S-134",
               Quoted(key) + " is " + Quoted(value->text),
               "expected 3600 to 43200 seconds");
  return std::nullopt;
}

const JsonValue* RequiredMember(const JsonValue& object, const char* name,
                                std::string_view key, const Reporter& report) {
  const JsonValue* value = object.Find(key);
  if (value == nullptr) {
    report.Error(object.begin, "S-155",
                 "no " + Quoted(key) + " in " + Quoted(name));
    return nullptr;
  }
  if (!report.Expect(*value, Kind::kString, key)) return nullptr;
  if (!value->text.empty()) return value;
  report.Error(value->begin, "S-155", Quoted(key) + " is empty");
  return nullptr;
}

std::string RequiredString(const JsonValue& object, const char* name,
                           std::string_view key, const Reporter& report) {
  const JsonValue* value = RequiredMember(object, name, key, report);
  return value == nullptr ? "" : std::string(value->text);
}

void CheckAccountId(std::string_view id, uint32_t offset,
                    const Reporter& report) {
  if (IsAccountId(id)) return;
  report.Error(offset, "S-159", Quoted(id) + " is no account id",
               "expected 12 digits");
}

bool CheckManagedPolicyArn(const JsonValue& value, const Reporter& report) {
  return RequireArn(IsManagedPolicyArn(std::string(value.text)), value,
                    "managed policy", "`arn:aws:iam::ACCOUNT:policy/NAME`",
                    report);
}

bool CheckGroupArn(const JsonValue& value, const Reporter& report) {
  return RequireArn(IsGroupArn(std::string(value.text)), value, "group",
                    "`arn:aws:iam::ACCOUNT:group/NAME`", report);
}

bool CheckEntityArn(const JsonValue& value, std::optional<EntityKind> kind,
                    const Reporter& report, Principal& entity) {
  Principal read = entity;
  const bool good = SetEntityArn(std::string(value.text), read) &&
                    read.kind == kind.value_or(read.kind);
  if (good) entity = std::move(read);
  if (!kind) {
    return RequireArn(good, value, "user or role",
                      "`arn:aws:iam::ACCOUNT:user/NAME` or "
                      "`arn:aws:iam::ACCOUNT:role/NAME`",
                      report);
  }
  return *kind == EntityKind::kUser
             ? RequireArn(good, value, "user",
                          "`arn:aws:iam::ACCOUNT:user/NAME`", report)
             : RequireArn(good, value, "role",
                          "`arn:aws:iam::ACCOUNT:role/NAME`", report);
}

void CheckTagKeys(const std::vector<Tag>& tags, uint32_t offset,
                  const Reporter& report) {
  std::map<std::string, std::string_view> seen;
  for (const Tag& tag : tags) {
    const auto [first, added] = seen.emplace(Fold(tag.key), tag.key);
    if (added) continue;
    report.Error(offset, "S-61",
                 "tags " + Quoted(first->second) + " and " + Quoted(tag.key) +
                     " differ at most in case",
                 "expected each tag key once");
  }
}

Origin OriginOf(const JsonValue& value, const Reporter& report) {
  return {report.file(), report.At(value.begin)};
}

}  // namespace portcullis
