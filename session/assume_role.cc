// Sessions of roles (S-130 to S-138).
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/values.h"
#include "runtime/lookup.h"
#include "session/operations.h"
#include "session/parameters.h"

namespace portcullis {
namespace {

constexpr int64_t kChainedSeconds = 3600;
constexpr int64_t kUnknownMaxSeconds = 3600;  // S-161

// Claims that later requests still carry, by their names after the colon.
constexpr std::string_view kWebIdentityStays[] = {"aud", "sub", "amr", "id"};
constexpr std::string_view kSamlStays[] = {"saml:sub", "saml:sub_type",
                                           "saml:namequalifier"};

template <size_t N>
bool IsOneOf(std::string_view text, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

bool SameFolded(std::string_view a, std::string_view b) {
  return Fold(a) == Fold(b);
}

class RoleCall {
 public:
  explicit RoleCall(Call& call) : call_(call), request_(call.request()) {}

  void Run() {
    if (!FindTheRole() || !MayAssumeRoles()) return;
    CheckDuration();
    InheritTags();
    CarrySourceIdentity();
    call_.CheckPolicyArns(account_);
    if (!call_.ok()) return;
    call_.BuildContext(true);
    if (AskAll()) MakeSession();
  }

 private:
  // A role that the set does not hold has no trust policy, which is for the
  // engine to say.
  bool FindTheRole() {
    const std::string& arn = request_.role_arn;
    const ArnColons colons = SplitArn(arn);
    if (colons.valid && ArnPart(arn, colons, 2) == "iam" &&
        ArnPart(arn, colons, 3).empty()) {
      account_ = ArnPart(arn, colons, 4);
      const std::string_view rest = ArnPart(arn, colons, 5);
      if (rest.starts_with("role/")) name_ = rest.substr(rest.rfind('/') + 1);
    }
    if (name_.empty() || !IsTwelveDigits(account_)) {
      call_.Add("S-134", "RoleArn `" + arn + "` is not the ARN of a role");
      return false;
    }
    partition_ = ArnPart(arn, colons, 1);
    role_ = FindEntity(call_.tables(), arn);
    return true;
  }

  // S-145; the rest is for the policies to say.
  bool MayAssumeRoles() {
    if (call_.is_provider()) return true;
    if (!call_.ResolveTheCaller()) return false;
    const CallerKind kind = call_.caller().kind;
    if (kind == CallerKind::kFederatedUser) {
      call_.Add("S-145", "a federated user cannot assume roles");
    } else if (kind == CallerKind::kAnonymous ||
               kind == CallerKind::kProvider) {
      call_.Add("S-130", "AssumeRole needs a signed caller");
    } else if (request_.mfa && kind != CallerKind::kUser) {
      call_.Add("S-134", "only users pass a TokenCode to AssumeRole");
    }
    return call_.ok();
  }

  // S-134, S-135.
  void CheckDuration() {
    const int64_t asked = DurationOf(request_);
    const int64_t most =
        role_ != nullptr ? role_->max_session_duration : kUnknownMaxSeconds;
    const std::string text = "DurationSeconds is " + std::to_string(asked);
    if (asked > most) {
      call_.Add("S-134", text + "; the role's MaxSessionDuration is " +
                             std::to_string(most));
    }
    if (!call_.is_provider() && call_.caller().temporary &&
        asked > kChainedSeconds) {
      call_.Add("S-135", text +
                             "; a session that assumes a role gets at most " +
                             std::to_string(kChainedSeconds));
    }
  }

  // S-132: the transitive tags of the caller's session come along.
  void InheritTags() {
    const SessionInfo* session = request_.caller_session;
    std::vector<Tag> tags;
    if (session != nullptr && !call_.is_provider()) {
      for (const SessionTag& tag : session->tags) {
        const auto goes_on = [&tag](std::string_view key) {
          return SameFolded(key, tag.key);
        };
        if (std::any_of(session->transitive_tag_keys.begin(),
                        session->transitive_tag_keys.end(), goes_on)) {
          tags.push_back({std::string(tag.key), std::string(tag.value)});
        }
      }
    }
    call_.SetInherited(std::move(tags));
    CheckAgainstInherited();
  }

  void CheckAgainstInherited() {
    const std::vector<Tag>& inherited = call_.inherited();
    for (const Tag& tag : request_.tags) {
      const auto same = [&tag](const Tag& carried) {
        return SameFolded(tag.key, carried.key);
      };
      if (std::any_of(inherited.begin(), inherited.end(), same)) {
        call_.Add("S-132", "tag `" + tag.key +
                               "` is carried from the caller's session and "
                               "cannot be passed again");
      }
    }
    const size_t count = inherited.size() + request_.tags.size();
    if (!inherited.empty() && count > kMaxTags) {
      call_.Add("S-134", std::to_string(count) +
                             " tags, carried and passed; at most " +
                             std::to_string(kMaxTags) + " are allowed");
    }
  }

  // S-132: a source identity that is set cannot be changed in a chain.
  void CarrySourceIdentity() {
    const SessionInfo* session = request_.caller_session;
    source_identity_ = request_.source_identity;
    if (session == nullptr || !session->source_identity) return;
    const std::string carried(*session->source_identity);
    if (source_identity_ && *source_identity_ != carried) {
      call_.Add("S-132", "the caller's session has the source identity `" +
                             carried + "`, which cannot be changed");
    }
    source_identity_ = carried;
  }

  std::string_view Action() const {
    switch (request_.operation) {
      case SessionOperation::kAssumeRoleWithWebIdentity:
        return "sts:AssumeRoleWithWebIdentity";
      case SessionOperation::kAssumeRoleWithSaml:
        return "sts:AssumeRoleWithSAML";
      default: return "sts:AssumeRole";
    }
  }
  const char* ActionRule() const {
    switch (request_.operation) {
      case SessionOperation::kAssumeRoleWithWebIdentity: return "S-137";
      case SessionOperation::kAssumeRoleWithSaml: return "S-138";
      default: return "S-130";
    }
  }

  bool Ask(std::string_view action, const char* rule,
           Sides sides = Sides::kFormula) {
    return call_.Ask({action, request_.role_arn, account_, rule, sides});
  }

  bool AskAll() {
    const bool tags = !request_.tags.empty() || !call_.inherited().empty();
    const bool chained = !call_.is_provider() && call_.is_chained();
    return Ask(Action(), ActionRule()) &&
           (!tags || Ask("sts:TagSession", "S-132")) &&
           (!source_identity_ ||
            Ask("sts:SetSourceIdentity", "S-132",
                chained ? Sides::kBoth : Sides::kFormula)) &&
           (!request_.provided_contexts || Ask("sts:SetContext", "S-132"));
  }

  // S-136.
  void MakeSession() {
    IssuedSession& session = call_.session();
    session.principal = "arn:" + std::string(partition_) +
                        ":sts::" + std::string(account_) + ":assumed-role/" +
                        std::string(name_) + "/" + request_.session_name;
    if (role_ != nullptr && role_->unique_id.size > 0) {
      session.unique_id = std::string(call_.tables().Text(role_->unique_id)) +
                          ":" + request_.session_name;
    }
    session.policy = request_.policy;
    session.policy_arns = request_.policy_arns;
    session.source_identity = source_identity_;
    SetTags(session);
    if (call_.is_provider()) {
      session.federated_provider = request_.provider;
      KeepClaims(session);
    }
    call_.SetTimes(DurationOf(request_));
  }

  void SetTags(IssuedSession& session) const {
    session.tags = call_.inherited();
    for (const Tag& tag : session.tags) {
      session.transitive_tag_keys.push_back(tag.key);
    }
    session.tags.insert(session.tags.end(), request_.tags.begin(),
                        request_.tags.end());
    session.transitive_tag_keys.insert(session.transitive_tag_keys.end(),
                                       request_.transitive_tag_keys.begin(),
                                       request_.transitive_tag_keys.end());
  }

  // S-137, S-138.
  void KeepClaims(IssuedSession& session) const {
    const bool saml =
        request_.operation == SessionOperation::kAssumeRoleWithSaml;
    for (const Claim& claim : request_.claims) {
      const std::string key = Fold(claim.key);
      const std::string name = key.substr(key.rfind(':') + 1);
      if (saml ? IsOneOf(key, kSamlStays) : IsOneOf(name, kWebIdentityStays)) {
        session.claims.push_back(claim);
      }
    }
  }

  Call& call_;
  const SessionRequest& request_;
  std::string_view partition_;
  std::string_view account_;
  std::string_view name_;
  const EntityRecord* role_ = nullptr;  // null: the set does not hold it
  std::optional<std::string> source_identity_;
};

}  // namespace

void AssumeRole(Call& call) { RoleCall(call).Run(); }

}  // namespace portcullis
