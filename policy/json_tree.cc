#include "policy/json_tree.h"

#include <algorithm>

namespace portcullis {
namespace {

// The first holds a request. The largest are small enough for malloc() to keep
// them when they are freed: a system call each, and new pages for what comes
// next, cost more than the tree.
constexpr size_t kFirstChunk = 1 << 10;
constexpr size_t kLargestChunk = 64 << 10;

}  // namespace

std::byte* JsonNodes::Allocate(size_t bytes) {
  constexpr size_t kAlignment = alignof(std::max_align_t);
  bytes = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  if (chunks_.empty() || bytes > chunk_bytes_ - used_) {
    const size_t usual = chunks_.empty()
                             ? kFirstChunk
                             : std::min(2 * chunk_bytes_, kLargestChunk);
    chunk_bytes_ = std::max(bytes, usual);
    chunks_.push_back(
        std::make_unique_for_overwrite<std::byte[]>(chunk_bytes_));
    used_ = 0;
  }
  std::byte* const begin = chunks_.back().get() + used_;
  used_ += bytes;
  return begin;
}

const JsonMember* JsonValue::FindMember(std::string_view key) const {
  for (const JsonMember& member : members()) {
    if (member.key == key) return &member;
  }
  return nullptr;
}

const JsonValue* JsonValue::Find(std::string_view key) const {
  const JsonMember* member = FindMember(key);
  return member == nullptr ? nullptr : &member->value;
}

void JsonTreeBuilder::Add(const JsonValue& value) {
  if (open_.empty()) {
    root_ = value;
    has_root_ = true;
  } else if (is_object()) {
    members_.back().value = value;
  } else {
    elements_.push_back(value);
  }
}

template <typename Node>
void JsonTreeBuilder::TakeChildren(std::vector<Node>& nodes, size_t first,
                                   JsonValue& value) {
  const std::span<const Node> children = std::span(nodes).subspan(first);
  value.children = nodes_.Keep(children);
  value.count = static_cast<uint32_t>(children.size());
  nodes.resize(first);
}

void JsonTreeBuilder::Close(uint32_t end) {
  const OpenValue open = open_.back();
  open_.pop_back();
  JsonValue value;
  value.kind = open.kind;
  value.begin = open.begin;
  value.end = end;
  if (open.kind == Kind::kObject) {
    TakeChildren(members_, open.first, value);
  } else {
    TakeChildren(elements_, open.first, value);
  }
  Add(value);
}

}  // namespace portcullis
