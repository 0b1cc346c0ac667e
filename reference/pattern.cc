// pattern: wildcards -> regular expressions.
#include "reference/pattern.h"

#include <re2/re2.h>

#include <cstdint>
#include <stdexcept>

#include "policy/values.h"
#include "reference/lookup.h"

namespace portcullis::reference {
namespace {

// What the wildcards of a place may match. A character is a byte outside
// 0x80..0xBF with all the bytes 0x80..0xBF that follow it.
struct Wildcards {
  const char* star;
  const char* question;
  const char* nonempty_star;  // from the beginning of a character on
};
constexpr Wildcards kAnything = {".*", R"([^\x80-\xBF][\x80-\xBF]*)",
                                 R"([^\x80-\xBF].*)"};
constexpr Wildcards kNoColon = {"[^:]*", R"([^:\x80-\xBF][\x80-\xBF]*)",
                                R"([^:\x80-\xBF][^:]*)"};
constexpr char kNothing[] = R"([^\x00-\xFF])";

// One symbol of a pattern.
struct Symbol {
  enum Kind : uint8_t { kByte, kQuestion, kStar } kind;
  char byte = 0;
};

// Runs of stars are one star.
std::vector<Symbol> SymbolsOf(const Pattern& pattern) {
  std::vector<Symbol> symbols;
  for (const Piece& piece : pattern) {
    for (const char c : piece.text) {
      const bool star = piece.wild && c == '*';
      if (star && !symbols.empty() && symbols.back().kind == Symbol::kStar) {
        continue;
      }
      symbols.push_back({star                     ? Symbol::kStar
                         : piece.wild && c == '?' ? Symbol::kQuestion
                                                  : Symbol::kByte,
                         c});
    }
  }
  return symbols;
}

bool IsContinuation(const Symbol& symbol) {
  return symbol.kind == Symbol::kByte &&
         (static_cast<unsigned char>(symbol.byte) & 0xC0) == 0x80;
}

// What follows a `?` does not begin with a byte that continues its character;
// RE2 cannot look ahead, so that it is written into what follows. `last` is for
// the last symbol.
std::string ToRegex(const std::vector<Symbol>& symbols, const Wildcards& most,
                    const Wildcards& last) {
  std::string regex;
  for (size_t i = 0; i < symbols.size(); ++i) {
    const Wildcards& wildcards = i + 1 < symbols.size() ? most : last;
    const bool behind = i > 0 && symbols[i - 1].kind == Symbol::kQuestion;
    switch (symbols[i].kind) {
      case Symbol::kByte:
        regex += behind && IsContinuation(symbols[i])
                     ? kNothing
                     : RE2::QuoteMeta(std::string_view(&symbols[i].byte, 1));
        break;
      case Symbol::kQuestion: regex += wildcards.question; break;
      case Symbol::kStar: {
        const bool never_empty =
            i + 1 < symbols.size() && IsContinuation(symbols[i + 1]);
        regex += !behind ? std::string(wildcards.star)
                         : "(?:" + std::string(wildcards.nonempty_star) + ")" +
                               (never_empty ? "" : "?");
        break;
      }
    }
  }
  return regex;
}

bool FullMatch(const std::string& regex, std::string_view text) {
  RE2::Options options;
  options.set_encoding(RE2::Options::EncodingLatin1);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  options.set_max_mem(int64_t{1} << 30);
  const RE2 compiled(regex, options);
  if (!compiled.ok()) throw std::runtime_error("RE2: " + compiled.error());
  return RE2::FullMatch(text, compiled);
}

bool IsStars(const Pattern& pattern) {
  return pattern.size() == 1 && pattern[0].wild && !pattern[0].text.empty() &&
         pattern[0].text.find_first_not_of('*') == std::string::npos;
}

bool HasWildcard(const Pattern& pattern) {
  for (const Piece& piece : pattern) {
    if (piece.wild && piece.text.find_first_of("*?") != std::string::npos) {
      return true;
    }
  }
  return false;
}

// S-38: only colons of the pattern's own text separate parts.
std::vector<Pattern> SplitParts(const Pattern& pattern) {
  std::vector<Pattern> parts(1);
  for (const Piece& piece : pattern) {
    std::string_view rest = piece.text;
    while (piece.wild && parts.size() < 6 && rest.find(':') != rest.npos) {
      const size_t colon = rest.find(':');
      if (colon > 0) {
        parts.back().push_back({true, std::string(rest.substr(0, colon))});
      }
      parts.emplace_back();
      rest.remove_prefix(colon + 1);
    }
    // An empty value stays: a `*` before it does not end its part (S-39).
    if (!rest.empty() || !piece.wild) {
      parts.back().push_back({piece.wild, std::string(rest)});
    }
  }
  return parts;
}

// S-44
bool BeginsWithArn(const std::vector<Pattern>& parts) {
  const Pattern& first = parts[0];
  return first.size() == 1 && first[0].wild && first[0].text == "arn";
}

// S-29, S-42, S-43: is a short pattern filled up with `*` parts?
bool IsPadded(const Pattern& pattern, PolicyType type) {
  switch (type) {
    case PolicyType::kIdentity:
    case PolicyType::kBoundary:
    case PolicyType::kSession: return true;
    case PolicyType::kScp:
    case PolicyType::kResource:
    case PolicyType::kEndpoint: return HasWildcard(pattern);
    case PolicyType::kRcp:
    case PolicyType::kTrust: break;
  }
  return false;
}

// S-47
bool BringsColon(const Pattern& part) {
  for (const Piece& piece : part) {
    if (piece.text.find(':') != std::string::npos) return true;
  }
  return false;
}

// S-39: a final `*` of parts 2 to 5 crosses colons, other wildcards do not.
std::string PartRegex(const Pattern& part) {
  const bool final_star =
      !part.empty() && part.back().wild && part.back().text.ends_with('*');
  return ToRegex(SymbolsOf(part), kNoColon, final_star ? kAnything : kNoColon);
}

}  // namespace

std::string PlainText(const Pattern& pattern) {
  std::string text;
  for (const Piece& piece : pattern) text += piece.text;
  return text;
}

bool MatchesText(const Pattern& pattern, std::string_view text) {
  return FullMatch(ToRegex(SymbolsOf(pattern), kAnything, kAnything), text);
}

bool MatchesAction(std::string_view pattern, std::string_view action) {
  if (pattern.find_first_not_of('*') == pattern.npos || pattern == "*:*") {
    return true;
  }
  if (ServiceOf(pattern) != ServiceOf(action)) return false;
  const std::string name = Fold(action.substr(action.find(':') + 1));
  return MatchesText({{true, Fold(pattern.substr(pattern.find(':') + 1))}},
                     name);
}

bool MatchesArn(const Pattern& pattern, std::string_view arn) {
  const std::vector<Pattern> parts = SplitParts(pattern);
  if (parts.size() < 6 || !BeginsWithArn(parts)) return false;
  const std::vector<std::string_view> texts = ArnParts(arn);
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!MatchesText(parts[i], texts[i])) return false;
  }
  return true;
}

Match MatchesResource(const Pattern& pattern, PolicyType type,
                      std::string_view resource) {
  if (IsStars(pattern)) return Match::kYes;  // S-36
  std::vector<Pattern> parts = SplitParts(pattern);
  if (!BeginsWithArn(parts)) return Match::kNever;
  if (parts.size() < 6 && !IsPadded(pattern, type)) return Match::kNever;
  if (resource == "*") return Match::kNo;  // S-37
  parts.resize(6, {{true, "*"}});
  std::string regex = "arn:";
  for (size_t i = 1; i < 5; ++i) {
    if (BringsColon(parts[i])) return Match::kNo;
    regex += PartRegex(parts[i]) + ":";
  }
  regex += ToRegex(SymbolsOf(parts[5]), kAnything, kAnything);
  return FullMatch(regex, resource) ? Match::kYes : Match::kNo;
}

}  // namespace portcullis::reference
