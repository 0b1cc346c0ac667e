#include "compiler/normalize.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/arn.h"
#include "policy/values.h"

namespace portcullis {
namespace {

template <typename T>
void SortUnique(std::vector<T>& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

// A list with a pattern that matches everything is that pattern.
void KeepOnlyStar(std::vector<std::string>& list) {
  if (std::find(list.begin(), list.end(), "*") != list.end()) list = {"*"};
}

// S-23, S-35.
std::string NormalAction(const std::string& text) {
  const std::string action = CollapseStars(Fold(text), false);
  return action == "*:*" ? "*" : action;
}

std::vector<std::string> NormalActions(const std::vector<Text>& actions) {
  std::vector<std::string> result;
  for (const Text& action : actions)
    result.push_back(NormalAction(action.text));
  KeepOnlyStar(result);
  SortUnique(result);
  return result;
}

// NotResource keeps what stands beside a star: a pattern that has no value
// decides whatever the others say (S-46).
std::vector<std::string> NormalResources(const Statement& statement,
                                         bool variables) {
  std::vector<std::string> result;
  for (const Text& resource : statement.resources) {
    result.push_back(CollapseStars(resource.text, variables));
  }
  if (!statement.not_resource) KeepOnlyStar(result);
  SortUnique(result);
  return result;
}

bool FoldsValues(Comparison comparison) {
  return comparison == Comparison::kBool || comparison == Comparison::kNull;
}

NormalCondition NormalizeCondition(const Condition& condition) {
  NormalCondition result;
  result.op = condition.op;
  result.key = Fold(condition.key);
  for (const Text& value : condition.values) {
    const bool constant = value.text.find("${") == std::string::npos;
    result.values.push_back(constant && FoldsValues(condition.op.comparison)
                                ? Fold(value.text)
                                : value.text);
  }
  SortUnique(result.values);
  return result;
}

constexpr std::string_view kArnPrefix = "arn:";
constexpr std::string_view kIamPart = ":iam::";
constexpr std::string_view kRootPart = ":root";

// `arn:P:iam::A:root` -> `A:P`: it names the account, like A alone, but in its
// own partition only (S-96, S-97). Empty for other ARNs.
std::string AccountOfRootArn(std::string_view arn) {
  const size_t iam = arn.find(kIamPart);
  if (iam == arn.npos || !arn.ends_with(kRootPart)) return "";
  const size_t begin = iam + kIamPart.size();
  const std::string account(
      arn.substr(begin, arn.size() - begin - kRootPart.size()));
  if (account.find(':') != account.npos) return "";
  const size_t partition = kArnPrefix.size();
  return account + ":" + std::string(arn.substr(partition, iam - partition));
}

std::pair<PrincipalMatch, std::string> NormalAwsPrincipal(
    const std::string& value) {
  if (value.find(':') == std::string::npos) {
    const bool digits = value.find_first_not_of("0123456789") == value.npos;
    return {digits ? PrincipalMatch::kAccount : PrincipalMatch::kUniqueId,
            value};
  }
  const std::string account = AccountOfRootArn(value);
  if (!account.empty()) return {PrincipalMatch::kAccount, account};
  return {PrincipalMatch::kArn, value};
}

std::pair<PrincipalMatch, std::string> NormalCanonicalUser(
    const std::string& id, const CanonicalAccounts& accounts) {
  const std::string folded = Fold(id);
  for (const auto& [canonical, account] : accounts) {
    if (canonical == folded) return {PrincipalMatch::kAccount, account};
  }
  return {PrincipalMatch::kNobody, id};
}

std::pair<PrincipalMatch, std::string> NormalPrincipal(
    const PrincipalEntry& entry, const CanonicalAccounts& accounts) {
  switch (entry.kind) {
    case PrincipalClass::kEveryone: return {PrincipalMatch::kEveryone, "*"};
    case PrincipalClass::kAws: return NormalAwsPrincipal(entry.value);
    case PrincipalClass::kService:
      return {PrincipalMatch::kService, entry.value};
    case PrincipalClass::kFederated:
      return {PrincipalMatch::kFederated, entry.value};
    case PrincipalClass::kCanonicalUser: break;
  }
  return NormalCanonicalUser(entry.value, accounts);
}

NormalStatement NormalizeStatement(const Statement& statement, bool variables,
                                   const CanonicalAccounts& accounts) {
  NormalStatement result;
  result.deny = statement.effect == Effect::kDeny;
  result.not_action = statement.not_action;
  result.actions = NormalActions(statement.actions);
  result.has_resource = statement.has_resource;
  result.not_resource = statement.not_resource;
  result.resources = NormalResources(statement, variables);
  result.has_principal = statement.has_principal;
  result.not_principal = statement.not_principal;
  for (const PrincipalEntry& entry : statement.principals) {
    result.principals.push_back(NormalPrincipal(entry, accounts));
  }
  SortUnique(result.principals);
  for (const Condition& condition : statement.conditions) {
    result.conditions.push_back(NormalizeCondition(condition));
  }
  SortUnique(result.conditions);
  result.index = statement.index;
  return result;
}

std::vector<Text> ToTexts(const std::vector<std::string>& list) {
  std::vector<Text> result;
  for (const std::string& text : list) result.push_back({text, {}});
  return result;
}

// `A` or `A:P` -> an entry that AccountOfRootArn() reads so.
PrincipalEntry ToAccountEntry(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == text.npos) return {PrincipalClass::kAws, text, {}};
  std::string arn(kArnPrefix);
  arn += text.substr(colon + 1);
  arn += kIamPart;
  arn += text.substr(0, colon);
  arn += kRootPart;
  return {PrincipalClass::kAws, arn, {}};
}

PrincipalEntry ToEntry(const std::pair<PrincipalMatch, std::string>& match) {
  switch (match.first) {
    case PrincipalMatch::kEveryone: return {PrincipalClass::kEveryone, "*", {}};
    case PrincipalMatch::kAccount: return ToAccountEntry(match.second);
    case PrincipalMatch::kService:
      return {PrincipalClass::kService, match.second, {}};
    case PrincipalMatch::kFederated:
      return {PrincipalClass::kFederated, match.second, {}};
    case PrincipalMatch::kNobody:
      return {PrincipalClass::kCanonicalUser, match.second, {}};
    default: return {PrincipalClass::kAws, match.second, {}};
  }
}

Statement ToStatement(const NormalStatement& normal) {
  Statement result;
  result.effect = normal.deny ? Effect::kDeny : Effect::kAllow;
  result.not_action = normal.not_action;
  result.actions = ToTexts(normal.actions);
  result.has_resource = normal.has_resource;
  result.not_resource = normal.not_resource;
  result.resources = ToTexts(normal.resources);
  result.has_principal = normal.has_principal;
  result.not_principal = normal.not_principal;
  for (const auto& match : normal.principals) {
    result.principals.push_back(ToEntry(match));
  }
  for (const NormalCondition& condition : normal.conditions) {
    result.conditions.push_back(
        {condition.op, condition.key, ToTexts(condition.values), {}});
  }
  result.index = normal.index;
  return result;
}

const char* MatchName(PrincipalMatch match) {
  switch (match) {
    case PrincipalMatch::kEveryone: return "everyone";
    case PrincipalMatch::kAccount: return "account";
    case PrincipalMatch::kArn: return "arn";
    case PrincipalMatch::kUniqueId: return "id";
    case PrincipalMatch::kService: return "service";
    case PrincipalMatch::kFederated: return "federated";
    case PrincipalMatch::kNobody: break;
  }
  return "nobody";
}

std::string Braced(const char* name, bool complement,
                   const std::vector<std::string>& list) {
  return absl::StrCat(complement ? " !" : " ", name, "{",
                      absl::StrJoin(list, ", "), "}");
}

std::string DumpStatement(const NormalStatement& s) {
  std::string line = s.deny ? "deny" : "allow";
  if (s.has_principal) {
    std::vector<std::string> names;
    for (const auto& [match, text] : s.principals) {
      names.push_back(absl::StrCat(MatchName(match), " ", text));
    }
    absl::StrAppend(&line, Braced("principal", s.not_principal, names));
  }
  absl::StrAppend(&line, Braced("action", s.not_action, s.actions));
  if (s.has_resource) {
    absl::StrAppend(&line, Braced("resource", s.not_resource, s.resources));
  }
  for (const NormalCondition& condition : s.conditions) {
    absl::StrAppend(&line, " if ", OperatorName(condition.op), " ",
                    condition.key, " {", absl::StrJoin(condition.values, ", "),
                    "}");
  }
  return line + "\n";
}

}  // namespace

bool operator<(const NormalCondition& a, const NormalCondition& b) {
  const auto key = [](const NormalCondition& c) {
    return std::tie(c.op.comparison, c.op.prefix, c.op.if_exists, c.key,
                    c.values);
  };
  return key(a) < key(b);
}

std::string CollapseStars(const std::string& text, bool variables) {
  std::string result;
  const size_t last_close = variables ? text.rfind('}') : std::string::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool can_close = last_close != std::string::npos && i < last_close;
    if (can_close && text.compare(i, 2, "${") == 0) {
      const size_t close = text.find('}', i);
      result.append(text, i, close - i + 1);
      i = close;
      continue;
    }
    const bool repeated =
        text[i] == '*' && !result.empty() && result.back() == '*';
    if (!repeated) result.push_back(text[i]);
  }
  return IsAllStars(result) ? "*" : result;
}

CanonicalAccounts CanonicalAccountsOf(const PolicySet& set) {
  CanonicalAccounts accounts;
  for (const Account& account : set.accounts) {
    if (!account.canonical_id.empty()) {
      accounts.emplace_back(account.canonical_id, account.id);
    }
  }
  return accounts;
}

NormalPolicy Normalize(const Document& document,
                       const CanonicalAccounts& canonical_accounts) {
  NormalPolicy policy;
  policy.type = document.type;
  policy.variables = document.variables;
  for (const Statement& statement : document.statements) {
    policy.statements.push_back(
        NormalizeStatement(statement, document.variables, canonical_accounts));
  }
  return policy;
}

Document ToDocument(const NormalPolicy& policy) {
  Document document;
  document.type = policy.type;
  document.has_version = true;
  document.variables = policy.variables;
  for (const NormalStatement& statement : policy.statements) {
    document.statements.push_back(ToStatement(statement));
  }
  return document;
}

std::string DumpNormalPolicy(const NormalPolicy& policy) {
  std::string dump;
  for (const NormalStatement& statement : policy.statements) {
    absl::StrAppend(&dump, DumpStatement(statement));
  }
  return dump;
}

}  // namespace portcullis
