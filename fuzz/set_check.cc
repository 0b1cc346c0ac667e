#include "fuzz/set_check.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "fuzz/property.h"
#include "policy/print.h"
#include "runtime/image_dump.h"

namespace portcullis::fuzz {
namespace {

constexpr size_t kMost = 3;  // of each part of a request

// Wildcards replaced by letters.
std::string Grown(std::string text) {
  std::replace(text.begin(), text.end(), '*', 'x');
  std::replace(text.begin(), text.end(), '?', 'y');
  return text;
}

void AddSome(std::vector<std::string>& list, const std::string& text) {
  const bool known = std::find(list.begin(), list.end(), text) != list.end();
  if (!known && list.size() < kMost) list.push_back(text);
}

// The parts of requests, taken from the set itself.
struct Parts {
  std::vector<std::string> principals = {R"("*")"};
  std::vector<std::string> actions;
  std::vector<std::string> resources = {"*"};
};

Parts PartsOf(const PolicySet& set) {
  Parts parts;
  for (const Principal& principal : set.principals) {
    AddSome(parts.principals, JsonString(principal.arn));
  }
  for (const Resource& resource : set.resources) {
    AddSome(parts.resources, resource.arn);
  }
  for (const Policy& policy : set.policies) {
    for (const Statement& statement : policy.document.statements) {
      for (const Text& action : statement.actions) {
        AddSome(parts.actions, Grown(action.text));
      }
      for (const Text& resource : statement.resources) {
        AddSome(parts.resources, Grown(resource.text));
      }
    }
  }
  AddSome(parts.actions, "s3:GetObject");
  return parts;
}

void CheckRequests(const PolicySet& set, const std::string& text) {
  const testing::AskEngines ask = QuickEngines(set);
  const Parts parts = PartsOf(set);
  for (const std::string& principal : parts.principals) {
    for (const std::string& action : parts.actions) {
      for (const std::string& resource : parts.resources) {
        RequireAgreement(ask, text,
                         "{\"principal\":" + principal +
                             ",\"action\":" + JsonString(action) +
                             ",\"resource\":" + JsonString(resource) + "}");
      }
    }
  }
}

}  // namespace

void CheckSet(std::string_view bytes) {
  Issues issues;
  const PolicySet set = LoadPolicySet({{"set.json", bytes}}, issues);
  for (const Issue& issue : issues.all()) {
    Require(!issue.message.empty() && issue.rule.starts_with("S-"),
            "an issue without rule or message");
  }
  if (!issues.ok()) return;
  const CompiledImage image = Compile(set);
  const ImageView::Opened opened = ImageView::Open(BytesOf(image.bytes));
  Require(opened.view.has_value(), "compiled image: " + opened.error.message);
  Require(!DumpImage(*opened.view).empty(), "nothing to dump");
  const ImageBytes again = Compile(set).bytes;
  Require(again.size() == image.bytes.size() &&
              std::memcmp(again.data(), image.bytes.data(),
                          BytesOf(again).size()) == 0,
          "the same set compiles to other bytes");
  CheckRequests(set, std::string(bytes));
}

}  // namespace portcullis::fuzz
