// Dates of condition values (S-73).
#include <chrono>
#include <limits>

#include "policy/values.h"

namespace portcullis {
namespace {

// Reads a text from the left; every step tells whether it found its part.
class DateScanner {
 public:
  explicit DateScanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Exactly `count` digits with a value in [low, high].
  bool TakeNumber(size_t count, int low, int high, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value >= low && value <= high;
  }

  // One or more digits of a second's fraction; those after the ninth are cut.
  bool TakeFraction(uint32_t& nanoseconds) {
    size_t count = 0;
    uint32_t unit = 100'000'000;
    for (; count < rest_.size(); ++count) {
      if (rest_[count] < '0' || rest_[count] > '9') break;
      nanoseconds += static_cast<uint32_t>(rest_[count] - '0') * unit;
      unit /= 10;
    }
    rest_.remove_prefix(count);
    return count > 0;
  }

 private:
  std::string_view rest_;
};

std::optional<int64_t> DayNumber(int year, int month, int day) {
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
      std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// `YYYY-MM` or `YYYY-MM-DD`, as seconds; `has_day` tells which.
std::optional<int64_t> TakeDay(DateScanner& scan, bool& has_day) {
  int year = 0;
  int month = 0;
  int day = 1;
  if (!scan.TakeNumber(4, 0, 9999, year) || !scan.Take('-') ||
      !scan.TakeNumber(2, 1, 12, month))
    return std::nullopt;
  has_day = scan.Take('-');
  if (has_day && !scan.TakeNumber(2, 1, 31, day)) return std::nullopt;
  const std::optional<int64_t> number = DayNumber(year, month, day);
  if (!number) return std::nullopt;
  return *number * 86400;
}

// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, added to `instant`.
bool TakeTime(DateScanner& scan, Instant& instant) {
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (!scan.TakeNumber(2, 0, 23, hours) || !scan.Take(':') ||
      !scan.TakeNumber(2, 0, 59, minutes))
    return false;
  if (scan.Take(':')) {
    if (!scan.TakeNumber(2, 0, 59, seconds)) return false;
    if (scan.Take('.') && !scan.TakeFraction(instant.nanoseconds)) return false;
  }
  instant.seconds += hours * 3600 + minutes * 60 + seconds;
  return true;
}

// `Z`, `+hh:mm`, `-hh:mm` or nothing.
bool TakeZone(DateScanner& scan, Instant& instant, bool& missing) {
  missing = scan.AtEnd();
  if (missing || scan.Take('Z')) return scan.AtEnd();
  const bool west = scan.Take('-');
  if (!west && !scan.Take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!scan.TakeNumber(2, 0, 23, hours) || !scan.Take(':') ||
      !scan.TakeNumber(2, 0, 59, minutes))
    return false;
  const int offset = hours * 3600 + minutes * 60;
  instant.seconds += west ? offset : -offset;
  return scan.AtEnd();
}

// Digits with an optional minus; nullopt also beyond 64 bits.
std::optional<Instant> ParseEpoch(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  int64_t value = 0;  // below zero, where one more value fits
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    if (__builtin_mul_overflow(value, 10, &value) ||
        __builtin_sub_overflow(value, c - '0', &value))
      return std::nullopt;
  }
  if (negative) return Instant{value, 0};
  if (value == std::numeric_limits<int64_t>::min()) return std::nullopt;
  return Instant{-value, 0};
}

}  // namespace

std::optional<Instant> ParseDate(std::string_view text, bool* zone_missing) {
  if (zone_missing != nullptr) *zone_missing = false;
  if (const std::optional<Instant> epoch = ParseEpoch(text)) return epoch;
  DateScanner scan(text);
  bool has_day = false;
  const std::optional<int64_t> day = TakeDay(scan, has_day);
  if (!day) return std::nullopt;
  Instant instant{*day, 0};
  if (scan.AtEnd()) return instant;
  bool missing = false;
  if (!has_day || !scan.Take('T') || !TakeTime(scan, instant) ||
      !TakeZone(scan, instant, missing))
    return std::nullopt;
  if (zone_missing != nullptr) *zone_missing = missing;
  return instant;
}

}  // namespace portcullis
