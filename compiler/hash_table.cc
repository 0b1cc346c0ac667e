#include "compiler/hash_table.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "compiler/tables.h"

namespace portcullis {
namespace {

// A seed that does not fit is followed by another; keys of more seeds than this
// need more slots.
constexpr uint32_t kMaxTries = 1u << 16;

constexpr uint32_t SeedAt(uint32_t attempt) {
  return static_cast<uint32_t>(HashFinish(attempt)) | 1;
}

// Places all keys into a given number of slots.
class Placer {
 public:
  Placer(const std::vector<uint64_t>& hashes, size_t slots)
      : hashes_(hashes), used_(slots - 1) {
    placement_.slots = slots;
    placement_.slot_of.resize(hashes.size());
    placement_.seeds.assign(SeedCount(slots), SeedAt(0));
  }

  std::optional<Placement> Run() {
    SortIntoBuckets();
    for (const uint32_t bucket : LargestFirst()) {
      if (!PlaceBucket(bucket)) return std::nullopt;
    }
    return std::move(placement_);
  }

 private:
  // Bucket b: the keys order_[begins_[b]] to before order_[begins_[b + 1]],
  // by their tags.
  void SortIntoBuckets() {
    const size_t buckets = placement_.seeds.size();
    begins_.assign(buckets + 1, 0);
    for (const uint64_t hash : hashes_) ++begins_[SeedOf(hash, buckets) + 1];
    for (size_t b = 0; b < buckets; ++b) begins_[b + 1] += begins_[b];
    order_.resize(hashes_.size());
    std::vector<uint32_t> next(begins_.begin(), begins_.end() - 1);
    for (uint32_t key = 0; key < hashes_.size(); ++key) {
      order_[next[SeedOf(hashes_[key], buckets)]++] = key;
    }
    for (size_t b = 0; b < buckets; ++b) {
      std::sort(order_.begin() + begins_[b], order_.begin() + begins_[b + 1],
                [this](uint32_t x, uint32_t y) {
                  return std::pair(HashTag(hashes_[x]), x) <
                         std::pair(HashTag(hashes_[y]), y);
                });
    }
  }

  // Those with most keys have to choose while there is room.
  std::vector<uint32_t> LargestFirst() const {
    std::vector<uint32_t> buckets;
    for (uint32_t b = 0; b + 1 < begins_.size(); ++b) {
      if (begins_[b] < begins_[b + 1]) buckets.push_back(b);
    }
    std::sort(buckets.begin(), buckets.end(), [this](uint32_t x, uint32_t y) {
      return std::pair(begins_[y + 1] - begins_[y], x) <
             std::pair(begins_[x + 1] - begins_[x], y);
    });
    return buckets;
  }

  bool PlaceBucket(uint32_t bucket) {
    for (uint32_t attempt = 0; attempt < kMaxTries; ++attempt) {
      placement_.seeds[bucket] = SeedAt(attempt);
      if (Fits(bucket)) return true;
    }
    return false;
  }

  // Takes slots for all keys of the bucket, or for none.
  bool Fits(uint32_t bucket) {
    const uint32_t seed = placement_.seeds[bucket];
    for (uint32_t i = begins_[bucket]; i < begins_[bucket + 1]; ++i) {
      const uint64_t hash = hashes_[order_[i]];
      size_t slot = SlotOf(hash, seed, placement_.slots);
      if (i > begins_[bucket] &&
          HashTag(hashes_[order_[i - 1]]) == HashTag(hash)) {
        slot = placement_.slot_of[order_[i - 1]] + 1;  // they follow each other
      }
      if (slot >= used_.size() || used_[slot]) {
        Release(begins_[bucket], i);
        return false;
      }
      used_[slot] = true;
      placement_.slot_of[order_[i]] = static_cast<uint32_t>(slot);
    }
    return true;
  }

  void Release(uint32_t begin, uint32_t end) {
    for (uint32_t i = begin; i < end; ++i) {
      used_[placement_.slot_of[order_[i]]] = false;
    }
  }

  const std::vector<uint64_t>& hashes_;
  std::vector<bool> used_;  // all slots but the last
  std::vector<uint32_t> begins_;
  std::vector<uint32_t> order_;
  Placement placement_;
};

template <typename T, typename HashOf>
std::vector<uint64_t> HashesOf(const std::vector<T>& keys, HashOf hash_of) {
  std::vector<uint64_t> hashes;
  hashes.reserve(keys.size());
  for (const T& key : keys) hashes.push_back(hash_of(key));
  return hashes;
}

// `slot(i)` is the slot of the key of hash i.
template <typename Slot, typename MakeSlot>
HashTableDraft<Slot> Fill(const std::vector<uint64_t>& hashes, Slot empty,
                          MakeSlot slot) {
  Placement placement = PlaceKeys(hashes);
  HashTableDraft<Slot> table;
  table.slots.assign(placement.slots, empty);
  table.seeds = std::move(placement.seeds);
  for (size_t i = 0; i < hashes.size(); ++i) {
    table.slots[placement.slot_of[i]] = slot(i);
  }
  return table;
}

}  // namespace

Placement PlaceKeys(const std::vector<uint64_t>& hashes) {
  for (size_t slots = hashes.size() + hashes.size() / 16 + 1;;
       slots += slots / 8 + 1) {
    if (auto placement = Placer(hashes, Narrow(slots)).Run()) {
      return *std::move(placement);
    }
  }
}

HashTableDraft<SlotRecord> MakeTable(const std::vector<HashedIndex>& entries) {
  return Fill(
      HashesOf(entries, [](const HashedIndex& entry) { return entry.hash; }),
      SlotRecord{0, kNoIndex}, [&](size_t i) {
        return SlotRecord{HashTag(entries[i].hash), entries[i].index};
      });
}

HashTableDraft<SlotRecord> MakeTable(
    const std::vector<std::string_view>& texts) {
  std::vector<HashedIndex> entries;
  entries.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i) {
    entries.push_back({HashBytes(texts[i].data(), texts[i].size()), Narrow(i)});
  }
  return MakeTable(entries);
}

HashTableDraft<EntitySlotRecord> MakeTable(
    const std::vector<HashedIndex>& entries,
    const std::vector<EntityRecord>& entities) {
  return Fill(
      HashesOf(entries, [](const HashedIndex& entry) { return entry.hash; }),
      EntitySlotRecord{0, kNoIndex, kNoRowTable}, [&](size_t i) {
        const auto& [hash, index] = entries[i];
        return EntitySlotRecord{HashTag(hash), index, entities[index].rows};
      });
}

}  // namespace portcullis
