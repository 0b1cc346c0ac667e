// interpreter.h -- a yardstick: what a good engineer writes in a week. Parsed
// documents, each principal's statements bucketed by service in the order of
// its policies, globs matched by hand in place.
#ifndef PORTCULLIS_BENCH_INTERPRETER_H_
#define PORTCULLIS_BENCH_INTERPRETER_H_

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "bench/rules.h"
#include "policy/policy_set.h"
#include "runtime/decision.h"
#include "runtime/request.h"

namespace portcullis::bench {

// Decides by the identity policies of known users and roles, for requests
// inside one account, as far as rules.h goes: that is all that workload `org`
// needs.
//
// Lifetime. Borrows `set`.
// Threads. Thread-safe.
class Interpreter {
 public:
  explicit Interpreter(const PolicySet& set);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  Verdict Decide(const Request& request) const;

 private:
  using Rules = std::vector<const Rule*>;
  struct Caller {
    std::string_view account;
    absl::flat_hash_map<std::string, Rules> by_service;
    Rules any_service;
  };

  static void AddRule(const Rule& rule, Caller& caller);

  std::deque<Rule> rules_;                            // of all policies
  absl::flat_hash_map<std::string, Caller> callers_;  // by ARN
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_INTERPRETER_H_
