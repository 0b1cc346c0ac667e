// Folders as inputs: what is read, and what is said of the rest.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "cli/inputs.h"
#include "tests/support/engines.h"

namespace portcullis::cli {
namespace {

namespace fs = std::filesystem;
using ::portcullis::testing::TemporaryFolder;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Root may read everything; while this lives it is somebody else.
class SteppedDown {
 public:
  SteppedDown() : root_(geteuid() == 0), done_(!root_ || seteuid(65534) == 0) {}
  ~SteppedDown() {
    if (root_ && done_ && seteuid(0) != 0) ADD_FAILURE();
  }
  bool done() const { return done_; }

 private:
  const bool root_;
  const bool done_;
};

class InputsTest : public ::testing::Test {
 protected:
  InputsTest() {
    fs::create_directories(folder_.Path("in/b/deep"));
    fs::create_directories(folder_.Path("in/c"));
    fs::create_directories(folder_.Path("outside"));
    folder_.Write("in/a.json", "{}");
    folder_.Write("in/b/deep/b.json", "{}");
    folder_.Write("in/c/c.json", "{}");
    folder_.Write("in/c/c.txt", "");
    folder_.Write("outside/o.json", "{}");
  }

  // The names, relative to the folder, of the files that were read.
  std::vector<std::string> Names(const Inputs& inputs) {
    std::vector<std::string> names;
    for (const InputFile& file : inputs.files) {
      names.push_back(
          fs::path(file.name).lexically_relative(folder_.Path("in")).string());
    }
    return names;
  }

  TemporaryFolder folder_;
};

TEST_F(InputsTest, AFolderStandsForAllThatIsBelow) {
  const Inputs inputs = ReadInputs({folder_.Path("in")});
  EXPECT_THAT(Names(inputs),
              ElementsAre("a.json", "b/deep/b.json", "c/c.json"));
  EXPECT_THAT(inputs.errors, IsEmpty());
}

// Policies behind a link went missing without a word.
TEST_F(InputsTest, ALinkToAFolderIsAnError) {
  const std::string link = folder_.Path("in/linked");
  fs::create_directory_symlink(folder_.Path("outside"), link);
  fs::create_symlink(folder_.Path("outside/o.json"),
                     folder_.Path("in/file.json"));
  const Inputs inputs = ReadInputs({folder_.Path("in")});
  EXPECT_THAT(Names(inputs),
              ElementsAre("a.json", "b/deep/b.json", "c/c.json", "file.json"));
  EXPECT_THAT(inputs.errors,
              ElementsAre("cannot open `" + link +
                          "`: it is a link to a folder; name the folder "
                          "itself"));
  EXPECT_THAT(ReadInputs({link}).errors, IsEmpty());
}

TEST_F(InputsTest, AFolderThatCannotBeReadIsNamedAndTheWalkGoesOn) {
  fs::permissions(folder_.Path(""), fs::perms(0755));
  fs::permissions(folder_.Path("in/b"), fs::perms::none);
  Inputs inputs;
  {
    const SteppedDown other;
    if (!other.done()) GTEST_SKIP() << "root cannot become somebody else";
    inputs = ReadInputs({folder_.Path("in")});
  }
  fs::permissions(folder_.Path("in/b"), fs::perms::owner_all);
  EXPECT_THAT(Names(inputs), ElementsAre("a.json", "c/c.json"));
  EXPECT_THAT(inputs.errors,
              ElementsAre("cannot open `" + folder_.Path("in/b") +
                          "`: Permission denied"));
}

}  // namespace
}  // namespace portcullis::cli
