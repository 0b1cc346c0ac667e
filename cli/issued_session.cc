#include "cli/issued_session.h"

#include <limits>

#include "cli/json_writer.h"
#include "policy/issue.h"
#include "policy/values.h"
#include "runtime/value.h"

namespace portcullis::cli {
namespace {

constexpr int64_t kPerSecond = 1'000'000'000;

std::string TimeText(int64_t nanoseconds) {
  char buffer[32];
  return std::string(FormatInstant({nanoseconds / kPerSecond, 0}, buffer));
}

// The JSON text without the white space between its tokens, so that it fits a
// line.
std::string OnOneLine(std::string_view json) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (json.starts_with(kByteOrderMark)) json.remove_prefix(3);
  std::string line;
  bool in_string = false;
  bool escaped = false;
  for (const char c : json) {
    const bool space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (in_string || !space) line += c;
    if (c == '"' && !escaped) in_string = !in_string;
    escaped = in_string && c == '\\' && !escaped;
  }
  return line;
}

void WriteTags(const IssuedSession& session, JsonWriter& json) {
  if (session.tags.empty()) return;
  json.Key("tags").Open('{');
  for (const Tag& tag : session.tags) json.Member(tag.key, tag.value);
  json.Close('}');
  if (session.transitive_tag_keys.empty()) return;
  json.Key("transitiveTagKeys").Strings(session.transitive_tag_keys);
}

void WriteClaims(const IssuedSession& session, JsonWriter& json) {
  if (session.claims.empty()) return;
  json.Key("claims").Open('{');
  for (const Claim& claim : session.claims) {
    json.Key(claim.key);
    if (claim.is_list) {
      json.Strings(claim.values);
    } else {
      json.String(claim.values.front());
    }
  }
  json.Close('}');
}

void WriteOrigin(const IssuedSession& session, JsonWriter& json) {
  if (session.source_identity) {
    json.Member("sourceIdentity", *session.source_identity);
  }
  if (session.federated_provider) {
    json.Member("federatedProvider", *session.federated_provider);
  }
  if (!session.parent.empty()) json.Member("parent", session.parent);
  if (session.assumed_root) json.Key("assumedRoot").Bool(true);
}

void WriteTimes(const IssuedSession& session, JsonWriter& json) {
  json.Member("issuedAt", TimeText(session.issued_at));
  json.Member("expiresAt", TimeText(session.expires_at));
  if (session.mfa) json.Key("mfa").Bool(true);
  if (session.mfa_at) {
    json.Member("mfaAuthenticatedAt", TimeText(*session.mfa_at));
  }
}

void WriteSession(const IssuedSession& session, JsonWriter& json) {
  json.Open('{');
  if (session.policy) {
    json.Key("policies").Open('[').Raw(OnOneLine(*session.policy)).Close(']');
  }
  if (!session.policy_arns.empty()) {
    json.Key("policyArns").Strings(session.policy_arns);
  }
  WriteTags(session, json);
  WriteOrigin(session, json);
  WriteClaims(session, json);
  WriteTimes(session, json);
  json.Close('}');
}

}  // namespace

std::string CredentialsJson(const IssuedSession& session) {
  JsonWriter json;
  json.Open('{').Member("principal", session.principal).Key("session");
  WriteSession(session, json);
  return json.Close('}').Take();
}

std::string ReadSessionTime(std::string_view time, int64_t& now) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / kPerSecond;
  const std::optional<Instant> instant = ParseDate(time);
  if (!instant) {
    return Quoted(time) +
           " is not a date; expected e.g. `2026-01-01T00:00:00Z` (S-170)";
  }
  if (instant->seconds < 0 || instant->seconds > kMost) {
    char last[32];
    return Quoted(time) + " is out of range; expected 1970-01-01 to " +
           std::string(FormatInstant({kMost, 0}, last)) + " (S-142)";
  }
  now = instant->seconds * kPerSecond;
  return "";
}

std::string ProblemText(const SessionProblem& problem) {
  return problem.message + " (" + problem.rule + ")";
}

}  // namespace portcullis::cli
