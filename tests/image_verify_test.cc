// Damaged images are refused, with a code and a message; and an image that is
// taken can be decided on, explained and dumped, whatever it says.
#include "runtime/image_verify.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/image_dump.h"
#include "tests/rich_world.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

// A copy of an image that tests damage.
class Victim {
 public:
  explicit Victim(const ImageBytes& bytes) : bytes_(bytes) {}

  std::byte* data() { return reinterpret_cast<std::byte*>(bytes_.data()); }
  size_t size() const { return bytes_.size() * sizeof(ImageBlock); }
  std::span<const std::byte> span() const { return BytesOf(bytes_); }

  ImageHeader header() const {
    ImageHeader header;
    std::memcpy(&header, bytes_.data(), sizeof(header));
    return header;
  }
  void SetHeader(const ImageHeader& header) {
    std::memcpy(data(), &header, sizeof(header));
  }

  // Makes both checksums right again.
  void FixChecksums() {
    ImageHeader fixed = header();
    fixed.crc32c =
        Crc32c(data() + sizeof(ImageHeader), size() - sizeof(ImageHeader));
    SetHeader(fixed);
    FixHeaderChecksum();
  }
  void FixHeaderChecksum() {
    ImageHeader fixed = header();
    fixed.header_crc32c = HeaderCrc32c(fixed);
    SetHeader(fixed);
  }

  // The first record of a section.
  template <typename T>
  T* Records(SectionId id) {
    const Section section = header().sections[static_cast<uint32_t>(id)];
    EXPECT_EQ(section.stride, sizeof(T));
    EXPECT_GT(section.count, 0u);
    return reinterpret_cast<T*>(data() + section.offset);
  }

 private:
  ImageBytes bytes_;
};

const ImageBytes& RichBytes() {
  static const ImageBytes bytes = Compile(RichSet()).bytes;
  return bytes;
}

ImageError Check(const Victim& victim) {
  return ImageView::Open(victim.span()).error;
}

std::string CodeName(ImageErrorCode code) {
  constexpr const char* kNames[] = {
      "none",   "truncated", "magic",   "version", "alignment",
      "header", "checksum",  "section", "record",  "file"};
  return kNames[static_cast<size_t>(code)];
}

std::string Show(const ImageError& error) {
  return CodeName(error.code) + ": " + error.message;
}

TEST(ImageVerifyTest, WhatTheCompilerWritesIsTaken) {
  const Victim victim(RichBytes());
  EXPECT_EQ(Show(Check(victim)), "none: ");
  EXPECT_GT(ImageView::Open(victim.span()).view->tables().tries.size(), 1u);
}

// ---- the header -------------------------------------------------------------

std::string AfterHeaderChange(const std::function<void(ImageHeader&)>& change) {
  Victim victim(RichBytes());
  ImageHeader header = victim.header();
  change(header);
  victim.SetHeader(header);
  victim.FixHeaderChecksum();
  return Show(Check(victim));
}

TEST(ImageVerifyTest, HeaderMessages) {
  const std::string bytes = std::to_string(Victim(RichBytes()).size());
  const std::string damaged =
      "header: the image's header is damaged; compile it again";
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.magic ^= 1; }),
            "magic: not a portcullis image");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.version = 1; }),
            "version: image is version 1, this runtime reads version " +
                std::to_string(kImageVersion) +
                "; compile it again with the `portcullis` of this version");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.header_bytes += 16; }), damaged);
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.image_bytes += 64; }),
            "truncated: the image is " + bytes + " bytes, its header says " +
                std::to_string(Victim(RichBytes()).size() + 64));
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.crc32c ^= 1; }),
            "checksum: the image's checksum is wrong: it was damaged after it "
            "was written; compile it again");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.reserved = 1; }), damaged);
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.flags = 0x80; }), damaged);
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.session = 0xFFFF; }),
            "record: bad header");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.organization_id.size = ~0u; }),
            "record: bad header");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.sections[3].stride = 4; }),
            "section: a section has the wrong stride");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.sections[0].offset = 0; }),
            "section: section 0 is out of bounds");
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.sections[5].offset += 1; }),
            "section: section 5 is out of bounds");
  for (const uint32_t more : {1u, ~0u}) {
    EXPECT_EQ(AfterHeaderChange([more](auto& h) {
                h.sections[static_cast<size_t>(SectionId::kSeeds)].count +=
                    more;
              }),
              "section: the seeds do not fit the hash tables");
  }
  EXPECT_EQ(AfterHeaderChange([](auto& h) { h.sections[41].count = ~0u; }),
            "section: section 41 is out of bounds");
  EXPECT_EQ(AfterHeaderChange(
                [](auto& h) { std::swap(h.sections[3], h.sections[4]); }),
            "section: section 4 is out of bounds");
  Victim victim(RichBytes());
  ImageHeader header = victim.header();
  header.header_crc32c ^= 1;
  victim.SetHeader(header);
  EXPECT_EQ(Show(Check(victim)), damaged);
}

// ---- damage on the way ------------------------------------------------------

// All of the header and every 7th byte after it, the bit by turns.
TEST(ImageVerifyTest, OneFlippedBitIsNoticed) {
  Victim victim(RichBytes());
  size_t flips = 0;
  for (size_t at = 0; at < victim.size();
       at += at < sizeof(ImageHeader) ? 1 : 7) {
    const auto bit = static_cast<std::byte>(1u << (at % 8));
    victim.data()[at] ^= bit;
    EXPECT_NE(Check(victim).code, ImageErrorCode::kNone) << at;
    victim.data()[at] ^= bit;
    ++flips;
  }
  std::cout << flips << " bits of " << victim.size() << " bytes\n";
  EXPECT_GT(flips, 1000u);
}

TEST(ImageVerifyTest, EveryTruncationIsNoticed) {
  const Victim victim(RichBytes());
  EXPECT_EQ(Show(ImageView::Open(victim.span().first(100)).error),
            "truncated: the image is 100 bytes, less than a header");
  EXPECT_EQ(Show(ImageView::Open({}).error),
            "truncated: the image is 0 bytes, less than a header");
  for (size_t size = 0; size < victim.size();
       size += size < sizeof(ImageHeader) + 200 ? 1 : 997) {
    EXPECT_EQ(ImageView::Open(victim.span().first(size)).error.code,
              ImageErrorCode::kTruncated)
        << size;
  }
}

TEST(ImageVerifyTest, BytesTooManyAreNoticed) {
  ImageBytes bytes = RichBytes();
  bytes.emplace_back();
  EXPECT_EQ(ImageView::Open(BytesOf(bytes)).error.code,
            ImageErrorCode::kTruncated);
}

TEST(ImageVerifyTest, MisalignedBytesAreNoticed) {
  const Victim victim(RichBytes());
  ImageBytes room(RichBytes().size() + 1);
  auto* base = reinterpret_cast<std::byte*>(room.data());
  for (size_t shift = 1; shift < kImageAlignment; ++shift) {
    std::copy(victim.span().begin(), victim.span().end(), base + shift);
    EXPECT_EQ(Show(ImageView::Open({base + shift, victim.size()}).error),
              "alignment: the image does not start at a 64-byte boundary");
  }
}

// ---- damage with right checksums --------------------------------------------

template <typename T>
std::string AfterRecordChange(SectionId id,
                              const std::function<void(T*)>& change) {
  Victim victim(RichBytes());
  change(victim.Records<T>(id));
  victim.FixChecksums();
  return Show(Check(victim));
}

// The index of the first record that has a property.
template <typename T>
size_t FirstWhere(std::span<const T> records,
                  const std::function<bool(const T&)>& has) {
  const auto at = std::find_if(records.begin(), records.end(), has);
  EXPECT_NE(at, records.end());
  return static_cast<size_t>(at - records.begin());
}

size_t FirstWithGlobs(const ImageTables& tables) {
  return FirstWhere<PatternRecord>(
      tables.patterns, [](const auto& p) { return p.first < kPatternFields; });
}

class RecordDamageTest : public testing::Test {
 protected:
  const ImageTables& tables() const { return view_.tables(); }

 private:
  const ImageView view_ = *ImageView::Open(BytesOf(RichBytes())).view;
};

TEST_F(RecordDamageTest, TokensAndGlobs) {
  EXPECT_EQ(AfterRecordChange<TokenRecord>(SectionId::kTokens,
                                           [](auto* t) { t->op = 4; }),
            "record: bad token");
  const size_t question = FirstWhere<TokenRecord>(
      tables().tokens, [](const auto& t) { return t.op == 1; });
  EXPECT_EQ(AfterRecordChange<TokenRecord>(
                SectionId::kTokens,
                [&](auto* t) { t[question].a = kMaxQuestions + 1; }),
            "record: bad token count");
  // An image that reads beyond its texts once a part is compared as text.
  EXPECT_EQ(AfterRecordChange<PatternRecord>(
                SectionId::kPatterns,
                [&](auto* p) {
                  p[FirstWithGlobs(tables())].globs.rest = {0x7FFFFFFF, 0};
                }),
            "record: bad glob");
}

TEST_F(RecordDamageTest, Patterns) {
  const auto change = [](const std::function<void(PatternRecord*)>& edit) {
    return AfterRecordChange<PatternRecord>(SectionId::kPatterns, edit);
  };
  EXPECT_EQ(change([](auto* p) { p->head.size = 0x7FFFFFFF; }),
            "record: bad pattern");
  EXPECT_EQ(change([](auto* p) { p->first = 5; }), "record: bad pattern");
  EXPECT_EQ(change([](auto* p) { p->tail = 3; }), "record: bad pattern");
  EXPECT_EQ(change([](auto* p) { p->crossing = 16; }), "record: bad pattern");
  const size_t globs = FirstWithGlobs(tables());
  EXPECT_EQ(change([&](auto* p) { p[globs].tail = 1; }), "record: bad pattern");
  EXPECT_EQ(change([&](auto* p) { p[globs].globs.fields = 0x7FFFFFFF; }),
            "record: bad pattern fields");
  const size_t head = FirstWhere<PatternRecord>(
      tables().patterns, [](const auto& p) { return p.tail != 0; });
  for (size_t i = 0; i < kHeadEndBytes; ++i) {
    EXPECT_EQ(change([&](auto* p) { p[head].head_end[i] ^= 1; }),
              "record: bad pattern head");
  }
  EXPECT_EQ(change([&](auto* p) { p[head].head.size = kLeastHead - 1; }),
            "record: bad pattern head");
  // Only globs hold variables.
  EXPECT_EQ(change([&](auto* p) { p[head].flags |= kPatternVariables; }),
            "record: bad pattern");
  const size_t one = FirstWhere<StatementRecord>(
      tables().statements, [](const auto& s) { return s.pattern_count > 0; });
  EXPECT_EQ(
      AfterRecordChange<StatementRecord>(
          SectionId::kStatements, [&](auto* s) { s[one].pattern.first = 5; }),
      "record: bad pattern");
  EXPECT_EQ(
      AfterRecordChange<StatementRecord>(
          SectionId::kStatements, [&](auto* s) { ++s[one].pattern_count; }),
      "record: bad statement resources");
}

// A template with a wildcard would be read as one with a variable.
TEST_F(RecordDamageTest, Templates) {
  const size_t equals = FirstWhere<ConditionRecord>(
      tables().conditions, [](const ConditionRecord& c) {
        return c.op == static_cast<uint8_t>(CompareOp::kStringEquals) &&
               c.literals < c.count;
      });
  const ConditionRecord& condition = tables().conditions[equals];
  const size_t like = FirstWhere<ConditionRecord>(
      tables().conditions, [this](const ConditionRecord& c) {
        if (c.op != static_cast<uint8_t>(CompareOp::kStringLike)) return false;
        return c.count > c.literals &&
               KindOf(tables().globs[c.begin + c.literals]) ==
                   GlobKind::kTokens;
      });
  const uint32_t wild =
      tables().conditions[like].begin + tables().conditions[like].literals;
  EXPECT_EQ(
      AfterRecordChange<GlobRecord>(
          SectionId::kGlobs,
          [&](auto* g) { g[condition.begin + condition.literals] = g[wild]; }),
      "record: bad condition template");
  EXPECT_EQ(
      AfterRecordChange<GlobRecord>(
          SectionId::kGlobs, [&](auto* g) { g[condition.begin] = g[wild]; }),
      "record: bad condition literal");
}

TEST_F(RecordDamageTest, RowsAndSlots) {
  const auto row = [](const std::function<void(uint64_t*)>& edit) {
    return AfterRecordChange<uint64_t>(SectionId::kRows, edit);
  };
  EXPECT_EQ(row([](auto* r) { r[3] |= uint64_t{1} << 29; }),
            "record: bad row entry");
  EXPECT_EQ(row([](auto* r) { r[3] ^= kEntryWhole; }), "record: bad row entry");
  EXPECT_EQ(row([](auto* r) { r[1] |= 0x8000; }), "record: bad row ranks");
  EXPECT_EQ(row([](auto* r) {
              while (ShapeOf(*r).entries % 4 == 0) r += ShapeOf(*r).words;
              r[ShapeOf(*r).trie - 3] |= uint64_t{1} << 48;
            }),
            "record: bad row ranks");
  EXPECT_EQ(row([](auto* r) { r[0] += (uint64_t{1} << 32) - 1; }),
            "record: bad row order");
  EXPECT_EQ(row([](auto* r) { r[0] += uint64_t{1} << 60; }), "record: bad row");
  EXPECT_EQ(row([](auto* r) { r[0] = 0; }), "record: bad row");
  EXPECT_EQ(row([](auto* r) {
              while ((r[0] & kRowHasTrie) == 0) r += ShapeOf(r[0]).words;
              r[ShapeOf(r[0]).trie] = 1u << 20;
            }),
            "record: bad row trie");
  EXPECT_EQ(AfterRecordChange<SlotRecord>(
                SectionId::kServiceSlots,
                [this](SlotRecord* s) {
                  std::fill_n(s, tables().service_slots.slots.size(),
                              SlotRecord{});
                }),
            "record: bad service slots");
  EXPECT_EQ(AfterRecordChange<EntitySlotRecord>(
                SectionId::kEntitySlots,
                [this](EntitySlotRecord* s) {
                  s[tables().entity_slots.slots.size() - 1].index = 0;
                }),
            "record: bad entity slots");
  // A slot that names another entity's rows.
  EXPECT_EQ(AfterRecordChange<EntitySlotRecord>(
                SectionId::kEntitySlots,
                [this](EntitySlotRecord* s) {
                  ++s[FirstWhere<EntitySlotRecord>(tables().entity_slots.slots,
                                                   [](const auto& held) {
                                                     return held.rows.begin !=
                                                            kNoIndex;
                                                   })]
                        .rows.begin;
                }),
            "record: bad entity slots");
}

TEST_F(RecordDamageTest, RowTables) {
  const size_t used = FirstWhere<RowSlotRecord>(
      tables().row_slots, [](const auto& s) { return s.row != kNoIndex; });
  const size_t free = FirstWhere<RowSlotRecord>(
      tables().row_slots, [](const auto& s) { return s.row == kNoIndex; });
  const auto slot = [&](size_t index,
                        const std::function<void(RowSlotRecord&)>& change) {
    return AfterRecordChange<RowSlotRecord>(SectionId::kRowSlots,
                                            [&](auto* s) { change(s[index]); });
  };
  const std::string bad = "record: bad row slots";
  // A slot that leads into the middle of a row.
  EXPECT_EQ(slot(used, [](auto& s) { s.row += 1; }), bad);
  EXPECT_EQ(slot(used, [](auto& s) { s.service = 1u << 20; }), bad);
  EXPECT_EQ(slot(used, [](auto& s) { s.row = kNoIndex; }), bad);
  EXPECT_EQ(slot(free, [](auto& s) { s.service = 0; }), bad);
  EXPECT_EQ(slot(tables().row_slots.size() - 1,
                 [](auto& s) { s.service |= kRowSlotMore; }),
            bad);

  const size_t with_rows = FirstWhere<RuleSetRecord>(
      tables().rule_sets, [](const auto& r) { return r.rows.homes > 0; });
  const auto table = [&](const std::function<void(RowTable&)>& change) {
    return AfterRecordChange<RuleSetRecord>(
        SectionId::kRuleSets, [&](auto* r) { change(r[with_rows].rows); });
  };
  EXPECT_EQ(table([](auto& t) { t.homes = 0; }), "record: bad rule set");
  EXPECT_EQ(table([](auto& t) { t.homes = 0xFFFF; }), "record: bad rule set");
  EXPECT_EQ(table([](auto& t) { t.begin = 1u << 30; }), "record: bad rule set");
  EXPECT_EQ(table([](auto& t) { t.begin = kNoIndex; }), "record: bad rule set");

  const size_t caller = FirstWhere<EntityRecord>(
      tables().entities, [](const auto& e) { return e.rows.homes > 0; });
  EXPECT_EQ(
      AfterRecordChange<EntityRecord>(
          SectionId::kEntities, [&](auto* e) { e[caller].rows = kNoRowTable; }),
      "record: bad entity");
}

TEST_F(RecordDamageTest, ActionPoints) {
  const size_t named = FirstWhere<ActionPointRecord>(
      tables().action_points, [](const auto& p) { return p.colon != 0; });
  const auto point =
      [&](const std::function<void(ActionPointRecord&)>& change) {
        return AfterRecordChange<ActionPointRecord>(
            SectionId::kActionPoints, [&](auto* p) { change(p[named]); });
      };
  const std::string bad = "record: bad action point";
  EXPECT_EQ(point([](auto& p) { p.colon += 1; }), bad);
  EXPECT_EQ(point([](auto& p) { p.colon = 500; }), bad);
  EXPECT_EQ(point([](auto& p) { p.service = kNoIndex; }), bad);
  EXPECT_EQ(point([](auto& p) { p.rank = 0x8000; }), bad);
  EXPECT_EQ(point([](auto& p) { p.order += 1; }), bad);
}

// Texts that are read whole are apart, or reading them would not be linear.
TEST_F(RecordDamageTest, TextsThatOverlap) {
  const uint32_t all = static_cast<uint32_t>(tables().string_bytes);
  EXPECT_EQ(AfterRecordChange<ServiceRecord>(
                SectionId::kServices, [&](auto* s) { s[1].name = {0, all}; }),
            "record: bad service");
  EXPECT_EQ(
      AfterRecordChange<ActionPointRecord>(
          SectionId::kActionPoints, [&](auto* p) { p[1].text = {0, all}; }),
      "record: bad action point");
}

// Such a request is decided without its caller; a forged statement of an
// identity policy asks for it all the same. The request before it leaves
// another one's caller where this one's would be.
TEST(ForgedImage, ThePrincipalOfAPlainRequest) {
  Victim victim(Compile(SetOfStatements({AllowStatement(
                            "s3:get", {"arn:aws:s3:::docs/*"})}))
                    .bytes);
  victim.Records<StatementRecord>(SectionId::kStatements)->flags |=
      kStatementPrincipal | kStatementNotPrincipal;
  victim.FixChecksums();
  const auto view = ImageView::Open(victim.span()).view;
  ASSERT_TRUE(view.has_value());
  Scratch scratch(*view);
  Request request;
  request.action = "s3:Get";
  request.resource = "arn:aws:s3:::docs/a";
  for (int i = 0; i < 3; ++i) {
    const auto other = std::make_unique<std::string>(
        "arn:aws:sts::111122223333:assumed-role/r/s" + std::to_string(i));
    request.principal = *other;
    EXPECT_EQ(Decide(*view, request, scratch).verdict, Verdict::kImplicitDeny);
    request.principal = kAna;
    EXPECT_EQ(Decide(*view, request, scratch).verdict, Verdict::kAllowed);
  }
}

// A plain entity has nothing beside its identity policies.
TEST_F(RecordDamageTest, PlainEntities) {
  EXPECT_FALSE(tables().resources.empty());
  EXPECT_EQ(
      AfterRecordChange<EntityRecord>(
          SectionId::kEntities, [](auto* e) { e->flags |= kEntityPlain; }),
      "record: bad entity");
}

TEST_F(RecordDamageTest, ActionPointsOutOfOrder) {
  EXPECT_EQ(
      AfterRecordChange<ActionPointRecord>(
          SectionId::kActionPoints, [](auto* p) { std::swap(p[0], p[1]); }),
      "record: bad order of action points");
}

// Two ways to one node would make it active twice, and the work space is sized
// for once.
TEST_F(RecordDamageTest, Tries) {
  const uint32_t with_edges = static_cast<uint32_t>(FirstWhere<TrieNodeRecord>(
      tables().trie_nodes, [](const auto& n) { return n.edge_count > 1; }));
  const TrieNodeRecord& node = tables().trie_nodes[with_edges];
  const auto edge = [&](const std::function<void(TrieEdgeRecord*)>& change) {
    return AfterRecordChange<TrieEdgeRecord>(
        SectionId::kTrieEdges, [&](auto* e) { change(e + node.edge_begin); });
  };
  EXPECT_EQ(edge([](auto* e) { e[1].node = e[0].node; }),
            "record: bad trie node");
  EXPECT_EQ(edge([](auto* e) { e[1].byte = e[0].byte; }),
            "record: bad trie edge");
  EXPECT_EQ(edge([](auto* e) { e[0].byte = 256; }), "record: bad trie edge");
  EXPECT_EQ(edge([&](auto* e) { e[0].node = with_edges; }),
            "record: bad trie order");
  const size_t question = FirstWhere<TrieNodeRecord>(
      tables().trie_nodes, [](const auto& n) { return n.is_question != 0; });
  EXPECT_EQ(
      AfterRecordChange<TrieNodeRecord>(
          SectionId::kTrieNodes, [&](auto* n) { n[question].is_question = 0; }),
      "record: bad trie node");
  EXPECT_EQ(AfterRecordChange<TrieNodeRecord>(
                SectionId::kTrieNodes, [](auto* n) { n->is_question = 1; }),
            "record: bad trie node");
  EXPECT_EQ(AfterRecordChange<TrieRecord>(SectionId::kTries,
                                          [](auto* t) { t[1].root = 0; }),
            "record: bad trie");
  EXPECT_EQ(AfterRecordChange<TrieRecord>(
                SectionId::kTries, [](auto* t) { t->targets = 0xFFFFFFC1; }),
            "record: bad trie");
  EXPECT_EQ(AfterRecordChange<TrieTargetRecord>(
                SectionId::kTrieTargets, [](auto* t) { t->target = 1u << 20; }),
            "record: bad trie target");
}

// ---- random damage ----------------------------------------------------------

// Overwrites one field of one record of a random section.
void Damage(std::mt19937& random, Victim& victim) {
  const ImageHeader header = victim.header();
  const Section* section = nullptr;
  do {
    section = &header.sections[random() % kSectionCount];
  } while (section->count == 0);
  const size_t bytes = size_t{section->count} * section->stride;
  if (bytes < 4 || random() % 8 == 0) {
    victim.data()[section->offset + random() % bytes] =
        static_cast<std::byte>(random());
    return;
  }
  std::byte* const field =
      victim.data() + section->offset + random() % (bytes / 4) * 4;
  uint32_t value;
  std::memcpy(&value, field, sizeof(value));
  const uint32_t other[] = {0,
                            1,
                            kNoIndex,
                            value + 1,
                            value - 1,
                            value ^ 1u << random() % 32,
                            static_cast<uint32_t>(random() % 64),
                            static_cast<uint32_t>(random() % 4096)};
  std::memcpy(field, &other[random() % std::size(other)], sizeof(value));
}

// Uses everything that reads an image. Returning is all that is asked.
size_t Use(const ImageView& view, const std::vector<Request>& requests,
           size_t from) {
  Scratch scratch(view);
  size_t matched = 0;
  for (size_t i = from; i < requests.size(); i += 1009) {
    (void)Decide(view, requests[i], scratch);
    matched += Explain(view, requests[i], scratch).matched.size();
  }
  return matched + DumpImage(view).size();
}

TEST(ImageVerifyTest, RandomDamageIsRefusedOrHarmless) {
  const std::vector<Policy> policies = {RichSessionPolicy()};
  const SmallImage session(CompileSession(policies));
  const RichRequests requests(session.view());
  std::mt19937 random(20260101);
  std::map<std::string, size_t> outcomes;
  size_t taken = 0;
  constexpr size_t kRounds = 3000;
  for (size_t round = 0; round < kRounds; ++round) {
    Victim victim(RichBytes());
    for (size_t n = 1 + random() % 3; n > 0; --n) Damage(random, victim);
    victim.FixChecksums();
    const ImageView::Opened opened = ImageView::Open(victim.span());
    ++outcomes[Show(opened.error)];
    if (!opened.view) {
      EXPECT_EQ(opened.error.code, ImageErrorCode::kRecord);
      continue;
    }
    ++taken;
    EXPECT_GT(Use(*opened.view, requests.all(), round % 1009), 0u);
  }
  std::cout << kRounds << " damaged images, " << taken << " taken, "
            << outcomes.size() - 1 << " different errors\n";
  EXPECT_GT(taken, kRounds / 20);
  EXPECT_LT(taken, kRounds * 19 / 20);
  EXPECT_GT(outcomes.size(), 20u);
}

// Every 32-bit word of the header at 0, at the most, one more and one less: the
// checksum tells, and with a right one the image is refused or harmless.
TEST(ImageVerifyTest, EveryHeaderWord) {
  const std::vector<Policy> policies = {RichSessionPolicy()};
  const SmallImage session(CompileSession(policies));
  const RichRequests requests(session.view());
  size_t taken = 0;
  size_t refused = 0;
  for (size_t at = 0; at < sizeof(ImageHeader); at += 4) {
    Victim victim(RichBytes());
    const ImageHeader header = victim.header();
    uint32_t value;
    std::memcpy(&value, victim.data() + at, sizeof(value));
    for (const uint32_t other : {0u, ~0u, value + 1, value - 1}) {
      if (other == value) continue;
      victim.SetHeader(header);
      std::memcpy(victim.data() + at, &other, sizeof(other));
      EXPECT_NE(Check(victim).code, ImageErrorCode::kNone)
          << at << " " << other;
      victim.FixHeaderChecksum();
      const ImageView::Opened opened = ImageView::Open(victim.span());
      ++(opened.view ? taken : refused);
      if (opened.view) {
        EXPECT_GT(Use(*opened.view, requests.all(), at), 0u);
      }
    }
  }
  std::cout << taken << " headers taken, " << refused << " refused\n";
  EXPECT_GT(taken, 10u);
  EXPECT_GT(refused, 300u);
}

// ---- all of a small image ---------------------------------------------------

// A few statements, so that every place can be damaged in turn.
const ImageBytes& SmallBytes() {
  static const ImageBytes bytes =
      Compile(SetOfStatements(
                  {AllowStatement("s3:Get*", {"arn:aws:s3:::b?/*", "arn:*:x"}),
                   AllowStatement("s3:PutObject",
                                  {"arn:aws:s3:::${aws:username}/k"})}))
          .bytes;
  return bytes;
}

// Decides, explains and dumps, when the image is taken at all. Returns whether
// it was.
bool TakenAndUsed(const Victim& victim) {
  const ImageView::Opened opened = ImageView::Open(victim.span());
  if (!opened.view) {
    EXPECT_FALSE(opened.error.message.empty());
    return false;
  }
  static const std::vector<Request>* const requests = [] {
    auto* const all = new std::vector<Request>;
    for (const char* action : {"s3:GetObject", "S3:PUTOBJECT", "ec2:Run"}) {
      for (const char* resource :
           {"arn:aws:s3:::b1/k", "arn:aws:s3:::ana/k", "arn:aws:x:::", "*"}) {
        Request request;
        request.principal = kAna;
        request.action = action;
        request.resource = resource;
        all->push_back(request);
      }
    }
    return all;
  }();
  Scratch scratch(*opened.view);
  for (const Request& request : *requests) {
    const Decision decision = Decide(*opened.view, request, scratch);
    EXPECT_LE(decision.verdict, Verdict::kAllowed);
    (void)Explain(*opened.view, request, scratch);
  }
  EXPECT_FALSE(DumpImage(*opened.view).empty());
  return true;
}

TEST(EveryPlaceTest, OneFlippedBitOfEveryByte) {
  Victim victim(SmallBytes());
  for (size_t at = 0; at < victim.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      victim.data()[at] ^= static_cast<std::byte>(1u << bit);
      EXPECT_NE(Check(victim).code, ImageErrorCode::kNone) << at;
      victim.data()[at] ^= static_cast<std::byte>(1u << bit);
    }
  }
}

TEST(EveryPlaceTest, EveryTruncation) {
  const Victim victim(SmallBytes());
  for (size_t size = 0; size < victim.size(); ++size) {
    EXPECT_EQ(ImageView::Open(victim.span().first(size)).error.code,
              ImageErrorCode::kTruncated)
        << size;
  }
}

// Right checksums over wrong contents: every byte at 0, at the most, one more
// and one less.
TEST(EveryPlaceTest, WrongContentsWithRightChecksums) {
  const Victim right(SmallBytes());
  size_t taken = 0;
  size_t refused = 0;
  for (size_t at = sizeof(ImageHeader); at < right.size(); ++at) {
    const auto value = std::to_integer<unsigned>(right.span()[at]);
    for (const unsigned other : {0u, 255u, value + 1, value - 1}) {
      Victim victim = right;
      victim.data()[at] = static_cast<std::byte>(other);
      victim.FixChecksums();
      ++(TakenAndUsed(victim) ? taken : refused);
    }
  }
  std::cout << right.size() << " bytes: " << taken << " images taken, "
            << refused << " refused\n";
  EXPECT_GT(taken, 100u);
  EXPECT_GT(refused, 1000u);
}

// What became of a header that was changed, with right checksums.
bool HeaderTaken(const std::function<void(ImageHeader&)>& change) {
  Victim victim(SmallBytes());
  ImageHeader header = victim.header();
  change(header);
  victim.SetHeader(header);
  victim.FixChecksums();
  return TakenAndUsed(victim);
}

// Two sections whose records have one size are as good as each other to the
// section table; then the records tell, or the image is harmless.
TEST(EveryPlaceTest, EveryTwoSectionsSwapped) {
  const Victim right(SmallBytes());
  size_t refused = 0;
  for (uint32_t a = 0; a < kSectionCount; ++a) {
    for (uint32_t b = a + 1; b < kSectionCount; ++b) {
      const bool taken = HeaderTaken(
          [&](ImageHeader& h) { std::swap(h.sections[a], h.sections[b]); });
      refused += taken ? 0 : 1;
      const Section& first = right.header().sections[a];
      const Section& second = right.header().sections[b];
      if (first.stride != second.stride) {
        EXPECT_FALSE(taken) << a << " " << b;
      }
    }
  }
  EXPECT_GT(refused, kSectionCount);
}

TEST(EveryPlaceTest, EverySectionOverlappingOrMisaligned) {
  const Victim right(SmallBytes());
  for (uint32_t i = 0; i < kSectionCount; ++i) {
    const Section& section = right.header().sections[i];
    if (section.count == 0) continue;
    const auto moved_to = [i](size_t offset) {
      return HeaderTaken([&](ImageHeader& h) {
        h.sections[i].offset =
            static_cast<decltype(h.sections[i].offset)>(offset);
      });
    };
    EXPECT_FALSE(moved_to(0)) << i;
    EXPECT_FALSE(moved_to(sizeof(ImageHeader) - 64)) << i;
    EXPECT_FALSE(moved_to(right.size())) << i;
    for (size_t shift = 1; shift < 64; ++shift) {
      EXPECT_FALSE(moved_to(section.offset + shift)) << i << " " << shift;
    }
    for (uint32_t k = 0; k < kSectionCount; ++k) {
      const Section& other = right.header().sections[k];
      if (k == i || other.count == 0) continue;
      EXPECT_FALSE(moved_to(other.offset)) << i << " onto " << k;
    }
  }
}

// The session's image comes from outside too.
TEST(ImageVerifyTest, DamagedSessionImages) {
  const std::vector<Policy> policies = {RichSessionPolicy()};
  const ImageBytes bytes = CompileSession(policies).bytes;
  SmallImage image(RichSet());
  std::mt19937 random(7);
  size_t taken = 0;
  for (size_t round = 0; round < 1000; ++round) {
    Victim victim(bytes);
    Damage(random, victim);
    victim.FixChecksums();
    const ImageView::Opened opened = ImageView::Open(victim.span());
    if (!opened.view) continue;
    ++taken;
    SessionInfo session;
    session.policies = &*opened.view;
    Request request;
    request.principal = kMaya;
    request.action = round % 2 == 0 ? "s3:PutObject" : "edge:Put";
    request.resource = "arn:aws:s3:::brackwater-manifests/AIDA";
    request.session = &session;
    request.now = kRichNow;
    EXPECT_EQ(image.Ask(request), image.Why(request).decision) << round;
  }
  EXPECT_GT(taken, 100u);
}

}  // namespace
}  // namespace portcullis
