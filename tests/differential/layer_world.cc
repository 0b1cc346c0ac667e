#include "tests/differential/layer_world.h"

#include <utility>

namespace portcullis::testing {
namespace {

constexpr LayerCaller kCallers[] = {
    {"user", CallerClass::kUser, R"("arn:aws:iam::111111111111:user/alice")"},
    {"session token", CallerClass::kUser,
     R"("arn:aws:iam::111111111111:user/alice")", R"("mfa":true)"},
    {"unknown user", CallerClass::kUser,
     R"("arn:aws:iam::111111111111:user/nobody")", nullptr, false},
    {"role session", CallerClass::kRole,
     R"("arn:aws:sts::111111111111:assumed-role/web/s1")"},
    {"role without session name", CallerClass::kRole,
     R"("arn:aws:iam::111111111111:role/web")"},
    {"service-linked role", CallerClass::kRole,
     R"("arn:aws:iam::111111111111:role/aws-service-role/x.example.com/linked")",
     nullptr, true, true, false, false},
    {"federated user", CallerClass::kFederated,
     R"("arn:aws:sts::111111111111:federated-user/carol")",
     R"("parent":"arn:aws:iam::111111111111:user/alice")"},
    {"root user", CallerClass::kRoot, R"("arn:aws:iam::111111111111:root")"},
    {"assumed root", CallerClass::kRoot, R"("arn:aws:iam::111111111111:root")",
     R"("assumedRoot":true)", true, true, true, true, true},
    {"service", CallerClass::kOutside, R"({"Service":"crane.example.com"})",
     nullptr, true, false, false},
    {"anonymous", CallerClass::kOutside, R"("*")", nullptr, true, false, false},
    {"identity provider", CallerClass::kOutside,
     R"({"Federated":"accounts.example.com"})", nullptr, true, false, false},
    {"user of another account", CallerClass::kUser,
     R"("arn:aws:iam::222222222222:user/bob")", nullptr, true, false},
    {"role session of another account", CallerClass::kRole,
     R"("arn:aws:sts::222222222222:assumed-role/guest/s2")", nullptr, true,
     false},
    {"federated user of another account", CallerClass::kFederated,
     R"("arn:aws:sts::222222222222:federated-user/dave")",
     R"("parent":"arn:aws:iam::222222222222:user/bob")", true, false},
    {"root user of another account", CallerClass::kRoot,
     R"("arn:aws:iam::222222222222:root")", nullptr, true, false},
    {"user of the management account", CallerClass::kUser,
     R"("arn:aws:iam::333333333333:user/admin")", nullptr, true, false, false},
};

// ---- the set ----------------------------------------------------------------

constexpr char kAsked[] = R"(["s3:GetObject","kms:Decrypt","sts:AssumeRole"])";

// The statements of a layer; `head` is what they have beside effect and action.
std::string Statements(LayerState state, const std::string& head) {
  const auto one = [&head](const char* effect, const std::string& actions) {
    return std::string(R"({"Effect":")") + effect + R"(","Action":)" + actions +
           head + "}";
  };
  switch (state) {
    case LayerState::kAbsent: return "";
    case LayerState::kSilent: return one("Allow", R"("sts:Get*")");
    case LayerState::kAllow: return one("Allow", kAsked);
    case LayerState::kDeny: break;
  }
  return one("Allow", kAsked) + "," + one("Deny", kAsked);
}

std::string Document(const std::string& statements) {
  return R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
}

std::string Named(const char* name, const std::string& document) {
  return std::string(R"({"name":")") + name + R"(","document":)" + document +
         "}";
}

constexpr char kOnAll[] = R"(,"Resource":"*")";

const char* Principals(NamedBy named_by) {
  switch (named_by) {
    case NamedBy::kEveryone: return R"(,"Principal":"*")";
    case NamedBy::kEntities:
      return R"(,"Principal":{"AWS":["arn:aws:iam::111111111111:user/alice",)"
             R"("arn:aws:iam::111111111111:user/nobody",)"
             R"("arn:aws:iam::111111111111:role/web",)"
             R"("arn:aws:iam::111111111111:role/aws-service-role/)"
             R"(x.example.com/linked",)"
             R"("arn:aws:iam::222222222222:user/bob",)"
             R"("arn:aws:iam::222222222222:role/guest",)"
             R"("arn:aws:iam::333333333333:user/admin"]})";
    case NamedBy::kAccounts: break;
  }
  return R"(,"Principal":{"AWS":["111111111111","222222222222",)"
         R"("arn:aws:iam::333333333333:root"]})";
}

// Of resources; a deny is everyone's.
std::string ResourceStatements(const LayerWorld& world,
                               const std::string& resource) {
  const std::string head = Principals(world.named_by) + resource;
  if (world.resource != LayerState::kDeny) {
    return Statements(world.resource, head);
  }
  return Statements(LayerState::kAllow, head) +
         R"(,{"Effect":"Deny","Principal":"*","Action":)" + kAsked + resource +
         "}";
}

std::string PrincipalText(const LayerWorld& world, const char* arn) {
  std::string text = std::string(R"({"arn":")") + arn + '"';
  if (world.identity != LayerState::kAbsent) {
    text += R"(,"policies":[)" +
            Named("own", Document(Statements(world.identity, kOnAll))) + "]";
  }
  if (world.boundary != LayerState::kAbsent) {
    text += R"(,"boundary":)" +
            Named("limit", Document(Statements(world.boundary, kOnAll)));
  }
  return text + "}";
}

std::string PrincipalsText(const LayerWorld& world) {
  std::string text;
  for (const char* arn :
       {"arn:aws:iam::111111111111:user/alice",
        "arn:aws:iam::111111111111:role/web",
        "arn:aws:iam::111111111111:role/aws-service-role/x.example.com/linked",
        "arn:aws:iam::222222222222:user/bob",
        "arn:aws:iam::222222222222:role/guest",
        "arn:aws:iam::333333333333:user/admin"}) {
    text += PrincipalText(world, arn) + ",";
  }
  text += R"({"arn":"arn:aws:iam::111111111111:role/target")";
  if (world.resource != LayerState::kAbsent) {
    text += R"(,"trustPolicy":)" + Document(ResourceStatements(world, ""));
  }
  return text + "}";
}

std::string ResourcesText(const LayerWorld& world) {
  std::string text;
  for (const char* arn :
       {"arn:aws:s3:::bucket", "arn:aws:kms:eu-west-1:111111111111:key/k1"}) {
    text += (text.empty() ? R"({"arn":")" : R"(,{"arn":")") + std::string(arn) +
            R"(","account":"111111111111")";
    if (world.resource != LayerState::kAbsent) {
      text += R"(,"policy":)" + Document(ResourceStatements(world, kOnAll));
    }
    text += "}";
  }
  return text;
}

// A unit of the organisation for one account.
std::string UnitText(const LayerWorld& world, const std::string& id,
                     const std::string& account) {
  std::string text =
      R"({"id":")" + id + R"(","accounts":[")" + account + R"("])";
  if (world.scp != LayerState::kAbsent) {
    text += R"(,"scps":[)" +
            Named("scp", Document(Statements(world.scp, kOnAll))) + "]";
  }
  if (world.rcp != LayerState::kAbsent) {
    const char* const actions =
        world.rcp == LayerState::kDeny ? kAsked : R"("sts:TagSession")";
    text +=
        R"(,"rcps":[)" +
        Named(
            "rcp",
            Document(
                R"({"Effect":"Deny","Principal":"*","Resource":"*","Action":)" +
                std::string(actions) + "}")) +
        "]";
  }
  return text + "}";
}

const char* SessionPolicy(LayerState state) {
  static const std::string* const texts =
      new std::string[4]{"", Document(Statements(LayerState::kSilent, kOnAll)),
                         Document(Statements(LayerState::kAllow, kOnAll)),
                         Document(Statements(LayerState::kDeny, kOnAll))};
  return texts[static_cast<size_t>(state)].c_str();
}

// ---- the formula ------------------------------------------------------------

// The layers of one request, those that do not take part absent.
struct Taking {
  LayerState rcp;
  LayerState scp;
  LayerState endpoint;
  LayerState resource;
  LayerState identity;
  LayerState boundary;
  LayerState session;
};

Taking PartsOf(const LayerWorld& world, const LayerCaller& caller) {
  const auto when = [](bool takes_part, LayerState state) {
    return takes_part ? state : LayerState::kAbsent;
  };
  const bool outside = caller.kind == CallerClass::kOutside;
  const bool entity =
      caller.known && !outside && caller.kind != CallerClass::kRoot;  // S-99
  return {.rcp = when(caller.rcps_apply, world.rcp),
          .scp = when(caller.scps_apply, world.scp),
          .endpoint = world.endpoint,
          .resource = world.resource,
          .identity = when(entity, world.identity),
          .boundary = when(entity, world.boundary),
          .session = when(!outside, world.session)};
}

bool Allows(LayerState state) { return state == LayerState::kAllow; }
// A limit that is absent does not limit.
bool Passes(LayerState state) {
  return state == LayerState::kAbsent || state == LayerState::kAllow;
}

enum class Level : uint8_t { kNone, kDirect, kEntity, kAccount };

// S-96
Level LevelOf(const LayerWorld& world, const LayerCaller& caller) {
  if (!Allows(world.resource)) return Level::kNone;
  switch (world.named_by) {
    case NamedBy::kEveryone: return Level::kDirect;
    case NamedBy::kEntities:
      if (caller.kind == CallerClass::kUser) return Level::kDirect;
      return caller.kind == CallerClass::kRole ||
                     caller.kind == CallerClass::kFederated
                 ? Level::kEntity
                 : Level::kNone;
    case NamedBy::kAccounts: break;
  }
  return caller.kind == CallerClass::kOutside ? Level::kNone : Level::kAccount;
}

LayerOutcome Allowed(Layer by) { return {Verdict::kAllowed, by}; }
LayerOutcome Denied(Layer by) { return {Verdict::kImplicitDeny, by}; }

// The terms of S-104 to S-110.
struct Terms {
  Level level;
  bool identity;
  bool boundary;
  bool session;

  bool Limits() const { return boundary && session; }
  // What is missing once resource and identity are there.
  LayerOutcome MissingLimit() const {
    return Denied(boundary ? Layer::kSession : Layer::kBoundary);
  }
};

// S-104 to S-107
LayerOutcome InOneAccount(const Terms& terms, bool is_root) {
  if (terms.level == Level::kDirect) return Allowed(Layer::kResource);
  const bool entity = terms.level == Level::kEntity;
  if (!terms.identity && !entity) return Denied(Layer::kIdentity);
  if (!terms.Limits()) return terms.MissingLimit();
  if (entity) return Allowed(Layer::kResource);
  return Allowed(is_root ? Layer::kRoot : Layer::kIdentity);
}

// S-109
LayerOutcome AcrossAccounts(const Terms& terms) {
  if (terms.level == Level::kNone) return Denied(Layer::kResource);
  if (!terms.identity) return Denied(Layer::kIdentity);
  return terms.Limits() ? Allowed(Layer::kResource) : terms.MissingLimit();
}

// S-110, S-111
LayerOutcome ByResourcePolicy(const Terms& terms) {
  if (terms.level == Level::kNone) return Denied(Layer::kResource);
  if (terms.level == Level::kDirect) return Allowed(Layer::kResource);
  if (terms.level == Level::kAccount && !terms.identity) {
    return Denied(Layer::kIdentity);
  }
  return terms.Limits() ? Allowed(Layer::kResource) : terms.MissingLimit();
}

}  // namespace

std::span<const LayerCaller> LayerCallers() { return kCallers; }

std::string LayerSetText(const LayerWorld& world) {
  std::string text =
      R"({"organization":{"id":"o-1","managementAccount":"333333333333",)"
      R"("root":{"id":"r-1","accounts":["333333333333"],"units":[)" +
      UnitText(world, "ou-1", "111111111111") + "," +
      UnitText(world, "ou-2", "222222222222") + R"(]}},"principals":[)" +
      PrincipalsText(world) + R"(],"resources":[)" + ResourcesText(world) + "]";
  if (world.endpoint != LayerState::kAbsent) {
    text += R"(,"endpoints":[{"id":"vpce-1","policy":)" +
            Document(Statements(world.endpoint,
                                std::string(R"(,"Principal":"*")") + kOnAll)) +
            "}]";
  }
  return text + "}";
}

std::string LayerRequestText(const LayerCaller& caller, LayerTarget target,
                             LayerState session) {
  constexpr const char* kTargets[] = {
      R"("s3:GetObject","resource":"arn:aws:s3:::bucket/key")",
      R"("kms:Decrypt","resource":"arn:aws:kms:eu-west-1:111111111111:key/k1")",
      R"("sts:AssumeRole","resource":"arn:aws:iam::111111111111:role/target")"};
  std::string text = std::string(R"({"principal":)") + caller.principal +
                     R"(,"action":)" + kTargets[static_cast<size_t>(target)] +
                     R"(,"endpoint":"vpce-1")";
  std::string members = caller.session == nullptr ? "" : caller.session;
  if (session != LayerState::kAbsent) {
    members += (members.empty() ? R"("policies":[)" : R"(,"policies":[)") +
               std::string(SessionPolicy(session)) + "]";
  }
  if (!members.empty()) text += R"(,"session":{)" + members + "}";
  return text + "}";
}

LayerOutcome ExpectedOutcome(const LayerWorld& world, const LayerCaller& caller,
                             LayerTarget target) {
  const Taking layers = PartsOf(world, caller);
  // S-1, in the order of S-119.
  const std::pair<LayerState, Layer> in_order[] = {
      {layers.rcp, Layer::kRcp},           {layers.scp, Layer::kScp},
      {layers.endpoint, Layer::kEndpoint}, {layers.resource, Layer::kResource},
      {layers.identity, Layer::kIdentity}, {layers.boundary, Layer::kBoundary},
      {layers.session, Layer::kSession}};
  for (const auto& [state, layer] : in_order) {
    if (state == LayerState::kDeny) return {Verdict::kExplicitDeny, layer};
  }
  // S-103
  if (!Passes(layers.scp)) return Denied(Layer::kScp);
  if (!Passes(layers.endpoint)) return Denied(Layer::kEndpoint);
  const bool is_root = caller.kind == CallerClass::kRoot;
  if (is_root && target == LayerTarget::kRole) {
    return Denied(Layer::kIdentity);  // S-116
  }
  const bool needs_session =
      caller.kind == CallerClass::kFederated || caller.assumed_root;
  const Terms terms = {
      LevelOf(world, caller), is_root || Allows(layers.identity),
      Passes(layers.boundary),
      needs_session ? Allows(layers.session) : Passes(layers.session)};
  if (caller.kind == CallerClass::kOutside) {  // S-108
    return terms.level == Level::kDirect ? Allowed(Layer::kResource)
                                         : Denied(Layer::kResource);
  }
  if (!caller.same_account) return AcrossAccounts(terms);
  if (target != LayerTarget::kBucket) return ByResourcePolicy(terms);
  return InOneAccount(terms, is_root);
}

std::string Describe(const LayerWorld& world) {
  static constexpr const char* kStates[] = {"absent", "silent", "allow",
                                            "deny"};
  constexpr const char* kNames[] = {"everyone", "entities", "accounts"};
  const auto text = [](const char* name, LayerState state) {
    return std::string(name) + " " + kStates[static_cast<size_t>(state)] + ", ";
  };
  return text("identity", world.identity) + text("boundary", world.boundary) +
         text("session", world.session) + text("resource", world.resource) +
         text("scp", world.scp) + text("rcp", world.rcp) +
         text("endpoint", world.endpoint) + "naming " +
         kNames[static_cast<size_t>(world.named_by)];
}

}  // namespace portcullis::testing
