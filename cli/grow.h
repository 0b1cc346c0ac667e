// grow.h -- Internal to `compile --verify`: requests grown from a policy set's
// own statements, so that they are about what the policies are about.
#ifndef PORTCULLIS_CLI_GROW_H_
#define PORTCULLIS_CLI_GROW_H_

#include <cstdint>
#include <string>
#include <vector>

#include "cli/random.h"
#include "policy/policy_set.h"

namespace portcullis::cli {

// A statement in one place where it takes part in decisions.
struct GrowTarget {
  const Document* document = nullptr;
  const Statement* statement = nullptr;
  const Principal* caller = nullptr;  // null: whom the statement names
  std::string_view resource;          // the policy's own; empty: any
  std::string_view owner;             // of the resource; empty: any
  std::string_view endpoint;          // empty: none
};

// Every statement of every layer, with the callers, resources, accounts and
// endpoints that it is attached to. Of each kind of attachment an even sample
// of at most `sample` is taken. Borrows `set`.
std::vector<GrowTarget> CollectTargets(const PolicySet& set, size_t sample);

// Grows one request after the other. Borrows its arguments.
//
// Threads. Thread-compatible.
class RequestGrower {
 public:
  RequestGrower(const PolicySet& set, const std::vector<GrowTarget>& targets,
                uint64_t seed);

  // A request in JSON for `target`: most match the statement, the others miss
  // it by a little.
  std::string Grow(const GrowTarget& target);

 private:
  friend class GrownRequest;

  const PolicySet& set_;
  const std::vector<GrowTarget>& targets_;
  Random random_;
  std::vector<std::string> managed_policies_;  // ARNs
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_GROW_H_
