// count_text.h -- counted things in messages.
#ifndef PORTCULLIS_CLI_COUNT_TEXT_H_
#define PORTCULLIS_CLI_COUNT_TEXT_H_

#include <cstddef>
#include <string>

namespace portcullis::cli {

// "1 policy", "2 policies"; without `many` an s makes the plural.
inline std::string Count(size_t count, const std::string& one,
                         const std::string& many = "") {
  const std::string plural = many.empty() ? one + "s" : many;
  return std::to_string(count) + " " + (count == 1 ? one : plural);
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_COUNT_TEXT_H_
