#include "bench/workload.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "bench/text.h"
#include "policy/issue.h"

namespace portcullis::bench {

namespace {

PolicySet LoadSources(const std::vector<Source>& sources) {
  Issues issues;
  PolicySet set = LoadPolicySet(sources, issues);
  if (issues.ok()) return set;
  for (const Issue& issue : issues.all()) {
    if (issue.severity != Severity::kError) continue;
    std::fprintf(stderr, "%s\n", FormatIssue(issue).c_str());
    break;
  }
  std::abort();
}

}  // namespace

PolicySet LoadSet(const std::string& name, const std::string& json) {
  return LoadSources({{name, json}});
}

PolicySet LoadParts(const std::string& name,
                    const std::vector<std::string>& parts) {
  std::vector<Source> sources;
  for (const std::string& part : parts) sources.push_back({name, part});
  return LoadSources(sources);
}

std::vector<RequestText> DrawRequests(
    size_t count, const ShareTargets& shares, Random& random,
    const std::function<RequestText(Verdict aim)>& draw) {
  size_t left[3] = {};  // by Verdict
  const auto left_of = [&](Verdict verdict) -> size_t& {
    return left[static_cast<size_t>(verdict)];
  };
  left_of(Verdict::kAllowed) = count * shares.allowed / 100;
  left_of(Verdict::kExplicitDeny) = count * shares.explicit_deny / 100;
  left_of(Verdict::kImplicitDeny) =
      count - left_of(Verdict::kAllowed) - left_of(Verdict::kExplicitDeny);
  absl::flat_hash_set<std::string> seen;
  std::vector<RequestText> requests;
  for (size_t draws = 0; requests.size() < count; ++draws) {
    if (draws == 1000 * count) {
      std::fprintf(stderr, "the shares of the outcomes cannot be reached\n");
      std::abort();
    }
    size_t at = random.Below(left[0] + left[1] + left[2]);
    size_t aim = 0;
    while (at >= left[aim]) at -= left[aim++];
    RequestText request = draw(static_cast<Verdict>(aim));
    if (left_of(request.expected) == 0) continue;
    const std::string key =
        Cat({request.principal, "\n", request.action, "\n", request.resource});
    if (!seen.insert(key).second) continue;
    --left_of(request.expected);
    requests.push_back(std::move(request));
  }
  random.Shuffle(requests);
  return requests;
}

}  // namespace portcullis::bench
