#include "policy/values.h"

#include <locale.h>
#include <wctype.h>

#include <algorithm>
#include <climits>
#include <cwchar>
#include <stdexcept>
#include <utility>

namespace portcullis {
namespace {

constexpr int64_t kMaxExponent = int64_t{1} << 40;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes the leading digits off `text`.
std::string_view TakeDigits(std::string_view& text) {
  size_t n = 0;
  while (n < text.size() && IsDigit(text[n])) ++n;
  const std::string_view digits = text.substr(0, n);
  text.remove_prefix(n);
  return digits;
}

bool TakeSign(std::string_view& text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

int64_t ClampExponent(int64_t exponent) {
  return std::clamp(exponent, -kMaxExponent, kMaxExponent);
}

// The `e+12` that ends a number, or nothing for no exponent.
std::optional<int64_t> TakeExponent(std::string_view& text) {
  if (text.empty()) return 0;
  if (text[0] != 'e' && text[0] != 'E') return std::nullopt;
  text.remove_prefix(1);
  const bool negative = TakeSign(text);
  const std::string_view digits = TakeDigits(text);
  if (digits.empty() || !text.empty()) return std::nullopt;
  int64_t value = 0;
  for (const char c : digits) {
    value = std::min(value * 10 + (c - '0'), kMaxExponent);
  }
  return negative ? -value : value;
}

// DIGITS[0 .. point) is before the decimal point.
Number Canonical(bool negative, std::string digits, size_t point,
                 int64_t exponent) {
  const size_t first = digits.find_first_not_of('0');
  if (first == std::string::npos) return {};
  const size_t last = digits.find_last_not_of('0');
  Number number;
  number.negative = negative;
  number.exponent = ClampExponent(exponent + static_cast<int64_t>(point) -
                                  static_cast<int64_t>(first));
  number.digits = digits.substr(first, last - first + 1);
  return number;
}

std::strong_ordering CompareMagnitudes(const Number& a, const Number& b) {
  if (a.digits.empty() || b.digits.empty())
    return a.digits.size() <=> b.digits.size();
  if (a.exponent != b.exponent) return a.exponent <=> b.exponent;
  return a.digits <=> b.digits;
}

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

// Removes the padding; nullopt when there is some, but not the right one.
std::optional<std::string_view> WithoutPadding(std::string_view text) {
  const size_t whole = text.size();
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  if (text.size() < whole && whole % 4 != 0) return std::nullopt;
  if (text.size() % 4 == 1) return std::nullopt;
  return text;
}

// The locale of the thread while it lives.
class LocaleScope {
 public:
  explicit LocaleScope(locale_t locale) : before_(uselocale(locale)) {}
  LocaleScope(const LocaleScope&) = delete;
  LocaleScope& operator=(const LocaleScope&) = delete;
  ~LocaleScope() { uselocale(before_); }

 private:
  const locale_t before_;
};

locale_t UnicodeLocale() {
  static const locale_t kUnicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  if (kUnicode == nullptr) throw std::runtime_error("no locale C.UTF-8");
  return kUnicode;
}

char FoldChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::optional<Number> ParseNumber(std::string_view text) {
  const bool negative = TakeSign(text);
  std::string digits(TakeDigits(text));
  const size_t point = digits.size();
  if (digits.empty()) return std::nullopt;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::string_view fraction = TakeDigits(text);
    if (fraction.empty()) return std::nullopt;
    digits += fraction;
  }
  const std::optional<int64_t> exponent = TakeExponent(text);
  if (!exponent) return std::nullopt;
  return Canonical(negative, std::move(digits), point, *exponent);
}

std::strong_ordering CompareNumbers(const Number& a, const Number& b) {
  if (a.negative != b.negative) return b.negative <=> a.negative;
  return a.negative ? CompareMagnitudes(b, a) : CompareMagnitudes(a, b);
}

std::optional<bool> ParseBool(std::string_view text) {
  const std::string folded = text.size() <= 5 ? Fold(text) : "";
  if (folded == "true") return true;
  if (folded == "false") return false;
  return std::nullopt;
}

std::optional<std::string> ParseBase64(std::string_view text) {
  const std::optional<std::string_view> body = WithoutPadding(text);
  if (!body) return std::nullopt;
  std::string bytes;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char c : *body) {
    const int value = Base64Value(c);
    if (value < 0) return std::nullopt;
    buffer = (buffer << 6 | static_cast<uint32_t>(value)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>(buffer >> bits & 0xff);
  }
  return bytes;
}

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string Fold(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), FoldChar);
  return out;
}

std::string FoldLetters(std::string_view text) {
  const LocaleScope scope(UnicodeLocale());
  std::string folded;
  while (!text.empty()) {
    std::mbstate_t state = {};
    wchar_t letter = 0;
    size_t size = std::mbrtowc(&letter, text.data(), text.size(), &state);
    if (size == 0 || size > text.size()) {  // a NUL, or no letter
      size = 1;
      folded += text[0];
    } else {
      char bytes[MB_LEN_MAX];
      state = {};
      const auto lower =
          static_cast<wchar_t>(towlower(static_cast<wint_t>(letter)));
      folded.append(bytes, std::wcrtomb(bytes, lower, &state));
    }
    text.remove_prefix(size);
  }
  return folded;
}

}  // namespace portcullis
