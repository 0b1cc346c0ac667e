// The whole run, stages 5 to 9: policy set -> image.
#include "compiler/compile.h"

#include <string>
#include <string_view>
#include <vector>

#include "compiler/automaton.h"
#include "compiler/directory.h"
#include "compiler/image_writer.h"
#include "compiler/normalize.h"
#include "compiler/statements.h"
#include "compiler/tables.h"
#include "policy/values.h"

namespace portcullis {
namespace {

void Tell(const CompileProgress& progress, std::string_view stage) {
  if (progress) progress(stage);
}

size_t CountRows(const std::vector<uint64_t>& rows) {
  size_t count = 0;
  for (size_t begin = 0; begin < rows.size(); ++count) {
    begin += ShapeOf(rows[begin]).words;
  }
  return count;
}

CompileStats Count(const PolicySet& set, const Tables& tables) {
  CompileStats stats;
  stats.policies = tables.policies.size();
  stats.statements = tables.statements.size();
  stats.principals = set.principals.size();
  stats.rule_sets = tables.rule_sets.size();
  stats.rows = CountRows(tables.rows);
  stats.patterns = tables.all_patterns.size();
  stats.conditions = tables.conditions.size();
  return stats;
}

CompiledImage ImageOf(const PolicySet& set, const Tables& tables) {
  CompiledImage image;
  image.bytes = WriteImage(tables);
  image.stats = Count(set, tables);
  image.stats.image_bytes = image.bytes.size() * sizeof(ImageBlock);
  return image;
}

}  // namespace

CompiledImage Compile(const PolicySet& set, const CompileOptions& options,
                      const CompileProgress& progress) {
  Tables tables;
  Tell(progress, "statements");
  const CompiledPolicies policies = CompilePolicies(
      set.policies, CanonicalAccountsOf(set), !options.strip_sources, tables);
  Tell(progress, "actions");
  const ActionIndex actions(policies, RcpServices(set), tables);
  Tell(progress, "tries");
  TrieWriter tries(options, policies, tables);
  tries.AddToLists();
  Tell(progress, "rule sets");
  RuleSetBuilder rule_sets(actions, policies, options, tries, tables);
  AddDirectory(set, policies, options, rule_sets, tables);
  Tell(progress, "image");
  CompiledImage image = ImageOf(set, tables);
  image.stats.tries = tries.tries();
  image.stats.lists_without_trie = tries.left_out();
  image.stats.sets_without_rows = rule_sets.sets_without_rows();
  return image;
}

CompiledImage CompileSession(std::span<const Policy> policies) {
  CompileOptions options;
  // A session's image has no tries: the work space of a request is sized for
  // the main image's.
  options.testing.row_tries = false;
  options.testing.list_tries = false;
  PolicySet set;
  set.policies.assign(policies.begin(), policies.end());
  Tables tables;
  const CompiledPolicies compiled =
      CompilePolicies(set.policies, {}, true, tables);
  const ActionIndex actions(compiled, {}, tables);
  TrieWriter tries(options, compiled, tables);
  RuleSetBuilder rule_sets(actions, compiled, options, tries, tables);
  AddDirectory(PolicySet(), compiled, options, rule_sets, tables);
  std::vector<PolicyIndex> all;
  for (size_t i = 0; i < set.policies.size(); ++i) all.push_back(Narrow(i));
  tables.session = rule_sets.Add(all);
  return ImageOf(set, tables);
}

}  // namespace portcullis
