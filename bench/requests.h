// requests.h -- the requests of a workload as a gateway would hold them: bytes
// in a receive buffer, parsed into views, with the right answer beside.
#ifndef PORTCULLIS_BENCH_REQUESTS_H_
#define PORTCULLIS_BENCH_REQUESTS_H_

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/random.h"
#include "runtime/decision.h"
#include "runtime/image_view.h"
#include "runtime/request.h"

namespace portcullis::bench {

// What a workload's generator says of one request.
struct RequestText {
  std::string principal;
  std::string action;
  std::string resource;
  std::vector<std::pair<std::string, std::string>> context;  // single values
  std::string endpoint;
  std::vector<std::string> session_policy_arns;
  Verdict expected = Verdict::kImplicitDeny;
};

// A Request of one text, for whoever is asked for the right answer.
// Lifetime. Borrows `text`.
class TextRequest {
 public:
  explicit TextRequest(const RequestText& text);
  TextRequest(const TextRequest&) = delete;
  TextRequest& operator=(const TextRequest&) = delete;
  const Request& request() const { return request_; }

 private:
  std::vector<std::string_view> values_;
  std::vector<ContextEntry> entries_;
  std::vector<std::string_view> policy_arns_;
  SessionInfo session_;
  Request request_;
};

// How the bytes of the requests lie in memory.
enum class Packing {
  kPacked,     // one after another in the order of asking, as received
  kScattered,  // every string in an allocation of its own, in another order
};

// What a Request refers to beside the received bytes.
struct RequestParts {
  static constexpr size_t kMaxContext = 16;

  std::array<ContextEntry, kMaxContext> entries;
  SessionInfo session;
};

// The work space for one request, or for a batch of them.
template <size_t kCount>
struct RequestSlots {
  std::array<Request, kCount> requests;
  std::array<RequestParts, kCount> parts;
};

// Immutable once built.
// Threads. Thread-safe.
class RequestList {
 public:
  // With an image its handles go with every name.
  RequestList(const std::vector<RequestText>& texts, Packing packing,
              uint64_t seed, const ImageView* handles = nullptr);
  RequestList(const RequestList&) = delete;
  RequestList& operator=(const RequestList&) = delete;

  size_t size() const { return items_.size(); }

  std::string_view principal(size_t i) const { return items_[i].principal; }
  std::string_view action(size_t i) const { return items_[i].action; }
  std::string_view resource(size_t i) const { return items_[i].resource; }
  Verdict expected(size_t i) const { return items_[i].expected; }

  // Makes `request` the request `i`, as a gateway does from what it received.
  // Lifetime. Until `parts` is used for another request.
  void Fill(size_t i, Request& request, RequestParts& parts) const {
    const Item& item = items_[i];
    request.principal = item.principal;
    request.action = item.action;
    request.principal_handle = item.principal_handle;
    request.action_handle = item.action_handle;
    request.resource = item.resource;
    request.endpoint = item.endpoint;
    for (uint32_t c = 0; c < item.context_count; ++c) {
      const Value& value = values_[item.context_begin + c];
      parts.entries[c].key = value.key->text;
      parts.entries[c].handle = value.key->handle;
      parts.entries[c].values = {&value.text, 1};
    }
    request.context = {parts.entries.data(), item.context_count};
    parts.session.policy_arns = item.session_policy_arns;
    request.session =
        item.session_policy_arns.empty() ? nullptr : &parts.session;
  }

 private:
  struct Key {
    std::string text;
    KeyHandle handle = KeyHandle::kNone;
  };
  struct Value {
    std::string_view text;
    const Key* key = nullptr;  // one of keys_
  };
  struct Item {
    std::string_view principal;
    std::string_view action;
    std::string_view resource;
    std::string_view endpoint;
    std::span<const std::string_view> session_policy_arns;
    PrincipalHandle principal_handle = PrincipalHandle::kNone;
    ActionHandle action_handle = ActionHandle::kNone;
    uint32_t context_begin = 0;  // into values_
    uint32_t context_count = 0;
    Verdict expected = Verdict::kImplicitDeny;
  };

  const Key* FindKey(const std::string& text);
  // Lets an item borrow its texts from where `store(text)` puts them.
  template <typename Store>
  void StoreItem(const RequestText& text, Store store, Item& item);
  void FindHandles(const ImageView& image);
  void Pack(const std::vector<RequestText>& texts);
  void Scatter(const std::vector<RequestText>& texts, uint64_t seed);

  std::vector<Item> items_;
  std::vector<Value> values_;
  std::deque<Key> keys_;             // a gateway's constants
  std::vector<char> buffer_;         // kPacked
  std::deque<std::string> strings_;  // kScattered
  std::deque<std::vector<std::string_view>> arn_lists_;
};

// Shares of the outcomes, in percent.
struct Shares {
  double allowed = 0;
  double explicit_deny = 0;
  double implicit_deny = 0;
};
Shares SharesOf(const RequestList& requests);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_BENCH_REQUESTS_H_
