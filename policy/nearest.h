// nearest.h -- suggestions for misspelt names.
#ifndef PORTCULLIS_POLICY_NEAREST_H_
#define PORTCULLIS_POLICY_NEAREST_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a`
// into `b`, letters of different case being equal. Cost: the product of the
// lengths, each cut at 64 bytes.
size_t EditDistance(std::string_view a, std::string_view b);

// The first of the `names` with the least distance to `word`; "" for no names.
std::string Nearest(std::string_view word,
                    const std::vector<std::string_view>& names);

// A hint for an unknown `word`: "did you mean `Effect`?" when one of the
// `names` is close, else "expected one of `A`, `B`".
std::string Suggest(std::string_view word,
                    const std::vector<std::string_view>& names);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_NEAREST_H_
