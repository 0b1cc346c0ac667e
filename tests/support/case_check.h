// case_check.h -- runs the cases of a file on every engine.
#ifndef PORTCULLIS_TESTS_SUPPORT_CASE_CHECK_H_
#define PORTCULLIS_TESTS_SUPPORT_CASE_CHECK_H_

#include <cstddef>
#include <string>

#include "tests/support/engines.h"

namespace portcullis::testing {

struct CaseCount {
  size_t cases = 0;
  size_t requests = 0;
};

// Every request of every case must get the expected answer of every engine, and
// every `expectError` its issue; each that does not is a failure of the test.
// `shared`, which may be null, decides cases without a policy set.
CaseCount CheckCaseFile(const std::string& path, Engines* shared);

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_SUPPORT_CASE_CHECK_H_
