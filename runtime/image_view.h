// image_view.h -- a verified image: typed, read-only access to its sections.
#ifndef PORTCULLIS_RUNTIME_IMAGE_VIEW_H_
#define PORTCULLIS_RUNTIME_IMAGE_VIEW_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/handle.h"
#include "runtime/image_format.h"

namespace portcullis {

enum class ImageErrorCode : uint8_t {
  kNone = 0,
  kTruncated,  // fewer bytes than the header or than it says
  kMagic,      // not an image
  kVersion,    // an image of another format version
  kAlignment,  // the bytes do not start at a 64-byte boundary
  kHeader,     // a header field has an impossible value
  kChecksum,   // damaged after it was written
  kSection,    // a section out of bounds, overlapping or of wrong stride
  kRecord,     // a record points out of bounds or contradicts another
  kFile,       // the file cannot be opened or mapped
};

struct ImageError {
  ImageErrorCode code = ImageErrorCode::kNone;
  std::string message;  // says what to do about it
};

// A hash table of the image; see SlotOf().
template <typename Slot>
struct HashTable {
  std::span<const Slot> slots;
  std::span<const uint32_t> seeds;
};

// The sections of an image as spans. Every index in them was proved to be in
// bounds when the ImageView was opened.
struct ImageTables {
  const ImageHeader* header = nullptr;
  const char* strings = nullptr;
  uint32_t string_bytes = 0;
  std::span<const TokenRecord> tokens;
  std::span<const GlobRecord> globs;
  std::span<const PatternRecord> patterns;
  std::span<const PatternListRecord> pattern_lists;
  std::span<const ActionPointRecord> action_points;
  HashTable<SlotRecord> action_slots;
  std::span<const ServiceRecord> services;
  HashTable<SlotRecord> service_slots;
  std::span<const KeyRecord> keys;
  std::span<const ConditionRecord> conditions;
  std::span<const uint32_t> condition_refs;
  std::span<const NumberRecord> numbers;
  std::span<const DateRecord> dates;
  std::span<const AddressRecord> addresses;
  std::span<const PrincipalEntryRecord> principal_entries;
  std::span<const StatementRecord> statements;
  std::span<const PolicyRecord> policies;
  std::span<const uint32_t> policy_refs;
  std::span<const uint64_t> rows;
  std::span<const RuleSetRecord> rule_sets;
  std::span<const LevelRecord> levels;
  std::span<const RowSlotRecord> row_slots;
  std::span<const TagRecord> tags;
  std::span<const EntityRecord> entities;
  HashTable<EntitySlotRecord> entity_slots;
  std::span<const AccountRecord> accounts;
  HashTable<SlotRecord> account_slots;
  std::span<const ResourceRecord> resources;
  HashTable<SlotRecord> resource_slots;
  std::span<const EndpointRecord> endpoints;
  HashTable<SlotRecord> endpoint_slots;
  std::span<const ManagedPolicyRecord> managed_policies;
  HashTable<SlotRecord> managed_policy_slots;
  std::span<const TrieNodeRecord> trie_nodes;
  std::span<const TrieEdgeRecord> trie_edges;
  std::span<const TrieTargetRecord> trie_targets;
  std::span<const TrieRecord> tries;
  std::span<const SourceRecord> sources;
  std::span<const PolicySourceRecord> policy_sources;
  std::span<const uint32_t> action_refs;

  std::string_view Text(TextRef ref) const {
    return {strings + ref.offset, ref.size};
  }
};

// Limits of a request (S-170): one beyond them is refused.
inline constexpr size_t kMaxPrincipalBytes = 4096;
inline constexpr size_t kMaxResourceBytes = size_t{1} << 20;
inline constexpr size_t kMaxContextKeys = 1024;
inline constexpr size_t kMaxSessionTags = 128;

// Non-owning, immutable, cheap to copy.
// Threads. Thread-safe.
// Lifetime. The bytes outlive every copy of the view.
class ImageView {
 public:
  struct Opened;

  // Proves `bytes` to be a whole and consistent image.
  //
  // Result. A view, or the error that was found first.
  // Requires. `bytes` starts at a 64-byte boundary (else kAlignment) and does
  // not change while a view of it exists.
  // Cost. Linear in the bytes; allocates four bytes a token, eight a glob, one
  // bit a word of the rows, one bit a trie node, and an error's message.
  static Opened Open(std::span<const std::byte> bytes);

  const ImageTables& tables() const { return tables_; }
  size_t size_bytes() const { return tables_.header->image_bytes; }
  // Names the policy version: 64 bits over all sections. The same inputs under
  // the same names, compiled with the same options, have the same digest.
  // Sources count: a file of another name or with other white space gives
  // another digest unless the image was compiled with --strip.
  uint64_t digest() const { return tables_.header->digest; }

  // Handles (runtime/handle.h): of the user or role with this very ARN, of an
  // action that some policy names, of a key that some condition or variable
  // names; actions and keys in any case. kNone when the image does not hold it.
  // Cost. One hash probe; FindKey is linear in the image's keys.
  PrincipalHandle FindPrincipal(std::string_view arn) const;
  ActionHandle FindAction(std::string_view name) const;
  KeyHandle FindKey(std::string_view name) const;

 private:
  ImageTables tables_;
};

struct ImageView::Opened {
  std::optional<ImageView> view;
  ImageError error;  // when there is no view
};

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_VIEW_H_
