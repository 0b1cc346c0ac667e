#include "compiler/image_writer.h"

#include <cstring>
#include <vector>

namespace portcullis {
namespace {

// A section's records as bytes.
struct SectionBytes {
  SectionId id;
  const void* data;
  size_t count;
  size_t stride;
};

template <typename T>
SectionBytes Of(SectionId id, const std::vector<T>& records) {
  return {id, records.data(), records.size(), sizeof(T)};
}

std::vector<SectionBytes> AllSections(const Tables& t,
                                      const std::vector<uint32_t>& seeds) {
  return {
      {SectionId::kStrings, t.strings.data(), t.strings.size(), 1},
      Of(SectionId::kTokens, t.tokens),
      Of(SectionId::kGlobs, t.globs),
      Of(SectionId::kPatterns, t.patterns),
      Of(SectionId::kPatternLists, t.pattern_lists),
      Of(SectionId::kActionPoints, t.action_points),
      Of(SectionId::kActionSlots, t.action_slots.slots),
      Of(SectionId::kServices, t.services),
      Of(SectionId::kServiceSlots, t.service_slots.slots),
      Of(SectionId::kKeys, t.keys),
      Of(SectionId::kConditions, t.conditions),
      Of(SectionId::kConditionRefs, t.condition_refs),
      Of(SectionId::kNumbers, t.numbers),
      Of(SectionId::kDates, t.dates),
      Of(SectionId::kAddresses, t.addresses),
      Of(SectionId::kPrincipalEntries, t.principal_entries),
      Of(SectionId::kStatements, t.statements),
      Of(SectionId::kPolicies, t.policies),
      Of(SectionId::kPolicyRefs, t.policy_refs),
      Of(SectionId::kRows, t.rows),
      Of(SectionId::kRuleSets, t.rule_sets),
      Of(SectionId::kLevels, t.levels),
      Of(SectionId::kRowSlots, t.row_slots),
      Of(SectionId::kTags, t.tags),
      Of(SectionId::kEntities, t.entities),
      Of(SectionId::kEntitySlots, t.entity_slots.slots),
      Of(SectionId::kAccounts, t.accounts),
      Of(SectionId::kAccountSlots, t.account_slots.slots),
      Of(SectionId::kResources, t.resources),
      Of(SectionId::kResourceSlots, t.resource_slots.slots),
      Of(SectionId::kEndpoints, t.endpoints),
      Of(SectionId::kEndpointSlots, t.endpoint_slots.slots),
      Of(SectionId::kManagedPolicies, t.managed_policies),
      Of(SectionId::kManagedPolicySlots, t.managed_policy_slots.slots),
      Of(SectionId::kTrieNodes, t.trie_nodes),
      Of(SectionId::kTrieEdges, t.trie_edges),
      Of(SectionId::kTrieTargets, t.trie_targets),
      Of(SectionId::kTries, t.tries),
      Of(SectionId::kSources, t.sources),
      Of(SectionId::kPolicySources, t.policy_sources),
      Of(SectionId::kActionRefs, t.action_refs),
      Of(SectionId::kSeeds, seeds),
  };
}

// In the order of the tables' sections.
std::vector<uint32_t> AllSeeds(const Tables& t) {
  std::vector<uint32_t> all;
  for (const std::vector<uint32_t>* seeds :
       {&t.action_slots.seeds, &t.service_slots.seeds, &t.entity_slots.seeds,
        &t.account_slots.seeds, &t.resource_slots.seeds,
        &t.endpoint_slots.seeds, &t.managed_policy_slots.seeds}) {
    all.insert(all.end(), seeds->begin(), seeds->end());
  }
  return all;
}

uint64_t AlignUp(uint64_t offset) {
  return (offset + kImageAlignment - 1) / kImageAlignment * kImageAlignment;
}

// Gives every section its place and returns the image's size.
uint64_t PlaceSections(const std::vector<SectionBytes>& sections,
                       ImageHeader& header) {
  uint64_t offset = AlignUp(sizeof(ImageHeader));
  for (const SectionBytes& section : sections) {
    header.sections[static_cast<uint32_t>(section.id)] = {
        offset, Narrow(section.count), static_cast<uint32_t>(section.stride)};
    offset = AlignUp(offset + section.count * section.stride);
  }
  return offset;
}

// `hash` with the words of `bytes`, of which there are whole ones.
uint64_t AddWords(uint64_t hash, const void* bytes, size_t size) {
  const auto* text = static_cast<const char*>(bytes);
  for (size_t i = 0; i + 8 <= size; i += 8) {
    hash = HashFinish(hash ^ LoadWord(text + i)) * 0x100000001B3u;
  }
  return hash;
}

// Requires. The header has neither digest nor checksums yet.
uint64_t Digest(const ImageHeader& header, const std::byte* body,
                size_t body_bytes) {
  const uint64_t hash = AddWords(0xCBF29CE484222325u, &header, sizeof(header));
  return HashFinish(AddWords(hash, body, body_bytes));
}

}  // namespace

ImageBytes WriteImage(const Tables& tables) {
  const std::vector<uint32_t> seeds = AllSeeds(tables);
  const std::vector<SectionBytes> sections = AllSections(tables, seeds);
  ImageHeader header = {};
  header.magic = kImageMagic;
  header.version = kImageVersion;
  header.header_bytes = sizeof(ImageHeader);
  header.image_bytes = PlaceSections(sections, header);
  header.flags = tables.flags;
  header.session = tables.session;
  header.resource_pieces = tables.resource_pieces;
  header.organization_id = tables.organization_id;

  ImageBytes image(header.image_bytes / sizeof(ImageBlock), ImageBlock{});
  auto* const base = reinterpret_cast<std::byte*>(image.data());
  for (const SectionBytes& section : sections) {
    const uint64_t offset =
        header.sections[static_cast<uint32_t>(section.id)].offset;
    if (section.count == 0) continue;
    std::memcpy(base + offset, section.data, section.count * section.stride);
  }
  const std::byte* const body = base + sizeof(ImageHeader);
  const size_t body_bytes = header.image_bytes - sizeof(ImageHeader);
  header.digest = Digest(header, body, body_bytes);
  header.crc32c = Crc32c(body, body_bytes);
  header.header_crc32c = HeaderCrc32c(header);
  std::memcpy(base, &header, sizeof(header));
  return image;
}

}  // namespace portcullis
