// Deciding allocates nothing: the global allocation functions count, and
// thousands of varied decisions leave the count where it was.
#include <gtest/gtest.h>

#include <iostream>
#include <vector>

#include "tests/allocation_counter.h"
#include "tests/rich_world.h"
#include "tests/small_image.h"

namespace portcullis {
namespace {

using testing::allocation_count;

TEST(DecideNoAllocTest, TheCounterCounts) {
  const size_t before = allocation_count.load();
  std::vector<int> numbers(100);
  EXPECT_EQ(numbers.size(), 100u);
  EXPECT_GT(allocation_count.load(), before);
}

// What the decisions came to, so that a run over nothing but refusals, or of
// one layer alone, fails.
struct Census {
  size_t by_verdict[3] = {};
  size_t by_layer[kLayerCount] = {};
  size_t refused = 0;
  size_t in_session = 0;

  void Count(const Decision& decision) {
    ++by_verdict[static_cast<size_t>(decision.verdict)];
    ++by_layer[static_cast<size_t>(decision.decided_by)];
    refused += decision.refusal != Refusal::kNone ? 1 : 0;
    in_session += decision.in_session ? 1 : 0;
  }
};

size_t AllocationsOf(SmallImage& image, const std::vector<Request>& requests,
                     Census& census) {
  const size_t before = allocation_count.load();
  for (const Request& request : requests) census.Count(image.Ask(request));
  return allocation_count.load() - before;
}

TEST(DecideNoAllocTest, ThousandsOfDecisions) {
  SmallImage image(RichSet());
  const std::vector<Policy> policies = {RichSessionPolicy()};
  SmallImage session(CompileSession(policies));
  const RichRequests requests(session.view());
  Census census;
  EXPECT_EQ(AllocationsOf(image, requests.all(), census), 0u);

  std::cout << requests.all().size() << " decisions: " << census.by_verdict[2]
            << " allowed, " << census.by_verdict[1] << " explicitly denied, "
            << census.by_verdict[0] << " implicitly denied, " << census.refused
            << " refused\n";
  EXPECT_GT(requests.all().size(), 10000u);
  for (const size_t count : census.by_verdict) EXPECT_GT(count, 100u);
  for (int layer = 1; layer < kLayerCount; ++layer) {
    EXPECT_GT(census.by_layer[layer], 0u)
        << LayerName(static_cast<Layer>(layer));
  }
  EXPECT_GT(census.refused, 100u);
  EXPECT_GT(census.in_session, 0u);
  EXPECT_GE(image.stats().tries, 2u);
}

}  // namespace
}  // namespace portcullis
