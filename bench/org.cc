// Workload `org`: an organisation's identity policies.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/interpreter.h"
#include "bench/random.h"
#include "bench/text.h"
#include "bench/workload.h"
#include "policy/policy_set.h"

namespace portcullis::bench {
namespace {

constexpr std::array<std::string_view, 40> kServices = {
    "s3",         "ec2",        "sqs",          "sns",         "dynamodb",
    "lambda",     "kms",        "logs",         "rds",         "ecs",
    "ecr",        "kinesis",    "glue",         "athena",      "batch",
    "events",     "states",     "ssm",          "backup",      "codebuild",
    "codecommit", "cognito",    "firehose",     "iot",         "kafka",
    "mq",         "redshift",   "sagemaker",    "transfer",    "workspaces",
    "cloudtrail", "apigateway", "appsync",      "elasticache", "es",
    "fsx",        "guardduty",  "imagebuilder", "lightsail",   "personalize"};
constexpr std::array<std::string_view, 10> kVerbs = {
    "Get",    "List",   "Describe", "Put",   "Create",
    "Delete", "Update", "Start",    "Batch", "Tag"};
constexpr std::array<std::string_view, 18> kNouns = {
    "Object", "Item",  "Table",   "Queue",  "Message",  "Function",
    "Key",    "Group", "Stream",  "Job",    "Image",    "Cluster",
    "Rule",   "Task",  "Version", "Record", "Snapshot", "Endpoint"};
constexpr std::array<std::string_view, 6> kTypes = {
    "table", "function", "instance", "cluster", "job", "stream"};
constexpr std::array<std::string_view, 24> kWords = {
    "orders",  "billing", "search", "web",    "audit", "mobile",
    "reports", "ledger",  "stock",  "crm",    "media", "events",
    "backup",  "infra",   "portal", "ingest", "ml",    "risk",
    "support", "tickets", "pay",    "users",  "mail",  "maps"};
constexpr std::array<std::string_view, 6> kRegions = {
    "eu-west-1", "eu-north-1", "eu-central-1",
    "us-east-1", "us-west-2",  "ap-southeast-1"};
constexpr std::array<std::pair<std::string_view, std::string_view>, 6>
    kMoreContext = {{{"aws:SecureTransport", "true"},
                     {"aws:UserAgent", "aws-sdk-go/1.44.1"},
                     {"app:Channel", "internal"},
                     {"app:Tenant", "blue"},
                     {"app:Stage", "production"},
                     {"app:Build", "2024.05.1"}}};

constexpr size_t kServicesOfTeam = 10;
constexpr size_t kNounsOfService = 6;
constexpr size_t kPoliciesOfTeam = 40;
constexpr size_t kNetworks = 16;  // 10.0.0.0/16 to 10.15.0.0/16

// Region and account stand in the ARNs of most services only.
bool IsGlobal(size_t service) { return service % 4 == 0; }
// `:name` instead of `:type/name`.
bool IsUntyped(size_t service) { return service % 4 == 1; }

enum class Guard {  // the condition of a statement
  kNone,
  kRegion,
  kNetwork,
  kOwnAccount,
  kContinent,
  kOutsideNetwork,
};

struct StatementModel {
  bool deny = false;
  size_t service = 0;
  std::vector<std::string> actions;  // without the service
  std::vector<std::string> resources;
  Guard guard = Guard::kNone;
  std::string_view region;  // kRegion
  size_t network = 0;       // kNetwork, kOutsideNetwork
};

struct PolicyModel {
  std::string arn;
  std::vector<StatementModel> statements;
};

struct Team {
  std::string tag;  // in the names of its resources
  std::string account;
  std::array<size_t, kServicesOfTeam> services;
  std::vector<size_t> policies;
};

struct User {
  std::string arn;
  size_t team = 0;
  std::vector<size_t> policies;
};

// ---- policies --------------------------------------------------------------

class Builder {
 public:
  explicit Builder(const OrgOptions& options)
      : options_(options), random_(options.seed) {
    MakeTeams();
    for (size_t i = 0; i < options.policies; ++i) MakePolicy(i);
    MakeUsers();
  }

  std::string PolicySetJson() const;
  std::vector<RequestText> MakeRequests(const Interpreter& oracle);
  // Writes the statements of one policy in a hundred anew.
  void ChangePolicies();

 private:
  void MakeTeams();
  void MakePolicy(size_t index);
  void MakeStatements(size_t index);
  void MakeUsers();
  StatementModel MakeStatement(const Team& team, size_t service);
  std::vector<std::string> MakeActions(size_t service, bool deny);
  std::vector<std::string> MakeResources(const Team& team, size_t service);
  std::string PrefixPattern(const Team& team, size_t service);
  std::vector<std::string> ExactPatterns(const Team& team, size_t service);
  std::string MiddlePattern(const Team& team, size_t service);
  void MakeGuard(StatementModel& statement);

  std::string Arn(size_t service, std::string_view region,
                  std::string_view account, std::string_view rest) const;
  std::string Name(const Team& team);
  std::string ActionName(size_t service);
  std::string ResourceOf(const Team& team, size_t service);

  RequestText MakeRequest(const User& user, Verdict aim);
  const StatementModel* PickStatement(const User& user, bool deny);
  std::string GrowAction(const StatementModel& statement);
  std::string GrowResource(const StatementModel& statement, const Team& team);
  RequestText Finish(const User& user, const StatementModel* statement,
                     size_t service, std::string action, std::string resource);

  const OrgOptions options_;
  Random random_;
  std::vector<Team> teams_;
  std::vector<PolicyModel> policies_;
  std::vector<User> users_;
};

void Builder::MakeTeams() {
  const size_t count = std::max<size_t>(1, options_.policies / kPoliciesOfTeam);
  std::vector<size_t> services(kServices.size());
  for (size_t i = 0; i < services.size(); ++i) services[i] = i;
  for (size_t i = 0; i < count; ++i) {
    Team& team = teams_.emplace_back();
    team.tag = Cat({"t", std::to_string(i)});
    team.account = std::to_string(111'122'223'333 + i / 20);
    random_.Shuffle(services);
    std::copy_n(services.begin(), kServicesOfTeam, team.services.begin());
  }
}

void Builder::MakePolicy(size_t index) {
  Team& team = teams_[index % teams_.size()];
  team.policies.push_back(index);
  policies_.emplace_back().arn = Cat({"arn:aws:iam::", team.account, ":policy/",
                                      team.tag, "/p", std::to_string(index)});
  MakeStatements(index);
}

void Builder::MakeStatements(size_t index) {
  const Team& team = teams_[index % teams_.size()];
  // Two neighbouring services of the team's, so that all occur.
  const size_t first = index / teams_.size() % kServicesOfTeam;
  const size_t second = (first + 1) % kServicesOfTeam;
  std::vector<StatementModel>& statements = policies_[index].statements;
  statements.clear();
  const size_t count = random_.Between(3, 7);
  for (size_t i = 0; i < count; ++i) {
    statements.push_back(
        MakeStatement(team, team.services[i % 2 == 0 ? first : second]));
  }
}

void Builder::ChangePolicies() {
  for (size_t i = 0; i < policies_.size(); i += 100) MakeStatements(i);
}

void Builder::MakeUsers() {
  const size_t count = std::max<size_t>(5, options_.policies / 2);
  for (size_t i = 0; i < count; ++i) {
    const size_t team_index = i % teams_.size();
    Team& team = teams_[team_index];
    User& user = users_.emplace_back();
    user.team = team_index;
    user.arn =
        Cat({"arn:aws:iam::", team.account, ":user/", random_.Pick(kWords), "/",
             random_.Pick(kWords), "-u", std::to_string(i)});
    std::vector<size_t> pool = team.policies;
    random_.Shuffle(pool);
    pool.resize(std::min(pool.size(), random_.Between(5, 20)));
    std::sort(pool.begin(), pool.end());
    user.policies = pool;
  }
}

StatementModel Builder::MakeStatement(const Team& team, size_t service) {
  StatementModel statement;
  statement.deny = random_.Percent(10);
  statement.service = service;
  statement.actions = MakeActions(service, statement.deny);
  statement.resources = MakeResources(team, service);
  if (random_.Percent(options_.conditional)) MakeGuard(statement);
  return statement;
}

std::vector<std::string> Builder::MakeActions(size_t service, bool deny) {
  if (deny && random_.Percent(40)) return {"Delete*"};
  if (random_.Percent(5)) return {"*"};
  std::vector<std::string> actions;
  for (size_t i = random_.Between(1, 4); i > 0; --i) {
    actions.push_back(random_.Percent(25) ? Cat({random_.Pick(kVerbs), "*"})
                                          : ActionName(service));
  }
  return actions;
}

std::vector<std::string> Builder::MakeResources(const Team& team,
                                                size_t service) {
  const size_t kind = random_.Below(100);
  if (kind < 30) return {"*"};
  if (kind < 65) return {PrefixPattern(team, service)};
  if (kind < 90) return ExactPatterns(team, service);
  return {MiddlePattern(team, service)};
}

std::string Builder::PrefixPattern(const Team& team, size_t service) {
  if (IsGlobal(service)) return Arn(service, "", "", Name(team) + "/*");
  const std::string_view account =
      random_.Percent(50) ? "*" : std::string_view(team.account);
  const std::string_view region =
      random_.Percent(70) ? "*" : random_.Pick(kRegions);
  return Arn(service, region, account,
             Cat({random_.Pick(kWords), "-", team.tag, "-*"}));
}

std::vector<std::string> Builder::ExactPatterns(const Team& team,
                                                size_t service) {
  if (IsGlobal(service)) {
    const std::string bucket = Name(team);
    return {Arn(service, "", "", bucket), Arn(service, "", "", bucket + "/*")};
  }
  std::vector<std::string> patterns;
  for (size_t i = random_.Between(1, 3); i > 0; --i) {
    patterns.push_back(
        Arn(service, random_.Pick(kRegions), team.account, Name(team)));
  }
  return patterns;
}

std::string Builder::MiddlePattern(const Team& team, size_t service) {
  if (IsGlobal(service)) {
    return Arn(service, "", "",
               Cat({random_.Pick(kWords), "-", team.tag, "-*/logs/*"}));
  }
  return Arn(
      service, "*", "*",
      Cat({random_.Pick(kWords), "-*-", std::to_string(random_.Below(50))}));
}

void Builder::MakeGuard(StatementModel& statement) {
  const size_t kind = random_.Below(100);
  statement.guard = kind < 45   ? Guard::kRegion
                    : kind < 65 ? Guard::kNetwork
                    : kind < 80 ? Guard::kOwnAccount
                    : kind < 90 ? Guard::kContinent
                                : Guard::kOutsideNetwork;
  statement.region = random_.Pick(kRegions);
  statement.network = random_.Below(kNetworks);
}

std::string Builder::Arn(size_t service, std::string_view region,
                         std::string_view account,
                         std::string_view rest) const {
  const std::string_view type = kTypes[service % kTypes.size()];
  const bool typed = !IsGlobal(service) && !IsUntyped(service);
  return Cat({"arn:aws:", kServices[service], ":", region, ":", account, ":",
              typed ? type : "", typed ? "/" : "", rest});
}

std::string Builder::Name(const Team& team) {
  return Cat({random_.Pick(kWords), "-", team.tag, "-",
              std::to_string(random_.Below(50))});
}

std::string Builder::ActionName(size_t service) {
  const size_t noun =
      (service * 5 + random_.Below(kNounsOfService)) % kNouns.size();
  return Cat({random_.Pick(kVerbs), kNouns[noun]});
}

// ---- JSON ------------------------------------------------------------------

std::string ConditionJson(const StatementModel& statement) {
  const std::string network =
      Cat({"10.", std::to_string(statement.network), ".0.0/16"});
  switch (statement.guard) {
    case Guard::kRegion:
      return Cat({R"("StringEquals":{"aws:RequestedRegion":")",
                  statement.region, R"("})"});
    case Guard::kNetwork:
      return Cat({R"("IpAddress":{"aws:SourceIp":")", network, R"("})"});
    case Guard::kOwnAccount:
      return R"("StringEquals":{"aws:ResourceAccount":)"
             R"("${aws:PrincipalAccount}"})";
    case Guard::kContinent:
      return R"("StringLike":{"aws:RequestedRegion":"eu-*"})";
    case Guard::kOutsideNetwork:
      return Cat({R"("NotIpAddress":{"aws:SourceIp":")", network, R"("})"});
    case Guard::kNone: break;
  }
  return "";
}

std::string StatementJson(const StatementModel& statement) {
  std::vector<std::string> actions;
  for (const std::string& action : statement.actions) {
    actions.push_back(Cat({kServices[statement.service], ":", action}));
  }
  std::string json =
      Cat({R"({"Effect":")", statement.deny ? "Deny" : "Allow",
           R"(","Action":)", JsonListOrText(actions), R"(,"Resource":)",
           JsonListOrText(statement.resources)});
  if (statement.guard != Guard::kNone) {
    json += Cat({R"(,"Condition":{)", ConditionJson(statement), "}"});
  }
  return json + "}";
}

std::string Builder::PolicySetJson() const {
  std::string json = R"({"policies":[)";
  for (const PolicyModel& policy : policies_) {
    json += Cat({R"({"arn":")", policy.arn,
                 R"(","document":{"Version":"2012-10-17","Statement":[)"});
    for (const StatementModel& statement : policy.statements) {
      json += StatementJson(statement) + ",";
    }
    json.back() = ']';
    json += "}},";
  }
  json.back() = ']';
  json += R"(,"principals":[)";
  for (const User& user : users_) {
    std::vector<std::string> arns;
    for (const size_t policy : user.policies) {
      arns.push_back(policies_[policy].arn);
    }
    json += Cat(
        {R"({"arn":")", user.arn, R"(","policies":)", JsonList(arns), "},"});
  }
  json.back() = ']';
  return json + "}";
}

// ---- requests --------------------------------------------------------------

const StatementModel* Builder::PickStatement(const User& user, bool deny) {
  constexpr int kTries = 40;
  for (int i = 0; i < kTries; ++i) {
    const PolicyModel& policy = policies_[random_.Pick(user.policies)];
    const StatementModel& statement = random_.Pick(policy.statements);
    if (statement.deny == deny) return &statement;
  }
  return nullptr;
}

std::string Builder::GrowAction(const StatementModel& statement) {
  const std::string& pattern = random_.Pick(statement.actions);
  if (pattern.back() != '*') return pattern;
  std::string action = ActionName(statement.service);
  if (pattern.size() == 1) return action;
  const size_t noun = action.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1);
  return pattern.substr(0, pattern.size() - 1) + action.substr(noun);
}

std::string Builder::ResourceOf(const Team& team, size_t service) {
  if (IsGlobal(service)) {
    return Arn(service, "", "",
               Cat({Name(team), "/", random_.Pick(kWords), "/part-",
                    std::to_string(random_.Below(100'000)), ".parquet"}));
  }
  return Arn(service, random_.Pick(kRegions), team.account, Name(team));
}

std::string Builder::GrowResource(const StatementModel& statement,
                                  const Team& team) {
  const std::string& pattern = random_.Pick(statement.resources);
  if (pattern == "*") return ResourceOf(team, statement.service);
  std::string resource;
  int colons = 0;
  for (const char c : pattern) {
    colons += c == ':' ? 1 : 0;
    if (c != '*') {
      resource += c;
    } else if (colons == 3) {
      resource += random_.Pick(kRegions);
    } else if (colons == 4) {
      resource += team.account;
    } else {
      resource += Cat(
          {random_.Pick(kWords), "-", std::to_string(random_.Below(100'000))});
    }
  }
  return resource;
}

RequestText Builder::MakeRequest(const User& user, Verdict aim) {
  const Team& team = teams_[user.team];
  const StatementModel* statement =
      PickStatement(user, aim == Verdict::kExplicitDeny);
  if (aim != Verdict::kImplicitDeny && statement != nullptr) {
    return Finish(user, statement, statement->service, GrowAction(*statement),
                  GrowResource(*statement, team));
  }
  const size_t kind = random_.Below(100);
  if (kind < 40 && statement != nullptr) {  // another team's resource
    Team stranger = team;                   // of the same account
    stranger.tag = random_.Pick(teams_).tag;
    if (stranger.tag == team.tag) stranger.tag += "x";
    return Finish(user, statement, statement->service, GrowAction(*statement),
                  ResourceOf(stranger, statement->service));
  }
  if (kind < 60 && statement != nullptr) {  // a condition or nothing in the way
    return Finish(user, nullptr, statement->service, GrowAction(*statement),
                  GrowResource(*statement, team));
  }
  const size_t service =
      kind < 85 ? random_.Pick(team.services) : random_.Below(kServices.size());
  return Finish(user, nullptr, service, ActionName(service),
                ResourceOf(team, service));
}

RequestText Builder::Finish(const User& user, const StatementModel* statement,
                            size_t service, std::string action,
                            std::string resource) {
  RequestText request;
  request.principal = user.arn;
  request.action = Cat({kServices[service], ":", action});
  request.resource = std::move(resource);
  std::string_view region = random_.Pick(kRegions);
  size_t network = random_.Below(kNetworks);
  if (statement != nullptr) {
    if (statement->guard == Guard::kRegion) region = statement->region;
    if (statement->guard == Guard::kContinent) region = kRegions[0];
    if (statement->guard == Guard::kNetwork) network = statement->network;
  }
  std::vector<std::pair<std::string, std::string>>& keys = request.context;
  keys.emplace_back("aws:RequestedRegion", region);
  keys.emplace_back("aws:SourceIp",
                    Cat({"10.", std::to_string(network), ".",
                         std::to_string(random_.Below(256)), ".",
                         std::to_string(random_.Below(256))}));
  keys.insert(keys.end(), kMoreContext.begin(), kMoreContext.end());
  keys.resize(std::min(keys.size(), options_.context));
  return request;
}

Verdict Ask(const Interpreter& oracle, const RequestText& text) {
  return oracle.Decide(TextRequest(text).request());
}

// The oracle decides what a request is, whatever it was made to be.
std::vector<RequestText> Builder::MakeRequests(const Interpreter& oracle) {
  const Zipf zipf(users_.size(), options_.zipf, random_);
  return DrawRequests(
      options_.requests, options_.shares, random_, [&](Verdict aim) {
        RequestText request = MakeRequest(users_[zipf.Draw(random_)], aim);
        request.expected = Ask(oracle, request);
        return request;
      });
}

Workload VersionOf(const Builder& builder, const OrgOptions& options) {
  Workload workload;
  workload.name = Cat({"org/P=", std::to_string(options.policies)});
  workload.policy_set = builder.PolicySetJson();
  workload.set = LoadSet(workload.name, workload.policy_set);
  return workload;
}

}  // namespace

Workload MakeOrg(const OrgOptions& options) {
  Builder builder(options);
  Workload workload = VersionOf(builder, options);
  workload.requests = builder.MakeRequests(Interpreter(workload.set));
  return workload;
}

std::string MakeOrgJson(const OrgOptions& options) {
  return Builder(options).PolicySetJson();
}

Churn MakeChurn(const OrgOptions& options) {
  Builder builder(options);
  Churn churn;
  churn.before = VersionOf(builder, options);
  churn.before.requests = builder.MakeRequests(Interpreter(churn.before.set));
  builder.ChangePolicies();
  churn.after = VersionOf(builder, options);
  const Interpreter oracle(churn.after.set);
  churn.after.requests = churn.before.requests;
  for (RequestText& request : churn.after.requests) {
    request.expected = Ask(oracle, request);
  }
  return churn;
}

}  // namespace portcullis::bench
