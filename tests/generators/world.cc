#include "tests/generators/world.h"

#include <algorithm>
#include <string>

namespace portcullis::testing {
namespace {

constexpr const char* kActions[] = {
    "s3:GetObject",  "s3:PutObject",    "s3:ListBucket",   "sqs:SendMessage",
    "kms:Decrypt",   "sts:AssumeRole",  "sts:TagSession",  "iam:GetRole",
    "crane:MoveBox", "s3:GetObjectAcl", "s3:DeleteObject", "kms:Encrypt"};
constexpr const char* kActionPatterns[] = {
    "*",          "s3:*",  "s3:Get*",     "s3:?etObject", "S3:*object",
    "sqs:*",      "kms:*", "kms:De*",     "sts:*",        "sts:Assume*",
    "crane:Mo*x", "*:*",   "s3:*Object*", "iam:*",        "s3:ListBucket"};
constexpr const char* kResources[] = {
    "arn:aws:s3:::bucket/key",
    "arn:aws:s3:::bucket/home/alice/a",
    "arn:aws:s3:::bucket",
    "arn:aws:s3:::other/red/x",
    "arn:aws:sqs:eu-west-1:111111111111:queue",
    "arn:aws:kms:eu-west-1:111111111111:key/k1",
    "arn:aws:kms:eu-west-1:222222222222:key/k2",
    "arn:aws:iam::111111111111:role/app/web",
    "arn:aws:iam::222222222222:role/guest",
    "arn:aws:crane:eu-west-1:111111111111:gantry/north:4",
    "*"};
constexpr const char* kResourcePatterns[] = {
    "*",
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::*/k?y",
    "arn:aws:s3:*",
    "arn:*:s3:::bucket*",
    "arn:aws:sqs:*:*:q*",
    "arn:aws:sqs:eu-*:111111111111:queue",
    "arn:aws:kms:*:111111111111:key/*",
    "arn:aws:kms:*:*:key/k?",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::111111111111:role/app/web",
    "arn:aws:crane:*:*:gantry/*:4",
    "arn:aws:crane:*:4",
    "arn:aws:*:*:*:*"};
constexpr const char* kVariablePatterns[] = {
    "arn:aws:s3:::bucket/home/${aws:username}/*",
    "arn:aws:s3:::other/${aws:PrincipalTag/team}/*",
    "arn:aws:s3:::other/${aws:PrincipalTag/team, 'red'}/*",
    "arn:aws:kms:*:${aws:PrincipalAccount}:key/*",
    "arn:aws:s3:::${app:Name}*",
    "arn:aws:s3:::bucket/${*}key"};
constexpr const char* kPrincipals[] = {
    "arn:aws:iam::111111111111:user/alice",
    "arn:aws:iam::222222222222:user/bob",
    "arn:aws:sts::111111111111:assumed-role/web/s1",
    "arn:aws:sts::222222222222:assumed-role/guest/s2",
    "arn:aws:iam::111111111111:role/app/web",
    "arn:aws:iam::111111111111:root",
    "arn:aws:iam::222222222222:root",
    "arn:aws:sts::111111111111:federated-user/carol",
    "arn:aws:iam::333333333333:user/admin",
    "*"};
constexpr const char* kPrincipalEntries[] = {
    R"("*")",
    R"({"AWS":"*"})",
    R"({"AWS":"111111111111"})",
    R"({"AWS":"arn:aws:iam::222222222222:root"})",
    R"({"AWS":"arn:aws-cn:iam::111111111111:root"})",
    R"({"AWS":"arn:aws:iam::111111111111:user/alice"})",
    R"({"AWS":"arn:aws:iam::111111111111:role/app/web"})",
    R"({"AWS":["arn:aws:sts::111111111111:assumed-role/web/s1","222222222222"]})",
    R"({"AWS":"arn:aws:sts::111111111111:federated-user/carol"})",
    R"({"AWS":"AROAWEB"})",
    R"({"Service":"crane.example.com"})",
    R"({"Federated":"accounts.example.com"})"};

// A key with values that policies and requests both take from.
struct KeyPool {
  const char* key;
  const char* family;  // of operators
  const char* values[5];
};
constexpr KeyPool kKeys[] = {
    {"app:Name", "String", {"bucket", "red", "al*ce", "", "Alice"}},
    {"aws:username", "String", {"alice", "bob", "ALICE", "a*", "carol"}},
    {"aws:PrincipalTag/team", "String", {"red", "blue", "Red", "r?d", ""}},
    {"aws:PrincipalAccount",
     "String",
     {"111111111111", "222222222222", "1*", "333333333333", "anonymous"}},
    {"app:Level", "Numeric", {"1", "10", "1e1", "-3.50", "abc"}},
    {"app:When",
     "Date",
     {"2026-01-01", "2026-01-01T00:00:00Z", "1767225600",
      "2026-06-30T12:00:00+02:00", "yesterday"}},
    {"app:Flag", "Bool", {"true", "false", "TRUE", "False", "maybe"}},
    {"aws:SourceIp",
     "Ip",
     {"10.0.0.1", "10.1.2.3", "192.0.2.7", "2001:db8::1", "10.0.0"}},
    {"app:Blob",
     "Binary",
     {"aGFyYm91cg==", "aGFyYm91cg", "cGllcg==", "AA==", "*"}},
    {"aws:PrincipalArn",
     "Arn",
     {"arn:aws:iam::111111111111:user/alice",
      "arn:aws:iam::111111111111:role/*", "arn:aws:iam::*:root",
      "arn:aws:iam::222222222222:*", "arn:*:iam::1*:user/?lice"}},
    {"app:Source",
     "Arn",
     {"arn:aws:s3:::bucket", "arn:aws:s3:::b*", "arn:aws:sqs:*:*:queue",
      "arn:aws:sqs:eu-west-1:111111111111:queue", "bucket"}},
    {"app:Groups", "String", {"red", "blue", "green", "r*", ""}}};

constexpr size_t kTeam = 2;  // the tag, of which there is but one key

constexpr const char* kStringOps[] = {"StringEquals",
                                      "StringNotEquals",
                                      "StringEqualsIgnoreCase",
                                      "StringNotEqualsIgnoreCase",
                                      "StringLike",
                                      "StringNotLike"};
constexpr const char* kNumericOps[] = {
    "NumericEquals",         "NumericNotEquals",   "NumericLessThan",
    "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals"};
constexpr const char* kDateOps[] = {"DateEquals",      "DateNotEquals",
                                    "DateLessThan",    "DateLessThanEquals",
                                    "DateGreaterThan", "DateGreaterThanEquals"};
constexpr const char* kIpOps[] = {"IpAddress", "NotIpAddress"};
constexpr const char* kIpBlocks[] = {"10.0.0.0/8", "10.0.0.1", "0.0.0.0/0",
                                     "2001:db8::/32", "192.0.2.0/24"};
constexpr const char* kArnOps[] = {"ArnEquals", "ArnNotEquals", "ArnLike",
                                   "ArnNotLike"};
constexpr const char* kPrefixes[] = {
    "", "", "", "", "ForAllValues:", "ForAnyValue:"};

std::string Quote(const std::string& text) { return '"' + text + '"'; }

// "a", or ["a","b",...] of up to three.
template <typename Make>
std::string OneOrMore(Entropy& e, Make make) {
  if (e.Percent(65)) return Quote(make());
  std::string list = "[" + Quote(make());
  for (uint32_t i = e.Below(3); i > 0; --i) list += "," + Quote(make());
  return list + "]";
}

std::string ActionText(Entropy& e) {
  if (e.Percent(15)) return "*";
  return e.Percent(50) ? e.Pick(kActions) : e.Pick(kActionPatterns);
}

std::string ResourceText(Entropy& e, const Knobs& knobs) {
  if (e.Percent(20)) return "*";
  if (e.Percent(knobs.variables)) return e.Pick(kVariablePatterns);
  return e.Percent(30) ? e.Pick(kResources) : e.Pick(kResourcePatterns);
}

std::string OperatorFor(Entropy& e, const std::string& family) {
  if (family == "String") return e.Pick(kStringOps);
  if (family == "Numeric") return e.Pick(kNumericOps);
  if (family == "Date") return e.Pick(kDateOps);
  if (family == "Bool") return "Bool";
  if (family == "Ip") return e.Pick(kIpOps);
  if (family == "Binary") return "BinaryEquals";
  return e.Pick(kArnOps);
}

// A constant of the family; only the request may bring malformed values.
std::string PolicyValue(Entropy& e, const Knobs& knobs, const KeyPool& pool) {
  const std::string family = pool.family;
  if (family == "Ip") return e.Pick(kIpBlocks);
  const bool text = family == "String" || family == "Arn";
  if (text && e.Percent(knobs.variables / 2)) return "${aws:username}";
  return pool.values[e.Below(text ? 5 : 4)];
}

std::string Condition(Entropy& e, const Knobs& knobs) {
  const KeyPool& pool = e.Percent(20) ? kKeys[kTeam] : e.Pick(kKeys);
  if (e.Percent(12)) {
    return "{\"Null\":{" + Quote(pool.key) + ":" +
           Quote(e.Percent(50) ? "true" : "false") + "}}";
  }
  std::string op = e.Pick(kPrefixes) + OperatorFor(e, pool.family);
  if (e.Percent(25)) op += "IfExists";
  return "{" + Quote(op) + ":{" + Quote(pool.key) + ":" +
         OneOrMore(e, [&] { return PolicyValue(e, knobs, pool); }) + "}}";
}

enum class Grammar { kIdentity, kResource, kEndpoint, kTrust, kScp, kRcp };

std::string Effect(Entropy& e, const Knobs& knobs, Grammar grammar) {
  if (grammar == Grammar::kRcp) return "Deny";
  return e.Percent(knobs.deny) ? "Deny" : "Allow";
}

std::string Elements(Entropy& e, const Knobs& knobs, Grammar grammar) {
  std::string text;
  const bool principal = grammar == Grammar::kResource ||
                         grammar == Grammar::kEndpoint ||
                         grammar == Grammar::kTrust;
  if (grammar == Grammar::kRcp) text += R"(,"Principal":"*")";
  if (principal) {
    const bool negate =
        grammar != Grammar::kTrust && e.Percent(knobs.not_elements);
    text += negate ? ",\"NotPrincipal\":" : ",\"Principal\":";
    text += e.Pick(kPrincipalEntries);
  }
  const bool not_action =
      grammar != Grammar::kRcp && e.Percent(knobs.not_elements);
  text += not_action ? ",\"NotAction\":" : ",\"Action\":";
  text += grammar == Grammar::kRcp
              ? Quote(e.Pick(kActions))
              : OneOrMore(e, [&] { return ActionText(e); });
  if (grammar == Grammar::kTrust) return text;
  if (grammar == Grammar::kResource && e.Percent(20)) return text;
  text +=
      e.Percent(knobs.not_elements) ? ",\"NotResource\":" : ",\"Resource\":";
  return text + OneOrMore(e, [&] {
           // Short ARNs are errors in RCPs.
           const std::string resource = ResourceText(e, knobs);
           const bool is_short =
               std::count(resource.begin(), resource.end(), ':') < 5;
           return is_short && grammar == Grammar::kRcp ? "*" : resource;
         });
}

std::string StatementOf(Entropy& e, const Knobs& knobs, Grammar grammar,
                        const std::string& effect) {
  std::string text =
      "{\"Effect\":" + Quote(effect) + Elements(e, knobs, grammar);
  if (e.Percent(knobs.conditions)) {
    text += ",\"Condition\":" + Condition(e, knobs);
  }
  return text + "}";
}

std::string Document(Entropy& e, const Knobs& knobs, Grammar grammar) {
  const bool must_be_new = grammar == Grammar::kScp || grammar == Grammar::kRcp;
  const bool old = !must_be_new && e.Percent(knobs.old_version);
  std::string text = old ? R"({"Version":"2008-10-17","Statement":[)"
                         : R"({"Version":"2012-10-17","Statement":[)";
  const uint32_t count = 1 + e.Below(knobs.statements);
  for (uint32_t i = 0; i < count; ++i) {
    if (i > 0) text += ",";
    text += StatementOf(e, knobs, grammar, Effect(e, knobs, grammar));
  }
  return text + "]}";
}

std::string Named(const std::string& name, const std::string& document) {
  return "{\"name\":" + Quote(name) + ",\"document\":" + document + "}";
}

constexpr char kAllowAll[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";

// Often everything, so that guards do not deny everything.
std::string Guard(Entropy& e, const Knobs& knobs, Grammar grammar) {
  if (grammar == Grammar::kScp && e.Percent(60)) return kAllowAll;
  return Document(e, knobs, grammar);
}

std::string NodePolicies(Entropy& e, const Knobs& knobs) {
  std::string text;
  if (e.Percent(60)) {
    text += ",\"scps\":[" +
            Named("scp" + std::to_string(e.Below(3)),
                  Guard(e, knobs, Grammar::kScp)) +
            "," + Named("more", Guard(e, knobs, Grammar::kScp)) + "]";
  }
  if (e.Percent(30)) {
    text +=
        ",\"rcps\":[" + Named("rcp", Document(e, knobs, Grammar::kRcp)) + "]";
  }
  return text;
}

std::string OrganizationText(Entropy& e, const Knobs& knobs) {
  std::string text = R"("organization":{"id":"o-1")";
  if (e.Percent(60)) text += R"(,"managementAccount":"333333333333")";
  if (e.Percent(40)) text += R"(,"rcpServices":["s3","kms"])";
  text += R"(,"root":{"id":"r-1","accounts":["333333333333"])" +
          NodePolicies(e, knobs);
  text += R"(,"units":[{"id":"ou-1","accounts":["111111111111"])" +
          NodePolicies(e, knobs) + "}";
  if (e.Percent(60)) {
    text += R"(,{"id":"ou-2","accounts":["222222222222"])" +
            NodePolicies(e, knobs) + "}";
  }
  return text + "]}},";
}

std::string PrincipalText(Entropy& e, const Knobs& knobs,
                          const std::string& arn, const std::string& id) {
  std::string text = "{\"arn\":" + Quote(arn) + ",\"id\":" + Quote(id);
  text +=
      ",\"policies\":[" + Named("own", Document(e, knobs, Grammar::kIdentity));
  if (e.Percent(knobs.administrators)) text += "," + Named("all", kAllowAll);
  if (e.Percent(50)) text += R"(,"arn:aws:iam::aws:policy/Shared")";
  text += "]";
  if (e.Percent(knobs.boundaries)) {
    text += ",\"boundary\":" +
            Named("limit", Document(e, knobs, Grammar::kIdentity));
  }
  if (e.Percent(60)) {
    text += ",\"tags\":{\"team\":" + Quote(e.Percent(50) ? "red" : "*") + "}";
  }
  if (arn.find(":role/") != std::string::npos && e.Percent(70)) {
    text += ",\"trustPolicy\":" + Document(e, knobs, Grammar::kTrust);
  }
  if (arn.find("user/alice") != std::string::npos && e.Percent(40)) {
    text += R"(,"groups":["arn:aws:iam::111111111111:group/dev"])";
  }
  return text + "}";
}

std::string PrincipalsText(Entropy& e, const Knobs& knobs) {
  std::string text = "\"principals\":[";
  text += PrincipalText(e, knobs, "arn:aws:iam::111111111111:user/alice",
                        "AIDAALICE");
  text += "," + PrincipalText(e, knobs, "arn:aws:iam::222222222222:user/bob",
                              "AIDABOB");
  text +=
      "," + PrincipalText(e, knobs, "arn:aws:iam::111111111111:role/app/web",
                          "AROAWEB");
  text += "," + PrincipalText(e, knobs, "arn:aws:iam::222222222222:role/guest",
                              "AROAGUEST");
  return text + "],";
}

std::string ResourcesText(Entropy& e, const Knobs& knobs) {
  constexpr const char* kEntries[] = {
      "arn:aws:s3:::bucket", "arn:aws:s3:::other",
      "arn:aws:sqs:eu-west-1:111111111111:queue",
      "arn:aws:kms:eu-west-1:111111111111:key/k1",
      "arn:aws:kms:eu-west-1:222222222222:key/k2"};
  std::string text;
  for (const char* arn : kEntries) {
    if (!e.Percent(knobs.resource_policies)) continue;
    if (!text.empty()) text += ",";
    text += "{\"arn\":" + Quote(arn);
    if (e.Percent(60)) {
      text += ",\"account\":" +
              Quote(e.Percent(60) ? "111111111111" : "222222222222");
    }
    if (e.Percent(80)) {
      text += ",\"policy\":" + Document(e, knobs, Grammar::kResource);
    }
    text += "}";
  }
  return "\"resources\":[" + text + "],";
}

// ---- requests ---------------------------------------------------------------

// The texts of every string or list that stands just after `key`.
std::vector<std::string> TextsAfter(const std::string& json,
                                    const std::string& key) {
  std::vector<std::string> texts;
  for (size_t at = json.find(key); at != json.npos; at = json.find(key, at)) {
    at += key.size();
    const bool list = json[at] == '[';
    do {
      const size_t begin = json.find('"', at) + 1;
      at = json.find('"', begin);
      texts.push_back(json.substr(begin, at - begin));
      ++at;
    } while (list && json[at] == ',');
  }
  return texts;
}

// A text that the pattern matches, if its variables have likely values.
std::string Grow(Entropy& e, const std::string& pattern) {
  constexpr const char* kStars[] = {"", "a", "key", "x/y", "alice"};
  constexpr const char* kQuestions[] = {"e", "G", "1", "\xC3\xA9"};
  std::string text;
  for (size_t at = 0; at < pattern.size(); ++at) {
    const size_t end = pattern.compare(at, 2, "${") == 0 ? pattern.find('}', at)
                                                         : pattern.npos;
    if (end != pattern.npos) {
      text += e.Percent(60) ? "alice" : "red";
      at = end;
    } else if (pattern[at] == '*') {
      text += e.Pick(kStars);
    } else if (pattern[at] == '?') {
      text += e.Pick(kQuestions);
    } else {
      text += pattern[at];
    }
  }
  return text;
}

bool IsServiceAndName(const std::string& action) {
  const size_t colon = action.find(':');
  return colon != action.npos && colon > 0 && colon + 1 < action.size() &&
         action.find('*') > colon;
}

std::string RequestAction(Entropy& e, const Aims& aims) {
  if (aims.actions.empty() || e.Percent(40)) return e.Pick(kActions);
  const std::string pattern =
      aims.actions[e.Below(static_cast<uint32_t>(aims.actions.size()))];
  if (!IsServiceAndName(pattern)) return e.Pick(kActions);
  const std::string action = Grow(e, pattern);
  return action.back() == ':' ? action + "Name" : action;
}

std::string RequestResource(Entropy& e, const Aims& aims) {
  if (aims.resources.empty() || e.Percent(40)) return e.Pick(kResources);
  const std::string pattern =
      aims.resources[e.Below(static_cast<uint32_t>(aims.resources.size()))];
  if (pattern == "*") return e.Pick(kResources);
  std::string resource = Grow(e, pattern);
  while (std::count(resource.begin(), resource.end(), ':') < 5) {
    resource += ":a";
  }
  return resource;
}

std::string RequestPrincipal(Entropy& e) {
  if (e.Percent(6)) return R"({"Service":"crane.example.com"})";
  if (e.Percent(4)) return R"({"Federated":"accounts.example.com"})";
  return Quote(e.Pick(kPrincipals));
}

std::string RequestContext(Entropy& e) {
  std::string text;
  for (const KeyPool& pool : kKeys) {
    const std::string key = pool.key;
    // What the engine derives is left to it.
    if (key.find("aws:Principal") == 0 || key == "aws:username") continue;
    if (!e.Percent(55)) continue;
    if (!text.empty()) text += ",";
    text += Quote(key) + ":";
    if (key == "app:Groups" || e.Percent(8)) {
      text += "[";
      for (uint32_t i = e.Below(3), n = 0; n < i; ++n) {
        text += (n > 0 ? "," : "") + Quote(pool.values[e.Below(5)]);
      }
      text += "]";
    } else {
      text += Quote(pool.values[e.Below(5)]);
    }
  }
  return "{" + text + "}";
}

std::string SessionText(Entropy& e, const Knobs& knobs, bool federated) {
  std::string text = R"("mfa":true)";
  if (federated) {
    constexpr const char* kOthers[] = {
        "arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:root",
        "arn:aws:iam::111111111111:role/app/web",
        "arn:aws:iam::222222222222:user/bob", "arn:aws:iam::222222222222:root"};
    text = R"("parent":")";
    text += e.Percent(60) ? "arn:aws:iam::111111111111:user/alice"
                          : kOthers[e.Below(5)];
    text += "\"";
  }
  if (e.Percent(knobs.sessions)) {
    text += ",\"policies\":[" + Document(e, knobs, Grammar::kIdentity) + "]";
  }
  if (e.Percent(15)) {
    text += R"(,"policyArns":["arn:aws:iam::aws:policy/Shared"])";
  }
  if (e.Percent(25)) text += R"(,"tags":{"Team":"blue"})";
  return "{" + text + "}";
}

std::string Damage(Entropy& e, const Knobs& knobs, std::string text) {
  if (!e.Percent(knobs.damage) || text.size() < 16) return text;
  // One letter of the last part, so that the ARN stays one.
  const size_t colon = text.rfind(':');
  const size_t room = text.size() - colon - 1;
  if (room == 0) return text;
  char& letter = text[colon + 1 + e.Below(static_cast<uint32_t>(room))];
  // A part of a longer character would leave no UTF-8.
  if (static_cast<unsigned char>(letter) < 0x80) letter = 'z';
  return text;
}

}  // namespace

std::string MakeStatement(Entropy& entropy, const Knobs& knobs,
                          const std::string& effect, bool with_principal) {
  return StatementOf(entropy, knobs,
                     with_principal ? Grammar::kResource : Grammar::kIdentity,
                     effect);
}

std::string MakeRequest(Entropy& e, const Knobs& knobs, const Aims& aims) {
  const std::string principal = RequestPrincipal(e);
  std::string action = RequestAction(e, aims);
  if (e.Percent(knobs.damage / 4)) action += "X";
  std::string text =
      "{\"principal\":" + principal + ",\"action\":" + Quote(action) +
      ",\"resource\":" + Quote(Damage(e, knobs, RequestResource(e, aims)));
  if (e.Percent(15)) {
    text += ",\"resourceAccount\":" +
            Quote(e.Percent(50) ? "111111111111" : "222222222222");
  }
  text += ",\"context\":" + RequestContext(e);
  const bool federated = principal.find("federated-user") != std::string::npos;
  const bool role = principal.find("assumed-role") != std::string::npos;
  if (federated || (role && e.Percent(70))) {
    text += ",\"session\":" + SessionText(e, knobs, federated);
  }
  if (e.Percent(knobs.endpoints)) text += R"(,"endpoint":"vpce-1")";
  return text + "}";
}

Aims AimsOf(const std::string& policy_set) {
  return {TextsAfter(policy_set, "Action\":"),
          TextsAfter(policy_set, "Resource\":")};
}

World MakeWorld(Entropy& e, const Knobs& knobs) {
  World world;
  std::string& set = world.policy_set;
  set = "{";
  if (e.Percent(knobs.organization)) set += OrganizationText(e, knobs);
  set += PrincipalsText(e, knobs);
  const bool bare = e.Percent(knobs.bare);
  if (!bare) set += ResourcesText(e, knobs);
  if (!bare && e.Percent(knobs.endpoints)) {
    set += R"("endpoints":[{"id":"vpce-1","policy":)" +
           Document(e, knobs, Grammar::kEndpoint) + "}],";
  }
  set +=
      R"("groups":[{"arn":"arn:aws:iam::111111111111:group/dev","policies":[)" +
      Named("group", Document(e, knobs, Grammar::kIdentity)) + "]}],";
  set += R"("policies":[{"arn":"arn:aws:iam::aws:policy/Shared","document":)" +
         Document(e, knobs, Grammar::kIdentity) + "}]}";
  const Aims aims = AimsOf(set);
  for (uint32_t i = 0; i < knobs.requests; ++i) {
    world.requests.push_back(MakeRequest(e, knobs, aims));
  }
  return world;
}

}  // namespace portcullis::testing
