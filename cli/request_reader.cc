#include "cli/request_reader.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "cli/quick_json.h"
#include "policy/nearest.h"
#include "policy/values.h"
#include "runtime/image_view.h"

namespace portcullis::cli {
namespace {

using Kind = JsonValue::Kind;

std::string MustBe(const char* expected, const JsonValue& value) {
  return std::string("expected ") + expected + ", found " +
         KindName(value.kind);
}

// How many values the context member has.
size_t ValueCount(const JsonMember& member) {
  return member.value.kind == Kind::kArray ? member.value.elements().size() : 1;
}

// Nanoseconds since 1970, or nullopt when they do not fit 64 bits.
std::optional<int64_t> Nanoseconds(const Instant& instant) {
  constexpr int64_t kPerSecond = 1'000'000'000;
  constexpr int64_t kMost =
      std::numeric_limits<int64_t>::max() / kPerSecond - 1;
  if (instant.seconds > kMost || instant.seconds < -kMost) return std::nullopt;
  return instant.seconds * kPerSecond + instant.nanoseconds;
}

}  // namespace

struct RequestReader::Member {
  std::string_view name;
  bool (RequestReader::*read)(const JsonValue&);
};

const RequestReader::Member RequestReader::kRequestMembers[] = {
    {"id", &RequestReader::CheckId},
    {"principal", &RequestReader::ReadPrincipal},
    {"action", &RequestReader::ReadAction},
    {"resource", &RequestReader::ReadResource},
    {"context", &RequestReader::ReadContext},
    {"session", &RequestReader::ReadSession},
    {"resourceAccount", &RequestReader::ReadResourceAccount},
    {"endpoint", &RequestReader::ReadEndpoint},
    {"derive", &RequestReader::ReadDerive},
};

std::vector<std::string_view> RequestMembers() {
  std::vector<std::string_view> names;
  for (const auto& member : RequestReader::kRequestMembers) {
    names.push_back(member.name);
  }
  return names;
}

std::string IssueText(const Issue& issue) {
  std::string text = issue.message;
  if (!issue.hint.empty()) text += "; " + issue.hint;
  return text + " (" + issue.rule + ")";
}

std::span<const Policy> RequestReader::session_policies() const {
  if (policies_ == nullptr) return {};
  return policies_->policies;
}

bool RequestReader::ReadText(const std::string& name, std::string_view bytes,
                             size_t line) {
  Clear();
  const Position first = {static_cast<uint32_t>(line), 1};
  document_.emplace(
      JsonDocument{name, bytes, LineTable(bytes, first), {}, {}, {}});
  if (const auto plain = ReadPlainJson(bytes, document_->nodes)) {
    document_->root = *plain;
    return Read(*document_, document_->root);
  }
  Issues issues;
  document_ = ReadJson(name, bytes, issues, first);
  if (!issues.ok()) {
    if (document_) ReadId(*document_, document_->root);
    const Issue& issue = issues.all().front();
    error_ = IssueText(issue);
    beyond_limit_ = issue.rule == "S-6";
    return false;
  }
  return Read(*document_, document_->root);
}

bool RequestReader::Read(const JsonDocument& json, const JsonValue& value,
                         std::span<const std::string_view> others) {
  Clear();
  json_ = &json;
  if (value.kind != Kind::kObject) {
    error_ = "the request is " + std::string(KindName(value.kind)) +
             "; expected an object (S-170)";
    return false;
  }
  ReadId(json, value);
  if (!ReadMembers(value, "the request", kRequestMembers, others)) return false;
  return CheckComplete();
}

bool RequestReader::ReadCredentials(const JsonDocument& json) {
  static constexpr Member kMembers[] = {
      {"principal", &RequestReader::ReadPrincipal},
      {"session", &RequestReader::ReadSession},
  };
  Clear();
  json_ = &json;
  const JsonValue& root = json.root;
  error_place_ = root.begin;
  const bool whole = root.Find("principal") || root.Find("session");
  const bool read = whole ? ReadMembers(root, "the session file", kMembers, {})
                          : ReadSession(root);
  return read && TakeContext();
}

void RequestReader::Clear() {
  request_ = Request{};
  session_ = SessionInfo{};
  has_principal_ = has_action_ = has_resource_ = false;
  id_ = "null";
  error_.clear();
  error_place_ = 0;
  beyond_limit_ = false;
  context_.clear();
  values_.clear();
  tags_.clear();
  policy_arns_.clear();
  transitive_keys_.clear();
  context_value_ = claims_ = nullptr;
  policies_ = nullptr;
}

bool RequestReader::Fail(std::string_view member, const std::string& message) {
  error_ = Quoted(member) + ": " + message + " (S-170)";
  return false;
}

bool RequestReader::FailLimit(std::string_view member, size_t size,
                              const char* unit, size_t limit) {
  beyond_limit_ = true;
  return Fail(member, std::to_string(size) + " " + unit + "; the limit is " +
                          std::to_string(limit));
}

bool RequestReader::Expect(std::string_view member, const JsonValue& value,
                           JsonValue::Kind kind) {
  if (value.kind == kind) return true;
  return Fail(member, MustBe(KindName(kind), value));
}

bool RequestReader::ReadMembers(const JsonValue& object, std::string_view what,
                                std::span<const Member> members,
                                std::span<const std::string_view> others) {
  for (const JsonMember& member : object.members()) {
    const auto known =
        std::find_if(members.begin(), members.end(),
                     [&](const Member& m) { return m.name == member.key; });
    if (known != members.end()) {
      if (!(this->*known->read)(member.value)) return FailedAt(member);
    } else if (std::find(others.begin(), others.end(), member.key) ==
               others.end()) {
      return FailUnknown(member, what, members, others);
    }
  }
  return true;
}

// The innermost member is the one that is wrong; it fails first.
bool RequestReader::FailedAt(const JsonMember& member) {
  if (error_place_ < member.key_begin) error_place_ = member.key_begin;
  return false;
}

bool RequestReader::FailUnknown(const JsonMember& member, std::string_view what,
                                std::span<const Member> members,
                                std::span<const std::string_view> others) {
  std::vector<std::string_view> names(others.begin(), others.end());
  for (const Member& known : members) names.push_back(known.name);
  error_ = "unknown member " + Quoted(member.key) + " of " + std::string(what) +
           "; " + Suggest(member.key, names) + " (S-170)";
  return FailedAt(member);
}

// The id is wanted in the answer even when something else is wrong.
void RequestReader::ReadId(const JsonDocument& json, const JsonValue& object) {
  const JsonValue* id = object.Find("id");
  if (id == nullptr) return;
  if (id->kind == Kind::kNumber || id->kind == Kind::kString) {
    id_ = SourceOf(json, *id);
  }
}

bool RequestReader::CheckId(const JsonValue& value) {
  if (value.kind == Kind::kNumber || value.kind == Kind::kString) return true;
  return Fail("id", MustBe("a string or a number", value));
}

bool RequestReader::CheckComplete() {
  const auto missing = [this](std::string_view name) {
    error_ = "missing member " + Quoted(name) + " (S-170)";
    return false;
  };
  if (!has_principal_) return missing("principal");
  if (!has_action_) return missing("action");
  if (!has_resource_) return missing("resource");
  return TakeContext();
}

bool RequestReader::ReadLimited(const JsonValue& value, std::string_view member,
                                size_t max_bytes, std::string_view& out) {
  if (!Expect(member, value, Kind::kString)) return false;
  if (value.text.size() > max_bytes) {
    return FailLimit(member, value.text.size(), "bytes", max_bytes);
  }
  out = value.text;
  return true;
}

// A text that would mean "not given" if it were empty.
bool RequestReader::ReadName(const JsonValue& value, std::string_view member,
                             std::string_view& out) {
  if (!ReadLimited(value, member, kMaxPrincipalBytes, out)) return false;
  return !out.empty() || Fail(member, "empty; leave it out");
}

bool RequestReader::ReadFlag(const JsonValue& value, std::string_view member,
                             bool& out) {
  if (!Expect(member, value, Kind::kBool)) return false;
  out = value.text == "true";
  return true;
}

// S-73: a date, or seconds since 1970 as text or number.
bool RequestReader::ReadTime(const JsonValue& value, std::string_view member,
                             std::optional<int64_t>& out) {
  if (value.kind != Kind::kString && value.kind != Kind::kNumber) {
    return Fail(member, MustBe("a date", value));
  }
  const std::optional<Instant> instant = ParseDate(value.text);
  if (!instant) {
    return Fail(member, Quoted(value.text) +
                            " is not a date; expected e.g. "
                            "`2026-01-01T00:00:00Z`");
  }
  out = Nanoseconds(*instant);
  return out || Fail(member, Quoted(value.text) + " is out of range");
}

bool RequestReader::ReadPrincipal(const JsonValue& value) {
  has_principal_ = true;
  if (value.kind == Kind::kObject) return ReadPrincipalObject(value);
  std::string_view text;
  if (value.kind != Kind::kString) {
    return Fail("principal", MustBe("a string or an object", value));
  }
  if (!ReadLimited(value, "principal", kMaxPrincipalBytes, text)) return false;
  SetPrincipalText(text);
  return true;
}

bool RequestReader::ReadPrincipalObject(const JsonValue& value) {
  if (value.members().size() != 1) {
    return Fail("principal", "expected an object with one member");
  }
  const JsonMember& member = value.members().front();
  std::string_view text;
  if (!ReadLimited(member.value, "principal", kMaxPrincipalBytes, text)) {
    return false;
  }
  if (member.key == "AWS") {
    SetPrincipalText(text);
    return true;
  }
  if (member.key != "Service" && member.key != "Federated") {
    return Fail("principal", "unknown member " + Quoted(member.key) +
                                 "; expected `Service`, `Federated` or `AWS`");
  }
  request_.form = member.key == "Service" ? PrincipalForm::kService
                                          : PrincipalForm::kFederated;
  request_.principal = text;
  return true;
}

void RequestReader::SetPrincipalText(std::string_view text) {
  request_.form = text == "*" ? PrincipalForm::kAnonymous : PrincipalForm::kArn;
  request_.principal = text;
}

bool RequestReader::ReadAction(const JsonValue& value) {
  has_action_ = true;
  return ReadLimited(value, "action", kMaxActionBytes, request_.action);
}

bool RequestReader::ReadResource(const JsonValue& value) {
  has_resource_ = true;
  return ReadLimited(value, "resource", kMaxResourceBytes, request_.resource);
}

bool RequestReader::ReadResourceAccount(const JsonValue& value) {
  return ReadName(value, "resourceAccount", request_.resource_account);
}

bool RequestReader::ReadEndpoint(const JsonValue& value) {
  return ReadName(value, "endpoint", request_.endpoint);
}

bool RequestReader::ReadDerive(const JsonValue& value) {
  return ReadFlag(value, "derive", request_.derive);
}

bool RequestReader::ReadContext(const JsonValue& value) {
  context_value_ = &value;
  return Expect("context", value, Kind::kObject);
}

// When all members are known: the request's own keys, then the claims that its
// session brings, unless the context is complete as it stands (S-174).
bool RequestReader::TakeContext() {
  if (!request_.derive) claims_ = nullptr;
  if (!ReserveContext()) return false;
  if (context_value_ != nullptr) {
    for (const JsonMember& member : context_value_->members()) {
      if (!AddContextEntry(member)) return false;
    }
  }
  if (claims_ != nullptr) {
    const size_t own = context_.size();
    for (const JsonMember& member : claims_->members()) {
      if (!AddClaim(member, own)) return false;
    }
  }
  request_.context = context_;
  return true;
}

// The entries refer to places in values_, which therefore must not grow.
bool RequestReader::ReserveContext() {
  size_t keys = 0;
  size_t count = 0;
  for (const JsonValue* object : {context_value_, claims_}) {
    if (object == nullptr) continue;
    keys += object->members().size();
    for (const JsonMember& member : object->members()) {
      count += ValueCount(member);
    }
  }
  values_.reserve(count);
  return keys <= kMaxContextKeys ||
         FailLimit("context", keys, "keys", kMaxContextKeys);
}

// A key that the request brings as well, as one of its `own`, must have the
// same value (S-173); the decision refuses claims of one name (S-172).
bool RequestReader::AddClaim(const JsonMember& member, size_t own_keys) {
  const std::string key = Fold(member.key);
  const auto own_end = context_.begin() + static_cast<std::ptrdiff_t>(own_keys);
  const auto given = std::find_if(
      context_.begin(), own_end,
      [&key](const ContextEntry& e) { return Fold(e.key) == key; });
  const size_t index = static_cast<size_t>(given - context_.begin());
  const bool twice = given != own_end;
  if (!AddContextEntry(member)) return false;
  if (!twice) return true;
  const ContextEntry claim = context_.back();
  context_.pop_back();
  const ContextEntry& own = context_[index];
  if (own.is_list == claim.is_list &&
      std::equal(own.values.begin(), own.values.end(), claim.values.begin(),
                 claim.values.end())) {
    return true;
  }
  error_ = "`context." + std::string(member.key) +
           "`: the session has another value (S-173)";
  return false;
}

bool RequestReader::AddContextEntry(const JsonMember& member) {
  const size_t begin = values_.size();
  const bool is_list = member.value.kind == Kind::kArray;
  if (is_list) {
    for (const JsonValue& element : member.value.elements()) {
      if (!AddContextValue(member.key, element)) return false;
    }
  } else if (!AddContextValue(member.key, member.value)) {
    return false;
  }
  context_.push_back({member.key, std::span(values_).subspan(begin), is_list});
  return true;
}

bool RequestReader::AddContextValue(std::string_view key,
                                    const JsonValue& value) {
  if (!IsScalar(value)) {
    return Fail("context." + std::string(key),
                MustBe("a string, a number or a boolean", value));
  }
  values_.push_back(value.text);
  return true;
}

bool RequestReader::ReadSession(const JsonValue& value) {
  static constexpr Member kMembers[] = {
      {"policies", &RequestReader::ReadSessionPolicies},
      {"policyArns", &RequestReader::ReadPolicyArns},
      {"tags", &RequestReader::ReadTags},
      {"sourceIdentity", &RequestReader::ReadSourceIdentity},
      {"issuedAt", &RequestReader::ReadIssuedAt},
      {"expiresAt", &RequestReader::ReadExpiresAt},
      {"mfa", &RequestReader::ReadMfa},
      {"mfaAuthenticatedAt", &RequestReader::ReadMfaTime},
      {"parent", &RequestReader::ReadParent},
      {"federatedProvider", &RequestReader::ReadProvider},
      {"assumedRoot", &RequestReader::ReadAssumedRoot},
      {"transitiveTagKeys", &RequestReader::ReadTransitiveKeys},
      {"claims", &RequestReader::ReadClaims},
  };
  if (!Expect("session", value, Kind::kObject)) return false;
  request_.session = &session_;
  return ReadMembers(value, "the session", kMembers, {});
}

bool RequestReader::ReadSessionPolicies(const JsonValue& value) {
  if (!Expect("session.policies", value, Kind::kArray)) return false;
  if (value.elements().empty()) return true;
  std::string error;
  policies_ = session_policies_.Get(*json_, value, error);
  if (policies_ == nullptr) {
    error_ = "`session.policies`: " + error;
    return false;
  }
  session_.policies = &*policies_->view;
  return true;
}

bool RequestReader::ReadPolicyArns(const JsonValue& value) {
  if (!Expect("session.policyArns", value, Kind::kArray)) return false;
  for (const JsonValue& element : value.elements()) {
    if (!Expect("session.policyArns", element, Kind::kString)) return false;
    policy_arns_.push_back(element.text);
  }
  session_.policy_arns = policy_arns_;
  return true;
}

bool RequestReader::ReadTags(const JsonValue& value) {
  if (!Expect("session.tags", value, Kind::kObject)) return false;
  for (const JsonMember& member : value.members()) {
    const std::string name = "session.tags." + std::string(member.key);
    if (!Expect(name, member.value, Kind::kString)) return false;
    tags_.push_back({member.key, member.value.text});
  }
  session_.tags = tags_;
  return true;
}

bool RequestReader::ReadSourceIdentity(const JsonValue& value) {
  std::string_view text;
  if (!ReadName(value, "session.sourceIdentity", text)) return false;
  session_.source_identity = text;
  return true;
}

bool RequestReader::ReadIssuedAt(const JsonValue& value) {
  return ReadTime(value, "session.issuedAt", session_.issued_at);
}

bool RequestReader::ReadExpiresAt(const JsonValue& value) {
  return ReadTime(value, "session.expiresAt", session_.expires_at);
}

bool RequestReader::ReadMfa(const JsonValue& value) {
  return ReadFlag(value, "session.mfa", session_.mfa);
}

bool RequestReader::ReadMfaTime(const JsonValue& value) {
  return ReadTime(value, "session.mfaAuthenticatedAt", session_.mfa_at);
}

bool RequestReader::ReadParent(const JsonValue& value) {
  return ReadName(value, "session.parent", session_.parent);
}

bool RequestReader::ReadProvider(const JsonValue& value) {
  std::string_view text;
  if (!ReadName(value, "session.federatedProvider", text)) return false;
  session_.federated_provider = text;
  return true;
}

bool RequestReader::ReadAssumedRoot(const JsonValue& value) {
  return ReadFlag(value, "session.assumedRoot", session_.assumed_root);
}

bool RequestReader::ReadTransitiveKeys(const JsonValue& value) {
  constexpr std::string_view kName = "session.transitiveTagKeys";
  if (!Expect(kName, value, Kind::kArray)) return false;
  for (const JsonValue& element : value.elements()) {
    if (!Expect(kName, element, Kind::kString)) return false;
    transitive_keys_.push_back(element.text);
  }
  session_.transitive_tag_keys = transitive_keys_;
  return true;
}

bool RequestReader::ReadClaims(const JsonValue& value) {
  claims_ = &value;
  if (!Expect("session.claims", value, Kind::kObject)) return false;
  for (const JsonMember& member : value.members()) {
    if (!Fold(member.key).starts_with("aws:")) continue;
    error_ = "`session.claims." + std::string(member.key) +
             "`: no claim is a key of AWS (S-173)";
    return false;
  }
  return true;
}

}  // namespace portcullis::cli
