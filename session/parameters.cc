#include "session/parameters.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include "policy/line_table.h"
#include "policy/values.h"
#include "runtime/caller.h"

namespace portcullis {
namespace {

constexpr std::string_view kLettersAndDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view kNameSigns = "_+=,.@-";  // of names, beside them
// Providers that a Principal names by their bare name.
constexpr std::string_view kBuiltInProviders[] = {
    "accounts.google.com", "graph.facebook.com", "www.amazon.com",
    "cognito-identity.amazonaws.com"};
constexpr size_t kMaxTagKey = 128;
constexpr size_t kMaxTagValue = 256;
constexpr size_t kMaxPolicyArns = 10;
constexpr size_t kMaxPolicyText = 2048;

// In the order of SessionOperation.
struct OperationName {
  const char* api;      // in AWS's API
  const char* command;  // in its command line
};
constexpr OperationName kOperationNames[] = {
    {"AssumeRole", "assume-role"},
    {"AssumeRoleWithWebIdentity", "assume-role-with-web-identity"},
    {"AssumeRoleWithSAML", "assume-role-with-saml"},
    {"GetFederationToken", "get-federation-token"},
    {"GetSessionToken", "get-session-token"},
    {"AssumeRoot", "assume-root"},
};

// Which parameters an operation takes.
struct Takes {
  bool caller = true;
  bool role = false;
  bool session_name = false;
  bool external_id = false;
  bool source_identity = false;
  bool tags = false;
  bool transitive_tags = false;
  bool policies = false;
  bool mfa = false;
  bool contexts = false;
  bool claims = false;
  bool target = false;
};

Takes TakesOf(SessionOperation operation) {
  Takes takes;
  switch (operation) {
    case SessionOperation::kAssumeRole:
      takes.external_id = takes.mfa = takes.contexts = true;
      takes.role = takes.session_name = takes.source_identity = true;
      takes.tags = takes.transitive_tags = takes.policies = true;
      break;
    case SessionOperation::kAssumeRoleWithWebIdentity:
    case SessionOperation::kAssumeRoleWithSaml:
      takes.caller = false;
      takes.role = takes.session_name = takes.policies = takes.claims = true;
      takes.tags = takes.transitive_tags = takes.source_identity = true;
      break;
    case SessionOperation::kGetFederationToken:
      takes.session_name = takes.tags = takes.policies = true;
      break;
    case SessionOperation::kGetSessionToken: takes.mfa = true; break;
    case SessionOperation::kAssumeRoot: takes.target = true; break;
  }
  return takes;
}

size_t Characters(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

// `arn:P:iam::A:` and then `kind` and a name.
bool IsProviderArn(std::string_view arn, std::string_view kind) {
  const ArnColons colons = SplitArn(arn);
  if (!colons.valid || ArnPart(arn, colons, 2) != "iam") return false;
  const std::string_view rest = ArnPart(arn, colons, 5);
  return IsTwelveDigits(ArnPart(arn, colons, 4)) && rest.starts_with(kind) &&
         rest.size() > kind.size();
}

class Checker {
 public:
  explicit Checker(const SessionRequest& request)
      : request_(request), takes_(TakesOf(request.operation)) {}

  std::vector<SessionProblem> Run() {
    CheckEncoding();
    if (!problems_.empty()) return std::move(problems_);
    CheckTaken();
    CheckWanted();
    CheckProvider();
    CheckNames();
    CheckDuration();
    CheckTags();
    CheckPolicies();
    return std::move(problems_);
  }

 private:
  void Add(const std::string& message) {
    problems_.push_back({"S-134", message});
  }

  void CheckUtf8(const char* name, std::string_view text) {
    if (FindBadUtf8(text) != text.npos) {
      Add(std::string(name) + ": bytes that are not UTF-8");
    }
  }

  // All texts but Policy, which the reader of policies checks: what is issued
  // is printed as JSON.
  void CheckEncoding() {
    const SessionRequest& r = request_;
    CheckUtf8("the caller", r.caller);
    CheckUtf8("RoleArn", r.role_arn);
    CheckUtf8(takes_.role ? "RoleSessionName" : "Name", r.session_name);
    CheckUtf8("ExternalId", r.external_id.value_or(""));
    CheckUtf8("SourceIdentity", r.source_identity.value_or(""));
    CheckUtf8("the identity provider", r.provider);
    CheckUtf8("TargetPrincipal", r.target_principal);
    CheckUtf8("TaskPolicyArn", r.task_policy_arn);
    for (const std::string& arn : r.policy_arns) CheckUtf8("PolicyArns", arn);
    for (const std::string& key : r.transitive_tag_keys) {
      CheckUtf8("TransitiveTagKeys", key);
    }
    for (const Tag& tag : r.tags) {
      CheckUtf8("Tags", tag.key);
      CheckUtf8("Tags", tag.value);
    }
    for (const Claim& claim : r.claims) CheckClaimEncoding(claim);
    if (r.caller_session != nullptr) CheckCarriedEncoding(*r.caller_session);
  }

  void CheckClaimEncoding(const Claim& claim) {
    CheckUtf8("claims", claim.key);
    for (const std::string& value : claim.values) CheckUtf8("claims", value);
  }

  // What a chain hands on (S-132).
  void CheckCarriedEncoding(const SessionInfo& session) {
    constexpr const char* kName = "the caller's session";
    CheckUtf8(kName, session.source_identity.value_or(""));
    for (const SessionTag& tag : session.tags) {
      CheckUtf8(kName, tag.key);
      CheckUtf8(kName, tag.value);
    }
  }

  void Refuse(bool given, bool taken, const char* name) {
    if (given && !taken) {
      Add(std::string(SessionOperationName(request_.operation)) + " takes no " +
          name);
    }
  }
  void Want(bool given, bool wanted, const char* name) {
    if (!given && wanted) {
      Add(std::string(SessionOperationName(request_.operation)) + " needs " +
          name);
    }
  }

  void CheckTaken() {
    const SessionRequest& r = request_;
    Refuse(!r.role_arn.empty(), takes_.role, "RoleArn");
    Refuse(!r.session_name.empty(), takes_.session_name, "session name");
    Refuse(r.external_id.has_value(), takes_.external_id, "ExternalId");
    Refuse(r.source_identity.has_value(), takes_.source_identity,
           "SourceIdentity");
    Refuse(!r.tags.empty(), takes_.tags, "Tags");
    Refuse(!r.transitive_tag_keys.empty(), takes_.transitive_tags,
           "TransitiveTagKeys");
    Refuse(r.policy.has_value(), takes_.policies, "Policy");
    Refuse(!r.policy_arns.empty(), takes_.policies, "PolicyArns");
    Refuse(r.mfa, takes_.mfa, "TokenCode");
    Refuse(r.provided_contexts, takes_.contexts, "ProvidedContexts");
    Refuse(!r.claims.empty(), takes_.claims, "claims");
    Refuse(!r.provider.empty(), takes_.claims, "identity provider");
    Refuse(!r.target_principal.empty(), takes_.target, "TargetPrincipal");
    Refuse(!r.task_policy_arn.empty(), takes_.target, "TaskPolicyArn");
    Refuse(!r.caller.empty() || r.caller_session != nullptr, takes_.caller,
           "caller but the identity provider");
  }

  void CheckWanted() {
    const SessionRequest& r = request_;
    Want(!r.caller.empty(), takes_.caller, "a caller");
    Want(!r.role_arn.empty(), takes_.role, "RoleArn");
    Want(!r.session_name.empty(), takes_.session_name,
         takes_.role ? "RoleSessionName" : "Name");
    Want(!r.provider.empty(), takes_.claims, "an identity provider");
    Want(!r.target_principal.empty(), takes_.target, "TargetPrincipal");
    Want(!r.task_policy_arn.empty(), takes_.target, "TaskPolicyArn");
  }

  // S-137, S-138: who vouches must be of the kind that the operation asks.
  void CheckProvider() {
    const std::string_view provider = request_.provider;
    if (provider.empty() || !takes_.claims) return;
    const bool saml =
        request_.operation == SessionOperation::kAssumeRoleWithSaml;
    if (IsProviderArn(provider, saml ? "saml-provider/" : "oidc-provider/") ||
        (!saml && IsBuiltInProvider(provider))) {
      return;
    }
    problems_.push_back(
        {saml ? "S-138" : "S-137",
         "`" + std::string(provider) + "` is not " +
             (saml ? "a SAML provider" : "a web identity provider")});
  }

  void CheckText(const char* name, std::string_view text, size_t least,
                 size_t most, std::string_view more_characters) {
    const std::string signs =
        std::string(kNameSigns) + std::string(more_characters);
    const size_t bad =
        text.find_first_not_of(std::string(kLettersAndDigits) + signs);
    if (bad != text.npos) {
      Add(std::string(name) + " `" + std::string(text) +
          "` holds a character that is not allowed: letters, digits and `" +
          signs + "` are");
    }
    if (text.size() < least || text.size() > most) {
      Add("the length of " + std::string(name) + " is " +
          std::to_string(text.size()) + "; expected " + std::to_string(least) +
          " to " + std::to_string(most));
    }
  }

  void CheckNames() {
    const SessionRequest& r = request_;
    if (!r.session_name.empty() && takes_.session_name) {
      const bool role = takes_.role;
      CheckText(role ? "RoleSessionName" : "Name", r.session_name, 2,
                role ? 64 : 32, "");
    }
    if (r.external_id) CheckText("ExternalId", *r.external_id, 2, 1224, ":/");
    if (!r.source_identity) return;
    CheckText("SourceIdentity", *r.source_identity, 2, 64, "");
    if (r.source_identity->substr(0, 4) == "aws:") {
      Add("SourceIdentity must not begin with `aws:`");
    }
  }

  void CheckDuration() {
    if (!request_.duration_seconds) return;
    const int64_t least =
        request_.operation == SessionOperation::kAssumeRoot ? 0 : 900;
    int64_t most = 43200;
    if (request_.operation == SessionOperation::kAssumeRoot) most = 900;
    if (request_.operation == SessionOperation::kGetFederationToken ||
        request_.operation == SessionOperation::kGetSessionToken) {
      most = 129600;
    }
    const int64_t asked = *request_.duration_seconds;
    if (asked < least || asked > most) {
      Add("DurationSeconds is " + std::to_string(asked) + "; expected " +
          std::to_string(least) + " to " + std::to_string(most));
    }
  }

  void CheckTag(const Tag& tag, std::set<std::string>& keys) {
    const size_t key = Characters(tag.key);
    if (key < 1 || key > kMaxTagKey) {
      Add("the length of the key of tag `" + tag.key + "` is " +
          std::to_string(key) + "; expected 1 to " +
          std::to_string(kMaxTagKey));
    }
    if (Characters(tag.value) > kMaxTagValue) {
      Add("the value of tag `" + tag.key + "` is longer than " +
          std::to_string(kMaxTagValue) + " characters");
    }
    if (!keys.insert(Fold(tag.key)).second) {
      Add("tag `" + tag.key + "` stands twice; keys differ only in case");
    }
  }

  void CheckCount(size_t count, size_t most, const char* what) {
    if (count <= most) return;
    Add(std::to_string(count) + what + "; at most " + std::to_string(most) +
        " are allowed");
  }

  void CheckTags() {
    std::set<std::string> keys;
    for (const Tag& tag : request_.tags) CheckTag(tag, keys);
    CheckCount(request_.tags.size(), kMaxTags, " tags");
    CheckCount(request_.transitive_tag_keys.size(), kMaxTags,
               " transitive tag keys");
    for (const std::string& key : request_.transitive_tag_keys) {
      if (!keys.contains(Fold(key))) {
        Add("transitive tag key `" + key + "` is not among the tags passed");
      }
    }
  }

  void CheckPolicies() {
    CheckCount(request_.policy_arns.size(), kMaxPolicyArns, " policy ARNs");
    size_t text = request_.policy ? Characters(*request_.policy) : 0;
    for (const std::string& arn : request_.policy_arns) text += Characters(arn);
    if (text > kMaxPolicyText) {
      Add("Policy and PolicyArns are " + std::to_string(text) +
          " characters long; at most " + std::to_string(kMaxPolicyText) +
          " are allowed");
    }
  }

  const SessionRequest& request_;
  const Takes takes_;
  std::vector<SessionProblem> problems_;
};

}  // namespace

bool IsBuiltInProvider(std::string_view name) {
  return std::find(std::begin(kBuiltInProviders), std::end(kBuiltInProviders),
                   name) != std::end(kBuiltInProviders);
}

bool IsProviderOperation(SessionOperation operation) {
  return operation == SessionOperation::kAssumeRoleWithWebIdentity ||
         operation == SessionOperation::kAssumeRoleWithSaml;
}

const char* SessionOperationName(SessionOperation operation) {
  return kOperationNames[static_cast<size_t>(operation)].api;
}

std::optional<SessionOperation> ParseSessionOperation(std::string_view name) {
  for (size_t i = 0; i < std::size(kOperationNames); ++i) {
    if (name == kOperationNames[i].api || name == kOperationNames[i].command) {
      return static_cast<SessionOperation>(i);
    }
  }
  return std::nullopt;
}

std::vector<SessionProblem> CheckParameters(const SessionRequest& request) {
  return Checker(request).Run();
}

int64_t DurationOf(const SessionRequest& request) {
  if (request.duration_seconds) return *request.duration_seconds;
  switch (request.operation) {
    case SessionOperation::kGetFederationToken:
    case SessionOperation::kGetSessionToken: return 43200;
    case SessionOperation::kAssumeRoot: return 900;
    default: return 3600;
  }
}

}  // namespace portcullis
