// A pattern, and texts grown from it and damaged: the matcher of single
// patterns, a list's trie, a row's trie, StringLike, the reference's RE2 and a
// naive matcher agree (S-32 to S-39, S-55).
#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "fuzz/property.h"
#include "policy/print.h"
#include "reference/pattern.h"
#include "runtime/decide.h"
#include "runtime/scratch.h"

namespace portcullis::fuzz {
namespace {

constexpr char kAna[] = "arn:aws:iam::111122223333:user/ana";
constexpr char kVariable[] = "${k:v}";
// `*`, `?` and the variable come first.
constexpr const char* kSymbols[] = {"*", "?", kVariable,  "a",
                                    "b", ":", "\xC3\xA9", "\xF0\x9F\x98\x80"};
// What stands in texts and values alone: bytes that make no character, too.
constexpr const char* kOddSymbols[] = {"/", "z", "*", "\xA9", "\xC3", "\xFF"};

using Symbols = std::vector<std::string>;

// ---- the naive matcher ------------------------------------------------------

bool Continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

size_t AfterCharacter(const std::string& text, size_t at) {
  ++at;
  while (at < text.size() && Continues(text[at])) ++at;
  return at;
}

// All places of the text that the pattern's beginnings can reach, one symbol
// after the other.
bool NaiveMatch(const Symbols& pattern, const std::string& text,
                const std::optional<std::string>& value) {
  std::vector<bool> reached(text.size() + 1);
  reached[0] = true;
  for (const std::string& symbol : pattern) {
    std::vector<bool> next(text.size() + 1);
    if (symbol == kVariable && !value) return false;
    const std::string& literal = symbol == kVariable ? *value : symbol;
    bool any = false;
    for (size_t at = 0; at <= text.size(); ++at) {
      any = any || reached[at];
      if (symbol == "*") {
        next[at] = any;
      } else if (!reached[at]) {
        continue;
      } else if (symbol == "?") {
        if (at == text.size() || Continues(text[at])) continue;
        next[AfterCharacter(text, at)] = true;
      } else if (text.compare(at, literal.size(), literal) == 0) {
        next[at + literal.size()] = true;
      }
    }
    reached = next;
  }
  return reached[text.size()];
}

std::string Join(const Symbols& symbols) {
  std::string text;
  for (const std::string& symbol : symbols) text += symbol;
  return text;
}

reference::Pattern PiecesOf(const Symbols& symbols, const std::string& value) {
  reference::Pattern pieces;
  for (const std::string& symbol : symbols) {
    const bool variable = symbol == kVariable;
    pieces.push_back({!variable, variable ? value : symbol});
  }
  return pieces;
}

// ---- the matchers of the image ----------------------------------------------

std::string Statement(const std::string& action, const std::string& resources,
                      const std::string& condition = "") {
  return R"({"Effect":"Allow","Action":")" + action + R"(","Resource":)" +
         resources + condition + "}";
}

class Image {
 public:
  Image(const std::string& statements, const CompileOptions& options) {
    Issues issues;
    const PolicySet set = LoadPolicySet(
        {{"set.json", R"({"principals":[{"arn":")" + std::string(kAna) +
                          R"(","policies":[{"name":"p","document":{"Version":)"
                          R"("2012-10-17","Statement":[)" +
                          statements + "]}}]}]}"}},
        issues);
    Require(issues.ok(), "the set has errors: " + statements);
    bytes_ = Compile(set, options).bytes;
    view_ = ImageView::Open(BytesOf(bytes_)).view;
    Require(view_.has_value(), "the image does not open");
    scratch_ = std::make_unique<Scratch>(*view_);
  }

  bool Allows(Request request, std::string_view action) {
    request.action = action;
    return Decide(*view_, request, *scratch_).verdict == Verdict::kAllowed;
  }

 private:
  ImageBytes bytes_;
  std::optional<ImageView> view_;
  std::unique_ptr<Scratch> scratch_;
};

// One pattern in every matcher; the others of its list and row continue it by
// a letter that no text has.
class Matchers {
 public:
  explicit Matchers(const std::string& arn, const std::string& like)
      : plain_(Statement("s3:one", JsonString(arn)) + "," +
                   Statement("s3:like", "\"*\"",
                             R"(,"Condition":{"StringLike":{"k:text":)" +
                                 JsonString(like) + "}}"),
               WithoutTries()),
        tries_(TrieStatements(arn), {}) {}

  // What each says of the resource; all must say `expected`.
  void RequireAll(bool expected, const Request& request,
                  const std::string& what) {
    const auto require = [&](const char* name, bool matched) {
      Require(matched == expected, std::string(name) + " says " +
                                       (matched ? "yes" : "no") + ": " + what);
    };
    require("the matcher", plain_.Allows(request, "s3:one"));
    require("the list's trie", tries_.Allows(request, "s3:list"));
    require("the row's trie", tries_.Allows(request, "s3:row0"));
  }
  bool Like(const Request& request) {
    return plain_.Allows(request, "s3:like");
  }

 private:
  static CompileOptions WithoutTries() {
    CompileOptions options;
    options.testing.row_tries = options.testing.list_tries = false;
    return options;
  }
  static std::string TrieStatements(const std::string& arn) {
    std::string list = JsonString(arn);
    std::string rows = Statement("s3:row0", JsonString(arn));
    for (int i = 1; i < 20; ++i) {
      const std::string other = JsonString(arn + "\x01" + std::to_string(i));
      list += "," + other;
      rows += "," + Statement("s3:row" + std::to_string(i), other);
    }
    return Statement("s3:list", "[" + list + "]") + "," + rows;
  }

  Image plain_;
  Image tries_;
};

// ---- the input --------------------------------------------------------------

class Run {
 public:
  explicit Run(FuzzedDataProvider& data) : data_(data) {
    for (size_t n = data_.ConsumeIntegralInRange<size_t>(0, 20); n > 0; --n) {
      pattern_.push_back(Pick(kSymbols));
    }
    if (!data_.ConsumeBool()) return;
    value_ = "";
    for (size_t n = data_.ConsumeIntegralInRange<size_t>(0, 4); n > 0; --n) {
      const std::string symbol =
          data_.ConsumeBool() ? Pick(kSymbols) : Pick(kOddSymbols);
      *value_ += symbol == kVariable ? "}" : symbol;
    }
  }

  // The pattern as the last part of an ARN and as a StringLike value.
  void CheckLastPart() {
    const std::string prefix = "arn:aws:s3:::";
    Matchers matchers(prefix + Join(pattern_), Join(pattern_));
    for (int i = 0; i < 4; ++i) {
      const std::string text = Text();
      const bool expected = NaiveMatch(pattern_, text, value_);
      const std::string what = Join(pattern_) + " on " + text;
      const bool judged =
          HasValue() && reference::MatchesText(PiecesOf(), text);
      Require(judged == expected, "the reference differs: " + what);
      Ask(matchers, expected, prefix + text, text, what);
    }
  }

  // The pattern as a whole ARN pattern, colons and all. Resources stay in the
  // caller's partition (S-117).
  void CheckWholeArn() {
    static constexpr const char* kBegins[] = {
        "arn:aws:", "arn:*:", "arn:a?s:", "arn:a*"};
    Symbols pattern = pattern_;
    pattern.insert(pattern.begin(), Pick(kBegins));
    const std::string whole = Join(pattern);
    Matchers matchers(whole, "");
    for (int i = 0; i < 4; ++i) {
      std::string arn = "arn:aws:" + Text();
      while (std::count(arn.begin(), arn.end(), ':') < 5) arn += ":";
      const auto match = reference::MatchesResource(
          reference::Pattern(PiecesOf(pattern)), PolicyType::kIdentity, arn);
      const bool expected = HasValue() && match == reference::Match::kYes;
      Ask(matchers, expected, arn, std::nullopt, whole + " on " + arn);
    }
  }

 private:
  template <size_t N>
  std::string Pick(const char* const (&list)[N]) {
    return list[data_.ConsumeIntegralInRange<size_t>(0, N - 1)];
  }

  bool HasValue() const {
    return value_ || std::find(pattern_.begin(), pattern_.end(), kVariable) ==
                         pattern_.end();
  }
  reference::Pattern PiecesOf() const { return PiecesOf(pattern_); }
  reference::Pattern PiecesOf(const Symbols& pattern) const {
    return fuzz::PiecesOf(pattern, value_.value_or(""));
  }

  // A text that the pattern matches, but for some damage.
  std::string Text() {
    std::string text;
    for (const std::string& symbol : pattern_) {
      const auto choice = data_.ConsumeIntegral<uint8_t>();
      if (choice % 8 == 7) {
        text += Pick(kOddSymbols);
      } else if (symbol == "*") {
        for (int n = choice % 3; n > 0; --n) text += Letter();
      } else if (symbol == "?") {
        text += Letter();
      } else {
        text += symbol == kVariable ? value_.value_or("a") : symbol;
      }
    }
    if (data_.ConsumeBool()) text += Letter();
    return text;
  }
  std::string Letter() {
    const std::string symbol = Pick(kSymbols);
    return symbol == kVariable ? "${" : symbol;
  }

  void Ask(Matchers& matchers, bool expected, const std::string& resource,
           const std::optional<std::string>& like, const std::string& what) {
    const std::string_view value = value_ ? std::string_view(*value_) : "";
    const std::string_view text = like ? std::string_view(*like) : "";
    ContextEntry context[] = {{"k:text", {&text, 1}}, {"k:v", {&value, 1}}};
    Request request;
    request.principal = kAna;
    request.resource = resource;
    request.resource_account = "111122223333";
    request.context = std::span(context, value_ ? 2 : 1);
    matchers.RequireAll(expected, request, what);
    if (like) {
      Require(matchers.Like(request) == expected, "StringLike: " + what);
    }
  }

  FuzzedDataProvider& data_;
  Symbols pattern_;
  std::optional<std::string> value_;
};

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider provider(data, size);
  const bool whole = provider.ConsumeBool();
  portcullis::fuzz::Run run(provider);
  if (whole) {
    run.CheckWholeArn();
  } else {
    run.CheckLastPart();
  }
  return 0;
}
