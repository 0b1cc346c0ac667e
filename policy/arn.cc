#include "policy/arn.h"

#include <algorithm>

namespace portcullis {
namespace {

// The offset of the next colon, npos for none.
size_t FindColon(std::string_view text, bool variables) {
  size_t at = 0;
  while (variables) {
    const size_t colon = text.find(':', at);
    const size_t open = text.find("${", at);
    if (colon == std::string_view::npos || open > colon) return colon;
    const size_t close = text.find('}', open);
    if (close == std::string_view::npos) return colon;
    at = close + 1;
  }
  return text.find(':');
}

}  // namespace

bool IsAccountId(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), [](char c) {
           return c >= '0' && c <= '9';
         });
}

bool IsActionService(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= '0' && c <= '9') || c == '-';
  });
}

std::vector<std::string_view> SplitArn(std::string_view text, bool variables) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < kArnParts) {
    const size_t colon = FindColon(text, variables);
    if (colon == std::string_view::npos) break;
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

bool IsArn(const std::vector<std::string_view>& parts) {
  return parts.size() == kArnParts && parts[0] == "arn";
}

bool IsAllStars(std::string_view text) {
  return !text.empty() && text.find_first_not_of('*') == std::string_view::npos;
}

std::optional<EntityArn> ParseEntityArn(std::string_view text) {
  const std::vector<std::string_view> parts = SplitArn(text, false);
  if (!IsArn(parts) || parts[1].empty() || !parts[3].empty() ||
      parts[4].empty())
    return std::nullopt;
  if (parts[2] != "iam" && parts[2] != "sts") return std::nullopt;
  EntityArn arn{parts[1], parts[2], parts[4], {}, {}, {}};
  const std::string_view resource = parts[5];
  const size_t slash = resource.find('/');
  arn.kind = resource.substr(0, slash);
  if (slash == std::string_view::npos) {
    if (arn.kind != "root" || arn.service != "iam") return std::nullopt;
    return arn;
  }
  const size_t last = resource.rfind('/');
  arn.path = resource.substr(slash, last - slash + 1);
  arn.name = resource.substr(last + 1);
  if (arn.kind.empty() || arn.kind == "root" || arn.name.empty())
    return std::nullopt;
  return arn;
}

}  // namespace portcullis
