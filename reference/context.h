// context.h -- the keys that conditions and variables see: what the request
// brings and what is derived from the set, the session and the clock (S-170 to
// S-178, section 8.1). Internal: use reference.h.
#ifndef PORTCULLIS_REFERENCE_CONTEXT_H_
#define PORTCULLIS_REFERENCE_CONTEXT_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy_set.h"
#include "policy/values.h"
#include "reference/caller.h"
#include "reference/pattern.h"
#include "runtime/request.h"

namespace portcullis::reference {

struct ContextValue {
  std::vector<std::string> texts;
  bool is_list = false;

  friend bool operator==(const ContextValue&, const ContextValue&) = default;
};
using Context = std::map<std::string, ContextValue>;  // by folded key (S-61)

// The value of a key in any case; null when absent.
const ContextValue* Find(const Context& context, std::string_view key);
// The text of a key that has a single value (S-51, S-57, S-58).
std::optional<std::string> SingleValue(const Context& context,
                                       std::string_view key);
// `text` with its variables replaced, where they are active (S-50 to S-58);
// nullopt when one has neither value nor default (S-56).
std::optional<Pattern> Resolve(std::string_view text, bool active,
                               const Context& context);

// What the request itself brings; nullopt for two keys that fold to one, in the
// context or among the session's tags (S-172).
std::optional<Context> RequestContext(const Request& request);

// The clock, to be read once a request (S-175).
Instant ClockOf(const Request& request);
// The aws:CurrentTime that the request brings, else `clock`; nullopt when it
// brings one that is not a single date (S-175).
std::optional<Instant> TimeOf(const Context& context, Instant clock);
// S-142: no credentials outlive a time that cannot be read.
bool IsExpired(const Request& request, std::optional<Instant> time);

// Adds the derived keys of section 8.1 to `context`. False when the request
// brought one of them with another value (S-173).
bool AddDerivedKeys(const PolicySet& set, const Request& request,
                    const Caller& caller, const std::string& owner,
                    Instant clock, Context& context);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_CONTEXT_H_
