// The formula of section 5 of docs/semantics.md on the reference interpreter.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/reference_world.h"

namespace portcullis::reference {
namespace {

constexpr Verdict kAllowed = Verdict::kAllowed;
constexpr Verdict kImplicit = Verdict::kImplicitDeny;
constexpr Verdict kExplicit = Verdict::kExplicitDeny;

// What a layer says about the request: nothing there, no match, Allow, Deny.
constexpr char kNone = '-';
constexpr char kSilent = 's';
constexpr char kAllow = 'a';
constexpr char kDeny = 'd';

std::string DocOf(char says) {
  if (says == kAllow) return Doc(Statement1("Allow", "*", "*"));
  if (says == kDeny) return Doc(Statement1("Deny", "*", "*"));
  return Doc(Statement1("Allow", "ec2:*", "*"));
}

struct Row {
  const char* name;
  const char* caller;
  const char* principal;  // of the resource policy's Allow; empty: no policy
  char identity;
  char boundary;
  char session;
  Verdict verdict;
  Layer decided_by;
};

struct Target {
  const char* action;
  const char* resource;
  const char* owner;
};
constexpr Target kOwnObject = {"s3:GetObject", kObject, "111111111111"};
constexpr Target kForeignObject = {"s3:GetObject", kObject, "222222222222"};
constexpr Target kKey = {"kms:Decrypt", "arn:aws:kms:us:111111111111:key/k",
                         "111111111111"};

std::string Entity(const char* arn, const char* id, const Row& row) {
  std::string text = R"({"arn":")" + std::string(arn) + R"(","id":")" + id +
                     R"(","policies":[)";
  if (row.identity != kNone) text += Named("id", DocOf(row.identity));
  text += "]";
  if (row.boundary != kNone) {
    text += R"(,"boundary":)" + Named("pb", DocOf(row.boundary));
  }
  return text + "}";
}

std::string SetOf(const Row& row, const Target& target) {
  std::string text = R"({"principals":[)" + Entity(kUser, "AIDAALICE", row) +
                     "," + Entity(kRole, "AROAWEB", row) + R"(],"resources":[)";
  text += R"({"arn":")" + std::string(target.resource) + R"(","account":")" +
          target.owner + '"';
  if (*row.principal != '\0') {
    text += R"(,"policy":)" +
            Doc(Statement1("Allow", target.action, "",
                           R"(,"Principal":)" + std::string(row.principal)));
  }
  return text + "}]}";
}

void Check(const Row& row, const Target& target) {
  SCOPED_TRACE(row.name);
  Ask ask{.principal = row.caller,
          .action = target.action,
          .resource = target.resource};
  if (row.caller == std::string(kFederated)) {
    ask.session.emplace().parent = kUser;
  }
  if (row.session != kNone) {
    if (!ask.session) ask.session.emplace();
    ask.session_documents = {DocOf(row.session)};
  }
  const Answer answer = Decide(Load(SetOf(row, target)), ask);
  EXPECT_EQ(answer.refusal, Refusal::kNone);
  EXPECT_EQ(VerdictName(answer.verdict), VerdictName(row.verdict));
  EXPECT_STREQ(LayerName(answer.decided_by), LayerName(row.decided_by));
}

constexpr char kEveryone[] = R"("*")";
constexpr char kNamesUser[] =
    R"({"AWS":"arn:aws:iam::111111111111:user/team/alice"})";
constexpr char kNamesRole[] =
    R"({"AWS":"arn:aws:iam::111111111111:role/app/web"})";
constexpr char kNamesSession[] =
    R"({"AWS":"arn:aws:sts::111111111111:assumed-role/web/s1"})";
constexpr char kNamesFederated[] =
    R"({"AWS":"arn:aws:sts::111111111111:federated-user/carol"})";
constexpr char kNamesRoot[] = R"({"AWS":"arn:aws:iam::111111111111:root"})";
constexpr char kNamesAccount[] = R"({"AWS":"111111111111"})";
constexpr char kNamesOther[] =
    R"({"AWS":"arn:aws:iam::111111111111:user/bob"})";

// S-104 to S-107, and the grant levels of S-96.
TEST(ReferenceDecideTest, SameAccount) {
  const Layer resource = Layer::kResource, identity = Layer::kIdentity;
  const Layer boundary = Layer::kBoundary, session = Layer::kSession;
  const std::vector<Row> rows = {
      {"user, nothing", kUser, "", '-', '-', '-', kImplicit, identity},
      {"user, identity", kUser, "", 'a', '-', '-', kAllowed, identity},
      {"user, silent boundary", kUser, "", 'a', 's', '-', kImplicit, boundary},
      {"user, boundary", kUser, "", 'a', 'a', '-', kAllowed, identity},
      {"boundary alone", kUser, "", '-', 'a', '-', kImplicit, identity},
      {"user ARN", kUser, kNamesUser, '-', 's', '-', kAllowed, resource},
      {"user id", kUser, R"({"AWS":"AIDAALICE"})", '-', 's', '-', kAllowed,
       resource},
      {"user, *", kUser, kEveryone, '-', 's', '-', kAllowed, resource},
      {"user, account", kUser, kNamesAccount, '-', '-', '-', kImplicit,
       identity},
      {"user, root ARN", kUser, kNamesRoot, '-', '-', '-', kImplicit, identity},
      {"user, other user", kUser, kNamesOther, '-', '-', '-', kImplicit,
       identity},
      {"user, boundary denies", kUser, kNamesUser, 'a', 'd', '-', kExplicit,
       boundary},
      {"user, identity denies", kUser, kNamesUser, 'd', '-', '-', kExplicit,
       identity},
      {"role ARN", kSession, kNamesRole, '-', '-', '-', kAllowed, resource},
      {"role id", kSession, R"({"AWS":"AROAWEB"})", '-', '-', '-', kAllowed,
       resource},
      {"role ARN, silent boundary", kSession, kNamesRole, '-', 's', '-',
       kImplicit, boundary},
      {"role ARN, silent session", kSession, kNamesRole, '-', '-', 's',
       kImplicit, session},
      {"role ARN, both allow", kSession, kNamesRole, '-', 'a', 'a', kAllowed,
       resource},
      {"role without its path", kSession,
       R"({"AWS":"arn:aws:iam::111111111111:role/web"})", '-', '-', '-',
       kImplicit, identity},
      {"session ARN", kSession, kNamesSession, '-', 's', 's', kAllowed,
       resource},
      {"session, *", kSession, kEveryone, '-', 's', 's', kAllowed, resource},
      {"session, session denies", kSession, kNamesSession, 'a', '-', 'd',
       kExplicit, session},
      {"session, account", kSession, kNamesAccount, '-', '-', '-', kImplicit,
       identity},
      {"session, identity", kSession, "", 'a', '-', '-', kAllowed, identity},
      {"session, silent session", kSession, "", 'a', '-', 's', kImplicit,
       session},
      {"session, all three", kSession, "", 'a', 'a', 'a', kAllowed, identity},
      {"role ARN as caller", kRole, kNamesRole, '-', '-', '-', kAllowed,
       resource},
      {"federated, no session", kFederated, "", 'a', '-', '-', kImplicit,
       session},
      {"federated", kFederated, "", 'a', '-', 'a', kAllowed, identity},
      {"federated, parent", kFederated, kNamesUser, '-', '-', 'a', kAllowed,
       resource},
      {"federated, parent, silent session", kFederated, kNamesUser, '-', '-',
       's', kImplicit, session},
      {"federated, parent, silent boundary", kFederated, kNamesUser, '-', 's',
       'a', kImplicit, boundary},
      {"federated ARN", kFederated, kNamesFederated, '-', 's', '-', kAllowed,
       resource},
      {"federated, *", kFederated, kEveryone, '-', '-', '-', kAllowed,
       resource},
      {"root", kRoot, "", '-', '-', '-', kAllowed, Layer::kRoot},
      {"root, root ARN", kRoot, kNamesRoot, '-', '-', '-', kAllowed,
       Layer::kRoot},
      {"root, *", kRoot, kEveryone, '-', '-', '-', kAllowed, resource},
      {"unknown user", "arn:aws:iam::111111111111:user/nobody", "", 'a', '-',
       '-', kImplicit, identity},
  };
  for (const Row& row : rows) Check(row, kOwnObject);
}

// S-109
TEST(ReferenceDecideTest, CrossAccount) {
  const Layer resource = Layer::kResource, identity = Layer::kIdentity;
  const Layer boundary = Layer::kBoundary, session = Layer::kSession;
  const std::vector<Row> rows = {
      {"identity alone", kUser, "", 'a', '-', '-', kImplicit, resource},
      {"resource alone", kUser, kNamesUser, '-', '-', '-', kImplicit, identity},
      {"* alone", kUser, kEveryone, '-', '-', '-', kImplicit, identity},
      {"user ARN", kUser, kNamesUser, 'a', '-', '-', kAllowed, resource},
      {"account", kUser, kNamesAccount, 'a', '-', '-', kAllowed, resource},
      {"silent boundary", kUser, kNamesUser, 'a', 's', '-', kImplicit,
       boundary},
      {"session ARN, silent session", kSession, kNamesSession, 'a', '-', 's',
       kImplicit, session},
      {"role ARN without identity", kSession, kNamesRole, '-', '-', '-',
       kImplicit, identity},
      {"role ARN", kSession, kNamesRole, 'a', 'a', 'a', kAllowed, resource},
      {"federated, no session", kFederated, kNamesFederated, 'a', '-', '-',
       kImplicit, session},
      {"federated", kFederated, kNamesFederated, 'a', '-', 'a', kAllowed,
       resource},
      {"root", kRoot, kNamesRoot, '-', '-', '-', kAllowed, resource},
      {"root, not named", kRoot, kNamesOther, '-', '-', '-', kImplicit,
       resource},
  };
  for (const Row& row : rows) Check(row, kForeignObject);
}

// S-110, S-111
TEST(ReferenceDecideTest, KmsKeys) {
  const Layer resource = Layer::kResource, identity = Layer::kIdentity;
  const std::vector<Row> rows = {
      {"identity alone", kUser, kNamesOther, 'a', '-', '-', kImplicit,
       resource},
      {"no key policy", kUser, "", 'a', '-', '-', kImplicit, resource},
      {"user ARN", kUser, kNamesUser, '-', 's', '-', kAllowed, resource},
      {"account, no identity", kUser, kNamesRoot, '-', '-', '-', kImplicit,
       identity},
      {"account and identity", kUser, kNamesRoot, 'a', '-', '-', kAllowed,
       resource},
      {"account, silent boundary", kUser, kNamesRoot, 'a', 's', '-', kImplicit,
       Layer::kBoundary},
      {"role ARN", kSession, kNamesRole, '-', '-', '-', kAllowed, resource},
      {"role ARN, silent session", kSession, kNamesRole, '-', '-', 's',
       kImplicit, Layer::kSession},
      {"session ARN, silent session", kSession, kNamesSession, '-', '-', 's',
       kAllowed, resource},
      {"root, account", kRoot, kNamesAccount, '-', '-', '-', kAllowed,
       resource},
      {"root, omitted", kRoot, kNamesUser, '-', '-', '-', kImplicit, resource},
  };
  for (const Row& row : rows) Check(row, kKey);
  const Target alias = {"kms:DescribeKey",
                        "arn:aws:kms:us:111111111111:alias/a", "111111111111"};
  Check({"alias", kUser, "", 'a', '-', '-', kAllowed, identity}, alias);
  const PolicySet set =
      Load(SetOf({"", kUser, kNamesRoot, 'a', '-', '-', kAllowed, resource},
                 {"kms:Describe*", kKey.resource, kKey.owner}));
  EXPECT_EQ(Decide(set, Ask{.action = kKey.action, .resource = kKey.resource})
                .verdict,
            kImplicit);
}

struct AssumeRow {
  const char* name;
  const char* trusted;  // Principal
  const char* caller;
  char identity;
  Verdict verdict;
  const char* action = "sts:AssumeRole";
};

// S-110 on trust policies, S-116, S-131
TEST(ReferenceDecideTest, TrustPolicies) {
  const char* foreign = "arn:aws:iam::222222222222:user/eve";
  const std::vector<AssumeRow> rows = {
      {"user named", kNamesUser, kUser, '-', kAllowed},
      {"account", kNamesRoot, kUser, '-', kImplicit},
      {"account and identity", kNamesRoot, kUser, 'a', kAllowed},
      {"someone else", kNamesOther, kUser, 'a', kImplicit},
      {"*", kEveryone, kUser, '-', kAllowed},
      {"S-131", R"({"Service":"ec2.amazonaws.com"})", kSession, 'a', kImplicit},
      {"itself named", kNamesRole, kSession, '-', kAllowed},
      {"S-116 root", kNamesRoot, kRoot, '-', kImplicit},
      {"TagSession", kNamesUser, kUser, '-', kAllowed, "sts:TagSession"},
      {"not for other services", kNamesUser, kUser, '-', kImplicit,
       "iam:GetRole"},
      {"foreign, no identity", R"({"AWS":"222222222222"})", foreign, '-',
       kImplicit},
      {"foreign", R"({"AWS":"222222222222"})", foreign, 'a', kAllowed},
  };
  for (const AssumeRow& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string policies =
        row.identity == kAllow ? Named("id", DocOf(kAllow)) : "";
    std::string set =
        R"({"principals":[{"arn":")" + std::string(kRole) +
        R"(","policies":[)" + policies + R"(],"trustPolicy":)" +
        Doc(Statement1("Allow", "*", "",
                       std::string(R"(,"Principal":)") + row.trusted)) +
        "}";
    for (const char* user : {kUser, foreign}) {
      set += R"(,{"arn":")" + std::string(user) + R"(","policies":[)" +
             policies + "]}";
    }
    const Answer answer = Decide(
        Load(set + "]}"),
        Ask{.principal = row.caller, .action = row.action, .resource = kRole});
    EXPECT_EQ(VerdictName(answer.verdict), VerdictName(row.verdict));
  }
}

// A user with everything allowed, and what `more` adds to the set.
std::string Admin(const std::string& more) {
  return R"({"principals":[{"arn":")" + std::string(kUser) +
         R"(","policies":[)" + Named("id", DocOf(kAllow)) + "]}]" + more + "}";
}

std::string Bucket(const std::string& statements) {
  return R"(,"resources":[{"arn":"arn:aws:s3:::bucket","account":"111111111111","policy":)" +
         Doc(statements) + "}]";
}

struct CallerRow {
  const char* name;
  PrincipalForm form;
  const char* caller;
  const char* effect;
  const char* principal;  // `"Principal":...` or `"NotPrincipal":...`
  Verdict verdict;
};

// S-96 to S-99, S-108
TEST(ReferenceDecideTest, CallersWithoutAccount) {
  using enum PrincipalForm;
  const char* sns = "sns.amazonaws.com";
  const char* google = "accounts.google.com";
  const std::vector<CallerRow> rows = {
      {"service", kService, sns, "Allow",
       R"("Principal":{"Service":"sns.amazonaws.com"})", kAllowed},
      {"other service", kService, sns, "Allow",
       R"("Principal":{"Service":"sqs.amazonaws.com"})", kImplicit},
      {"service, *", kService, sns, "Allow", R"("Principal":"*")", kAllowed},
      {"service as provider", kService, google, "Allow",
       R"("Principal":{"Federated":"accounts.google.com"})", kImplicit},
      {"provider", kFederated, google, "Allow",
       R"("Principal":{"Federated":"accounts.google.com"})", kAllowed},
      {"anonymous, *", kAnonymous, "", "Allow", R"("Principal":{"AWS":"*"})",
       kAllowed},
      {"anonymous, account", kAnonymous, "", "Allow",
       R"("Principal":{"AWS":"111111111111"})", kImplicit},
      {"anonymous, NotPrincipal", kAnonymous, "", "Allow",
       R"("NotPrincipal":{"AWS":"111111111111"})", kAllowed},
      {"user, NotPrincipal names the account", kArn, kUser, "Deny",
       R"("NotPrincipal":{"AWS":"111111111111"})", kAllowed},
      {"user, NotPrincipal", kArn, kUser, "Deny",
       R"("NotPrincipal":{"AWS":"222222222222"})", kExplicit},
      {"Deny of the account", kArn, kUser, "Deny",
       R"("Principal":{"AWS":"111111111111"})", kExplicit},
      {"canonical user", kArn, kUser, "Deny",
       R"("Principal":{"CanonicalUser":"00000000000000000000000000000000000000000000000000000000000000aa"})",
       kExplicit},
      {"other canonical user", kArn, kUser, "Deny",
       R"("Principal":{"CanonicalUser":"00000000000000000000000000000000000000000000000000000000000000bb"})",
       kAllowed},
  };
  for (const CallerRow& row : rows) {
    SCOPED_TRACE(row.name);
    const std::string accounts =
        R"(,"accounts":[{"id":"111111111111","canonicalId":"00000000000000000000000000000000000000000000000000000000000000aa"}])";
    const PolicySet set = Load(
        Admin(accounts + Bucket(Statement1(row.effect, "s3:*", "*",
                                           "," + std::string(row.principal)))));
    const Answer answer =
        Decide(set, Ask{.form = row.form, .principal = row.caller});
    EXPECT_EQ(VerdictName(answer.verdict), VerdictName(row.verdict));
  }
}

// S-98: a Deny with NotPrincipal hits who has a boundary, though listed.
TEST(ReferenceDecideTest, NotPrincipalAndBoundary) {
  const std::string set =
      R"({"principals":[{"arn":")" + std::string(kUser) + R"(","policies":[)" +
      Named("id", DocOf(kAllow)) + R"(],"boundary":)" +
      Named("pb", DocOf(kAllow)) + "}]" +
      Bucket(Statement1("Deny", "s3:*", "*",
                        R"(,"NotPrincipal":{"AWS":"111111111111"})")) +
      "}";
  EXPECT_EQ(Decide(Load(set), {}).verdict, kExplicit);
}

// S-139: the federated user's name says nothing about its parent.
TEST(ReferenceDecideTest, FederatedParent) {
  const PolicySet set = Load(Admin(Bucket(Statement1(
      "Deny", "s3:*", "*", R"(,"Principal":)" + std::string(kNamesUser)))));
  Ask ask{.principal = kFederated, .session_documents = {DocOf(kAllow)}};
  ask.session.emplace().parent = kUser;
  EXPECT_EQ(Decide(set, ask).verdict, kExplicit);
  ask.principal = "arn:aws:sts::111111111111:federated-user/alice";
  ask.session->parent = "arn:aws:iam::111111111111:user/other";
  EXPECT_EQ(Decide(set, ask).verdict, kImplicit);
}

struct OrganizationRow {
  const char* name;
  std::string root;     // members of the root beside its accounts and units
  std::string unit;     // members of the unit
  std::string account;  // members of account 111111111111
  Verdict verdict;
  Layer decided_by;
  const char* caller = kUser;
  const char* action = "s3:GetObject";
  const char* services = "";  // rcpServices, with a comma
};

// Account 1 is in the unit, account 3 manages; account 2 is outside.
std::string Organization(const OrganizationRow& row) {
  return R"(,"organization":{"id":"o-x","managementAccount":"333333333333")" +
         std::string(row.services) + R"(,"root":{"id":"r-y")" + row.root +
         R"(,"accounts":["333333333333"],"units":[{"id":"ou-a")" + row.unit +
         R"(,"accounts":["111111111111"]}]}},"accounts":[{"id":"111111111111")" +
         row.account + "}]";
}

// S-94, S-95, S-100, S-101, S-103
TEST(ReferenceDecideTest, OrganizationLayers) {
  const std::string scp_all = R"("scps":[)" + Named("all", DocOf(kAllow)) + "]";
  const std::string scp_ec2 =
      R"("scps":[)" + Named("ec2", DocOf(kSilent)) + "]";
  const std::string scp_deny = R"("scps":[)" + Named("no", DocOf(kDeny)) + "," +
                               Named("all", DocOf(kAllow)) + "]";
  const std::string rcp_deny =
      R"("rcps":[)" +
      Named("rcp",
            Doc(Statement1("Deny", "s3:*", "*", R"(,"Principal":"*")"))) +
      "]";
  const std::string eu = Doc(Statement1(
      "Allow", "*", "*",
      R"(,"Condition":{"StringEquals":{"aws:RequestedRegion":"eu-west-1"}})"));
  const char* slr =
      "arn:aws:iam::111111111111:role/aws-service-role/x/AWSServiceRoleForX";
  const Layer id = Layer::kIdentity, scp = Layer::kScp, rcp = Layer::kRcp;
  const std::vector<OrganizationRow> rows = {
      {"nothing imposed", "", "", "", kAllowed, id},
      {"root allows", "," + scp_all, "", "", kAllowed, id},
      {"no SCP attached at the unit", "," + scp_all, R"(,"scps":[])", "",
       kImplicit, scp},
      {"every level allows", "," + scp_all, "," + scp_all, "," + scp_all,
       kAllowed, id},
      {"one level is silent", "," + scp_all, "," + scp_ec2, "," + scp_all,
       kImplicit, scp},
      {"the account is silent", "," + scp_all, "", "," + scp_ec2, kImplicit,
       scp},
      {"one level denies", "," + scp_all, "," + scp_deny, "", kExplicit, scp},
      {"a conditional SCP", R"(,"scps":[)" + Named("eu", eu) + "]", "", "",
       kImplicit, scp},
      {"the root user too", "", "," + scp_deny, "", kExplicit, scp, kRoot},
      {"service-linked role", "", "," + scp_deny, "," + rcp_deny, kImplicit, id,
       slr},
      {"RCP", "", "", "," + rcp_deny, kExplicit, rcp},
      {"RCP of the root", "," + rcp_deny, "", "", kExplicit, rcp},
      {"RCP, service listed", "", "," + rcp_deny, "", kExplicit, rcp, kUser,
       "S3:getobject", R"(,"rcpServices":["s3"])"},
      {"RCP, service not listed", "", "," + rcp_deny, "", kAllowed, id, kUser,
       "s3:GetObject", R"(,"rcpServices":["sts"])"},
      {"RCP before SCP", "," + rcp_deny, "," + scp_deny, "", kExplicit, rcp},
  };
  for (const OrganizationRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Answer answer =
        Decide(Load(Admin(Organization(row))),
               Ask{.principal = row.caller, .action = row.action});
    EXPECT_EQ(VerdictName(answer.verdict), VerdictName(row.verdict));
    EXPECT_STREQ(LayerName(answer.decided_by), LayerName(row.decided_by));
  }
}

// S-100, S-101: the management account, services and anonymous callers.
TEST(ReferenceDecideTest, OrganizationExemptions) {
  OrganizationRow row = {};
  row.root =
      R"(,"scps":[)" + Named("no", DocOf(kDeny)) + R"(],"rcps":[)" +
      Named("rcp",
            Doc(Statement1("Deny", "s3:Put*", "*", R"(,"Principal":"*")"))) +
      "]";
  const PolicySet set = Load(
      Admin(Organization(row) +
            Bucket(Statement1("Allow", "s3:*", "*", R"(,"Principal":"*")"))));
  Ask ask{.principal = "arn:aws:iam::333333333333:root",
          .resource_account = "333333333333"};
  EXPECT_EQ(Decide(set, ask).verdict, kAllowed);
  ask.action = "s3:PutObject";
  EXPECT_EQ(Decide(set, ask).verdict, kAllowed);
  ask.resource_account = "111111111111";
  EXPECT_EQ(Decide(set, ask).decided_by, Layer::kRcp);
  ask.form = PrincipalForm::kService;
  ask.principal = "sns.amazonaws.com";
  EXPECT_EQ(Decide(set, ask).decided_by, Layer::kRcp);
  ask.action = "s3:GetObject";
  EXPECT_EQ(Decide(set, ask).verdict, kAllowed);
  ask.form = PrincipalForm::kAnonymous;
  EXPECT_EQ(Decide(set, ask).verdict, kAllowed);
  ask.form = PrincipalForm::kArn;
  ask.principal = kUser;
  EXPECT_EQ(Decide(set, ask).decided_by, Layer::kScp);
}

// S-102, S-103
TEST(ReferenceDecideTest, Endpoints) {
  const auto policy = [](const char* action) {
    return Doc(Statement1("Allow", action, "*", R"(,"Principal":"*")"));
  };
  const PolicySet set =
      Load(Admin(R"(,"endpoints":[{"id":"vpce-1","policy":)" +
                 policy("s3:Get*") + R"(},{"id":"vpce-2","policy":)" +
                 policy("ec2:*") + R"(},{"id":"vpce-3"}])"));
  const auto decide = [&set](const char* endpoint, const char* key) {
    Ask ask{.endpoint = endpoint};
    if (*key != '\0') ask.context = {{"aws:SourceVpce", {key}}};
    return Decide(set, ask);
  };
  EXPECT_EQ(decide("vpce-1", "").verdict, kAllowed);
  EXPECT_EQ(decide("vpce-2", "").decided_by, Layer::kEndpoint);
  EXPECT_EQ(decide("", "vpce-2").verdict, kImplicit);
  EXPECT_EQ(decide("vpce-1", "vpce-2").verdict, kAllowed);
  EXPECT_EQ(decide("vpce-3", "").verdict, kAllowed);
  EXPECT_EQ(decide("vpce-9", "").verdict, kAllowed);
}

struct ActionRow {
  const char* name;
  Ask ask;
  Verdict verdict;
  Layer decided_by;
};

// S-112 to S-117, for a user and a root user whose every action is allowed.
TEST(ReferenceDecideTest, SpecialActions) {
  const char* managed = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const char* reserved = "arn:aws:iam::111111111111:role/aws-reserved/sso/x";
  const Layer id = Layer::kIdentity, root = Layer::kRoot;
  const std::vector<ActionRow> rows = {
      {"S-114 managed policy",
       {.action = "iam:DeletePolicy", .resource = managed},
       kImplicit,
       id},
      {"S-114 reading",
       {.action = "iam:GetPolicy", .resource = managed},
       kAllowed,
       id},
      {"S-114 reserved role",
       {.action = "iam:UPDATEROLE", .resource = reserved},
       kImplicit,
       id},
      {"S-114 reading a role",
       {.action = "iam:GetRole", .resource = reserved},
       kAllowed,
       id},
      {"S-114 alias",
       {.action = "kms:DeleteAlias",
        .resource = "arn:aws:kms:us:111111111111:alias/aws/s3"},
       kImplicit,
       id},
      {"S-116",
       {.principal = kRoot, .action = "sts:AssumeRole", .resource = "*"},
       kImplicit,
       id},
      {"S-117", {.resource = "arn:aws-cn:s3:::b"}, kImplicit, Layer::kResource},
      {"S-115",
       {.principal = kRoot,
        .action = "s3:PutBucketPolicy",
        .resource = "arn:aws:s3:::bucket"},
       kAllowed,
       root},
      {"S-115 others",
       {.principal = kRoot,
        .action = "s3:ListBucket",
        .resource = "arn:aws:s3:::bucket"},
       kExplicit,
       Layer::kResource},
      {"no resource",
       {.action = "s3:ListAllMyBuckets", .resource = "*"},
       kAllowed,
       id},
  };
  const PolicySet set = Load(
      Admin(Bucket(Statement1("Deny", "s3:*", "*", R"(,"Principal":"*")"))));
  for (const ActionRow& row : rows) {
    SCOPED_TRACE(row.name);
    const Answer answer = Decide(set, row.ask);
    EXPECT_EQ(VerdictName(answer.verdict), VerdictName(row.verdict));
    EXPECT_STREQ(LayerName(answer.decided_by), LayerName(row.decided_by));
  }
}

// S-112, S-113: for a user whose every action is denied.
TEST(ReferenceDecideTest, AlwaysAllowed) {
  const PolicySet set =
      Load(R"({"principals":[{"arn":")" + std::string(kUser) +
           R"(","policies":[)" + Named("id", DocOf(kDeny)) + "]}]}");
  Ask ask{.action = "sts:getcalleridentity", .resource = "*"};
  Answer answer = Decide(set, ask);
  EXPECT_EQ(answer.decided_by, Layer::kAlways);
  EXPECT_TRUE(answer.matched.empty());
  ask.form = PrincipalForm::kAnonymous;
  EXPECT_EQ(Decide(set, ask).verdict, kImplicit);
  ask = {.action = "sts:GetSessionToken", .resource = "*"};
  EXPECT_EQ(Decide(set, ask).decided_by, Layer::kAlways);
  ask.session.emplace();
  EXPECT_EQ(Decide(set, ask).verdict, kExplicit);
}

// S-141: an AssumeRoot session does what its task policy allows, no more.
TEST(ReferenceDecideTest, AssumedRoot) {
  Ask ask{.principal = kRoot};
  ask.session.emplace().assumed_root = true;
  EXPECT_EQ(Decide({}, ask).decided_by, Layer::kSession);
  ask.session_documents = {DocOf(kSilent)};
  EXPECT_EQ(Decide({}, ask).decided_by, Layer::kSession);
  ask.session_documents = {DocOf(kAllow)};
  EXPECT_EQ(Decide({}, ask).verdict, kAllowed);
}

// S-158: account, policy and tags each come from the longest entry that has it.
TEST(ReferenceDecideTest, ResourceEntries) {
  const PolicySet set =
      Load(Admin(R"(,"resources":[{"arn":"arn:aws:s3:::bucket","policy":)" +
                 Doc(Statement1("Deny", "s3:*", "*", R"(,"Principal":"*")")) +
                 R"(},{"arn":"arn:aws:s3:::bucket/key","tags":{"a":"b"}}])"));
  const auto decide = [&set](const char* resource) {
    return Decide(set, Ask{.resource = resource}).verdict;
  };
  EXPECT_EQ(decide("arn:aws:s3:::bucket"), kExplicit);
  EXPECT_EQ(decide("arn:aws:s3:::bucket/key"), kExplicit);
  EXPECT_EQ(decide("arn:aws:s3:::bucket2"), kAllowed);
}

// S-119 to S-121
TEST(ReferenceDecideTest, Reports) {
  const std::string allow_twice =
      R"({"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},)" +
      Statement1("Allow", "s3:*", "*");
  const auto set_of = [&](const std::string& bucket) {
    return Load(R"({"principals":[{"arn":")" + std::string(kUser) +
                R"(","policies":[)" + Named("z", Doc(allow_twice)) + "," +
                Named("y", Doc(Statement1("Deny", "s3:Put*", "*"))) + "]}]" +
                bucket + "}");
  };
  const PolicySet identity = set_of("");
  Answer answer = Decide(identity, {});
  EXPECT_EQ(answer.statement, "z#A");
  EXPECT_EQ(answer.matched, (std::vector<std::string>{"z#2", "z#A"}));
  answer = Decide(identity, Ask{.action = "s3:PutObject"});
  EXPECT_EQ(answer.statement, "y#1");
  EXPECT_EQ(answer.matched, std::vector<std::string>{"y#1"});
  answer = Decide(identity, Ask{.principal = kSession});
  EXPECT_EQ(answer.statement, "");
  EXPECT_TRUE(answer.matched.empty());
  const PolicySet both =
      set_of(Bucket(Statement1("Allow", "s3:*", "*",
                               R"(,"Principal":)" + std::string(kNamesUser)) +
                    "," +
                    Statement1("Allow", "s3:*", "*",
                               R"(,"Principal":)" + std::string(kNamesRoot))));
  answer = Decide(both, {});
  EXPECT_EQ(answer.decided_by, Layer::kResource);
  EXPECT_EQ(answer.statement, "arn:aws:s3:::bucket#1");
  EXPECT_EQ(answer.matched,
            (std::vector<std::string>{"arn:aws:s3:::bucket#1", "z#2", "z#A"}));
}

}  // namespace
}  // namespace portcullis::reference
