#include "runtime/layers.h"

#include "runtime/lookup.h"

namespace portcullis {
namespace {

// S-102: the request's endpoint, or else its aws:SourceVpce.
[[gnu::noinline]] Refusal AddEndpoint(const Context& context, LayerSets& sets) {
  const ImageTables& tables = context.tables();
  std::string_view id = context.request().endpoint;
  if (id.empty()) {
    const KeyValues vpce = context.FindInRequest("aws:sourcevpce");
    if (vpce.form == KeyForm::kAbsent) return Refusal::kNone;
    if (vpce.form != KeyForm::kSingle) return Refusal::kEndpoint;
    id = vpce.single;
  }
  const uint32_t index = FindEndpoint(tables, id);
  if (index != kNoIndex) sets.endpoint = tables.endpoints[index].policy;
  return Refusal::kNone;
}

// A role's trust policy takes part in `sts:` actions alone, also when it stands
// under `resources` (S-110).
[[gnu::noinline]] uint32_t ResourceSet(const Context& context,
                                       const ActionRank& action) {
  const Target& target = context.target();
  const bool sts = action.service_name() == "sts";
  const EntityRecord* const role = target.role();
  if (role != nullptr && role->trust != kNoIndex) {
    return sts ? role->trust : kNoIndex;
  }
  const ResourceRecord* entry = target.policy_entry;
  if (entry == nullptr) return kNoIndex;
  return IsRole(target) && !sts ? kNoIndex : entry->policy;
}

bool ManagedPoliciesExist(const ImageTables& tables,
                          std::span<const std::string_view> arns) {
  for (const std::string_view arn : arns) {
    if (FindManagedPolicy(tables, arn) == kNoIndex) return false;
  }
  return true;
}

// Apart from FindLayerSets(), like AddEndpoint() and ResourceSet(): most
// requests do without them.
[[gnu::noinline]] Refusal AddSession(const ImageTables& tables,
                                     const SessionInfo& session, bool outsider,
                                     LayerSets& sets) {
  if (!ManagedPoliciesExist(tables, session.policy_arns)) {
    return Refusal::kSessionPolicy;
  }
  if (outsider) return Refusal::kNone;  // S-99
  if (session.policies != nullptr) {
    sets.session_tables = &session.policies->tables();
    // The work space is sized for the main image's tries.
    if (!sets.session_tables->tries.empty()) return Refusal::kSessionImage;
  }
  sets.session_arns = session.policy_arns;
  sets.session = sets.session_tables != nullptr || !sets.session_arns.empty();
  return Refusal::kNone;
}

}  // namespace

Refusal FindLayerSets(Context& context, const ActionRank& action,
                      const Situation& situation, LayerSets& sets) {
  const ImageTables& tables = context.tables();
  const Caller& caller = context.caller();
  const Target& target = context.target();
  if (situation.scp_applies) {
    sets.scps = tables.levels.subspan(caller.account->scp_begin,
                                      caller.account->scp_count);
  }
  if (situation.rcp_applies) {
    sets.rcps = tables.levels.subspan(target.owner_account->rcp_begin,
                                      target.owner_account->rcp_count);
  }
  if (!tables.endpoints.empty()) {
    const Refusal refusal = AddEndpoint(context, sets);
    if (refusal != Refusal::kNone) return refusal;
  }
  if (target.entity != nullptr || target.policy_entry != nullptr) {
    sets.resource = ResourceSet(context, action);
  }
  if (caller.entity != nullptr) {
    sets.identity = caller.entity->identity;
    sets.boundary = caller.entity->boundary;
  }
  const SessionInfo* session = context.request().session;
  return session == nullptr
             ? Refusal::kNone
             : AddSession(tables, *session, situation.outsider, sets);
}

}  // namespace portcullis
