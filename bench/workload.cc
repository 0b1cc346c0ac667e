#include "bench/workload.h"

#include <cstdio>
#include <cstdlib>

#include "policy/issue.h"

namespace portcullis::bench {

PolicySet LoadSet(const std::string& name, const std::string& json) {
  Issues issues;
  PolicySet set = LoadPolicySet({{name, json}}, issues);
  if (issues.ok()) return set;
  for (const Issue& issue : issues.all()) {
    if (issue.severity != Severity::kError) continue;
    std::fprintf(stderr, "%s\n", FormatIssue(issue).c_str());
    break;
  }
  std::abort();
}

}  // namespace portcullis::bench
