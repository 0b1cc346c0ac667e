// interpreter.h -- a yardstick: what a good engineer writes in a week. Parsed
// documents, each principal's statements bucketed by service with the denies
// first, globs matched by hand in place.
#ifndef PORTCULLIS_BENCH_INTERPRETER_H_
#define PORTCULLIS_BENCH_INTERPRETER_H_

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "policy/policy_set.h"
#include "policy/values.h"
#include "runtime/decision.h"
#include "runtime/request.h"

namespace portcullis::bench {

// Decides by the identity policies of known users and roles, for requests
// inside one account: that is all that workload `org` needs. It reads
// Action, NotAction, Resource, NotResource and the condition operators of
// IsSupported(); of the derived keys aws:PrincipalAccount and
// aws:ResourceAccount. The constructor aborts on anything else.
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
  struct Test {
    Comparison comparison = Comparison::kStringEquals;
    std::string key;  // folded
    std::vector<std::string> texts;
    std::vector<AddressBlock> blocks;  // IpAddress
  };
  struct Rule {
    bool deny = false;
    bool not_action = false;
    bool not_resource = false;
    std::vector<std::string> actions;  // folded
    std::vector<std::string> resources;
    std::vector<Test> tests;
  };
  using Rules = std::vector<const Rule*>;  // denies first
  struct Caller {
    std::string_view account;
    absl::flat_hash_map<std::string, Rules> by_service;
    Rules any_service;
  };

  static bool IsSupported(Comparison comparison);
  static Rule MakeRule(const Statement& statement);
  static Test MakeTest(const Condition& condition);
  void AddRule(const Rule& rule, Caller& caller);

  static bool Matches(const Rule& rule, const Caller& caller,
                      std::string_view folded_action, const Request& request);
  static bool Holds(const Test& test, const Caller& caller,
                    const Request& request);

  std::deque<Rule> rules_;  // of all policies, in order
  absl::flat_hash_map<std::string, Caller> callers_;  // by ARN
};

// True when `pattern` (`*`, `?`) matches all of `text`. Linear for one star,
// quadratic at worst.
bool MatchGlob(std::string_view pattern, std::string_view text);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_INTERPRETER_H_
