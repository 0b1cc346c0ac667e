// rules.h -- identity policies as the yardsticks read them: parsed statements
// matched one by one, globs by hand.
#ifndef PORTCULLIS_BENCH_RULES_H_
#define PORTCULLIS_BENCH_RULES_H_

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/policy_set.h"
#include "policy/values.h"
#include "runtime/request.h"

namespace portcullis::bench {

// One pair of a Condition.
struct Test {
  Comparison comparison = Comparison::kStringEquals;
  std::string key;  // folded
  std::vector<std::string> texts;
  std::vector<AddressBlock> blocks;  // IpAddress
};

// One statement.
struct Rule {
  bool deny = false;
  bool not_action = false;
  bool not_resource = false;
  std::vector<std::string> actions;  // folded
  std::vector<std::string> resources;
  std::vector<Test> tests;
};

// Knows all of Action, NotAction, Resource and NotResource; StringEquals,
// StringLike, IpAddress and their negations on single values; of the derived
// keys aws:PrincipalAccount and aws:ResourceAccount; of variables
// ${aws:PrincipalAccount} as a whole value. Aborts on other operators.
Rule MakeRule(const Statement& statement);

// True when `pattern` (`*`, `?`) matches all of `text`. Linear for one star,
// quadratic at worst.
bool MatchGlob(std::string_view pattern, std::string_view text);

bool MatchesAction(const Rule& rule, std::string_view folded_action);
bool MatchesResource(const Rule& rule, std::string_view resource);
// `account` is the caller's.
bool HoldsAll(const Rule& rule, std::string_view account,
              const Request& request);

// An action folded into memory of its own.
class FoldedAction {
 public:
  explicit FoldedAction(std::string_view action);
  std::string_view text() const { return {buffer_.data(), size_}; }
  std::string_view service() const {
    return text().substr(0, text().find(':'));
  }

 private:
  std::array<char, 256> buffer_;
  size_t size_;
};

// What Abseil's maps look up.
inline absl::string_view ViewOf(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_RULES_H_
