#include "runtime/value.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "runtime/text.h"

namespace portcullis {
namespace {

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// ---- numbers ---------------------------------------------------------------

constexpr int64_t kExponentLimit = int64_t{1} << 40;

// Reads an exponent's sign and digits; saturates.
std::optional<int64_t> ReadExponent(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) return std::nullopt;
  int64_t value = 0;
  for (char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    value = std::min(value * 10 + (c - '0'), kExponentLimit);
  }
  return negative ? -value : value;
}

// Where the point of a mantissa stands, which has digits on both sides.
struct Mantissa {
  size_t point = 0;  // index of '.', or the size when there is none
  bool valid = false;
};

Mantissa ScanMantissa(std::string_view text) {
  Mantissa m;
  m.point = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsDigit(text[i])) continue;
    if (text[i] != '.' || m.point < text.size()) return m;
    m.point = i;
  }
  m.valid = m.point > 0 && m.point + 1 != text.size();
  return m;
}

// The digits of a DecimalView in order, without the point; 0 past the end.
class DigitReader {
 public:
  explicit DigitReader(std::string_view text) : text_(text) {}
  bool done() {
    SkipPoint();
    return at_ == text_.size();
  }
  char Next() { return done() ? '0' : text_[at_++]; }

 private:
  void SkipPoint() {
    if (at_ < text_.size() && text_[at_] == '.') ++at_;
  }
  std::string_view text_;
  size_t at_ = 0;
};

std::strong_ordering CompareMagnitude(const DecimalView& a, int64_t exponent,
                                      std::string_view digits) {
  if (a.digits.empty() || digits.empty()) {
    return a.digits.size() <=> digits.size();
  }
  if (a.exponent != exponent) return a.exponent <=> exponent;
  DigitReader left(a.digits);
  DigitReader right(digits);
  while (!left.done() || !right.done()) {
    const char x = left.Next();
    const char y = right.Next();
    if (x != y) return x <=> y;
  }
  return std::strong_ordering::equal;
}

// ---- dates -----------------------------------------------------------------

// Days from 1970-01-01 to a day of the proleptic Gregorian calendar.
int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t year_of_era = year - era * 400;
  const int64_t shifted = month > 2 ? month - 3 : month + 9;
  const int64_t day_of_year = (153 * shifted + 2) / 5 + day - 1;
  const int64_t day_of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

int64_t DaysInMonth(int64_t year, int64_t month) {
  constexpr int64_t kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

// Takes characters from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool done() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // Exactly `count` digits, with a value of `low` to `high`.
  bool TakeNumber(size_t count, int64_t low, int64_t high, int64_t& out) {
    if (text_.size() < count) return false;
    out = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!IsDigit(text_[i])) return false;
      out = out * 10 + (text_[i] - '0');
    }
    text_.remove_prefix(count);
    return out >= low && out <= high;
  }
  // One digit or more, as a fraction of a second cut to nanoseconds.
  bool TakeFraction(uint32_t& nanoseconds) {
    size_t count = 0;
    uint32_t value = 0;
    while (count < text_.size() && IsDigit(text_[count])) {
      if (count < 9)
        value = value * 10 + static_cast<uint32_t>(text_[count] - '0');
      ++count;
    }
    for (size_t i = count; i < 9; ++i) value *= 10;
    text_.remove_prefix(count);
    nanoseconds = value;
    return count > 0;
  }

 private:
  std::string_view text_;
};

struct TimeOfDay {
  int64_t seconds = 0;  // after midnight, less the zone's offset
  uint32_t nanoseconds = 0;
};

// `Z`, `+hh:mm`, `-hh:mm` or nothing; the offset is taken off `time`.
bool TakeZone(Cursor& cursor, TimeOfDay& time) {
  if (cursor.done() || cursor.Take('Z')) return true;
  const bool minus = cursor.Take('-');
  if (!minus && !cursor.Take('+')) return false;
  int64_t hours = 0;
  int64_t minutes = 0;
  if (!cursor.TakeNumber(2, 0, 23, hours) || !cursor.Take(':') ||
      !cursor.TakeNumber(2, 0, 59, minutes)) {
    return false;
  }
  const int64_t offset = hours * 3600 + minutes * 60;
  time.seconds += minus ? offset : -offset;
  return true;
}

// `hh:mm[:ss[.f]]ZONE`.
bool TakeTime(Cursor& cursor, TimeOfDay& time) {
  int64_t hours = 0;
  int64_t minutes = 0;
  int64_t seconds = 0;
  if (!cursor.TakeNumber(2, 0, 23, hours) || !cursor.Take(':') ||
      !cursor.TakeNumber(2, 0, 59, minutes)) {
    return false;
  }
  if (cursor.Take(':')) {
    if (!cursor.TakeNumber(2, 0, 59, seconds)) return false;
    if (cursor.Take('.') && !cursor.TakeFraction(time.nanoseconds)) {
      return false;
    }
  }
  time.seconds = hours * 3600 + minutes * 60 + seconds;
  return TakeZone(cursor, time);
}

std::optional<InstantValue> ReadCalendar(std::string_view text) {
  Cursor cursor(text);
  int64_t year = 0;
  int64_t month = 1;
  int64_t day = 1;
  TimeOfDay time;
  if (!cursor.TakeNumber(4, 0, 9999, year) || !cursor.Take('-') ||
      !cursor.TakeNumber(2, 1, 12, month)) {
    return std::nullopt;
  }
  if (cursor.Take('-')) {
    if (!cursor.TakeNumber(2, 1, DaysInMonth(year, month), day)) {
      return std::nullopt;
    }
    if (cursor.Take('T') && !TakeTime(cursor, time)) return std::nullopt;
  }
  if (!cursor.done()) return std::nullopt;
  return InstantValue{DaysFromCivil(year, month, day) * 86400 + time.seconds,
                      time.nanoseconds};
}

// Epoch seconds: digits with an optional minus, of a value that fits 64 bits.
std::optional<InstantValue> ReadEpoch(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  constexpr uint64_t kMost = uint64_t{1} << 63;
  uint64_t value = 0;
  for (char c : text) {
    if (!IsDigit(c) || value > kMost / 10) return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(c - '0');
  }
  if (value > kMost - (negative ? 0 : 1)) return std::nullopt;
  // Two's complement: 2^63 negated is the least value.
  return InstantValue{static_cast<int64_t>(negative ? 0 - value : value), 0};
}

// ---- addresses -------------------------------------------------------------

bool ReadV4(std::string_view text, uint8_t* out) {
  for (int octet = 0; octet < 4; ++octet) {
    if (octet > 0) {
      if (text.empty() || text[0] != '.') return false;
      text.remove_prefix(1);
    }
    size_t size = 0;
    uint32_t value = 0;
    while (size < text.size() && size < 3 && IsDigit(text[size])) {
      value = value * 10 + static_cast<uint32_t>(text[size++] - '0');
    }
    if (size == 0 || value > 255 || (size > 1 && text[0] == '0')) return false;
    out[octet] = static_cast<uint8_t>(value);
    text.remove_prefix(size);
  }
  return text.empty();
}

int HexValue(char c) {
  if (IsDigit(c)) return c - '0';
  c = FoldChar(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One group of one to four hex digits.
bool TakeGroup(std::string_view& text, uint8_t* out) {
  size_t size = 0;
  uint32_t value = 0;
  while (size < text.size() && size < 4 && HexValue(text[size]) >= 0) {
    value = value << 4 | static_cast<uint32_t>(HexValue(text[size++]));
  }
  if (size == 0) return false;
  out[0] = static_cast<uint8_t>(value >> 8);
  out[1] = static_cast<uint8_t>(value & 0xFF);
  text.remove_prefix(size);
  return true;
}

// Groups separated by ':', the last two perhaps as an IPv4 address; up to
// `room` bytes. Returns the bytes written, or -1.
int ReadGroups(std::string_view text, uint8_t* out, int room) {
  if (text.empty()) return 0;
  int used = 0;
  for (;;) {
    if (text.find(':') == text.npos && text.find('.') != text.npos) {
      return used + 4 <= room && ReadV4(text, out + used) ? used + 4 : -1;
    }
    if (used + 2 > room || !TakeGroup(text, out + used)) return -1;
    used += 2;
    if (text.empty()) return used;
    if (text[0] != ':') return -1;
    text.remove_prefix(1);
  }
}

bool ReadV6(std::string_view text, uint8_t* out) {
  const size_t gap = text.find("::");
  if (gap == text.npos) return ReadGroups(text, out, 16) == 16;
  uint8_t tail[16] = {};
  const std::string_view head = Slice(text, 0, gap);
  if (head.find('.') != head.npos) return false;
  const int before = ReadGroups(head, out, 14);
  if (before < 0) return false;
  const int after = ReadGroups(Slice(text, gap + 2), tail, 14 - before);
  if (after < 0) return false;
  std::memset(out + before, 0, static_cast<size_t>(16 - before));
  std::memcpy(out + 16 - after, tail, static_cast<size_t>(after));
  return true;
}

// ---- base64 ----------------------------------------------------------------

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (IsDigit(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// The text without its padding; nullopt when the padding is wrong.
std::optional<std::string_view> WithoutPadding(std::string_view text) {
  size_t padding = 0;
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  if (padding > 2 || (padding > 0 && (text.size() + padding) % 4 != 0)) {
    return std::nullopt;
  }
  return text;
}

// Byte `i` of what unpadded base64 `text` stands for.
unsigned char Base64Byte(std::string_view text, size_t i) {
  const size_t group = i / 3 * 4;
  uint32_t bits = 0;
  for (size_t k = 0; k < 4; ++k) {
    const size_t at = group + k;
    bits =
        bits << 6 |
        (at < text.size() ? static_cast<uint32_t>(Base64Value(text[at])) : 0);
  }
  return static_cast<unsigned char>(bits >> (8 * (2 - i % 3)) & 0xFF);
}

// `.5` of half a second, nothing of none.
char* FormatFraction(uint32_t nanoseconds, char* out) {
  if (nanoseconds == 0) return out;
  *out++ = '.';
  for (uint32_t divisor = 100'000'000; nanoseconds != 0; divisor /= 10) {
    *out++ = static_cast<char>('0' + nanoseconds / divisor);
    nanoseconds %= divisor;
  }
  return out;
}

}  // namespace

std::optional<DecimalView> ReadDecimal(std::string_view text) {
  DecimalView number;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    number.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const size_t e = text.find_first_of("eE");
  int64_t exponent = 0;
  if (e != text.npos) {
    const auto read = ReadExponent(Slice(text, e + 1));
    if (!read) return std::nullopt;
    exponent = *read;
    text = Slice(text, 0, e);
  }
  const Mantissa mantissa = ScanMantissa(text);
  if (!mantissa.valid) return std::nullopt;
  const size_t first = text.find_first_not_of("0.");
  if (first == text.npos) return DecimalView{};
  const size_t last = text.find_last_not_of("0.");
  number.digits = Slice(text, first, last - first + 1);
  // Digits between the first one that counts and the point: to the left of the
  // point they raise the exponent, to the right of it they lower it.
  const auto point = static_cast<int64_t>(mantissa.point);
  const auto start = static_cast<int64_t>(first);
  const int64_t scale = start < point ? point - start : point - start + 1;
  number.exponent =
      std::clamp(scale + exponent, -kExponentLimit, kExponentLimit);
  return number;
}

std::strong_ordering CompareDecimal(const DecimalView& request,
                                    const NumberRecord& policy,
                                    std::string_view digits) {
  const bool policy_negative = policy.negative != 0;
  if (request.negative != policy_negative) {
    return request.negative ? std::strong_ordering::less
                            : std::strong_ordering::greater;
  }
  const auto order = CompareMagnitude(request, policy.exponent, digits);
  return request.negative ? 0 <=> order : order;
}

std::optional<InstantValue> ReadInstant(std::string_view text) {
  const auto epoch = ReadEpoch(text);
  return epoch ? epoch : ReadCalendar(text);
}

std::optional<bool> ReadBool(std::string_view text) {
  if (EqualsFolded(text, "true")) return true;
  if (EqualsFolded(text, "false")) return false;
  return std::nullopt;
}

std::optional<AddressValue> ReadAddress(std::string_view text) {
  AddressValue address;
  address.is_v6 = text.find(':') != text.npos;
  const bool ok =
      address.is_v6 ? ReadV6(text, address.bytes) : ReadV4(text, address.bytes);
  if (!ok) return std::nullopt;
  return address;
}

bool BlockContains(const AddressRecord& block, const AddressValue& address) {
  if ((block.is_v6 != 0) != address.is_v6) return false;
  const uint32_t whole = block.bits / 8;
  if (!SameBytes(reinterpret_cast<const char*>(block.bytes),
                 reinterpret_cast<const char*>(address.bytes), whole)) {
    return false;
  }
  const uint32_t rest = block.bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xFF << (8 - rest));
  return (address.bytes[whole] & mask) == (block.bytes[whole] & mask);
}

bool IsBase64(std::string_view text) {
  const auto body = WithoutPadding(text);
  if (!body || body->size() % 4 == 1) return false;
  return std::all_of(body->begin(), body->end(),
                     [](char c) { return Base64Value(c) >= 0; });
}

std::strong_ordering CompareBase64(std::string_view text,
                                   std::string_view bytes) {
  const std::string_view body = *WithoutPadding(text);
  const size_t size = body.size() * 3 / 4;
  const size_t common = std::min(size, bytes.size());
  for (size_t i = 0; i < common; ++i) {
    const unsigned char x = Base64Byte(body, i);
    const auto y = static_cast<unsigned char>(bytes[i]);
    if (x != y) return x <=> y;
  }
  return size <=> bytes.size();
}

std::string_view FormatInteger(int64_t value, char* buffer) {
  const auto result = std::to_chars(buffer, buffer + 32, value);
  return {buffer, static_cast<size_t>(result.ptr - buffer)};
}

std::string_view FormatInstant(InstantValue instant, char* buffer) {
  int64_t days = instant.seconds / 86400;
  int64_t rest = instant.seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  // The inverse of DaysFromCivil.
  const int64_t z = days + 719468;
  const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const int64_t doe = z - era * 146097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const int64_t month = mp < 10 ? mp + 3 : mp - 9;
  const int64_t year =
      std::clamp<int64_t>(yoe + era * 400 + (month <= 2 ? 1 : 0), 0, 9999);
  const int64_t fields[] = {
      year,        month,          doy - (153 * mp + 2) / 5 + 1,
      rest / 3600, rest / 60 % 60, rest % 60};
  const char separators[] = {'-', '-', 'T', ':', ':'};
  char* out = buffer;
  for (int i = 0; i < 6; ++i) {
    if (i > 0) *out++ = separators[i - 1];
    int64_t divisor = i == 0 ? 1000 : 10;
    for (; divisor > 0; divisor /= 10) {
      *out++ = static_cast<char>('0' + fields[i] / divisor % 10);
    }
  }
  out = FormatFraction(instant.nanoseconds, out);
  *out++ = 'Z';
  return {buffer, static_cast<size_t>(out - buffer)};
}

}  // namespace portcullis
