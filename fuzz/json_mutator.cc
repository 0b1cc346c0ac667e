// Mutates inputs that are JSON as trees: parts are dropped, doubled, swapped
// and taken from other places, texts changed, so that what comes out is JSON
// still and often a document still. What is no JSON, and one input in three, is
// left to libFuzzer. PORTCULLIS_FUZZ_HEAD bytes before the JSON are not part of
// it.
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size,
                                          size_t max_size, unsigned int seed);

namespace portcullis::fuzz {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kHead = PORTCULLIS_FUZZ_HEAD;  // bytes

class Tree {
 public:
  Tree(Json json, unsigned int seed) : json_(std::move(json)), random_(seed) {}

  std::string Change() {
    for (size_t n = 1 + Below(3); n > 0; --n) ChangeOnce();
    return json_.dump();
  }

 private:
  size_t Below(size_t limit) { return random_() % limit; }

  // All nodes, and of them one.
  void Collect(Json& node, std::vector<Json*>& nodes) {
    nodes.push_back(&node);
    if (!node.is_structured()) return;
    for (Json& part : node) Collect(part, nodes);
  }
  Json& Any() {
    std::vector<Json*> nodes;
    Collect(json_, nodes);
    return *nodes[Below(nodes.size())];
  }

  void ChangeOnce() {
    Json& node = Any();
    switch (Below(6)) {
      case 0: return Drop(node);
      case 1: return Double(node);
      case 2: return Take(node);
      case 3: return Wrap(node);
      default: return ChangeText(node);
    }
  }

  void Drop(Json& node) {
    if (!node.is_structured() || node.empty()) return;
    node.erase(std::next(node.begin(), static_cast<long>(Below(node.size()))));
  }
  void Double(Json& node) {
    if (!node.is_array() || node.empty()) return;
    const Json copy = node[Below(node.size())];
    node.push_back(copy);
  }
  // The value of another place of the same kind.
  void Take(Json& node) {
    const Json other = Any();
    if (other.type() == node.type() && other.dump().size() < 4096) node = other;
  }
  void Wrap(Json& node) {
    const Json old = node;
    if (node.is_array() && node.size() == 1) {
      node = old[0];
    } else if (node.is_string()) {
      node = Json::array({old});
    }
  }

  void ChangeText(Json& node) {
    if (node.is_object() && !node.empty()) return ChangeKey(node);
    if (!node.is_string()) return;
    std::string& text = node.get_ref<std::string&>();
    static constexpr const char* kPieces[] = {
        "*", "?", ":", "/", "${aws:username}", "${", "}", "a", "1", "\xC3\xA9"};
    const size_t at = Below(text.size() + 1);
    if (at < text.size() && Below(2) == 0) text.erase(at, 1 + Below(4));
    if (Below(3) != 0) {
      text.insert(std::min(at, text.size()),
                  kPieces[Below(std::size(kPieces))]);
    }
  }
  // Takes a member under the name of another: "NotAction" for "Action".
  void ChangeKey(Json& node) {
    static constexpr const char* kKeys[] = {"Action",
                                            "NotAction",
                                            "Resource",
                                            "NotResource",
                                            "Principal",
                                            "Condition",
                                            "NotPrincipal",
                                            "Sid",
                                            "Effect",
                                            "Version",
                                            "StringLike",
                                            "Bool",
                                            "ForAllValues:StringEquals",
                                            "Null"};
    const auto at =
        std::next(node.begin(), static_cast<long>(Below(node.size())));
    const Json value = at.value();
    node.erase(at);
    node[kKeys[Below(std::size(kKeys))]] = value;
  }

  Json json_;
  std::minstd_rand random_;
};

// Broken UTF-8, which the text changes can make, cannot be written.
std::string Changed(const std::string& text, unsigned int seed) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return "";
  try {
    return Tree(std::move(json), seed).Change();
  } catch (const Json::exception&) {
    return "";
  }
}

}  // namespace
}  // namespace portcullis::fuzz

size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                               unsigned int seed) {
  using portcullis::fuzz::kHead;
  if (seed % 3 == 0 || size <= kHead) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  const std::string changed =
      portcullis::fuzz::Changed(std::string(data + kHead, data + size), seed);
  if (changed.empty() || kHead + changed.size() > max_size) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  std::memcpy(data + kHead, changed.data(), changed.size());
  return kHead + changed.size();
}
