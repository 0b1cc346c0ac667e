// A batch decides what its requests decide alone, whatever their number and
// order, and whatever the work space was used for before.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "runtime/decide.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "tests/generators/world.h"
#include "tests/support/engines.h"

namespace portcullis {
namespace {

// The requests of a world, read, with one time for all.
class ReadRequests {
 public:
  explicit ReadRequests(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      auto reader = std::make_unique<cli::RequestReader>();
      if (!reader->ReadText("request", text)) continue;
      reader->SetNow(1'700'000'000'000'000'000);
      requests.push_back(reader->request());
      readers_.push_back(std::move(reader));
    }
  }

  std::vector<Request> requests;

 private:
  std::vector<std::unique_ptr<cli::RequestReader>> readers_;
};

TEST(DecideManyTest, SaysWhatDecideSays) {
  size_t compared = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    testing::Entropy entropy(seed);
    testing::Knobs knobs;
    knobs.requests = 2 * kMaxBatch + 3;
    const testing::World world = testing::MakeWorld(entropy, knobs);
    const ImageBytes bytes = Compile(testing::LoadSet(world.policy_set)).bytes;
    const ImageView image = *ImageView::Open(BytesOf(bytes)).view;
    ReadRequests read(world.requests);
    Scratch alone(image);
    Scratch together(image);
    for (size_t count = 0; count <= read.requests.size(); ++count) {
      std::vector<Decision> decisions(count);
      DecideMany(image, std::span(read.requests).first(count), decisions,
                 together);
      for (size_t i = 0; i < count; ++i) {
        ASSERT_EQ(decisions[i], Decide(image, read.requests[i], alone))
            << "seed " << seed << ", request " << i << " of " << count;
        ++compared;
      }
      std::rotate(read.requests.begin(), read.requests.begin() + 1,
                  read.requests.end());
    }
  }
  std::cout << compared << " decisions compared\n";
  EXPECT_GT(compared, 5000u);
}

}  // namespace
}  // namespace portcullis
