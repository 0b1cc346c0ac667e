#include "cli/case_assume.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/clock.h"
#include "cli/issued_session.h"
#include "cli/json_writer.h"
#include "cli/request_reader.h"
#include "policy/nearest.h"
#include "session/session.h"

namespace portcullis::cli {
namespace {

using Kind = JsonValue::Kind;

// Reads the members of `assume`; the first problem ends it.
class AssumeReader {
 public:
  explicit AssumeReader(const JsonDocument& json) : json_(json) {}

  bool Read(const JsonValue& assume) {
    request_.now = NowInWholeSeconds();
    if (assume.kind != Kind::kObject) return Fail("`assume`: not an object");
    for (const JsonMember& member : assume.members()) {
      if (!ReadMember(member)) return false;
    }
    return ReadCaller() && ReadClaims();
  }

  const SessionRequest& request() const { return request_; }
  const std::string& error() const { return error_; }

 private:
  struct Member {
    std::string_view name;
    bool (AssumeReader::*read)(const JsonMember&);
  };

  bool Fail(std::string error) {
    error_ = std::move(error);
    return false;
  }
  bool Expect(const JsonMember& member, const JsonValue& value, Kind kind) {
    return value.kind == kind ||
           Fail(Quoted("assume." + std::string(member.key)) + ": expected " +
                KindName(kind) + ", found " + KindName(value.kind) +
                " (S-170)");
  }

  bool ReadMember(const JsonMember& member) {
    static constexpr Member kMembers[] = {
        {"operation", &AssumeReader::ReadOperation},
        {"caller", &AssumeReader::KeepPart},
        {"session", &AssumeReader::KeepPart},
        {"context", &AssumeReader::KeepPart},
        {"claims", &AssumeReader::KeepPart},
        {"policy", &AssumeReader::ReadPolicy},
        {"roleArn", &AssumeReader::ReadText},
        {"roleSessionName", &AssumeReader::ReadText},
        {"name", &AssumeReader::ReadText},
        {"externalId", &AssumeReader::ReadText},
        {"sourceIdentity", &AssumeReader::ReadText},
        {"provider", &AssumeReader::ReadText},
        {"targetPrincipal", &AssumeReader::ReadText},
        {"taskPolicyArn", &AssumeReader::ReadText},
        {"durationSeconds", &AssumeReader::ReadDuration},
        {"tags", &AssumeReader::ReadTags},
        {"transitiveTagKeys", &AssumeReader::ReadTexts},
        {"policyArns", &AssumeReader::ReadTexts},
        {"mfa", &AssumeReader::ReadFlag},
        {"providedContexts", &AssumeReader::ReadFlag},
        {"now", &AssumeReader::ReadNow},
    };
    std::vector<std::string_view> names;
    for (const Member& known : kMembers) {
      if (known.name == member.key) return (this->*known.read)(member);
      names.push_back(known.name);
    }
    return Fail("unknown member " + Quoted(member.key) + " of `assume`; " +
                Suggest(member.key, names) + " (S-170)");
  }

  bool ReadOperation(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kString)) return false;
    const auto operation = ParseSessionOperation(member.value.text);
    if (!operation) {
      return Fail("`assume.operation`: unknown operation " +
                  Quoted(member.value.text) + " (S-170)");
    }
    request_.operation = *operation;
    return true;
  }

  bool KeepPart(const JsonMember& member) {
    (member.key == "caller"    ? caller_
     : member.key == "session" ? session_
     : member.key == "context" ? context_
                               : claims_) = SourceOf(json_, member.value);
    return true;
  }

  bool ReadPolicy(const JsonMember& member) {
    request_.policy = SourceOf(json_, member.value);
    return true;
  }

  bool ReadText(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kString)) return false;
    const std::string text(member.value.text);
    const std::string_view key = member.key;
    if (key == "roleArn") request_.role_arn = text;
    if (key == "roleSessionName" || key == "name") return ReadName(text);
    if (key == "externalId") request_.external_id = text;
    if (key == "sourceIdentity") request_.source_identity = text;
    if (key == "provider") request_.provider = text;
    if (key == "targetPrincipal") request_.target_principal = text;
    if (key == "taskPolicyArn") request_.task_policy_arn = text;
    return true;
  }

  bool ReadName(const std::string& text) {
    if (!request_.session_name.empty()) {
      return Fail("`assume`: both `roleSessionName` and `name` (S-170)");
    }
    request_.session_name = text;
    return true;
  }

  bool ReadDuration(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kNumber)) return false;
    const std::string_view text = member.value.text;
    const bool digits =
        text.size() < 10 && text.find_first_not_of("0123456789") == text.npos;
    if (!digits) {
      return Fail("`assume.durationSeconds`: " + Quoted(text) +
                  " is not a number of seconds (S-134)");
    }
    request_.duration_seconds = std::stoll(std::string(text));
    return true;
  }

  bool ReadTags(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kObject)) return false;
    for (const JsonMember& tag : member.value.members()) {
      if (!Expect(member, tag.value, Kind::kString)) return false;
      request_.tags.push_back(
          {std::string(tag.key), std::string(tag.value.text)});
    }
    return true;
  }

  bool ReadTexts(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kArray)) return false;
    std::vector<std::string>& texts = member.key == "policyArns"
                                          ? request_.policy_arns
                                          : request_.transitive_tag_keys;
    for (const JsonValue& element : member.value.elements()) {
      if (!Expect(member, element, Kind::kString)) return false;
      texts.emplace_back(element.text);
    }
    return true;
  }

  bool ReadFlag(const JsonMember& member) {
    if (!Expect(member, member.value, Kind::kBool)) return false;
    (member.key == "mfa" ? request_.mfa : request_.provided_contexts) =
        member.value.text == "true";
    return true;
  }

  bool ReadNow(const JsonMember& member) {
    const std::string wrong = ReadSessionTime(member.value.text, request_.now);
    return wrong.empty() || Fail("`assume.now`: " + wrong);
  }

  // As part of a request, so that callers and context keys have one meaning.
  // An identity provider calls unsigned.
  bool ReadCaller() {
    JsonWriter json;
    json.Open('{').Key("principal").Raw(caller_.empty() ? "\"*\"" : caller_);
    json.Member("action", "sts:AssumeRole").Member("resource", "*");
    if (!session_.empty()) json.Key("session").Raw(session_);
    if (!context_.empty()) json.Key("context").Raw(context_);
    caller_json_ = json.Close('}').Take();
    if (!reader_.ReadText("assume", caller_json_)) {
      return Fail("`assume`: " + reader_.error());
    }
    const Request& asked = reader_.request();
    request_.context = asked.context;
    request_.caller_session = asked.session;
    if (caller_.empty()) return true;
    request_.caller_form = asked.form;
    request_.caller = asked.principal;
    return true;
  }

  bool ReadClaims() {
    if (!IsProviderOperation(request_.operation)) {
      return claims_.empty() ||
             Fail("`assume.claims`: only identity providers have them (S-134)");
    }
    if (claims_.empty()) {
      return Fail(
          "`assume`: no `claims`; expected those of the token or "
          "assertion (S-134)");
    }
    std::vector<SessionProblem> problems;
    return portcullis::ReadClaims(claims_, request_, problems) ||
           Fail(ProblemText(problems.front()));
  }

  const JsonDocument& json_;
  SessionRequest request_;
  std::string_view caller_;  // JSON texts; empty: not given
  std::string_view session_;
  std::string_view context_;
  std::string_view claims_;
  std::string caller_json_;
  RequestReader reader_;
  std::string error_;
};

std::string ProblemTexts(const SessionResult& result) {
  std::string text;
  for (const SessionProblem& problem : result.problems) {
    text += (text.empty() ? "" : "; ") + ProblemText(problem);
  }
  return text;
}

AssumeOutcome Refused(std::string error) {
  AssumeOutcome outcome;
  outcome.answer.unreadable = true;
  outcome.text = "refused: " + std::move(error);
  return outcome;
}

AssumeOutcome OutcomeOf(const SessionResult& result) {
  if (!result.session && !result.denied) return Refused(ProblemTexts(result));
  AssumeOutcome outcome;
  outcome.answer.verdict = result.decision.verdict;
  outcome.answer.decided_by = result.decision.decided_by;
  outcome.text = ProblemTexts(result);
  if (result.session) {
    outcome.answer.verdict = Verdict::kAllowed;
    outcome.credentials = CredentialsJson(*result.session);
    outcome.text = "issued " + outcome.credentials;
  }
  return outcome;
}

}  // namespace

AssumeOutcome AskForSession(const JsonDocument& json, const JsonValue& assume,
                            const ImageView& image) {
  AssumeReader reader(json);
  if (!reader.Read(assume)) return Refused(reader.error());
  AssumeOutcome outcome = OutcomeOf(IssueSession(image, reader.request()));
  outcome.now = reader.request().now;
  return outcome;
}

}  // namespace portcullis::cli
