#include "tests/generators/features.h"

namespace portcullis::testing {
namespace {

template <typename Change>
void ForEachStatement(PolicySet& set, Change change) {
  for (Policy& policy : set.policies) {
    for (Statement& statement : policy.document.statements) change(statement);
  }
}

template <typename Is>
void DropStatements(PolicySet& set, Is is) {
  for (Policy& policy : set.policies) {
    std::erase_if(policy.document.statements, is);
  }
}

template <typename Is>
void DropConditions(PolicySet& set, Is is) {
  ForEachStatement(set, [&is](Statement& statement) {
    std::erase_if(statement.conditions, is);
  });
}

void LeaveAlone(PolicySet&) {}

void DropDenies(PolicySet& set) {
  DropStatements(set,
                 [](const Statement& s) { return s.effect == Effect::kDeny; });
}
void DropNotAction(PolicySet& set) {
  DropStatements(set, [](const Statement& s) { return s.not_action; });
}
void DropNotResource(PolicySet& set) {
  DropStatements(set, [](const Statement& s) { return s.not_resource; });
}
void DropNotPrincipal(PolicySet& set) {
  DropStatements(set, [](const Statement& s) { return s.not_principal; });
}
void DropAllConditions(PolicySet& set) {
  DropConditions(set, [](const Condition&) { return true; });
}
void DropNegated(PolicySet& set) {
  DropConditions(set,
                 [](const Condition& c) { return IsNegated(c.op.comparison); });
}
void DropIfExists(PolicySet& set) {
  DropConditions(set, [](const Condition& c) { return c.op.if_exists; });
}
void DropSetPrefixes(PolicySet& set) {
  DropConditions(
      set, [](const Condition& c) { return c.op.prefix != SetPrefix::kNone; });
}
void DropVariables(PolicySet& set) {
  for (Policy& policy : set.policies) policy.document.variables = false;
}
void DropBoundaries(PolicySet& set) {
  for (Principal& principal : set.principals) principal.boundary.reset();
}
void DropGroups(PolicySet& set) {
  for (Principal& principal : set.principals) principal.groups.clear();
}
void DropTags(PolicySet& set) {
  for (Principal& principal : set.principals) principal.tags.clear();
}
void DropResourcePolicies(PolicySet& set) {
  for (Resource& resource : set.resources) resource.policy.reset();
}
void DropTrustPolicies(PolicySet& set) {
  for (Principal& principal : set.principals) principal.trust.reset();
}
void DropScps(PolicySet& set) {
  if (!set.organization) return;
  for (OrganizationNode& node : set.organization->nodes) node.scps.reset();
}
void DropRcps(PolicySet& set) {
  if (!set.organization) return;
  for (OrganizationNode& node : set.organization->nodes) node.rcps.clear();
}
void DropEndpoints(PolicySet& set) {
  for (Endpoint& endpoint : set.endpoints) endpoint.policy.reset();
}
void DropSessionPolicies(SessionInfo& session) {
  session.policies = nullptr;
  session.policy_arns = {};
}
void DropSessionTags(SessionInfo& session) { session.tags = {}; }

constexpr Feature kFeatures[] = {
    {"deny statements", DropDenies},
    {"NotAction", DropNotAction},
    {"NotResource", DropNotResource},
    {"NotPrincipal", DropNotPrincipal},
    {"conditions", DropAllConditions},
    {"negated operators", DropNegated},
    {"IfExists", DropIfExists},
    {"set prefixes", DropSetPrefixes},
    {"variables", DropVariables},
    {"boundaries", DropBoundaries},
    {"groups", DropGroups},
    {"tags", DropTags, DropSessionTags},
    {"resource policies", DropResourcePolicies},
    {"trust policies", DropTrustPolicies},
    {"SCPs", DropScps},
    {"RCPs", DropRcps},
    {"endpoint policies", DropEndpoints},
    {"session policies", LeaveAlone, DropSessionPolicies},
};

}  // namespace

std::span<const Feature> AllFeatures() { return kFeatures; }

}  // namespace portcullis::testing
