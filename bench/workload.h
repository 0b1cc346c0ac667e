// workload.h -- the workloads of the benchmarks: policies as JSON for the real
// compiler, and requests with the answers they must get. bench/README.md says
// what each stands for. Everything follows from the seed.
#ifndef PORTCULLIS_BENCH_WORKLOAD_H_
#define PORTCULLIS_BENCH_WORKLOAD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "bench/requests.h"
#include "policy/policy_set.h"

namespace portcullis::bench {

struct Workload {
  std::string name;
  std::string policy_set;  // a policy set document, minified
  PolicySet set;           // the same, read
  std::vector<RequestText> requests;
};

// Reads a policy set that a generator wrote; aborts on an error.
PolicySet LoadSet(const std::string& name, const std::string& json);

// An organisation's identity policies: `policies` of three to seven statements;
// half as many users, each with 5 to 20 of the policies and 10 services.
struct OrgOptions {
  size_t policies = 1000;
  size_t requests = 20'000;  // distinct, in random order
  double zipf = 0.99;        // of the principals; 0: even
  size_t conditional = 10;   // percent of the statements with a condition
  size_t context = 2;        // keys that each request carries, 2 to 8
  // Percent of the requests; the rest is denied implicitly.
  size_t allowed = 50;
  size_t explicit_deny = 10;
  uint64_t seed = 1;
};
Workload MakeOrg(const OrgOptions& options);

// `org` before and after one policy in a hundred was changed. The requests are
// the same; their answers are those of each version.
struct Churn {
  Workload before;
  Workload after;
};
Churn MakeChurn(const OrgOptions& options);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_WORKLOAD_H_
