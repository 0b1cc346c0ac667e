#include "bench/requests.h"

#include <algorithm>
#include <numeric>

namespace portcullis::bench {
namespace {

// Calls `visit(string)` for each text of a request that its bytes hold.
template <typename Visit>
void VisitTexts(const RequestText& text, Visit visit) {
  visit(text.principal);
  visit(text.action);
  visit(text.resource);
  visit(text.endpoint);
  for (const auto& [key, value] : text.context) visit(value);
}

}  // namespace

TextRequest::TextRequest(const RequestText& text)
    : policy_arns_(text.session_policy_arns.begin(),
                   text.session_policy_arns.end()) {
  for (const auto& [key, value] : text.context) values_.push_back(value);
  for (size_t i = 0; i < values_.size(); ++i) {
    entries_.push_back({text.context[i].first, {&values_[i], 1}, false});
  }
  request_.principal = text.principal;
  request_.action = text.action;
  request_.resource = text.resource;
  request_.endpoint = text.endpoint;
  request_.context = entries_;
  session_.policy_arns = policy_arns_;
  if (!policy_arns_.empty()) request_.session = &session_;
}

RequestList::RequestList(const std::vector<RequestText>& texts, Packing packing,
                         uint64_t seed, const ImageView* handles)
    : items_(texts.size()) {
  for (size_t i = 0; i < texts.size(); ++i) {
    Item& item = items_[i];
    item.expected = texts[i].expected;
    item.context_begin = static_cast<uint32_t>(values_.size());
    item.context_count = static_cast<uint32_t>(texts[i].context.size());
    for (const auto& [key, value] : texts[i].context) {
      values_.push_back({{}, FindKey(key)});
    }
    if (texts[i].session_policy_arns.empty()) continue;
    std::vector<std::string_view>& arns = arn_lists_.emplace_back();
    for (const std::string& arn : texts[i].session_policy_arns) {
      arns.push_back(strings_.emplace_back(arn));
    }
    item.session_policy_arns = arns;
  }
  packing == Packing::kPacked ? Pack(texts) : Scatter(texts, seed);
  if (handles != nullptr) FindHandles(*handles);
}

void RequestList::FindHandles(const ImageView& image) {
  for (Item& item : items_) {
    item.principal_handle = image.FindPrincipal(item.principal);
    item.action_handle = image.FindAction(item.action);
  }
  for (Key& key : keys_) key.handle = image.FindKey(key.text);
}

const RequestList::Key* RequestList::FindKey(const std::string& text) {
  const auto found =
      std::find_if(keys_.begin(), keys_.end(),
                   [&text](const Key& key) { return key.text == text; });
  return found == keys_.end() ? &keys_.emplace_back(Key{text, KeyHandle::kNone})
                              : &*found;
}

template <typename Store>
void RequestList::StoreItem(const RequestText& text, Store store, Item& item) {
  item.principal = store(text.principal);
  item.action = store(text.action);
  item.resource = store(text.resource);
  item.endpoint = store(text.endpoint);
  for (uint32_t c = 0; c < item.context_count; ++c) {
    values_[item.context_begin + c].text = store(text.context[c].second);
  }
}

void RequestList::Pack(const std::vector<RequestText>& texts) {
  size_t bytes = 0;
  for (const RequestText& text : texts) {
    VisitTexts(text, [&](const std::string& s) { bytes += s.size(); });
  }
  buffer_.reserve(bytes);  // views into it stay valid
  const auto append = [&](const std::string& s) {
    const size_t begin = buffer_.size();
    buffer_.insert(buffer_.end(), s.begin(), s.end());
    return std::string_view(buffer_.data() + begin, s.size());
  };
  for (size_t i = 0; i < texts.size(); ++i) {
    StoreItem(texts[i], append, items_[i]);
  }
}

void RequestList::Scatter(const std::vector<RequestText>& texts,
                          uint64_t seed) {
  Random random(seed);
  std::vector<size_t> order(texts.size());
  std::iota(order.begin(), order.end(), size_t{0});
  random.Shuffle(order);
  const auto store = [&](const std::string& text) {
    return std::string_view(strings_.emplace_back(text));
  };
  for (const size_t i : order) StoreItem(texts[i], store, items_[i]);
}

Shares SharesOf(const RequestList& requests) {
  size_t counts[3] = {};
  for (size_t i = 0; i < requests.size(); ++i) {
    ++counts[static_cast<size_t>(requests.expected(i))];
  }
  const auto share = [&](Verdict verdict) {
    return 100.0 * static_cast<double>(counts[static_cast<size_t>(verdict)]) /
           static_cast<double>(requests.size());
  };
  return {share(Verdict::kAllowed), share(Verdict::kExplicitDeny),
          share(Verdict::kImplicitDeny)};
}

}  // namespace portcullis::bench
