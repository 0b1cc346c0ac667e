#include "session/call.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <utility>

#include "policy/values.h"
#include "runtime/lookup.h"

namespace portcullis {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;

// Keys that nobody but the call itself may bring (section 6.1), folded; the
// last one begins keys. sts:DurationSeconds belongs to no operation here.
constexpr std::array<std::string_view, 8> kCallKeys = {
    "sts:rolesessionname",   "sts:externalid",      "sts:sourceidentity",
    "sts:transitivetagkeys", "sts:durationseconds", "sts:taskpolicyarn",
    "aws:tagkeys",           "aws:requesttag/"};

bool IsCallKey(std::string_view folded) {
  return std::any_of(
      kCallKeys.begin(), kCallKeys.end(), [folded](std::string_view own) {
        return own.back() == '/' ? folded.starts_with(own) : folded == own;
      });
}

}  // namespace

bool Call::is_provider() const {
  return IsProviderOperation(request_.operation);
}

void Call::Add(std::vector<SessionProblem> problems) {
  std::move(problems.begin(), problems.end(),
            std::back_inserter(result_.problems));
}

bool Call::ResolveTheCaller() {
  Request request;
  request.form = request_.caller_form;
  request.principal = request_.caller;
  request.session = request_.caller_session;
  if (ResolveCaller(tables_, request, caller_) == Refusal::kNone) return true;
  Add("S-170",
      "the caller `" + std::string(request_.caller) + "` is of no known form");
  return false;
}

// ---- context ---------------------------------------------------------------

void Call::AddKey(std::string key, std::vector<std::string> values,
                  bool is_list) {
  KeyValue& entry = context_.emplace_back();
  entry.key = std::move(key);
  entry.values = std::move(values);
  entry.views.assign(entry.values.begin(), entry.values.end());
  entries_.push_back({entry.key, entry.views, is_list});
}

void Call::BuildContext(bool role) {
  AddCallKeys(role);
  for (const Tag& tag : request_.tags) {
    AddKey("aws:RequestTag/" + tag.key, {tag.value}, false);
  }
  for (const Claim& claim : request_.claims) {
    AddKey(claim.key, claim.values, claim.is_list);
  }
  AddGivenKeys();
}

void Call::AddCallKeys(bool role) {
  if (role) AddKey("sts:RoleSessionName", {request_.session_name}, false);
  if (request_.external_id) {
    AddKey("sts:ExternalId", {*request_.external_id}, false);
  }
  if (request_.source_identity) {
    AddKey("sts:SourceIdentity", {*request_.source_identity}, false);
  }
  if (!request_.transitive_tag_keys.empty()) {
    AddKey("sts:TransitiveTagKeys", request_.transitive_tag_keys, true);
  }
  if (!request_.task_policy_arn.empty()) {
    AddKey("sts:TaskPolicyArn", {request_.task_policy_arn}, false);
  }
}

// What the names of the token's or assertion's keys begin with, folded: what it
// does not say is not there (S-137, S-138).
std::string Call::ClaimPrefix() const {
  if (!is_provider()) return "";
  if (request_.operation == SessionOperation::kAssumeRoleWithSaml) {
    return "saml:";
  }
  constexpr std::string_view kOidc = ":oidc-provider/";
  const size_t arn = request_.provider.find(kOidc);
  const size_t name = arn == std::string::npos ? 0 : arn + kOidc.size();
  return Fold(request_.provider.substr(name)) + ":";
}

// S-173. With a code passed the engine sees a session whose issue time nobody
// knows, where in truth there are long-term keys without one (S-143).
void Call::AddGivenKeys() {
  const bool long_term = request_.caller_session == nullptr && !is_provider();
  const std::string claims = ClaimPrefix();
  for (const ContextEntry& entry : request_.context) {
    const std::string key = Fold(entry.key);
    const bool issue_time =
        request_.mfa && long_term && key == "aws:tokenissuetime";
    const bool claim = !claims.empty() && key.starts_with(claims);
    if (IsCallKey(key) || issue_time || claim) {
      Add("S-173", "the context key `" + std::string(entry.key) +
                       "` is for the call itself to set");
    }
    entries_.push_back(entry);
  }
}

// ---- questions -------------------------------------------------------------

// The caller as every question of the call carries it. A code that was passed
// makes the call one with MFA (S-133).
Request Call::CallerRequest() {
  Request request;
  request.now = request_.now;
  if (is_provider()) {
    request.form = PrincipalForm::kFederated;
    request.principal = request_.provider;
    return request;
  }
  request.form = request_.caller_form;
  request.principal = request_.caller;
  request.session = request_.caller_session;
  if (request_.mfa) {
    if (request_.caller_session != nullptr) {
      mfa_session_ = *request_.caller_session;
    }
    mfa_session_.mfa = true;
    mfa_session_.mfa_at = request_.now;
    request.session = &mfa_session_;
  }
  return request;
}

bool Call::Ask(const Permission& permission) {
  if (!ok()) return false;
  Question question;
  question.request = CallerRequest();
  question.request.action = permission.action;
  question.request.resource = permission.resource;
  question.request.resource_account = permission.owner;
  question.request.context = entries_;
  question.rule = permission.rule;
  question.sides = permission.sides;
  question.root_user = caller_.HasRootGrant();
  return Authorize(image_, question, result_);
}

bool Call::AskForSessionToken() {
  AddGivenKeys();
  if (!ok()) return false;
  Question question;
  question.request.principal = request_.caller;
  question.request.action = "sts:GetSessionToken";
  question.request.resource = "*";
  question.request.context = entries_;
  question.request.now = request_.now;
  question.rule = "S-140";
  return Authorize(image_, question, result_);
}

// ---- the session -----------------------------------------------------------

void Call::CheckPolicyArns(std::string_view account) {
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
}

void Call::SetTimes(int64_t seconds) {
  const int64_t span = seconds * kNanosecondsPerSecond;
  if (request_.now < 0) {
    Add("S-142", "the session would begin before 1970-01-01T00:00:00Z");
  }
  if (request_.now > std::numeric_limits<int64_t>::max() - span) {
    Add("S-142", "the session would end after 2262-04-11T23:47:16Z");
  }
  if (!ok()) return;
  session_.issued_at = request_.now;
  session_.expires_at = request_.now + span;
}

SessionResult Call::Finish() {
  if (ok()) result_.session = std::move(session_);
  return std::move(result_);
}

}  // namespace portcullis
