// tiny_image.h -- the smallest valid image, with a generation and a payload in
// its strings, for tests that have no compiler.
#ifndef PORTCULLIS_TESTS_TINY_IMAGE_H_
#define PORTCULLIS_TESTS_TINY_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "runtime/image_format.h"
#include "runtime/image_view.h"

namespace portcullis {

struct alignas(64) TinyBlock {
  std::byte bytes[64];
};
using TinyBytes = std::vector<TinyBlock>;
inline std::span<const std::byte> BytesOf(const TinyBytes& image) {
  return {reinterpret_cast<const std::byte*>(image.data()),
          image.size() * sizeof(TinyBlock)};
}

// What the strings of a tiny image begin with: words that are all functions of
// the generation, so that a mixture of two images shows.
constexpr uint64_t PayloadWord(uint64_t generation, size_t i) {
  return HashFinish(generation * 0x9E3779B97F4A7C15u + i) | 1;
}

namespace tiny_image {

inline constexpr uint32_t kStrides[kSectionCount] = {
    1,
    sizeof(TokenRecord),
    sizeof(GlobRecord),
    sizeof(PatternRecord),
    sizeof(PatternListRecord),
    sizeof(ActionPointRecord),
    sizeof(SlotRecord),
    sizeof(ServiceRecord),
    sizeof(SlotRecord),
    sizeof(KeyRecord),
    sizeof(ConditionRecord),
    4,
    sizeof(NumberRecord),
    sizeof(DateRecord),
    sizeof(AddressRecord),
    sizeof(PrincipalEntryRecord),
    sizeof(StatementRecord),
    sizeof(PolicyRecord),
    4,
    sizeof(uint64_t),
    sizeof(RuleSetRecord),
    sizeof(LevelRecord),
    sizeof(RowSlotRecord),
    sizeof(TagRecord),
    sizeof(EntityRecord),
    sizeof(EntitySlotRecord),
    sizeof(AccountRecord),
    sizeof(SlotRecord),
    sizeof(ResourceRecord),
    sizeof(SlotRecord),
    sizeof(EndpointRecord),
    sizeof(SlotRecord),
    sizeof(ManagedPolicyRecord),
    sizeof(SlotRecord),
    sizeof(TrieNodeRecord),
    sizeof(TrieEdgeRecord),
    sizeof(TrieTargetRecord),
    sizeof(TrieRecord),
    sizeof(SourceRecord),
    sizeof(PolicySourceRecord),
    4,
    4,
};
inline constexpr uint32_t kTables = 7;  // hash tables, with one seed each

// The hash tables have one slot, which is empty.
inline bool IsSlots(SectionId id) {
  switch (id) {
    case SectionId::kActionSlots:
    case SectionId::kServiceSlots:
    case SectionId::kEntitySlots:
    case SectionId::kAccountSlots:
    case SectionId::kResourceSlots:
    case SectionId::kEndpointSlots:
    case SectionId::kManagedPolicySlots: return true;
    default: return false;
  }
}

inline uint64_t AlignUp(uint64_t offset) { return (offset + 63) / 64 * 64; }

// Gives the sections their places; returns the image's size.
inline uint64_t Place(ImageHeader& header, size_t string_bytes) {
  uint64_t offset = AlignUp(sizeof(ImageHeader));
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const auto id = static_cast<SectionId>(i);
    uint32_t count = IsSlots(id) ? 1 : 0;
    if (id == SectionId::kSeeds) count = kTables;
    if (id == SectionId::kStrings) count = static_cast<uint32_t>(string_bytes);
    header.sections[i] = {offset, count, kStrides[i]};
    offset = AlignUp(offset + uint64_t{count} * kStrides[i]);
  }
  return offset;
}

}  // namespace tiny_image

// An image without policies: it denies everything. Its digest is `generation`.
inline TinyBytes MakeTinyImage(uint64_t generation, size_t payload_words = 8) {
  ImageHeader header = {};
  header.magic = kImageMagic;
  header.version = kImageVersion;
  header.header_bytes = sizeof(ImageHeader);
  header.image_bytes = tiny_image::Place(header, payload_words * 8);
  header.session = kNoIndex;
  header.digest = generation;
  TinyBytes image(header.image_bytes / sizeof(TinyBlock));
  auto* const base = reinterpret_cast<std::byte*>(image.data());
  std::memset(base, 0, header.image_bytes);
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const Section& section = header.sections[i];
    if (tiny_image::IsSlots(static_cast<SectionId>(i))) {
      std::memset(base + section.offset, 0xFF, section.stride);
    }
    if (static_cast<SectionId>(i) == SectionId::kEntitySlots) {
      const EntitySlotRecord empty = {0, kNoIndex, kNoRowTable};
      std::memcpy(base + section.offset, &empty, sizeof(empty));
    }
  }
  for (size_t i = 0; i < payload_words; ++i) {
    const uint64_t word = PayloadWord(generation, i);
    std::memcpy(base + header.sections[0].offset + i * 8, &word, 8);
  }
  header.crc32c =
      Crc32c(base + sizeof(header), header.image_bytes - sizeof(header));
  header.header_crc32c = HeaderCrc32c(header);
  std::memcpy(base, &header, sizeof(header));
  return image;
}

// True when every word of the payload is that of the image's own digest.
inline bool PayloadIsWhole(const ImageView& view) {
  const uint64_t generation = view.digest();
  const size_t words = view.tables().string_bytes / 8;
  for (size_t i = 0; i < words; ++i) {
    uint64_t word;
    std::memcpy(&word, view.tables().strings + i * 8, 8);
    if (word != PayloadWord(generation, i)) return false;
  }
  return words > 0;
}

}  // namespace portcullis

#endif  // PORTCULLIS_TESTS_TINY_IMAGE_H_
