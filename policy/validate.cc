// stage 4: documents but for their conditions, and the whole set.
#include "policy/validate.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "policy/arn.h"
#include "policy/quota.h"
#include "policy/validate_text.h"
#include "policy/values.h"
#include "policy/variable.h"

namespace portcullis {
namespace {

// What a variable or ${*} stands for is no wildcard (S-53).
bool HasWildcard(std::string_view text, bool variables) {
  const std::vector<TextPiece> pieces =
      SplitVariables(text, variables, nullptr);
  return std::any_of(pieces.begin(), pieces.end(), [](const TextPiece& piece) {
    return piece.kind == TextPiece::Kind::kText &&
           piece.text.find_first_of("*?") != std::string::npos;
  });
}

// True when a short pattern is an error in this policy type (S-29).
bool RefusesShort(PolicyType type, bool wildcard) {
  return type == PolicyType::kRcp || (type == PolicyType::kScp && !wildcard);
}

// True when a short pattern never matches in this policy type (S-43).
bool IgnoresShort(PolicyType type, bool wildcard) {
  return !wildcard &&
         (type == PolicyType::kResource || type == PolicyType::kEndpoint);
}

void CheckShort(const Text& pattern, const TextChecker& check) {
  const bool wildcard = HasWildcard(pattern.text, check.document().variables);
  const std::string message =
      Quoted(pattern.text) + " has fewer than the six parts of an ARN";
  const PolicyType type = check.document().type;
  if (RefusesShort(type, wildcard)) {
    check.Error(pattern, "S-29", message,
                "write all parts, as in `arn:aws:s3:::bucket/*`");
  } else if (IgnoresShort(type, wildcard)) {
    check.Warning(pattern, "S-43", message, "it matches no resource");
  }
}

void CheckParts(const Text& pattern, const std::vector<std::string_view>& parts,
                const TextChecker& check) {
  if (parts.size() > 2 && HasWildcard(parts[2], check.document().variables)) {
    check.Warning(pattern, "S-41",
                  "wildcard in the service part of " + Quoted(pattern.text));
  }
  for (size_t i = 0; i < std::min(parts.size(), kArnParts - 1); ++i) {
    if (!HasVariable(parts[i], check.document().variables)) continue;
    check.Warning(pattern, "S-54",
                  "variable outside the last part of " + Quoted(pattern.text));
    return;
  }
}

void CheckResource(const Text& pattern, const TextChecker& check) {
  if (IsAllStars(pattern.text)) return;
  check.Variables(pattern);
  check.Placeholder(pattern);
  const std::vector<std::string_view> parts =
      SplitArn(pattern.text, check.document().variables);
  if (parts[0] != "arn") {
    check.Warning(pattern, "S-44",
                  Quoted(pattern.text) + " is neither `*` nor an ARN",
                  "it matches no resource");
    return;
  }
  if (parts.size() < kArnParts) CheckShort(pattern, check);
  CheckParts(pattern, parts, check);
}

// The accounts that some entry stands for as a whole.
std::set<std::string_view> ListedAccounts(const Statement& statement) {
  std::set<std::string_view> accounts;
  for (const PrincipalEntry& entry : statement.principals) {
    const std::optional<EntityArn> arn = ParseEntityArn(entry.value);
    if (!arn) {
      accounts.insert(entry.value);
    } else if (arn->kind == "root") {
      accounts.insert(arn->account);
    }
  }
  return accounts;
}

// S-22. The path of a session's ARN holds its role's name alone.
bool IsRoleOf(const EntityArn& session, const PrincipalEntry& entry) {
  const std::optional<EntityArn> role = ParseEntityArn(entry.value);
  return role && role->kind == "role" && role->partition == session.partition &&
         role->account == session.account &&
         session.path == "/" + std::string(role->name) + "/";
}

void CheckSessionsRole(const Statement& statement, const PrincipalEntry& entry,
                       const EntityArn& arn, const TextChecker& check) {
  if (arn.kind != "assumed-role" ||
      std::any_of(statement.principals.begin(), statement.principals.end(),
                  [&](const PrincipalEntry& e) { return IsRoleOf(arn, e); }))
    return;
  check.Warning(
      {"", entry.position}, "S-22",
      "`NotPrincipal` lists " + Quoted(entry.value) + " without its role",
      "add the ARN of role " + Quoted(arn.path.substr(1, arn.path.size() - 2)) +
          " beside it");
}

void CheckNotPrincipal(const Statement& statement, const TextChecker& check) {
  if (!statement.not_principal || !statement.has_effect ||
      statement.principals.empty())
    return;
  if (statement.effect == Effect::kAllow) {
    check.Warning({"", statement.principals[0].position}, "S-22",
                  "`NotPrincipal` with `Allow` lets everybody else in",
                  "list who may in `Principal`");
    return;
  }
  const std::set<std::string_view> accounts = ListedAccounts(statement);
  for (const PrincipalEntry& entry : statement.principals) {
    const std::optional<EntityArn> arn = ParseEntityArn(entry.value);
    if (entry.kind != PrincipalClass::kAws || !arn) continue;
    CheckSessionsRole(statement, entry, *arn, check);
    if (accounts.contains(arn->account)) continue;
    check.Warning(
        {"", entry.position}, "S-22",
        "`NotPrincipal` lists " + Quoted(entry.value) + " without its account",
        "add `" + std::string(arn->account) + "` beside it");
  }
}

// S-102.
void CheckEndpointPrincipal(const Statement& statement,
                            const TextChecker& check) {
  if (check.document().type != PolicyType::kEndpoint) return;
  for (const PrincipalEntry& entry : statement.principals) {
    if (entry.kind == PrincipalClass::kEveryone) continue;
    check.Warning({"", entry.position}, "S-102",
                  "an endpoint policy names " + Quoted(entry.value),
                  "gateway endpoints want `*`, limited by conditions");
  }
}

void CheckStatement(const Statement& statement, const TextChecker& check) {
  CheckNotPrincipal(statement, check);
  CheckEndpointPrincipal(statement, check);
  for (const PrincipalEntry& entry : statement.principals) {
    check.NoVariables({entry.value, entry.position}, "a principal");
  }
  for (const Text& action : statement.actions) {
    check.NoVariables(action, "an action");
  }
  for (const Text& pattern : statement.resources) CheckResource(pattern, check);
  for (const Condition& condition : statement.conditions)
    CheckCondition(condition, check);
}

void CheckCanonicalUsers(const Document& document,
                         const std::set<std::string_view>& known,
                         Issues& issues) {
  for (const Statement& statement : document.statements) {
    for (const PrincipalEntry& entry : statement.principals) {
      if (entry.kind != PrincipalClass::kCanonicalUser ||
          known.contains(Fold(entry.value)))
        continue;
      issues.AddWarning(
          document.file, entry.position, "S-96",
          "no account has the canonical id " + Quoted(entry.value),
          "it matches no caller");
    }
  }
}

void CheckAccounts(const PolicySet& set, Issues& issues) {
  std::set<std::string_view> members;
  if (set.organization) {
    for (const OrganizationNode& node : set.organization->nodes)
      members.insert(node.accounts.begin(), node.accounts.end());
  }
  for (const Account& account : set.accounts) {
    if (!account.scps && account.rcps.empty()) continue;
    if (members.contains(account.id)) continue;
    issues.AddWarning(account.origin.file, account.origin.position, "S-94",
                      "account `" + account.id +
                          "` has control policies but stands in no "
                          "organization",
                      "they have no effect");
  }
}

}  // namespace

void ValidateDocument(const Document& document, Issues& issues) {
  const TextChecker check(document, issues);
  for (const Statement& statement : document.statements)
    CheckStatement(statement, check);
}

void ValidatePolicySet(const PolicySet& set, Issues& issues) {
  std::set<std::string_view> canonical_ids;
  for (const Account& account : set.accounts)
    canonical_ids.insert(account.canonical_id);
  for (const Policy& policy : set.policies)
    CheckCanonicalUsers(policy.document, canonical_ids, issues);
  CheckAccounts(set, issues);
  CheckAttachmentQuotas(set, issues);
}

}  // namespace portcullis
