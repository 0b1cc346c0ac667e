// pattern.h -- wildcard patterns (S-32 to S-47, S-78), matched through RE2 so
// that nothing is shared with the compiled path. Internal: use reference.h.
//
// Every function throws std::runtime_error where RE2 cannot hold a pattern: a
// test tool may stop, but never guess.
#ifndef PORTCULLIS_REFERENCE_PATTERN_H_
#define PORTCULLIS_REFERENCE_PATTERN_H_

#include <string>
#include <string_view>
#include <vector>

#include "policy/document.h"

namespace portcullis::reference {

// A run of a pattern whose variables are replaced. In wild text `*` and `?` are
// wildcards and `:` separates ARN parts; other text means itself (S-55).
struct Piece {
  bool wild = true;
  std::string text;
};
using Pattern = std::vector<Piece>;

// The text of a pattern where wildcards are ordinary characters.
std::string PlainText(const Pattern& pattern);

// S-32, S-33
bool MatchesText(const Pattern& pattern, std::string_view text);
// S-35
bool MatchesAction(std::string_view pattern, std::string_view action);
// S-78. Requires. IsArn(arn).
bool MatchesArn(const Pattern& pattern, std::string_view arn);

enum class Match {
  kNo,
  kYes,
  kNever,  // whatever the resource: S-43, S-44
};
// S-36 to S-44, S-47. Requires. `resource` is `*` or an ARN.
Match MatchesResource(const Pattern& pattern, PolicyType type,
                      std::string_view resource);

}  // namespace portcullis::reference

#endif  // PORTCULLIS_REFERENCE_PATTERN_H_
