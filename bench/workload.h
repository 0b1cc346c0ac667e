// workload.h -- the workloads of the benchmarks: policies as JSON for the real
// compiler, and requests with the answers they must get. bench/README.md says
// what each stands for. Everything follows from the seed.
#ifndef PORTCULLIS_BENCH_WORKLOAD_H_
#define PORTCULLIS_BENCH_WORKLOAD_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/random.h"
#include "bench/requests.h"
#include "policy/policy_set.h"

namespace portcullis::bench {

struct Workload {
  std::string name;
  std::string policy_set;  // a policy set document, minified; empty when it is
                           // too large for one
  PolicySet set;           // the same, read
  std::vector<RequestText> requests;
};

// Reads a policy set that a generator wrote; aborts on an error.
PolicySet LoadSet(const std::string& name, const std::string& json);
// The same of several documents.
PolicySet LoadParts(const std::string& name,
                    const std::vector<std::string>& parts);

// What a request should come to, in percent; the rest is denied implicitly.
struct ShareTargets {
  size_t allowed = 50;
  size_t explicit_deny = 10;
};

// Draws `count` distinct requests that have exactly those shares, in random
// order. `draw(aim)` makes one with its answer; what it aims at is a hint, the
// answer counts. Aborts when the shares cannot be reached.
std::vector<RequestText> DrawRequests(
    size_t count, const ShareTargets& shares, Random& random,
    const std::function<RequestText(Verdict aim)>& draw);

// An organisation's identity policies: `policies` of three to seven statements;
// half as many users, each with 5 to 20 of the policies and 10 services.
struct OrgOptions {
  size_t policies = 1000;
  size_t requests = 20'000;  // distinct, in random order
  double zipf = 0.99;        // of the principals; 0: even
  size_t conditional = 10;   // percent of the statements with a condition
  size_t context = 2;        // keys that each request carries, 0 to 8
  ShareTargets shares = {};
  uint64_t seed = 1;
};
Workload MakeOrg(const OrgOptions& options);
// The policy set document alone.
std::string MakeOrgJson(const OrgOptions& options);

// `org` before and after one policy in a hundred was changed. The requests are
// the same; their answers are those of each version.
struct Churn {
  Workload before;
  Workload after;
};
Churn MakeChurn(const OrgOptions& options);

// An object store: `buckets` with a policy each, that lets one other account
// read what is shared; users of the own account have a home in each bucket, by
// `${aws:username}`.
Workload MakeTenants(size_t buckets, size_t requests);

// Every layer takes part in every decision: role sessions with a boundary and a
// managed session policy, four levels of SCPs, an RCP, bucket policies, an
// endpoint policy.
Workload MakeLayers(size_t requests);

// Guard rails: nine requests in ten are denied by a statement.
Workload MakeDeny(size_t requests);

// A statement's pattern list and resources that are made to hurt; resources of
// up to 64 KiB.
enum class Hostile {
  kPrefixes,       // ten thousand patterns that share a long prefix
  kMiddleStars,    // the same with a star in the middle
  kManyStars,      // up to 65 stars in a pattern
  kQuestionMarks,  // runs of `?` after a star
};
Workload MakeHostile(Hostile kind, size_t requests);

// The AWS managed policies as scripts/fetch-managed-policies wrote them to
// `path`, ten on a role; requests grown from their statements. nullopt when
// there is no such file.
std::optional<Workload> MakeManaged(const std::string& path, size_t requests);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_WORKLOAD_H_
