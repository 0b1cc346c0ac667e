// pattern_set.h -- a yardstick: the obvious library answer. All resource
// patterns of all policies in one RE2::Set; the statements of the principal are
// then tried by their action and by the set's answer.
#ifndef PORTCULLIS_BENCH_PATTERN_SET_H_
#define PORTCULLIS_BENCH_PATTERN_SET_H_

#include <re2/set.h>

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

// Decides the same requests as Interpreter.
//
// Threads. Thread-compatible: the set's answer is kept in members.
class PatternSet {
 public:
  explicit PatternSet(const PolicySet& set);
  PatternSet(const PatternSet&) = delete;
  PatternSet& operator=(const PatternSet&) = delete;

  Verdict Decide(const Request& request);

 private:
  struct SetRule {
    Rule rule;
    std::vector<int> patterns;  // ids in the RE2::Set
  };
  struct Caller {
    std::string_view account;
    std::vector<const SetRule*> rules;  // denies first
  };

  int PatternId(const std::string& pattern);
  bool Matches(const SetRule& rule, const Caller& caller,
               std::string_view folded_action, const Request& request) const;

  RE2::Set patterns_;
  absl::flat_hash_map<std::string, int> ids_;
  std::deque<SetRule> rules_;
  absl::flat_hash_map<std::string, Caller> callers_;  // by ARN
  std::vector<int> matched_;
  std::vector<bool> is_matched_;  // by pattern id
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_PATTERN_SET_H_
