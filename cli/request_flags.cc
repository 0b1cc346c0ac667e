#include "cli/request_flags.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "cli/exit_status.h"
#include "cli/inputs.h"
#include "cli/json_writer.h"
#include "cli/pair_flags.h"
#include "cli/request_reader.h"
#include "policy/json_reader.h"
#include "policy/line_table.h"

namespace portcullis::cli {
namespace {

RequestText Wrong(std::string error, int status = kUnusable) {
  return {std::nullopt, std::move(error), status};
}

// What a --session file holds, as JSON texts; empty: absent.
struct SessionFile {
  std::string principal;
  std::string session;
  std::string error;
  int status = kDone;
};

std::string TextOf(const JsonDocument& json, const JsonValue* value) {
  if (value == nullptr) return "";
  return std::string(SourceOf(json, *value));
}

// What is wrong with it, with its place, or "".
std::string CredentialsError(const JsonDocument& json) {
  RequestReader reader;
  if (reader.ReadCredentials(json)) return "";
  return json.file + ":" + PositionText(json.lines.At(reader.error_place())) +
         ": " + reader.error();
}

SessionFile ReadSessionFile(const std::string& name) {
  const FileContent content = ReadFile(name);
  if (!content.bytes) return {"", "", content.error, kUnusable};
  Issues issues;
  const std::optional<JsonDocument> json =
      ReadJson(name, *content.bytes, issues);
  if (!issues.ok()) {
    return {"", "", FormatIssue(issues.all().front()), kNegative};
  }
  const std::string error = CredentialsError(*json);
  if (!error.empty()) return {"", "", error, kNegative};
  // {"principal", "session"} as the verbs that issue sessions print it, or the
  // session alone.
  const JsonValue* principal = json->root.Find("principal");
  const JsonValue* session = json->root.Find("session");
  if (principal == nullptr && session == nullptr) session = &json->root;
  return {TextOf(*json, principal), TextOf(*json, session), "", kDone};
}

// The request's JSON can hold nothing else, and what a byte was replaced by
// must not be decided on.
bool AreUtf8(const RequestFlags& flags) {
  const auto is_utf8 = [](std::string_view text) {
    return FindBadUtf8(text) == text.npos;
  };
  const std::string_view texts[] = {
      flags.principal,
      flags.principal_service,
      flags.principal_federated,
      flags.action,
      flags.resource,
      flags.resource_account ? *flags.resource_account : std::string_view(),
      flags.endpoint,
  };
  return std::all_of(std::begin(texts), std::end(texts), is_utf8) &&
         std::all_of(flags.context.begin(), flags.context.end(), is_utf8);
}

// Who asks, as JSON; empty when no flag tells.
std::string PrincipalJson(const RequestFlags& flags) {
  JsonWriter json;
  if (!flags.principal.empty()) return json.String(flags.principal).Take();
  const bool service = !flags.principal_service.empty();
  if (!service && flags.principal_federated.empty()) return "";
  return json.Open('{')
      .Member(service ? "Service" : "Federated",
              service ? flags.principal_service : flags.principal_federated)
      .Close('}')
      .Take();
}

// A context key and the values that the flags give it.
struct FlagKey {
  std::string key;
  std::vector<std::string> values;
  bool is_list = false;
};
using FlagKeys = std::vector<FlagKey>;

FlagKey& KeyOf(const std::string& key, FlagKeys& context) {
  const auto entry =
      std::find_if(context.begin(), context.end(),
                   [&key](const FlagKey& known) { return known.key == key; });
  if (entry != context.end()) return *entry;
  return context.emplace_back(FlagKey{key, {}});
}

// The values by key in the order in which the keys came first; nullopt for a
// flag without `=` or without a key. `KEY[]=VALUE` and a key that comes twice
// are lists (S-171).
std::optional<FlagKeys> GroupContext(const std::vector<std::string>& flags) {
  constexpr std::string_view kList = "[]";
  FlagKeys context;
  for (const std::string& flag : flags) {
    const size_t equals = flag.find('=');
    if (equals == flag.npos) return std::nullopt;
    std::string name = flag.substr(0, equals);
    const bool marked = name.ends_with(kList);
    if (marked) name.resize(name.size() - kList.size());
    if (name.empty()) return std::nullopt;
    FlagKey& entry = KeyOf(name, context);
    entry.is_list = entry.is_list || marked || !entry.values.empty();
    entry.values.push_back(flag.substr(equals + 1));
  }
  return context;
}

void WriteContext(const FlagKeys& context, JsonWriter& json) {
  json.Key("context").Open('{');
  for (const FlagKey& entry : context) {
    json.Key(entry.key);
    if (entry.is_list) {
      json.Strings(entry.values);
    } else {
      json.String(entry.values.front());
    }
  }
  json.Close('}');
}

std::string WriteRequest(const RequestFlags& flags,
                         const std::string& principal, const FlagKeys& context,
                         const std::string& session) {
  JsonWriter json;
  json.Open('{').Key("principal").Raw(principal);
  json.Member("action", flags.action).Member("resource", flags.resource);
  if (flags.resource_account) {
    json.Member("resourceAccount", *flags.resource_account);
  }
  if (!context.empty()) WriteContext(context, json);
  if (!session.empty()) json.Key("session").Raw(session);
  if (!flags.endpoint.empty()) json.Member("endpoint", flags.endpoint);
  if (flags.no_derive) json.Key("derive").Bool(false);
  return json.Close('}').Take();
}

}  // namespace

const char* const kContextHelp =
    "context keys; K[]=V, or K twice, makes K a list";

void AddRequestFlags(CLI::App& app, RequestFlags& flags) {
  const auto add = [&app](const char* name, auto& into, const char* help) {
    return app.add_option(name, into, help);
  };
  CLI::Option* requests = add("--requests", flags.requests_file,
                              "requests as JSON Lines; - is standard input");
  CLI::Option* principal =
      add("--principal", flags.principal,
          "ARN of the user, role, session, federated user or root, or *");
  CLI::Option* service = add("--principal-service", flags.principal_service,
                             "a service principal, e.g. s3.amazonaws.com");
  CLI::Option* federated =
      add("--principal-federated", flags.principal_federated,
          "an identity provider's name or ARN");
  principal->excludes(service)->excludes(federated);
  service->excludes(federated);
  std::vector<CLI::Option*> others = {
      principal,
      service,
      federated,
      add("--action", flags.action, "the action, e.g. s3:GetObject"),
      add("--resource", flags.resource,
          "ARN of the resource, or * for an action without one"),
      add("--resource-account", flags.resource_account,
          "account that owns the resource"),
      add("--endpoint", flags.endpoint, "id of the VPC endpoint"),
      add("--session", flags.session_file,
          "JSON file: a session object, or {\"principal\", \"session\"}")};
  others.push_back(AddPairs(app, "--context", flags.context, kContextHelp));
  others.push_back(
      app.add_flag("--no-derive", flags.no_derive, "derive no context keys"));
  for (CLI::Option* option : others) requests->excludes(option);
}

RequestText RequestFromFlags(const RequestFlags& flags) {
  if (!AreUtf8(flags)) {
    return Wrong("a flag holds bytes that are not UTF-8 (S-4)");
  }
  const std::optional<FlagKeys> context = GroupContext(flags.context);
  if (!context) return Wrong("--context: expected K=V or K[]=V");
  SessionFile file;
  if (!flags.session_file.empty()) file = ReadSessionFile(flags.session_file);
  if (!file.error.empty()) return Wrong(file.error, file.status);
  std::string principal = PrincipalJson(flags);
  if (principal.empty()) principal = file.principal;
  if (!file.principal.empty() && principal != file.principal) {
    return Wrong("--session is of principal " + file.principal);
  }
  if (principal.empty()) return Wrong("--principal or --requests is required");
  if (flags.action.empty()) return Wrong("--action is required");
  if (flags.resource.empty()) {
    return Wrong("--resource is required; it is * for an action without one");
  }
  return {WriteRequest(flags, principal, *context, file.session), "", kDone};
}

}  // namespace portcullis::cli
