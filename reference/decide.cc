// decide: the formula of section 5, and what is reported.
#include <algorithm>
#include <optional>
#include <tuple>

#include "policy/values.h"
#include "reference/layers.h"
#include "reference/lookup.h"
#include "reference/reference.h"

namespace portcullis::reference {
namespace {

// S-170: `service:name`
bool IsAction(std::string_view action) {
  constexpr std::string_view kServiceCharacters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  const size_t colon = action.find(':');
  return colon != action.npos && colon > 0 && colon + 1 < action.size() &&
         action.find_first_not_of(kServiceCharacters) == colon;
}

// S-170: the limits; kNone when the request keeps them.
Refusal BeyondLimits(const Request& request) {
  if (request.action.size() > 512) return Refusal::kAction;
  if (request.principal.size() > 4096) return Refusal::kPrincipal;
  if (request.resource.size() > 1 << 20) return Refusal::kResource;
  const bool many_tags =
      request.session != nullptr && request.session->tags.size() > 128;
  return request.context.size() > 1024 || many_tags ? Refusal::kTooManyKeys
                                                    : Refusal::kNone;
}

// S-102
bool NamesManyEndpoints(const PolicySet& set, const Request& request) {
  if (set.endpoints.empty() || !request.endpoint.empty()) return false;
  for (const ContextEntry& entry : request.context) {
    if (Fold(entry.key) == "aws:sourcevpce") {
      return entry.is_list || entry.values.size() != 1;
    }
  }
  return false;
}

// S-144
bool HasAllSessionPolicies(const PolicySet& set, const Request& request) {
  return request.session == nullptr ||
         std::ranges::all_of(request.session->policy_arns,
                             [&set](std::string_view arn) {
                               return FindManagedPolicy(set, arn) != nullptr;
                             });
}

// S-112, S-113
bool IsAlwaysAllowed(const Scene& scene) {
  if (scene.action == "sts:getcalleridentity") {
    return scene.caller.HasAccount() ||
           scene.caller.kind == CallerKind::kService;
  }
  return scene.action == "sts:getsessiontoken" &&
         scene.caller.kind == CallerKind::kUser && !scene.caller.temporary;
}

// S-117
bool CrossesPartitions(const Scene& scene) {
  const std::string_view resource = scene.request.resource;
  return !scene.caller.partition.empty() && IsArn(resource) &&
         ArnParts(resource)[1] != scene.caller.partition;
}

bool IsOneOf(const std::string& action,
             std::initializer_list<std::string_view> actions) {
  return std::ranges::find(actions, action) != actions.end();
}

// S-114, section 5.1
bool IsRefusedWrite(const Scene& scene) {
  const std::string_view arn = scene.request.resource;
  if (IsArnOf(arn, "iam", "policy/") && ArnParts(arn)[4] == "aws") {
    return IsOneOf(scene.action,
                   {"iam:createpolicyversion", "iam:deletepolicy",
                    "iam:deletepolicyversion", "iam:setdefaultpolicyversion",
                    "iam:tagpolicy", "iam:untagpolicy"});
  }
  if (IsArnOf(arn, "iam", "role/aws-reserved/")) {
    return IsOneOf(scene.action,
                   {"iam:attachrolepolicy", "iam:deleterole",
                    "iam:deleterolepermissionsboundary", "iam:deleterolepolicy",
                    "iam:detachrolepolicy", "iam:putrolepermissionsboundary",
                    "iam:putrolepolicy", "iam:tagrole", "iam:untagrole",
                    "iam:updateassumerolepolicy", "iam:updaterole",
                    "iam:updateroledescription"});
  }
  return IsArnOf(arn, "kms", "alias/aws/") &&
         IsOneOf(scene.action,
                 {"kms:createalias", "kms:updatealias", "kms:deletealias"});
}

// S-114, S-116, S-117: what no policy can allow; kNone when nothing refuses.
Layer RefusedBy(const Scene& scene) {
  if (CrossesPartitions(scene)) return Layer::kResource;
  const bool root_assumes =
      scene.caller.HasRootGrant() && scene.action == "sts:assumerole";
  return root_assumes || IsRefusedWrite(scene) ? Layer::kIdentity
                                               : Layer::kNone;
}

// S-110: KMS keys, and role trust policies.
bool NeedsResourcePolicy(const Scene& scene) {
  const std::string_view arn = scene.request.resource;
  if (IsArnOf(arn, "kms", "key/")) return true;
  return IsRoleArn(arn) &&
         (scene.action.starts_with("sts:assumerole") ||
          IsOneOf(scene.action, {"sts:tagsession", "sts:setsourceidentity",
                                 "sts:setcontext"}));
}

// The terms of the formula: which sides allow.
struct Terms {
  bool direct = false;  // the resource policy, by level (S-96)
  bool entity = false;
  bool account = false;
  bool identity = false;
  bool boundary = false;
  bool session = false;

  bool AnyResource() const { return direct || entity || account; }
  bool Limits() const { return boundary && session; }
};

const LayerResult& Get(const Layers& layers, Layer layer) {
  return layers[static_cast<size_t>(layer)];
}

// S-106, S-141: sessions that can do nothing without a session policy.
bool NeedsSessionPolicy(const Scene& scene) {
  const SessionInfo* session = scene.request.session;
  return scene.caller.kind == CallerKind::kFederatedUser ||
         (session != nullptr && IsAssumedRoot(scene.caller, *session));
}

Terms TermsOf(const Scene& scene, const Layers& layers) {
  Terms terms;
  for (const Hit& hit : Get(layers, Layer::kResource).allow_hits) {
    terms.direct = terms.direct || hit.level == Level::kDirect;
    terms.entity = terms.entity || hit.level == Level::kEntity;
    terms.account = terms.account || hit.level == Level::kAccount;
  }
  const LayerResult& session = Get(layers, Layer::kSession);
  terms.identity =
      scene.caller.HasRootGrant() || Get(layers, Layer::kIdentity).allows;
  terms.boundary = Get(layers, Layer::kBoundary).Passes();
  terms.session = NeedsSessionPolicy(scene) ? session.allows : session.Passes();
  return terms;
}

// Which of the terms grant once the formula is applied: the request is allowed
// when any does. `failed` is the first layer that does not allow (S-119).
struct Grants {
  bool direct = false;
  bool entity = false;
  bool account = false;
  bool identity = false;
  Layer failed = Layer::kNone;

  bool Any() const { return direct || entity || account || identity; }
};

Layer FirstMissing(bool resource, bool identity, const Terms& terms) {
  if (!resource) return Layer::kResource;
  if (!identity) return Layer::kIdentity;
  return terms.boundary ? Layer::kSession : Layer::kBoundary;
}

// S-108: services, anonymous callers, identity providers' callers.
Grants WithoutAccount(const Terms& terms) {
  return {.direct = terms.direct, .failed = Layer::kResource};
}

// S-109
Grants CrossAccount(const Terms& terms) {
  const bool caller_side = terms.identity && terms.Limits();
  const bool both = caller_side && terms.AnyResource();
  return {.direct = both && terms.direct,
          .entity = both && terms.entity,
          .account = both && terms.account,
          .identity = both,
          .failed = FirstMissing(terms.AnyResource(), terms.identity, terms)};
}

// S-110, S-111
Grants WithResourcePolicy(const Terms& terms) {
  const bool delegated = terms.account && terms.identity && terms.Limits();
  return {.direct = terms.direct,
          .entity = terms.entity && terms.Limits(),
          .account = delegated,
          .identity = delegated,
          .failed = FirstMissing(terms.AnyResource(),
                                 terms.identity || terms.entity, terms)};
}

// S-104 to S-107: ACCOUNT only delegates to what identity policies allow.
Grants SameAccount(const Terms& terms) {
  return {.direct = terms.direct,
          .entity = terms.entity && terms.Limits(),
          .identity = terms.identity && terms.Limits(),
          .failed = FirstMissing(true, terms.identity || terms.entity, terms)};
}

Grants GrantsOf(const Scene& scene, const Layers& layers) {
  const Terms terms = TermsOf(scene, layers);
  if (!scene.caller.HasAccount()) return WithoutAccount(terms);
  if (scene.caller.account != scene.owner) return CrossAccount(terms);
  if (NeedsResourcePolicy(scene)) return WithResourcePolicy(terms);
  return SameAccount(terms);
}

// S-120: the allows of all granting layers.
std::vector<Hit> GrantingHits(const Layers& layers, const Grants& grants) {
  std::vector<Hit> hits;
  for (const Hit& hit : Get(layers, Layer::kResource).allow_hits) {
    if ((hit.level == Level::kDirect && grants.direct) ||
        (hit.level == Level::kEntity && grants.entity) ||
        (hit.level == Level::kAccount && grants.account)) {
      hits.push_back(hit);
    }
  }
  if (!grants.identity) return hits;
  for (const Hit& hit : Get(layers, Layer::kIdentity).allow_hits) {
    hits.push_back(hit);
  }
  return hits;
}

std::vector<Hit> DenyingHits(const Layers& layers) {
  std::vector<Hit> hits;
  for (const LayerResult& layer : layers) {
    hits.insert(hits.end(), layer.deny_hits.begin(), layer.deny_hits.end());
  }
  return hits;
}

Answer ImplicitDeny(Layer failed) {
  Answer answer;
  answer.decided_by = failed;
  return answer;
}

Answer Refuse(Refusal refusal) {
  Answer answer;
  answer.refusal = refusal;
  return answer;
}

// S-119, S-120. `without_hits` decided where no statement did.
Answer Report(Verdict verdict, std::vector<Hit> hits, Layer without_hits) {
  Answer answer;
  answer.verdict = verdict;
  answer.decided_by = without_hits;
  if (hits.empty()) return answer;
  const auto first = std::ranges::min_element(hits, {}, [](const Hit& hit) {
    return std::tie(hit.layer, hit.inline_session, hit.policy->name, hit.policy,
                    hit.index);
  });
  answer.decided_by = first->layer;
  answer.statement = first->label;
  for (const Hit& hit : hits) answer.matched.push_back(hit.label);
  std::ranges::sort(answer.matched);
  const auto rest = std::ranges::unique(answer.matched);
  answer.matched.erase(rest.begin(), rest.end());
  return answer;
}

// S-1, S-2, S-103
Answer Decide(const Scene& scene) {
  if (IsAlwaysAllowed(scene)) {
    return Report(Verdict::kAllowed, {}, Layer::kAlways);
  }
  const Layers layers = EvaluateLayers(scene);
  const std::vector<Hit> denies = DenyingHits(layers);
  if (!denies.empty()) {
    return Report(Verdict::kExplicitDeny, denies, Layer::kNone);
  }
  for (const Layer guard : {Layer::kRcp, Layer::kScp, Layer::kEndpoint}) {
    if (!Get(layers, guard).Passes()) return ImplicitDeny(guard);
  }
  const Layer refused = RefusedBy(scene);
  if (refused != Layer::kNone) return ImplicitDeny(refused);
  const Grants grants = GrantsOf(scene, layers);
  if (!grants.Any()) return ImplicitDeny(grants.failed);
  return Report(Verdict::kAllowed, GrantingHits(layers, grants), Layer::kRoot);
}

}  // namespace

Answer Decide(const PolicySet& set, const Request& request,
              std::span<const Policy> session_policies) {
  if (!IsAction(request.action)) return Refuse(Refusal::kAction);
  const std::optional<Caller> caller = FindCaller(set, request);
  if (!caller) return Refuse(Refusal::kPrincipal);
  if (!request.resource_account.empty() &&
      !IsAccountId(request.resource_account)) {
    return Refuse(Refusal::kResourceAccount);
  }
  if (request.resource != "*" && !IsArn(request.resource)) {
    return Refuse(Refusal::kResource);
  }
  const Refusal beyond = BeyondLimits(request);
  if (beyond != Refusal::kNone) return Refuse(beyond);
  std::optional<Context> context = RequestContext(request);
  if (!context) return Refuse(Refusal::kDuplicateKey);
  const Instant clock = ClockOf(request);
  const std::optional<Instant> time = TimeOf(*context, clock);
  const std::string owner = OwnerOf(set, request, caller->account);
  if (request.derive &&
      !AddDerivedKeys(set, request, *caller, owner, clock, *context)) {
    return Refuse(Refusal::kDerivedKey);
  }
  if (IsExpired(request, time)) return Refuse(Refusal::kExpired);
  if (NamesManyEndpoints(set, request)) return Refuse(Refusal::kEndpoint);
  if (!HasAllSessionPolicies(set, request)) {
    return Refuse(Refusal::kSessionPolicy);
  }
  return Decide({set, request, session_policies, *caller, owner,
                 Fold(request.action), *context});
}

}  // namespace portcullis::reference
