// json_tree.h -- JSON values in memory, and how readers build them.
#ifndef PORTCULLIS_POLICY_JSON_TREE_H_
#define PORTCULLIS_POLICY_JSON_TREE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace portcullis {

struct JsonMember;

// Lifetime. Borrows its children from JsonNodes, and texts from what they were
// read from.
struct JsonValue {
  enum class Kind : uint8_t { kNull, kBool, kNumber, kString, kArray, kObject };
  Kind kind = Kind::kNull;
  uint32_t begin = 0;  // byte offset of the first byte
  uint32_t end = 0;    // byte offset just after the last byte
  uint32_t count = 0;  // of members or elements
  // Of scalars: a string's content, else the source text.
  std::string_view text;
  // `count` JsonMember of a kObject, JsonValue of a kArray.
  const void* children = nullptr;

  // Empty for all but kObject; in source order.
  std::span<const JsonMember> members() const;
  // Empty for all but kArray.
  std::span<const JsonValue> elements() const;

  // The first member of that name, and its value; null for none.
  const JsonMember* FindMember(std::string_view key) const;
  const JsonValue* Find(std::string_view key) const;
};

struct JsonMember {
  std::string_view key;
  uint32_t key_begin = 0;  // byte offset
  JsonValue value;
};

inline std::span<const JsonMember> JsonValue::members() const {
  if (kind != Kind::kObject) return {};
  return {static_cast<const JsonMember*>(children), count};
}
inline std::span<const JsonValue> JsonValue::elements() const {
  if (kind != Kind::kArray) return {};
  return {static_cast<const JsonValue*>(children), count};
}

// Holds the children of values. Moving it moves none of them.
class JsonNodes {
 public:
  template <typename Node>
  const Node* Keep(std::span<const Node> nodes) {
    static_assert(std::is_trivially_destructible_v<Node> &&
                  alignof(Node) <= alignof(std::max_align_t));
    auto* const kept = reinterpret_cast<Node*>(Allocate(nodes.size_bytes()));
    std::uninitialized_copy(nodes.begin(), nodes.end(), kept);
    return kept;
  }

 private:
  std::byte* Allocate(size_t bytes);

  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  size_t chunk_bytes_ = 0;  // of the last chunk
  size_t used_ = 0;         // of the last chunk
};

// Puts a tree together from its parts, in source order.
// Requires. In an object, AddKey() before each value.
// Lifetime. Borrows `nodes`.
class JsonTreeBuilder {
 public:
  using Kind = JsonValue::Kind;

  explicit JsonTreeBuilder(JsonNodes& nodes) : nodes_(nodes) {
    open_.reserve(4);  // what a request has
    members_.reserve(8);
  }

  // So many objects and arrays are open.
  size_t depth() const { return open_.size(); }
  bool is_complete() const { return has_root_; }
  // Requires. The tree is complete.
  const JsonValue& root() const { return root_; }

  // Of the innermost that is open.
  bool is_object() const { return open_.back().kind == Kind::kObject; }
  bool is_empty() const {
    return (is_object() ? members_.size() : elements_.size()) ==
           open_.back().first;
  }
  // Requires. It is an object.
  std::span<const JsonMember> members() const {
    return std::span(members_).subspan(open_.back().first);
  }

  void AddKey(std::string_view key, uint32_t begin) {
    members_.push_back({key, begin, {}});
  }
  void AddScalar(Kind kind, uint32_t begin, uint32_t end,
                 std::string_view text) {
    Add({kind, begin, end, 0, text, nullptr});
  }
  void Open(Kind kind, uint32_t begin) {
    open_.push_back(
        {kind, begin,
         kind == Kind::kObject ? members_.size() : elements_.size()});
  }
  void Close(uint32_t end);

 private:
  struct OpenValue {
    Kind kind;
    uint32_t begin;
    size_t first;  // of its children, in members_ or elements_
  };

  void Add(const JsonValue& value);
  // Moves the last of `nodes`, from `first` on, to be children of `value`.
  template <typename Node>
  void TakeChildren(std::vector<Node>& nodes, size_t first, JsonValue& value);

  JsonNodes& nodes_;
  std::vector<OpenValue> open_;  // outermost first
  // The children so far of all that are open.
  std::vector<JsonMember> members_;
  std::vector<JsonValue> elements_;
  JsonValue root_;
  bool has_root_ = false;
};

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_JSON_TREE_H_
