// difference.h -- a request that two engines answer differently: found, made
// small, and printed so that it can be replayed and kept.
#ifndef PORTCULLIS_TESTS_DIFFERENTIAL_DIFFERENCE_H_
#define PORTCULLIS_TESTS_DIFFERENTIAL_DIFFERENCE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/request_reader.h"
#include "tests/differential/engine_set.h"
#include "tests/generators/world.h"

namespace portcullis::testing {

struct Difference {
  std::string policy_set;  // JSON
  std::string request;     // JSON
  EngineAnswer expected;   // the reference's
  EngineAnswer actual;
};

// Asks the engines under test one question; the reference's answer is first.
using AskEngines =
    std::function<std::vector<EngineAnswer>(const cli::RequestReader&)>;
// The engines of a set, to be asked again and again.
using MakeEngines = std::function<AskEngines(PolicySet)>;

// All engines of EngineSet.
AskEngines AllEngines(PolicySet set);

// The clock of all comparisons: 2026-01-01T00:00:00Z in nanoseconds.
inline constexpr int64_t kComparisonTime = 1767225600'000'000'000;

// The answers to a request in JSON; empty when it cannot be read.
std::vector<EngineAnswer> AskText(const AskEngines& ask,
                                  std::string_view request);

// Why engines differ on `request` under `policy_set`; nullopt when they agree,
// or when one of the two texts has an error. What an engine throws counts as a
// difference.
std::optional<Difference> Compare(const MakeEngines& make,
                                  const std::string& policy_set,
                                  const std::string& request);

// A smaller difference of the same engine: drops members and elements of set
// and request, largest first, and makes texts plain, for as long as the same
// engine differs from the reference.
// Cost. At most `attempts` comparisons.
Difference Shrink(const MakeEngines& make, Difference difference,
                  size_t attempts = 4000);

// Engines, answers, policy set and request for people, then `case: ` with the
// difference as a case of corpora/conformance's format on one line, named
// `name`; scripts/regression-case takes it from there.
std::string Describe(const Difference& difference, const std::string& name);

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_DIFFERENTIAL_DIFFERENCE_H_
