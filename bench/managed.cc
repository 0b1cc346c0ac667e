// Workload `managed`: every AWS managed policy, ten on a role.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "bench/random.h"
#include "bench/text.h"
#include "bench/workload.h"
#include "policy/values.h"
#include "reference/reference.h"

namespace portcullis::bench {
namespace {

// Values of these are derived; a request that brought them would be refused.
bool IsDerived(std::string_view folded_key) {
  constexpr std::string_view kStarts[] = {
      "aws:principal", "aws:resource", "aws:user",      "aws:calledvia",
      "aws:token",     "aws:current",  "aws:epoch",     "aws:multifactor",
      "aws:federated", "aws:viaaws",   "aws:sourcevpce"};
  return std::any_of(std::begin(kStarts), std::end(kStarts),
                     [&](std::string_view start) {
                       return folded_key.substr(0, start.size()) == start;
                     }) &&
         folded_key != "aws:useragent";
}

// Text that the pattern matches, but for variables: their value is not known
// here, the account's id stands for them.
std::string Grow(std::string_view pattern, std::string_view account,
                 Random& random) {
  std::string text;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '$' && i + 1 < pattern.size() && pattern[i + 1] == '{') {
      text += account;
      while (i + 1 < pattern.size() && pattern[i] != '}') ++i;
    } else if (pattern[i] == '*') {
      text += Cat({"w", std::to_string(random.Below(100'000))});
    } else {
      text += pattern[i] == '?' ? 'q' : pattern[i];
    }
  }
  return text;
}

class Grower {
 public:
  Grower(const PolicySet& set, Random& random) : set_(set), random_(random) {
    for (const Principal& principal : set.principals) {
      if (principal.kind == EntityKind::kRole) roles_.push_back(&principal);
    }
  }

  RequestText MakeRequest() {
    const Principal& role = *random_.Pick(roles_);
    const Statement& statement = PickStatement(role);
    RequestText request;
    request.principal = Cat(
        {"arn:aws:sts::", role.account, ":assumed-role/", role.name, "/run"});
    request.action = ActionOf(statement, role.account);
    request.resource = ResourceOf(statement, request.action, role.account);
    for (const Condition& condition : statement.conditions) {
      AddKey(condition, role.account, request);
    }
    return request;
  }

 private:
  const Statement& PickStatement(const Principal& role) {
    const PolicyIndex policy = random_.Pick(role.policies);
    return random_.Pick(set_.policies[policy].document.statements);
  }

  std::string ActionOf(const Statement& statement, std::string_view account) {
    if (statement.not_action) return "ec2:DescribeInstances";
    const std::string action =
        Grow(random_.Pick(statement.actions).text, account, random_);
    if (action.find(':') == std::string::npos) return "ec2:RunInstances";
    return random_.Percent(80) ? action : action + "Other";
  }

  std::string ResourceOf(const Statement& statement, std::string_view action,
                         std::string_view account) {
    const std::string any = Cat({"arn:aws:", action.substr(0, action.find(':')),
                                 ":eu-west-1:", account, ":thing/w",
                                 std::to_string(random_.Below(100'000))});
    if (statement.not_resource || statement.resources.empty()) return any;
    const std::string& pattern = random_.Pick(statement.resources).text;
    if (pattern == "*" || random_.Percent(20)) return any;
    const std::string resource = Grow(pattern, account, random_);
    return std::count(resource.begin(), resource.end(), ':') < 5 ? any
                                                                 : resource;
  }

  void AddKey(const Condition& condition, std::string_view account,
              RequestText& request) {
    const std::string folded = Fold(condition.key);
    const auto is_same = [&](const auto& entry) {
      return Fold(entry.first) == folded;
    };
    if (IsDerived(folded) || random_.Percent(25) ||
        request.context.size() == RequestParts::kMaxContext ||
        std::any_of(request.context.begin(), request.context.end(), is_same)) {
      return;
    }
    const bool null = condition.op.comparison == Comparison::kNull;
    request.context.emplace_back(
        condition.key,
        null ? "value"
             : Grow(random_.Pick(condition.values).text, account, random_));
  }

  const PolicySet& set_;
  Random& random_;
  std::vector<const Principal*> roles_;
};

}  // namespace

std::optional<Workload> MakeManaged(const std::string& path, size_t requests) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  Workload workload;
  workload.name = "managed";
  workload.policy_set.assign(std::istreambuf_iterator<char>(file), {});
  workload.set = LoadSet(path, workload.policy_set);
  Random random(41);
  Grower grower(workload.set, random);
  // Hardly a managed policy denies anything.
  workload.requests = DrawRequests(
      requests, {.allowed = 60, .explicit_deny = 0}, random, [&](Verdict) {
        while (true) {
          RequestText request = grower.MakeRequest();
          const reference::Answer answer = reference::Decide(
              workload.set, TextRequest(request).request(), {});
          if (answer.refusal != Refusal::kNone) continue;
          request.expected = answer.verdict;
          return request;
        }
      });
  return workload;
}

}  // namespace portcullis::bench
