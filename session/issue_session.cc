// What each operation asks, and the session it makes.
#include <algorithm>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "policy/document.h"
#include "policy/values.h"
#include "runtime/caller.h"
#include "runtime/lookup.h"
#include "session/authorize.h"
#include "session/parameters.h"
#include "session/session.h"

namespace portcullis {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kChainedSeconds = 3600;
constexpr int64_t kRootSeconds = 3600;

constexpr std::string_view kTaskPolicies[] = {
    "IAMAuditRootUserCredentials", "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials", "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy"};
constexpr std::string_view kTaskPolicyPrefix =
    "arn:aws:iam::aws:policy/root-task/";

bool SameFolded(std::string_view a, std::string_view b) {
  return Fold(a) == Fold(b);
}

// One call: checks, asks, and builds the session.
class Issuer {
 public:
  Issuer(const ImageView& image, const SessionRequest& request)
      : image_(image), tables_(image.tables()), request_(request) {}

  SessionResult Run() {
    result_.problems = CheckParameters(request_);
    CheckInlinePolicy();
    if (!ok()) return std::move(result_);
    switch (request_.operation) {
      case SessionOperation::kAssumeRole:
      case SessionOperation::kAssumeRoleWithWebIdentity:
      case SessionOperation::kAssumeRoleWithSaml:
        AssumeRole();
        break;
      case SessionOperation::kGetFederationToken:
        GetFederationToken();
        break;
      case SessionOperation::kGetSessionToken:
        GetSessionToken();
        break;
      case SessionOperation::kAssumeRoot:
        AssumeRoot();
    }
    if (ok()) result_.session = std::move(session_);
    return std::move(result_);
  }

 private:
  bool ok() const { return result_.problems.empty(); }
  void Add(const char* rule, std::string message) {
    result_.problems.push_back({rule, std::move(message)});
  }

  bool IsProviderCall() const {
    return request_.operation == SessionOperation::kAssumeRoleWithWebIdentity ||
           request_.operation == SessionOperation::kAssumeRoleWithSaml;
  }

  // S-134: the text must be a legal session policy.
  void CheckInlinePolicy() {
    if (!request_.policy) return;
    Issues issues;
    LoadDocument({"Policy", *request_.policy}, PolicyType::kSession, issues);
    for (const Issue& issue : issues.all()) {
      if (issue.severity == Severity::kError) {
        Add("S-134", FormatIssue(issue));
      }
    }
  }

  // ---- who calls -----------------------------------------------------------

  bool ResolveTheCaller() {
    Request request;
    request.form = request_.caller_form;
    request.principal = request_.caller;
    request.session = request_.caller_session;
    if (ResolveCaller(tables_, request, caller_) == Refusal::kNone) return true;
    Add("S-170", "the caller `" + std::string(request_.caller) +
                     "` is of no known form");
    return false;
  }

  // S-139, S-140: a user or root with long-term keys.
  bool HasLongTermKeys() {
    const bool user = caller_.kind == CallerKind::kUser ||
                      caller_.kind == CallerKind::kRoot;
    if (user && !caller_.temporary) return true;
    const bool federation =
        request_.operation == SessionOperation::kGetFederationToken;
    Add(federation ? "S-139" : "S-140",
        std::string(SessionOperationName(request_.operation)) +
            " is for users and root users with long-term keys");
    return false;
  }

  // The caller as every question of the call carries it. A code passed with
  // long-term keys makes the call one with MFA (S-133).
  Request CallerRequest() {
    Request request;
    request.now = request_.now;
    if (IsProviderCall()) {
      request.form = PrincipalForm::kFederated;
      request.principal = request_.provider;
      return request;
    }
    request.form = request_.caller_form;
    request.principal = request_.caller;
    request.session = request_.caller_session;
    if (request_.mfa && request_.caller_session == nullptr) {
      mfa_session_.mfa = true;
      mfa_session_.mfa_at = request_.now;
      request.session = &mfa_session_;
    }
    return request;
  }

  // ---- context -------------------------------------------------------------

  void AddKey(std::string key, std::vector<std::string> values, bool is_list) {
    KeyValue& entry = context_.emplace_back();
    entry.key = std::move(key);
    entry.values = std::move(values);
    entry.views.assign(entry.values.begin(), entry.values.end());
    entries_.push_back({entry.key, entry.views, is_list});
  }

  // Section 6.1.
  void BuildContext() {
    if (!request_.role_arn.empty()) {
      AddKey("sts:RoleSessionName", {request_.session_name}, false);
    }
    if (request_.external_id) {
      AddKey("sts:ExternalId", {*request_.external_id}, false);
    }
    if (request_.source_identity) {
      AddKey("sts:SourceIdentity", {*request_.source_identity}, false);
    }
    if (!request_.transitive_tag_keys.empty()) {
      AddKey("sts:TransitiveTagKeys", request_.transitive_tag_keys, true);
    }
    for (const Tag& tag : request_.tags) {
      AddKey("aws:RequestTag/" + tag.key, {tag.value}, false);
    }
    for (const Claim& claim : request_.claims) {
      AddKey(claim.key, claim.values, claim.is_list);
    }
    if (!request_.task_policy_arn.empty()) {
      AddKey("sts:TaskPolicyArn", {request_.task_policy_arn}, false);
    }
  }

  // S-133: the role's own tags come after the transitive tags of the caller.
  void AddRoleTags(const EntityRecord& role) {
    std::vector<Tag> tags = inherited_;
    for (const TagRecord& tag :
         tables_.tags.subspan(role.tag_begin, role.tag_count)) {
      const std::string key(tables_.Text(tag.key));
      const bool overridden =
          std::any_of(inherited_.begin(), inherited_.end(),
                      [&](const Tag& t) { return SameFolded(t.key, key); });
      if (!overridden) tags.push_back({key, std::string(tables_.Text(tag.value))});
    }
    for (const Tag& tag : tags) {
      AddKey("iam:ResourceTag/" + tag.key, {tag.value}, false);
    }
    for (const Tag& tag : inherited_) {
      resource_tags_.push_back({tag.key, tag.value});
    }
  }

  bool Ask(std::string_view action, std::string_view resource,
           std::string_view owner, bool both_sides = false) {
    Request request = CallerRequest();
    request.action = action;
    request.resource = resource;
    request.resource_account = owner;
    request.context = entries_;
    request.resource_tags = resource_tags_;
    return Authorize(image_, request, both_sides, result_);
  }

  // ---- tags, source identity, policies -------------------------------------

  // S-132: the transitive tags of the caller's session come along.
  void InheritTags() {
    const SessionInfo* session = request_.caller_session;
    if (session == nullptr || IsProviderCall()) return;
    for (const std::string_view key : session->transitive_tag_keys) {
      for (const SessionTag& tag : session->tags) {
        if (!SameFolded(tag.key, key)) continue;
        inherited_.push_back({std::string(tag.key), std::string(tag.value)});
      }
    }
    for (const Tag& tag : request_.tags) {
      for (const Tag& carried : inherited_) {
        if (SameFolded(tag.key, carried.key)) {
          Add("S-132", "tag `" + tag.key +
                           "` is carried from the caller's session and cannot "
                           "be passed again");
        }
      }
    }
  }

  std::optional<std::string> CarriedSourceIdentity() const {
    const SessionInfo* session = request_.caller_session;
    if (session == nullptr || !session->source_identity) return std::nullopt;
    return std::string(*session->source_identity);
  }

  // A source identity that is set cannot be changed in a chain.
  void CarrySourceIdentity() {
    const auto carried = CarriedSourceIdentity();
    if (carried && request_.source_identity &&
        *carried != *request_.source_identity) {
      Add("S-132", "the caller's session has the source identity `" + *carried +
                       "`, which cannot be changed");
    }
    session_.source_identity = carried ? carried : request_.source_identity;
  }

  // S-144: of the given account, or AWS's own.
  void TakePolicyArns(std::string_view account) {
    for (const std::string& arn : request_.policy_arns) {
      const ArnColons colons = SplitArn(arn);
      const bool form = colons.valid && ArnPart(arn, colons, 2) == "iam" &&
                        ArnPart(arn, colons, 5).starts_with("policy/");
      const std::string_view owner = form ? ArnPart(arn, colons, 4) : "";
      if (!form || (owner != account && owner != "aws")) {
        Add("S-134", "`" + arn + "` is not a managed policy of account " +
                         std::string(account) + " or of AWS");
      } else if (FindManagedPolicy(tables_, arn) == kNoIndex) {
        Add("S-144", "the policy set holds no managed policy `" + arn + "`");
      }
    }
    session_.policy = request_.policy;
    session_.policy_arns = request_.policy_arns;
  }

  void SetTimes(int64_t seconds) {
    session_.issued_at = request_.now;
    session_.expires_at = request_.now + seconds * kNanosecondsPerSecond;
  }

  // ---- AssumeRole and its siblings -----------------------------------------

  std::string_view Action() const {
    switch (request_.operation) {
      case SessionOperation::kAssumeRoleWithWebIdentity:
        return "sts:AssumeRoleWithWebIdentity";
      case SessionOperation::kAssumeRoleWithSaml:
        return "sts:AssumeRoleWithSAML";
      default:
        return "sts:AssumeRole";
    }
  }

  const EntityRecord* FindRole() {
    const EntityRecord* role = FindEntity(tables_, request_.role_arn);
    if (role != nullptr && (role->flags & kEntityRole) != 0 &&
        tables_.Text(role->arn) == request_.role_arn) {
      return role;
    }
    Add("S-130", "the policy set holds no role `" + request_.role_arn + "`");
    return nullptr;
  }

  // S-145; the rest is for the policies to say.
  bool MayAssumeRoles() {
    if (IsProviderCall()) return true;
    if (!ResolveTheCaller()) return false;
    if (caller_.kind == CallerKind::kFederatedUser) {
      Add("S-145", "a federated user cannot assume roles");
    } else if (caller_.kind == CallerKind::kAnonymous ||
               caller_.kind == CallerKind::kProvider) {
      Add("S-130", "AssumeRole needs a signed caller");
    }
    return ok();
  }

  // S-134, S-135.
  void CheckRoleDuration(const EntityRecord& role) {
    const int64_t asked = DurationOf(request_);
    if (request_.duration_seconds && asked > role.max_session_duration) {
      Add("S-134", "DurationSeconds is " + std::to_string(asked) +
                       "; the role's MaxSessionDuration is " +
                       std::to_string(role.max_session_duration));
    }
    if (caller_.kind == CallerKind::kRole && !IsProviderCall() &&
        asked > kChainedSeconds) {
      Add("S-135", "DurationSeconds is " + std::to_string(asked) +
                       "; a role session that assumes a role gets at most "
                       "3600");
    }
  }

  void AssumeRole() {
    const EntityRecord* role = FindRole();
    if (role == nullptr || !MayAssumeRoles()) return;
    CheckRoleDuration(*role);
    InheritTags();
    CarrySourceIdentity();
    const std::string account(tables_.Text(tables_.accounts[role->account].id));
    TakePolicyArns(account);
    if (!ok()) return;
    BuildContext();
    AddRoleTags(*role);
    if (!AskForRole(account)) return;
    MakeRoleSession(*role, account);
  }

  bool AskForRole(const std::string& account) {
    const std::string& role = request_.role_arn;
    if (!Ask(Action(), role, account)) return false;
    const bool tags = !request_.tags.empty() || !inherited_.empty();
    if (tags && !Ask("sts:TagSession", role, account)) return false;
    const bool chained =
        !IsProviderCall() && caller_.kind == CallerKind::kRole;
    if (session_.source_identity &&
        !Ask("sts:SetSourceIdentity", role, account, chained)) {
      return false;
    }
    return !request_.provided_contexts ||
           Ask("sts:SetContext", role, account);
  }

  // S-136.
  void MakeRoleSession(const EntityRecord& role, const std::string& account) {
    const std::string_view partition =
        ArnPart(request_.role_arn, SplitArn(request_.role_arn), 1);
    session_.principal = "arn:" + std::string(partition) + ":sts::" + account +
                         ":assumed-role/" +
                         std::string(tables_.Text(role.name)) + "/" +
                         request_.session_name;
    if (role.unique_id.size > 0) {
      session_.unique_id = std::string(tables_.Text(role.unique_id)) + ":" +
                           request_.session_name;
    }
    session_.tags = inherited_;
    session_.tags.insert(session_.tags.end(), request_.tags.begin(),
                         request_.tags.end());
    for (const Tag& tag : inherited_) {
      session_.transitive_tag_keys.push_back(tag.key);
    }
    session_.transitive_tag_keys.insert(session_.transitive_tag_keys.end(),
                                        request_.transitive_tag_keys.begin(),
                                        request_.transitive_tag_keys.end());
    if (IsProviderCall()) {
      session_.federated_provider = request_.provider;
      KeepClaims();
    }
    SetTimes(DurationOf(request_));
  }

  // S-138: of a SAML assertion three keys stay; of a token all.
  void KeepClaims() {
    for (const Claim& claim : request_.claims) {
      const bool stays =
          request_.operation == SessionOperation::kAssumeRoleWithWebIdentity ||
          claim.key == "saml:sub" || claim.key == "saml:sub_type" ||
          claim.key == "saml:namequalifier";
      if (stays) session_.claims.push_back(claim);
    }
  }

  // ---- GetFederationToken, GetSessionToken ---------------------------------

  void CheckRootDuration() {
    if (caller_.kind == CallerKind::kRoot && request_.duration_seconds &&
        *request_.duration_seconds > kRootSeconds) {
      Add("S-134", "DurationSeconds is " +
                       std::to_string(*request_.duration_seconds) +
                       "; a root user gets at most 3600");
    }
  }
  int64_t UserDuration() const {
    const int64_t asked = DurationOf(request_);
    return caller_.kind == CallerKind::kRoot ? std::min(asked, kRootSeconds)
                                             : asked;
  }

  void GetFederationToken() {
    if (!ResolveTheCaller() || !HasLongTermKeys()) return;
    CheckRootDuration();
    const std::string account(caller_.account_id);
    TakePolicyArns(account);
    if (!ok()) return;
    const std::string arn = "arn:" + std::string(caller_.partition) +
                            ":sts::" + account + ":federated-user/" +
                            request_.session_name;
    BuildContext();
    if (!Ask("sts:GetFederationToken", arn, account)) return;
    if (!request_.tags.empty() && !Ask("sts:TagSession", arn, account)) return;
    session_.principal = arn;
    session_.unique_id = account + ":" + request_.session_name;
    session_.parent = std::string(request_.caller);
    session_.tags = request_.tags;
    SetTimes(UserDuration());
  }

  void GetSessionToken() {
    if (!ResolveTheCaller() || !HasLongTermKeys()) return;
    CheckRootDuration();
    if (!ok()) return;
    BuildContext();
    if (!AskForSessionToken()) return;
    session_.principal = std::string(request_.caller);
    session_.mfa = request_.mfa;
    if (request_.mfa) session_.mfa_at = request_.now;
    SetTimes(UserDuration());
  }

  // S-113 is for long-term keys: the code passed is not yet part of them.
  bool AskForSessionToken() {
    Request request;
    request.form = request_.caller_form;
    request.principal = request_.caller;
    request.action = "sts:GetSessionToken";
    request.resource = "*";
    request.now = request_.now;
    return Authorize(image_, request, false, result_);
  }

  // ---- AssumeRoot ----------------------------------------------------------

  // A 12-digit id, or the root ARN.
  std::string TargetAccount() const {
    const std::string& target = request_.target_principal;
    if (IsTwelveDigits(target)) return target;
    const ArnColons colons = SplitArn(target);
    const bool root = colons.valid && ArnPart(target, colons, 2) == "iam" &&
                      ArnPart(target, colons, 5) == "root";
    return root ? std::string(ArnPart(target, colons, 4)) : "";
  }

  static bool IsTaskPolicy(std::string_view arn) {
    if (!arn.starts_with(kTaskPolicyPrefix)) return false;
    arn.remove_prefix(kTaskPolicyPrefix.size());
    return std::find(std::begin(kTaskPolicies), std::end(kTaskPolicies), arn) !=
           std::end(kTaskPolicies);
  }

  void CheckRootTask(const std::string& account) {
    const AccountRecord* member =
        account.empty() ? nullptr : FindAccount(tables_, account);
    if (member == nullptr || (member->flags & kAccountInOrganization) == 0 ||
        (member->flags & kAccountManagement) != 0) {
      Add("S-141", "`" + request_.target_principal +
                       "` is not a member account of the organisation");
    }
    if (caller_.account == nullptr ||
        (caller_.account->flags & kAccountManagement) == 0) {
      Add("S-141", "AssumeRoot is for principals of the management account");
    }
    if (!IsTaskPolicy(request_.task_policy_arn)) {
      Add("S-141", "`" + request_.task_policy_arn +
                       "` is not a root task policy");
    } else if (FindManagedPolicy(tables_, request_.task_policy_arn) ==
               kNoIndex) {
      Add("S-144", "the policy set holds no managed policy `" +
                       request_.task_policy_arn + "`");
    }
  }

  // The member account has no say: the caller's own policies decide.
  void AssumeRoot() {
    if (!ResolveTheCaller()) return;
    const std::string account = TargetAccount();
    CheckRootTask(account);
    if (!ok()) return;
    BuildContext();
    const std::string arn =
        "arn:" + std::string(caller_.partition) + ":iam::" + account + ":root";
    if (!Ask("sts:AssumeRoot", arn, caller_.account_id)) return;
    session_.principal = arn;
    session_.unique_id = account;
    session_.policy_arns = {request_.task_policy_arn};
    session_.assumed_root = true;
    SetTimes(DurationOf(request_));
  }

  // A context key with the texts its entry refers to; a deque keeps their
  // places.
  struct KeyValue {
    std::string key;
    std::vector<std::string> values;
    std::vector<std::string_view> views;
  };

  const ImageView& image_;
  const ImageTables& tables_;
  const SessionRequest& request_;
  Caller caller_;
  SessionInfo mfa_session_;
  std::deque<KeyValue> context_;
  std::vector<ContextEntry> entries_;
  std::vector<Tag> inherited_;
  std::vector<SessionTag> resource_tags_;
  IssuedSession session_;
  SessionResult result_;
};

}  // namespace

SessionResult IssueSession(const ImageView& image,
                           const SessionRequest& request) {
  return Issuer(image, request).Run();
}

}  // namespace portcullis
