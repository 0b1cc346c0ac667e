// Bytes as JSON: the reader returns, and what it takes is JSON to another
// reader too, has its places in order and survives printing (S-4 to S-6).
#include <nlohmann/json.hpp>

#include "fuzz/property.h"
#include "policy/json_reader.h"
#include "policy/print.h"

namespace portcullis::fuzz {
namespace {

// Depth is limited by the reader (S-6).
std::string Print(const JsonValue& value) {
  switch (value.kind) {
    case JsonValue::Kind::kString: return JsonString(value.text);
    case JsonValue::Kind::kArray: {
      std::string text;
      for (const JsonValue& element : value.elements()) {
        text += (text.empty() ? "" : ",") + Print(element);
      }
      return "[" + text + "]";
    }
    case JsonValue::Kind::kObject: {
      std::string text;
      for (const JsonMember& member : value.members()) {
        text += (text.empty() ? "" : ",") + JsonString(member.key) + ":" +
                Print(member.value);
      }
      return "{" + text + "}";
    }
    default: return std::string(value.text);
  }
}

// Every value lies inside its parent, after what stood before it.
void CheckPlaces(const JsonValue& value, uint32_t begin, uint32_t end) {
  Require(begin <= value.begin && value.begin < value.end && value.end <= end,
          "a value outside its place");
  uint32_t at = value.begin;
  for (const JsonValue& element : value.elements()) {
    CheckPlaces(element, at, value.end);
    at = element.end;
  }
  for (const JsonMember& member : value.members()) {
    Require(at < member.key_begin && member.key_begin < member.value.begin,
            "a key outside its place");
    CheckPlaces(member.value, member.key_begin, value.end);
    at = member.value.end;
  }
}

void CheckIssues(const Issues& issues) {
  for (const Issue& issue : issues.all()) {
    Require(issue.rule.starts_with("S-"), "an issue without a rule");
    Require(FormatIssue(issue).find('\n') == std::string::npos,
            "an issue of two lines");
  }
}

void Check(std::string_view bytes) {
  Issues issues;
  const std::optional<JsonDocument> json = ReadJson("f.json", bytes, issues);
  CheckIssues(issues);
  if (!json) {
    Require(!issues.ok(), "unreadable without an error");
    return;
  }
  Require(nlohmann::json::accept(bytes), "read what is no JSON");
  CheckPlaces(json->root, 0, static_cast<uint32_t>(json->bytes.size()));
  if (!issues.ok()) return;
  const std::string printed = Print(json->root);
  Issues again;
  const std::optional<JsonDocument> second = ReadJson("f.json", printed, again);
  Require(second && again.ok(), "printed JSON is not read: " + printed);
  Require(Print(second->root) == printed, "printed JSON reads differently");
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::fuzz::Check(portcullis::fuzz::TextOf(data, size));
  return 0;
}
