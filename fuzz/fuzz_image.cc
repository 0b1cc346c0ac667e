// Edits of a valid image, the checksums put right half the time: refused with
// words, or Decide(), Explain() and the dump stay in bounds and return.
#include <algorithm>
#include <cstring>
#include <deque>
#include <vector>

#include "fuzz/property.h"
#include "runtime/decide.h"
#include "runtime/explain.h"
#include "runtime/image_dump.h"
#include "runtime/image_verify.h"
#include "runtime/scratch.h"
#include "tests/generators/entropy.h"
#include "tests/generators/world.h"

namespace portcullis::fuzz {
namespace {

constexpr int kBases = 3;

// An image that the compiler wrote, and requests that reach all of it.
struct Base {
  explicit Base(uint64_t seed) {
    testing::Entropy entropy(seed);
    testing::Knobs knobs;
    knobs.organization = knobs.endpoints = knobs.resource_policies = 100;
    knobs.statements = seed == 1 ? 20 : 4;  // enough for tries
    knobs.requests = 24;
    world = testing::MakeWorld(entropy, knobs);
    Issues issues;
    const PolicySet set =
        LoadPolicySet({{"world.json", world.policy_set}}, issues);
    Require(issues.ok(), "a generated set has errors");
    bytes = Compile(set).bytes;
    for (const std::string& request : world.requests) {
      Require(readers.emplace_back().ReadText("request", request),
              "a generated request is not read");
      readers.back().SetNow(testing::kComparisonTime);
    }
  }

  testing::World world;
  ImageBytes bytes;
  std::deque<cli::RequestReader> readers;
};

const Base& BaseOf(uint32_t choice) {
  static const Base* const bases[kBases] = {new Base(1), new Base(2),
                                            new Base(3)};
  return *bases[choice % kBases];
}

// Overwrites one word, or one byte, of a section or of the header.
void Edit(testing::Entropy& entropy, std::byte* image,
          const ImageHeader& header) {
  const Section& section = header.sections[entropy.Below(kSectionCount)];
  size_t begin = section.offset;
  size_t size = size_t{section.count} * section.stride;
  if (size < 4 || entropy.Percent(10)) {
    begin = 0;
    size = sizeof(ImageHeader);
  }
  const size_t at =
      (size_t{entropy.Below(65536)} << 16 | entropy.Below(65536)) % (size / 4) *
      4;
  uint32_t value;
  std::memcpy(&value, image + begin + at, sizeof(value));
  const uint32_t number = entropy.Below(65536);
  const uint32_t values[] = {0,         1,           kNoIndex,
                             value + 1, value - 1,   value ^ 1u << number % 32,
                             number,    number << 16};
  const uint32_t changed = entropy.Pick(values);
  std::memcpy(image + begin + at, &changed, entropy.Percent(20) ? 1 : 4);
}

void FixChecksums(std::byte* image, size_t size) {
  ImageHeader header;
  std::memcpy(&header, image, sizeof(header));
  header.crc32c =
      Crc32c(image + sizeof(ImageHeader), size - sizeof(ImageHeader));
  header.header_crc32c = HeaderCrc32c(header);
  std::memcpy(image, &header, sizeof(header));
}

void Use(const ImageView& view, const Base& base) {
  Scratch scratch(view);
  for (const cli::RequestReader& reader : base.readers) {
    const Decision decision = Decide(view, reader.request(), scratch);
    Require(decision.verdict <= Verdict::kAllowed, "no verdict");
    (void)Explain(view, reader.request(), scratch);
  }
  (void)DumpImage(view);
}

void Check(testing::Entropy& entropy, uint32_t edits) {
  const Base& base = BaseOf(entropy.Below(kBases));
  const bool fix = entropy.Percent(50);
  ImageBytes bytes = base.bytes;
  auto* const image = reinterpret_cast<std::byte*>(bytes.data());
  ImageHeader header;
  std::memcpy(&header, image, sizeof(header));
  for (uint32_t i = 0; i < edits; ++i) Edit(entropy, image, header);
  size_t size = BytesOf(bytes).size();
  if (entropy.Percent(3)) size = entropy.Below(65536) % (size + 1);
  if (fix && size == BytesOf(bytes).size()) FixChecksums(image, size);
  const ImageView::Opened opened = ImageView::Open({image, size});
  if (!opened.view) {
    Require(!opened.error.message.empty(), "refused without words");
    return;
  }
  Use(*opened.view, base);
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  portcullis::testing::Entropy entropy(std::span(data, size));
  // Six choices of two bytes an edit, after the first three.
  portcullis::fuzz::Check(
      entropy, static_cast<uint32_t>(std::min<size_t>(size / 12, 8)));
  return 0;
}
