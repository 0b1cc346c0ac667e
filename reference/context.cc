// context: what the request brings; look-up and variables.
#include "reference/context.h"

#include <chrono>
#include <set>

#include "policy/variable.h"

namespace portcullis::reference {
namespace {

Instant ToInstant(int64_t nanoseconds) {
  constexpr int64_t kSecond = 1'000'000'000;
  const int64_t rest = (nanoseconds % kSecond + kSecond) % kSecond;
  const int64_t below = rest == 0 || nanoseconds > 0 ? 0 : 1;
  return {nanoseconds / kSecond - below, static_cast<uint32_t>(rest)};
}

int64_t ReadClock() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// S-172: session tags become context keys too.
bool HasDuplicateTags(const Request& request) {
  if (request.session == nullptr) return false;
  std::set<std::string> keys;
  for (const SessionTag& tag : request.session->tags) {
    if (!keys.insert(Fold(tag.key)).second) return true;
  }
  return false;
}

// S-51, S-52
std::optional<std::string> VariableText(const TextPiece& piece,
                                        const Context& context) {
  const std::optional<std::string> value = SingleValue(context, piece.key);
  return value ? value : piece.default_value;
}

}  // namespace

const ContextValue* Find(const Context& context, std::string_view key) {
  const auto found = context.find(Fold(key));
  return found == context.end() ? nullptr : &found->second;
}

std::optional<std::string> SingleValue(const Context& context,
                                       std::string_view key) {
  const ContextValue* value = Find(context, key);
  if (value == nullptr || value->is_list) return std::nullopt;
  return value->texts[0];
}

std::optional<Pattern> Resolve(std::string_view text, bool active,
                               const Context& context) {
  Pattern pattern;
  for (const TextPiece& piece : SplitVariables(text, active, nullptr)) {
    if (piece.kind != TextPiece::Kind::kVariable) {
      pattern.push_back({piece.kind == TextPiece::Kind::kText, piece.text});
      continue;
    }
    const std::optional<std::string> value = VariableText(piece, context);
    if (!value) return std::nullopt;
    pattern.push_back({false, *value});
  }
  return pattern;
}

std::optional<Context> RequestContext(const Request& request) {
  Context context;
  for (const ContextEntry& entry : request.context) {
    ContextValue value;
    value.texts.assign(entry.values.begin(), entry.values.end());
    value.is_list = entry.is_list || value.texts.size() != 1;
    if (!context.emplace(Fold(entry.key), value).second) return std::nullopt;
  }
  if (HasDuplicateTags(request)) return std::nullopt;
  return context;
}

Instant ClockOf(const Request& request) {
  return ToInstant(request.now ? *request.now : ReadClock());
}

std::optional<Instant> TimeOf(const Context& context, Instant clock) {
  if (Find(context, "aws:CurrentTime") == nullptr) return clock;
  const auto text = SingleValue(context, "aws:CurrentTime");
  return text ? ParseDate(*text) : std::nullopt;
}

bool IsExpired(const Request& request, std::optional<Instant> time) {
  const SessionInfo* session = request.session;
  return session != nullptr && session->expires_at &&
         (!time || *time >= ToInstant(*session->expires_at));
}

}  // namespace portcullis::reference
