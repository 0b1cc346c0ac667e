#include "cli/case_report.h"

#include <utility>

#include "cli/json_writer.h"
#include "policy/issue.h"
#include "policy/line_table.h"

namespace portcullis::cli {
namespace {

// "case / request (engine)"
std::string Title(const CaseResult& result) {
  std::string title = result.case_name;
  if (!result.request.empty()) title += " / " + result.request;
  if (!result.engine.empty()) title += " (" + result.engine + ")";
  return title;
}

// What is to be said of a result beyond its title.
std::string Message(const CaseResult& result) {
  return result.error.empty() ? result.detail : result.error;
}

// Not when the case could not be loaded.
bool WasAsked(const CaseResult& result) {
  return !result.request.empty() || !result.expected.empty();
}

// Failures, and requests that expect nothing.
class TextReport : public CaseReport {
 public:
  using CaseReport::CaseReport;

 private:
  void WriteResult(const CaseResult& result) override {
    if (result.pass && !result.expected.empty()) return;
    if (result.pass && result.detail.empty()) return;
    Put((result.pass ? "     " : "FAIL ") +
        Escaped(Title(result) + ": " + Message(result)) + "\n");
  }
  void Finish() override { Put(Summary() + "\n"); }
};

class JsonLinesReport : public CaseReport {
 public:
  using CaseReport::CaseReport;

 private:
  void WriteResult(const CaseResult& result) override {
    JsonWriter json;
    json.Open('{').Member("case", result.case_name);
    const auto member = [&json](const char* key, const std::string& value) {
      if (!value.empty()) json.Member(key, value);
    };
    member("request", result.request);
    member("engine", result.engine);
    if (result.error.empty()) {
      member("decision", result.decision);
      member("expected", result.expected);
      json.Key("pass").Bool(result.pass);
      if (!result.pass) member("detail", result.detail);
    } else {
      member("expected", result.expected);
      if (WasAsked(result)) json.Key("pass").Bool(result.pass);
      json.Member("error", result.error);
    }
    Put(json.Close('}').Take() + "\n");
  }
};

constexpr std::string_view kReplacement = "\uFFFD";

// U+FFFE and U+FFFF are no characters of XML 1.0; `text` is UTF-8.
void ReplaceNoncharacters(std::string& text) {
  constexpr std::string_view kBegin = "\xEF\xBF";
  for (size_t at = text.find(kBegin); at != text.npos;
       at = text.find(kBegin, at + 1)) {
    const char last = text[at + 2];
    if (last == '\xBE' || last == '\xBF') text[at + 2] = kReplacement.back();
  }
}

// What XML 1.0 has no character for becomes U+FFFD.
std::string XmlText(std::string_view text) {
  std::string out;
  for (const char c : ReplaceBadUtf8(text)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      case '\r': out += "&#13;"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += kReplacement;
        } else {
          out += c;
        }
    }
  }
  ReplaceNoncharacters(out);
  return out;
}

// The counts stand in front, so that everything is kept until the end.
class JunitReport : public CaseReport {
 public:
  using CaseReport::CaseReport;

 private:
  void WriteResult(const CaseResult& result) override {
    std::string name = result.request.empty() ? "policySet" : result.request;
    if (!result.engine.empty()) name += " (" + result.engine + ")";
    cases_ += "  <testcase classname=\"" + XmlText(result.case_name) +
              "\" name=\"" + XmlText(name) + "\"";
    if (result.pass) {
      cases_ += "/>\n";
      return;
    }
    const char* kind = result.error.empty() ? "failure" : "error";
    ++(result.error.empty() ? failures_ : errors_);
    cases_ += std::string("><") + kind + " message=\"" +
              XmlText(Message(result)) + "\"/></testcase>\n";
  }

  void Finish() override {
    const std::string counts = " tests=\"" +
                               std::to_string(passed() + failed()) +
                               "\" failures=\"" + std::to_string(failures_) +
                               "\" errors=\"" + std::to_string(errors_) + "\"";
    Put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites" + counts +
        ">\n <testsuite name=\"portcullis\"" + counts + ">\n");
    Put(cases_);
    Put(" </testsuite>\n</testsuites>\n");
  }

  std::string cases_;
  size_t failures_ = 0;
  size_t errors_ = 0;
};

}  // namespace

void CaseReport::Add(const CaseResult& result) {
  ++(result.pass ? passed_ : failed_);
  WriteResult(result);
}

std::string CaseReport::Summary() const {
  return std::to_string(passed_) + " passed, " + std::to_string(failed_) +
         " failed";
}

std::unique_ptr<CaseReport> MakeCaseReport(const std::string& format,
                                           CaseReport::Write write) {
  if (format == "jsonl") {
    return std::make_unique<JsonLinesReport>(std::move(write));
  }
  if (format == "junit") {
    return std::make_unique<JunitReport>(std::move(write));
  }
  return std::make_unique<TextReport>(std::move(write));
}

}  // namespace portcullis::cli
