// pair_flags.h -- flags that take pairs: `--context K=V K=V IMAGE`.
#ifndef PORTCULLIS_CLI_PAIR_FLAGS_H_
#define PORTCULLIS_CLI_PAIR_FLAGS_H_

#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace portcullis::cli {

// Adds a flag that takes one pair or more and may be repeated. `pairs` outlives
// the verb.
CLI::Option* AddPairs(CLI::App& verb, const std::string& name,
                      std::vector<std::string>& pairs, const std::string& help);

// `arguments` with the flag before every pair that follows another one, since
// the parser cannot tell a pair from what stands behind it: `--context a=1 b=2
// IMAGE` becomes `--context a=1 --context b=2 IMAGE`. A pair has a `=` and does
// not begin with `-`.
std::vector<std::string> RepeatPairFlags(
    const CLI::App& verb, const std::vector<std::string>& arguments);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_PAIR_FLAGS_H_
