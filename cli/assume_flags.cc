#include "cli/assume_flags.h"

#include <CLI/App.hpp>
#include <string_view>
#include <utility>

#include "cli/clock.h"
#include "cli/exit_status.h"
#include "cli/inputs.h"
#include "cli/issued_session.h"
#include "cli/pair_flags.h"
#include "cli/request_flags.h"

namespace portcullis::cli {
namespace {

constexpr const char* kNoCaller =
    "--caller is required, or --session with its principal";

void AddCallerFlags(CLI::App& app, AssumeFlags& flags) {
  CLI::Option* caller =
      app.add_option("--caller", flags.caller, "ARN of who calls");
  app.add_option("--session", flags.session_file,
                 "JSON file: the caller's session, or {\"principal\", "
                 "\"session\"} as these verbs print it");
  if (flags.operation != SessionOperation::kAssumeRole) return;
  app.add_option("--caller-service", flags.caller_service,
                 "a service principal that calls, e.g. ec2.amazonaws.com")
      ->excludes(caller);
}

void AddPolicyFlags(CLI::App& app, AssumeFlags& flags) {
  app.add_option("--policy", flags.policy,
                 "inline session policy: JSON text, a file or file://FILE");
  app.add_option("--policy-arns", flags.policy_arns,
                 "managed session policies: ARN or arn=ARN");
}

void AddTagFlags(CLI::App& app, AssumeFlags& flags) {
  AddPairs(app, "--tags", flags.tags, "session tags: Key=K,Value=V");
}

void AddCodeFlags(CLI::App& app, AssumeFlags& flags) {
  CLI::Option* serial = app.add_option("--serial-number", flags.serial_number,
                                       "MFA device of the caller");
  CLI::Option* code =
      app.add_option("--token-code", flags.token_code,
                     "its code, which is taken to be the right one");
  serial->needs(code);
  code->needs(serial);
}

void AddRoleFlags(CLI::App& app, AssumeFlags& flags) {
  app.add_option("--role-arn", flags.role_arn, "the role")->required();
  app.add_option("--role-session-name", flags.session_name,
                 "name of the session");
  AddPolicyFlags(app, flags);
}

void AddAssumeRoleFlags(CLI::App& app, AssumeFlags& flags) {
  AddRoleFlags(app, flags);
  AddTagFlags(app, flags);
  AddCodeFlags(app, flags);
  app.add_option("--transitive-tag-keys", flags.transitive_tag_keys,
                 "keys of tags that go on to further sessions");
  app.add_option("--external-id", flags.external_id, "external id");
  app.add_option("--source-identity", flags.source_identity, "source identity");
  AddPairs(app, "--provided-contexts", flags.provided_contexts,
           "that contexts are provided; what they say is not looked at");
}

void AddProviderFlags(CLI::App& app, AssumeFlags& flags) {
  AddRoleFlags(app, flags);
  const bool saml = flags.operation == SessionOperation::kAssumeRoleWithSaml;
  app.add_option("--claims", flags.claims_file,
                 saml ? "JSON file: the attributes of the verified assertion"
                      : "JSON file: the payload of the verified token")
      ->required();
  CLI::Option* provider =
      app.add_option(saml ? "--principal-arn" : "--provider-id", flags.provider,
                     saml ? "ARN of the SAML provider"
                          : "the issuer; needed for a token without `iss`");
  if (saml) provider->required();
}

void AddRootFlags(CLI::App& app, AssumeFlags& flags) {
  app.add_option("--target-principal", flags.target_principal,
                 "the member account, or its root ARN")
      ->required();
  app.add_option("--task-policy-arn", flags.task_policy_arn,
                 "the root task policy: ARN or arn=ARN")
      ->required();
}

void AddOwnFlags(CLI::App& app, AssumeFlags& flags) {
  switch (flags.operation) {
    case SessionOperation::kAssumeRole: return AddAssumeRoleFlags(app, flags);
    case SessionOperation::kAssumeRoleWithWebIdentity:
    case SessionOperation::kAssumeRoleWithSaml:
      return AddProviderFlags(app, flags);
    case SessionOperation::kGetFederationToken:
      app.add_option("--name", flags.session_name, "the federated user's name")
          ->required();
      AddPolicyFlags(app, flags);
      return AddTagFlags(app, flags);
    case SessionOperation::kGetSessionToken: return AddCodeFlags(app, flags);
    case SessionOperation::kAssumeRoot: return AddRootFlags(app, flags);
  }
}

// AWS shorthand: `arn=ARN` or the ARN itself.
std::string BareArn(std::string_view text) {
  if (text.starts_with("arn=")) text.remove_prefix(4);
  return std::string(text);
}

// AWS shorthand; the value runs to the end.
std::optional<Tag> ReadTag(std::string_view text) {
  constexpr std::string_view kKey = "Key=";
  constexpr std::string_view kValue = ",Value=";
  const size_t at = text.find(kValue);
  if (!text.starts_with(kKey) || at == text.npos) return std::nullopt;
  return Tag{std::string(text.substr(kKey.size(), at - kKey.size())),
             std::string(text.substr(at + kValue.size()))};
}

}  // namespace

void AddAssumeFlags(CLI::App& app, AssumeFlags& flags) {
  app.add_option("IMAGE", flags.image, "image file")->required();
  if (!IsProviderOperation(flags.operation)) AddCallerFlags(app, flags);
  AddOwnFlags(app, flags);
  app.add_option("--duration-seconds", flags.duration_seconds,
                 "lifetime of the session");
  AddPairs(app, "--context", flags.context, kContextHelp);
  app.add_option("--now", flags.now,
                 "time of the call, e.g. 2026-01-01T00:00:00Z; default: the "
                 "clock");
}

bool AssumeCall::Fail(std::string error, int status) {
  error_ = std::move(error);
  status_ = status;
  return false;
}

bool AssumeCall::ReadFile(const std::string& name, std::string& text) {
  FileContent content = cli::ReadFile(name);
  if (!content.bytes) return Fail(content.error, kUnusable);
  text = *std::move(content.bytes);
  return true;
}

bool AssumeCall::Read(const AssumeFlags& flags) {
  return ReadPlain(flags) && ReadTags(flags) && ReadPolicy(flags) &&
         ReadCaller(flags) && ReadClaims(flags);
}

bool AssumeCall::ReadPlain(const AssumeFlags& flags) {
  request_.operation = flags.operation;
  request_.role_arn = flags.role_arn;
  request_.session_name = flags.session_name;
  request_.duration_seconds = flags.duration_seconds;
  request_.external_id = flags.external_id;
  request_.source_identity = flags.source_identity;
  request_.transitive_tag_keys = flags.transitive_tag_keys;
  request_.mfa = !flags.token_code.empty();
  request_.provided_contexts = !flags.provided_contexts.empty();
  request_.provider = flags.provider;
  request_.target_principal = flags.target_principal;
  request_.task_policy_arn = BareArn(flags.task_policy_arn);
  for (const std::string& arn : flags.policy_arns) {
    request_.policy_arns.push_back(BareArn(arn));
  }
  request_.now = NowInWholeSeconds();
  if (flags.now.empty()) return true;
  const std::string wrong = ReadSessionTime(flags.now, request_.now);
  return wrong.empty() || Fail("--now: " + wrong, kUnusable);
}

bool AssumeCall::ReadTags(const AssumeFlags& flags) {
  for (const std::string& text : flags.tags) {
    std::optional<Tag> tag = ReadTag(text);
    if (!tag) return Fail("--tags: expected Key=K,Value=V", kUnusable);
    request_.tags.push_back(*std::move(tag));
  }
  return true;
}

bool AssumeCall::ReadPolicy(const AssumeFlags& flags) {
  constexpr std::string_view kScheme = "file://";
  std::string_view policy = flags.policy;
  if (policy.empty()) return true;
  const size_t first = policy.find_first_not_of(" \t\r\n");
  if (first != policy.npos && policy[first] == '{') {
    request_.policy = flags.policy;
    return true;
  }
  if (policy.starts_with(kScheme)) policy.remove_prefix(kScheme.size());
  return ReadFile(std::string(policy), request_.policy.emplace());
}

bool AssumeCall::ReadClaims(const AssumeFlags& flags) {
  if (!IsProviderOperation(flags.operation)) return true;
  std::string json;
  if (!ReadFile(flags.claims_file, json)) return false;
  std::vector<SessionProblem> problems;
  return portcullis::ReadClaims(json, request_, problems) ||
         Fail(ProblemText(problems.front()), kNegative);
}

// The caller comes as part of a request, so that principals, sessions and
// context keys have one meaning. A provider calls unsigned.
bool AssumeCall::ReadCaller(const AssumeFlags& flags) {
  const bool provider = IsProviderOperation(flags.operation);
  RequestFlags caller;
  caller.principal = provider ? "*" : flags.caller;
  caller.principal_service = flags.caller_service;
  caller.session_file = flags.session_file;
  caller.context = flags.context;
  caller.action = "sts:AssumeRole";
  caller.resource = "*";
  if (!provider && flags.caller.empty() && flags.caller_service.empty() &&
      flags.session_file.empty()) {
    return Fail(kNoCaller, kUnusable);
  }
  RequestText text = RequestFromFlags(caller);
  if (!text.json) {
    // Words of `decide`, whose flag for the same thing has another name.
    const bool nobody = text.error.starts_with("--principal ");
    return Fail(nobody ? kNoCaller : text.error, text.status);
  }
  caller_json_ = *std::move(text.json);
  if (!caller_.ReadText("the flags", caller_json_)) {
    return Fail(caller_.error(), kNegative);
  }
  const Request& asked = caller_.request();
  request_.context = asked.context;
  if (provider) return true;
  request_.caller_form = asked.form;
  request_.caller = asked.principal;
  request_.caller_session = asked.session;
  return true;
}

}  // namespace portcullis::cli
