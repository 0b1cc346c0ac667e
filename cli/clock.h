// clock.h -- the time, for decisions that are compared with each other and for
// sessions.
#ifndef PORTCULLIS_CLI_CLOCK_H_
#define PORTCULLIS_CLI_CLOCK_H_

#include <chrono>
#include <cstdint>

namespace portcullis::cli {

// Nanoseconds since 1970.
inline int64_t NowNanoseconds() {
  using std::chrono::duration_cast, std::chrono::nanoseconds;
  return duration_cast<nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The same, cut down to a whole second as the times of sessions are.
inline int64_t NowInWholeSeconds() {
  return NowNanoseconds() / 1'000'000'000 * 1'000'000'000;
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CLOCK_H_
