// layers: policy set + request -> what each layer says.
#include "reference/layers.h"

#include <algorithm>
#include <optional>

#include "reference/lookup.h"
#include "reference/matching.h"

namespace portcullis::reference {
namespace {

// S-120
std::string LabelOf(const Policy& policy, const Statement& statement) {
  return policy.name + "#" +
         (statement.sid.empty() ? std::to_string(statement.index + 1)
                                : statement.sid);
}

// S-90: documents and statements of a layer are alternatives.
void AddPolicy(const Scene& scene, Layer layer, const Policy& policy,
               LayerResult& result) {
  result.present = true;
  for (const Statement& statement : policy.document.statements) {
    const Level level = LevelOf(scene.set, scene.caller, statement);
    if (level == Level::kNone ||
        !Matches(policy.document, statement, scene.request, scene.context)) {
      continue;
    }
    const bool allow = statement.effect == Effect::kAllow;
    (allow ? result.allow_hits : result.deny_hits)
        .push_back({layer, layer == Layer::kSession && policy.arn.empty(),
                    &policy, statement.index, LabelOf(policy, statement),
                    level});
  }
  result.allows = !result.allow_hits.empty();
}

void AddPolicies(const Scene& scene, Layer layer,
                 const std::vector<PolicyIndex>& policies,
                 LayerResult& result) {
  for (const PolicyIndex index : policies) {
    AddPolicy(scene, layer, scene.set.policies[index], result);
  }
}

// S-91; S-99: callers without an account have no entity.
LayerResult Identity(const Scene& scene) {
  LayerResult result;
  const Principal* entity = scene.caller.entity;
  if (entity == nullptr) return result;
  AddPolicies(scene, Layer::kIdentity, IdentityPolicies(scene.set, *entity),
              result);
  return result;
}

// S-92
LayerResult Boundary(const Scene& scene) {
  LayerResult result;
  if (!scene.caller.HasBoundary()) return result;
  AddPolicy(scene, Layer::kBoundary,
            scene.set.policies[*scene.caller.entity->boundary], result);
  return result;
}

// S-93, S-99
LayerResult Session(const Scene& scene) {
  LayerResult result;
  if (!scene.caller.HasAccount()) return result;
  for (const Policy& policy : scene.session_policies) {
    AddPolicy(scene, Layer::kSession, policy, result);
  }
  if (scene.request.session == nullptr) return result;
  for (const std::string_view arn : scene.request.session->policy_arns) {
    AddPolicy(scene, Layer::kSession, *FindManagedPolicy(scene.set, arn),
              result);
  }
  return result;
}

// The policy of the resource itself (S-158); for a role its trust policy, which
// takes part in `sts:` actions alone (S-110).
std::optional<PolicyIndex> ResourcePolicyOf(const Scene& scene) {
  const std::string_view arn = scene.request.resource;
  if (IsRoleArn(arn) && ServiceOf(scene.action) != "sts") return std::nullopt;
  const Principal* role = FindEntity(scene.set, EntityKind::kRole, arn);
  if (role != nullptr && role->trust) return role->trust;
  const Resource* entry = EntryWith(scene.set, arn, &Resource::policy);
  if (entry == nullptr) return std::nullopt;
  return entry->policy;
}

// S-115: its denies do not count then.
bool IsOwnersRootOnBucketPolicy(const Scene& scene) {
  return scene.caller.kind == CallerKind::kRoot &&
         scene.caller.account == scene.owner &&
         IsArnOf(scene.request.resource, "s3", "") &&
         (scene.action == "s3:getbucketpolicy" ||
          scene.action == "s3:putbucketpolicy" ||
          scene.action == "s3:deletebucketpolicy");
}

// S-96
LayerResult OfResource(const Scene& scene) {
  LayerResult result;
  const std::optional<PolicyIndex> policy = ResourcePolicyOf(scene);
  if (!policy) return result;
  AddPolicy(scene, Layer::kResource, scene.set.policies[*policy], result);
  if (IsOwnersRootOnBucketPolicy(scene)) result.deny_hits.clear();
  return result;
}

// S-100
bool IsExemptFromScps(const Scene& scene) {
  return !scene.caller.HasAccount() || scene.caller.service_linked ||
         scene.caller.account == scene.set.organization->management_account;
}

// S-94: one level of the path; without the member `scps` it imposes nothing.
void AddScpLevel(const Scene& scene,
                 const std::optional<std::vector<PolicyIndex>>& scps,
                 LayerResult& result) {
  if (!scps) return;
  LayerResult level;
  AddPolicies(scene, Layer::kScp, *scps, level);
  result.allows = result.allows && level.allows;
  result.deny_hits.insert(result.deny_hits.end(), level.deny_hits.begin(),
                          level.deny_hits.end());
}

// S-94
LayerResult Scps(const Scene& scene) {
  LayerResult result;
  const auto path = OrganizationPath(scene.set, scene.caller.account);
  if (path.empty() || IsExemptFromScps(scene)) return result;
  result.present = true;
  result.allows = true;
  for (const OrganizationNode* node : path) {
    AddScpLevel(scene, node->scps, result);
  }
  const Account* account = FindAccount(scene.set, scene.caller.account);
  if (account != nullptr) AddScpLevel(scene, account->scps, result);
  return result;
}

// S-101: `rcpServices` holds the service of the action.
bool HasRcpService(const Scene& scene) {
  const auto& services = scene.set.organization->rcp_services;
  return !services ||
         std::ranges::any_of(*services, [&scene](const std::string& service) {
           return ServiceOf(service) == ServiceOf(scene.action);
         });
}

// S-101
bool IsExemptFromRcps(const Scene& scene) {
  return scene.owner == scene.set.organization->management_account ||
         scene.caller.service_linked || !HasRcpService(scene) ||
         scene.action == "kms:retiregrant" ||
         IsArnOf(scene.request.resource, "kms", "alias/aws/");
}

// S-95: only denies count; the managed RCP allows everything.
LayerResult Rcps(const Scene& scene) {
  LayerResult result;
  const auto path = OrganizationPath(scene.set, scene.owner);
  if (path.empty() || IsExemptFromRcps(scene)) return result;
  for (const OrganizationNode* node : path) {
    AddPolicies(scene, Layer::kRcp, node->rcps, result);
  }
  const Account* account = FindAccount(scene.set, scene.owner);
  if (account != nullptr) {
    AddPolicies(scene, Layer::kRcp, account->rcps, result);
  }
  result.allows = true;
  return result;
}

// S-102
LayerResult OfEndpoint(const Scene& scene) {
  LayerResult result;
  std::string id(scene.request.endpoint);
  if (id.empty()) {
    id = SingleValue(scene.context, "aws:SourceVpce").value_or("");
  }
  for (const Endpoint& endpoint : scene.set.endpoints) {
    if (endpoint.id == id && endpoint.policy) {
      AddPolicy(scene, Layer::kEndpoint, scene.set.policies[*endpoint.policy],
                result);
    }
  }
  return result;
}

}  // namespace

Layers EvaluateLayers(const Scene& scene) {
  Layers layers;
  layers[static_cast<size_t>(Layer::kRcp)] = Rcps(scene);
  layers[static_cast<size_t>(Layer::kScp)] = Scps(scene);
  layers[static_cast<size_t>(Layer::kEndpoint)] = OfEndpoint(scene);
  layers[static_cast<size_t>(Layer::kResource)] = OfResource(scene);
  layers[static_cast<size_t>(Layer::kIdentity)] = Identity(scene);
  layers[static_cast<size_t>(Layer::kBoundary)] = Boundary(scene);
  layers[static_cast<size_t>(Layer::kSession)] = Session(scene);
  return layers;
}

}  // namespace portcullis::reference
