#include "cli/case_file.h"

#include <algorithm>
#include <array>

#include "cli/request_reader.h"
#include "policy/nearest.h"

namespace portcullis::cli {
namespace {

using Kind = JsonValue::Kind;

constexpr std::array<std::string_view, 3> kRequestMembers = {"name", "expect",
                                                             "matched"};
constexpr std::array<std::string_view, 4> kAssumeMembers = {"name", "expect",
                                                            "assume", "then"};
constexpr std::array<std::string_view, 4> kExpectations = {
    "allowed", "implicitDeny", "explicitDeny", "error"};

// All that a case's request may have; what else it has is no error that the
// case could expect.
std::vector<std::string_view> KnownRequestMembers() {
  std::vector<std::string_view> names = RequestMembers();
  names.insert(names.end(), kRequestMembers.begin(), kRequestMembers.end());
  return names;
}

// A JSON text of a case file.
struct CaseText {
  std::string file;
  std::string_view bytes;
  uint32_t line = 1;  // of the file, that it begins in
  std::string place;  // names cases that have no name
};

// Reads the members of one case; the first problem ends it.
class CaseReader {
 public:
  CaseReader(const JsonDocument& json, Case& out) : json_(json), out_(out) {}

  void Read(const JsonValue& value) {
    if (value.kind != Kind::kObject) {
      Fail(value.begin, "a case is " + std::string(KindName(value.kind)) +
                            "; expected an object");
      return;
    }
    const JsonValue* name = value.Find("name");
    if (name != nullptr && name->kind == Kind::kString) out_.name = name->text;
    for (const JsonMember& member : value.members()) {
      if (!ReadMember(member)) return;
    }
    CheckWhole(value);
  }

 private:
  // `at` is the offset of what is wrong.
  bool Fail(uint32_t at, const std::string& message) {
    out_.error = PlaceText(at) + ": " + message;
    return false;
  }

  std::string PlaceText(uint32_t at) const {
    return json_.file + ":" + PositionText(json_.lines.At(at));
  }

  bool Expect(std::string_view member, const JsonValue& value, Kind kind) {
    return value.kind == kind ||
           Fail(value.begin, Quoted(member) + ": expected " + KindName(kind) +
                                 ", found " + KindName(value.kind));
  }

  bool ReadMember(const JsonMember& member) {
    const std::string_view key = member.key;
    const JsonValue& value = member.value;
    if (key == "name" || key == "rule" || key == "source") {
      return Expect(key, value, Kind::kString);
    }
    if (key == "policySet") {
      out_.policy_set = Source{json_.file, SourceOf(json_, value),
                               json_.lines.At(value.begin)};
      return true;
    }
    if (key == "policySetText") return ReadText(key, value);
    if (key == "expectError") return ReadExpectError(key, value);
    if (key == "requests") return ReadRequests(value);
    return FailUnknown(member, " of the case; ",
                       {"name", "rule", "source", "policySet", "policySetText",
                        "expectError", "requests"});
  }

  bool FailUnknown(const JsonMember& member, const char* of,
                   const std::vector<std::string_view>& known) {
    return Fail(member.key_begin, "unknown member " + Quoted(member.key) + of +
                                      Suggest(member.key, known));
  }

  bool ReadText(std::string_view key, const JsonValue& value) {
    if (!Expect(key, value, Kind::kString)) return false;
    out_.policy_set = Source{PlaceText(value.begin) + ": case " +
                                 Quoted(out_.name) + ": policySetText",
                             value.text};
    return true;
  }

  bool ReadExpectError(std::string_view key, const JsonValue& value) {
    if (!Expect(key, value, Kind::kString)) return false;
    out_.expect_error = value.text;
    return !out_.expect_error.empty() ||
           Fail(value.begin, "`expectError`: empty");
  }

  bool ReadRequests(const JsonValue& value) {
    if (!Expect("requests", value, Kind::kArray)) return false;
    for (const JsonValue& element : value.elements()) {
      if (!ReadRequest("requests", element, out_.requests)) return false;
      if (element.Find("assume") &&
          !ReadAssume(element, out_.requests.back())) {
        return false;
      }
    }
    return true;
  }

  bool ReadRequest(std::string_view list, const JsonValue& value,
                   std::vector<CaseRequest>& requests) {
    if (!Expect(list, value, Kind::kObject)) return false;
    CaseRequest& request = requests.emplace_back();
    request.value = &value;
    request.name = "#" + std::to_string(requests.size());
    for (const JsonMember& member : value.members()) {
      if (!ReadRequestMember(member, request)) return false;
    }
    return value.Find("assume") != nullptr || CheckRequestMembers(value);
  }

  bool CheckRequestMembers(const JsonValue& value) {
    const std::vector<std::string_view> known = KnownRequestMembers();
    for (const JsonMember& member : value.members()) {
      if (std::find(known.begin(), known.end(), member.key) == known.end()) {
        return FailUnknown(member, " of the request; ", known);
      }
    }
    return true;
  }

  bool ReadAssume(const JsonValue& value, CaseRequest& request) {
    request.assume = value.Find("assume");
    for (const JsonMember& member : value.members()) {
      if (std::find(kAssumeMembers.begin(), kAssumeMembers.end(), member.key) ==
          kAssumeMembers.end()) {
        return FailUnknown(member, " beside `assume`; ",
                           {kAssumeMembers.begin(), kAssumeMembers.end()});
      }
    }
    const JsonValue* then = value.Find("then");
    if (then == nullptr) return true;
    if (!Expect("then", *then, Kind::kArray)) return false;
    for (const JsonValue& element : then->elements()) {
      if (!ReadRequest("then", element, request.then)) return false;
      if (element.Find("principal") || element.Find("session")) {
        return Fail(element.begin,
                    "`then`: who asks is the session that was issued");
      }
    }
    return true;
  }

  bool ReadRequestMember(const JsonMember& member, CaseRequest& request) {
    const JsonValue& value = member.value;
    if (member.key == "id") {
      return Fail(member.key_begin,
                  "unknown member `id` of a case's request; it is `name` here");
    }
    if (member.key == "matched") return ReadMatched(value, request);
    if (member.key != "name" && member.key != "expect") return true;
    if (!Expect(member.key, value, Kind::kString)) return false;
    (member.key == "name" ? request.name : request.expect) = value.text;
    return member.key == "name" || CheckExpect(value);
  }

  bool CheckExpect(const JsonValue& value) {
    return std::find(kExpectations.begin(), kExpectations.end(), value.text) !=
               kExpectations.end() ||
           Fail(value.begin, "`expect`: " + Quoted(value.text) +
                                 "; expected `allowed`, `implicitDeny`, "
                                 "`explicitDeny` or `error`");
  }

  bool ReadMatched(const JsonValue& value, CaseRequest& request) {
    if (!Expect("matched", value, Kind::kArray)) return false;
    std::vector<std::string>& labels = request.matched.emplace();
    for (const JsonValue& element : value.elements()) {
      if (!Expect("matched", element, Kind::kString)) return false;
      labels.emplace_back(element.text);
    }
    std::sort(labels.begin(), labels.end());
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
    return true;
  }

  bool CheckWhole(const JsonValue& value) {
    if (value.Find("name") == nullptr) {
      return Fail(value.begin, "missing member `name`");
    }
    if (!out_.expect_error.empty() && !out_.policy_set) {
      return Fail(value.begin, "`expectError` without `policySet`");
    }
    return CheckNotBoth(value, "policySet", "policySetText") &&
           CheckNotBoth(value, "expectError", "requests");
  }

  bool CheckNotBoth(const JsonValue& value, std::string_view one,
                    std::string_view other) {
    if (value.Find(one) == nullptr) return true;
    const JsonValue* second = value.Find(other);
    return second == nullptr ||
           Fail(second->begin, "both " + Quoted(one) + " and " + Quoted(other));
  }

  const JsonDocument& json_;
  Case& out_;
};

bool IsWithin(const Position& at, const Position& begin, const Position& end) {
  return begin <= at && at < end;
}

// Problems of the JSON itself that do not end its reading: duplicate keys, NUL
// characters. They belong to the case that they stand in; those inside its
// policy set are found again when the set is read.
class FileIssues {
 public:
  explicit FileIssues(Issues issues) : issues_(std::move(issues)) {
    issues_.Sort();
  }

  // The first one of the case, or "".
  std::string ErrorOf(const JsonDocument& json, const JsonValue& value) const {
    if (issues_.all().empty()) return "";
    const auto at = [&json](uint32_t offset) { return json.lines.At(offset); };
    const Position begin = at(value.begin);
    const Position end = at(value.end);
    const JsonValue* set = value.Find("policySet");
    auto issue = std::lower_bound(
        issues_.all().begin(), issues_.all().end(), begin,
        [](const Issue& i, const Position& p) { return i.position < p; });
    for (; issue != issues_.all().end() && issue->position < end; ++issue) {
      if (set == nullptr ||
          !IsWithin(issue->position, at(set->begin), at(set->end))) {
        return FormatIssue(*issue);
      }
    }
    return "";
  }

 private:
  Issues issues_;
};

void UseCase(const JsonDocument& json, const JsonValue& value,
             const std::string& place, const FileIssues& issues,
             const CaseAction& use) {
  Case one;
  one.json = &json;
  one.name = place;
  CaseReader(json, one).Read(value);
  const std::string error = issues.ErrorOf(json, value);
  if (!error.empty()) one.error = error;
  use(one);
}

void UseUnreadable(const CaseText& text, const Issues& issues,
                   const CaseAction& use) {
  Case one;
  one.name = text.place;
  one.error = FormatIssue(issues.all().back());
  use(one);
}

void UseJson(const CaseText& text, const CaseAction& use) {
  Issues issues;
  const std::optional<JsonDocument> json =
      ReadJson(text.file, text.bytes, issues, {text.line, 1});
  if (!json) return UseUnreadable(text, issues, use);
  const FileIssues file_issues(std::move(issues));
  if (json->root.kind != Kind::kArray) {
    return UseCase(*json, json->root, text.place, file_issues, use);
  }
  for (size_t i = 0; i < json->root.elements().size(); ++i) {
    UseCase(*json, json->root.elements()[i],
            text.place + "#" + std::to_string(i + 1), file_issues, use);
  }
}

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == text.npos;
}

// Takes the first line off `bytes`.
std::string_view TakeLine(std::string_view& bytes) {
  const size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  return line;
}

// JSON Lines: by name, or because the first line is a whole JSON text and not
// the last.
bool IsJsonLines(const std::string& file, std::string_view bytes) {
  if (file.ends_with(".jsonl") || file.ends_with(".ndjson")) return true;
  std::string_view line;
  while (!bytes.empty() && IsBlank(line)) line = TakeLine(bytes);
  if (IsBlank(bytes)) return false;
  Issues issues;
  return ReadJson(file, line, issues).has_value();
}

}  // namespace

std::span<const std::string_view> CaseRequestMembers() {
  return kRequestMembers;
}

void ForEachCase(const std::string& file, std::string_view bytes,
                 const CaseAction& use) {
  if (!IsJsonLines(file, bytes)) return UseJson({file, bytes, 1, file}, use);
  for (uint32_t number = 1; !bytes.empty(); ++number) {
    const std::string_view line = TakeLine(bytes);
    if (IsBlank(line)) continue;
    UseJson({file, line, number, file + ":" + std::to_string(number)}, use);
  }
}

}  // namespace portcullis::cli
