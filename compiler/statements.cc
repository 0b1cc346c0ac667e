#include "compiler/statements.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace portcullis {
namespace {

// Writes the statements of one policy after another.
class StatementCompiler {
 public:
  StatementCompiler(const CanonicalAccounts& canonical_accounts,
                    bool with_sources, Tables& tables)
      : canonical_accounts_(canonical_accounts),
        with_sources_(with_sources),
        tables_(tables),
        conditions_(tables) {}

  void Add(const Policy& policy, CompiledPolicies& compiled) {
    const NormalPolicy normal = Normalize(policy.document, canonical_accounts_);
    const uint32_t record = Narrow(tables_.policies.size());
    tables_.policies.push_back(
        {Narrow(tables_.statements.size()), Narrow(normal.statements.size())});
    if (with_sources_) {
      tables_.policy_sources.push_back(
          {tables_.AddText(policy.document.file), AddName(policy)});
    }
    for (size_t i = 0; i < normal.statements.size(); ++i) {
      const NormalStatement& statement = normal.statements[i];
      CompiledStatement& result = compiled.statements.emplace_back();
      result.not_action = statement.not_action;
      result.patterns = Patterns(normal, statement);
      StatementRecord compiled_record =
          Compile(normal, statement, record, result.patterns);
      AddActions(statement, compiled, result, compiled_record);
      tables_.statements.push_back(compiled_record);
      if (with_sources_) AddSource(policy.document.statements[i]);
    }
  }

 private:
  StatementRecord Compile(const NormalPolicy& policy,
                          const NormalStatement& statement, uint32_t record,
                          const std::vector<uint32_t>& patterns) {
    StatementRecord result = {};
    result.policy = record;
    if (statement.deny) result.flags |= kStatementDeny;
    if (statement.not_action) result.flags |= kStatementNotAction;
    AddResources(statement, patterns, result);
    AddPrincipals(statement, result);
    AddConditions(policy, statement, result);
    return result;
  }

  void AddActions(const NormalStatement& statement, CompiledPolicies& compiled,
                  CompiledStatement& result, StatementRecord& record) {
    std::vector<uint32_t> refs;
    result.actions.reserve(statement.actions.size());
    for (const std::string& action : statement.actions) {
      const auto [it, inserted] = compiled.action_refs.try_emplace(action);
      if (inserted) {
        it->second = tables_.AddGlobs(
            {tables_.AddGlob(Tokenize(action, false, Wildcards::kActive))});
      }
      result.actions.push_back(it->first);
      refs.push_back(it->second);
    }
    record.action_begin = tables_.AddActionRefs(refs);
    record.action_count = Narrow(refs.size());
  }

  static bool IsEverything(const NormalStatement& statement) {
    return !statement.has_resource ||
           (!statement.not_resource && statement.resources[0] == "*");
  }

  std::vector<uint32_t> Patterns(const NormalPolicy& policy,
                                 const NormalStatement& statement) {
    if (IsEverything(statement)) return {};
    std::vector<PatternSource> patterns;
    for (const std::string& text : statement.resources) {
      patterns.push_back({text, policy.variables, policy.type});
    }
    return tables_.AddPatterns(patterns);
  }

  void AddResources(const NormalStatement& statement,
                    const std::vector<uint32_t>& patterns,
                    StatementRecord& result) {
    result.resources = kNoIndex;
    if (statement.not_resource) result.flags |= kStatementNotResource;
    if (patterns.empty()) {
      result.flags |= kStatementAnyResource;
      return;
    }
    result.pattern = tables_.all_patterns[patterns[0]];
    result.pattern_count = Narrow(patterns.size());
    if (patterns.size() > 1 || statement.not_resource) {
      result.resources = tables_.AddPatternSequence(patterns);
    }
  }

  void AddPrincipals(const NormalStatement& statement,
                     StatementRecord& result) {
    if (!statement.has_principal) return;
    result.flags |= kStatementPrincipal;
    if (statement.not_principal) result.flags |= kStatementNotPrincipal;
    std::vector<PrincipalEntryRecord> entries;
    for (const auto& [match, text] : statement.principals) {
      entries.push_back({static_cast<uint32_t>(match), tables_.AddText(text)});
    }
    result.principal_begin = tables_.AddPrincipalEntries(entries);
    result.principal_count = Narrow(entries.size());
  }

  void AddConditions(const NormalPolicy& policy,
                     const NormalStatement& statement,
                     StatementRecord& result) {
    std::vector<uint32_t> refs;
    for (const NormalCondition& condition : statement.conditions) {
      refs.push_back(conditions_.Add(condition, policy.variables));
    }
    result.condition_begin = tables_.AddConditionRefs(refs);
    result.condition_count = Narrow(refs.size());
  }

  // A managed policy's name is mostly the end of its ARN.
  TextRef AddName(const Policy& policy) {
    const std::string_view name = policy.name;
    if (!std::string_view(policy.arn).ends_with(name)) {
      return tables_.AddText(name);
    }
    return Tail(tables_.AddText(policy.arn), name.size());
  }

  void AddSource(const Statement& statement) {
    SourceRecord source = {};
    source.sid = tables_.AddText(statement.sid);
    source.line = statement.begin.line;
    source.column = statement.begin.column;
    tables_.sources.push_back(source);
  }

  const CanonicalAccounts& canonical_accounts_;
  const bool with_sources_;
  Tables& tables_;
  ConditionCompiler conditions_;
};

}  // namespace

CompiledPolicies CompilePolicies(const std::vector<Policy>& policies,
                                 const CanonicalAccounts& canonical_accounts,
                                 bool with_sources, Tables& tables) {
  std::vector<uint32_t> order(policies.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::tie(policies[a].name, a) < std::tie(policies[b].name, b);
  });
  CompiledPolicies compiled;
  compiled.record_of.resize(policies.size());
  StatementCompiler compiler(canonical_accounts, with_sources, tables);
  for (const uint32_t index : order) {
    compiled.record_of[index] = Narrow(tables.policies.size());
    compiler.Add(policies[index], compiled);
  }
  return compiled;
}

}  // namespace portcullis
