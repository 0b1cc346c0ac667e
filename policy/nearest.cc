#include "policy/nearest.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "policy/issue.h"
#include "policy/values.h"

namespace portcullis {
namespace {

constexpr size_t kMaxWord = 64;  // bytes; longer words are cut

std::string Cut(std::string_view text) {
  return Fold(text.substr(0, kMaxWord));
}

// A name is close when at most every second letter is wrong.
bool IsClose(std::string_view word, std::string_view name) {
  return EditDistance(word, name) * 2 <= std::max<size_t>(name.size(), 2);
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  using Row = std::array<size_t, kMaxWord + 1>;
  const std::string x = Cut(a);
  const std::string y = Cut(b);
  Row before{}, previous{}, current{};
  for (size_t j = 0; j <= y.size(); ++j) current[j] = j;
  for (size_t i = 1; i <= x.size(); ++i) {
    before = previous;
    previous = current;
    current[0] = i;
    for (size_t j = 1; j <= y.size(); ++j) {
      const size_t change = x[i - 1] == y[j - 1] ? 0 : 1;
      current[j] = std::min(
          {previous[j] + 1, current[j - 1] + 1, previous[j - 1] + change});
      const bool swapped =
          i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1];
      if (swapped) current[j] = std::min(current[j], before[j - 2] + 1);
    }
  }
  return current[y.size()];
}

std::string Nearest(std::string_view word,
                    const std::vector<std::string_view>& names) {
  std::string_view nearest;
  size_t best = 2 * kMaxWord;
  for (const std::string_view name : names) {
    const size_t length = std::min(word.size(), kMaxWord);
    const size_t least =
        std::max(length, name.size()) - std::min(length, name.size());
    if (least >= best) continue;
    const size_t distance = EditDistance(word, name);
    if (distance < best) std::tie(best, nearest) = std::pair(distance, name);
  }
  return std::string(nearest);
}

std::string Suggest(std::string_view word,
                    const std::vector<std::string_view>& names) {
  const std::string nearest = Nearest(word, names);
  if (IsClose(word, nearest)) return "did you mean " + Quoted(nearest) + "?";
  std::string hint = "expected one of ";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) hint += ", ";
    hint += Quoted(names[i]);
  }
  return hint;
}

}  // namespace portcullis
