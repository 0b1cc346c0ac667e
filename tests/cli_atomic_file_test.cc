// cli/atomic_file: whole or not at all, and nothing left behind.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>

#include "cli/atomic_file.h"

namespace portcullis::cli {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) /
              ("atomic_file_test." + std::to_string(getpid()));
    fs::create_directories(folder_);
    std::ofstream(path()) << "old";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path() const { return (folder_ / "target").string(); }

  std::string Content() const {
    std::ifstream file(path());
    return {std::istreambuf_iterator<char>(file), {}};
  }

  // Names in the folder.
  std::set<std::string> Files() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

 private:
  fs::path folder_;
};

bool WriteNew(AtomicFile& file) {
  const std::string text = "new";
  return file.Write(std::as_bytes(std::span(text)));
}

mode_t ModeOf(const std::string& path) {
  struct stat status = {};
  stat(path.c_str(), &status);
  return status.st_mode & 0777;
}

const std::set<std::string> kTargetAlone = {"target"};

TEST_F(AtomicFileTest, CommitReplaces) {
  AtomicFile file(path());
  ASSERT_TRUE(WriteNew(file)) << file.error();
  EXPECT_EQ(Content(), "old");
  EXPECT_EQ(Files().size(), 2u);
  ASSERT_TRUE(file.Commit()) << file.error();
  EXPECT_EQ(Content(), "new");
  EXPECT_EQ(Files(), kTargetAlone);
}

TEST_F(AtomicFileTest, TheModeStays) {
  for (const mode_t mode : {0600u, 0640u, 0444u}) {
    ASSERT_EQ(chmod(path().c_str(), mode), 0);
    AtomicFile file(path());
    ASSERT_TRUE(WriteNew(file)) << file.error();
    EXPECT_EQ(ModeOf(file.temporary_path()), mode);
    ASSERT_TRUE(file.Commit()) << file.error();
    EXPECT_EQ(ModeOf(path()), mode);
  }
}

TEST_F(AtomicFileTest, ANewFileHasTheModeOfTheMask) {
  fs::remove(path());
  const mode_t before = umask(027);
  AtomicFile file(path());
  const bool wrote = WriteNew(file) && file.Commit();
  umask(before);
  ASSERT_TRUE(wrote) << file.error();
  EXPECT_EQ(ModeOf(path()), 0640u);
}

TEST_F(AtomicFileTest, LinksStay) {
  const fs::path folder = fs::path(path()).parent_path();
  fs::create_directory(folder / "links");
  const fs::path first = folder / "links" / "first";
  const fs::path second = folder / "links" / "second";
  fs::create_symlink("second", first);
  fs::create_symlink("../target", second);
  AtomicFile file(first.string());
  ASSERT_TRUE(WriteNew(file)) << file.error();
  EXPECT_EQ(fs::path(file.temporary_path()).parent_path(),
            folder / "links" / "..");
  ASSERT_TRUE(file.Commit()) << file.error();
  EXPECT_EQ(Content(), "new");
  EXPECT_TRUE(fs::is_symlink(first));
  EXPECT_TRUE(fs::is_symlink(second));
}

TEST_F(AtomicFileTest, ALinkMayLeadToAFileThatIsNotThere) {
  const fs::path link = fs::path(path()).parent_path() / "link";
  fs::create_symlink("target", link);
  fs::remove(path());
  AtomicFile file(link.string());
  ASSERT_TRUE(WriteNew(file) && file.Commit()) << file.error();
  EXPECT_EQ(Content(), "new");
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST_F(AtomicFileTest, LinksInACircleAreAnError) {
  const fs::path link = fs::path(path()).parent_path() / "link";
  fs::create_symlink("link", link);
  AtomicFile file(link.string());
  EXPECT_FALSE(WriteNew(file));
  EXPECT_EQ(file.error(), "cannot write `" + link.string() +
                              "`: Too many levels of symbolic links");
  EXPECT_TRUE(fs::is_symlink(link));
}

TEST_F(AtomicFileTest, WithoutCommitNothingIsLeft) {
  {
    AtomicFile file(path());
    ASSERT_TRUE(WriteNew(file)) << file.error();
  }
  EXPECT_EQ(Content(), "old");
  EXPECT_EQ(Files(), kTargetAlone);
}

TEST_F(AtomicFileTest, SignalsEndTheProcessAndLeaveNothing) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    EXPECT_EXIT(
        {
          AtomicFile file(path());
          if (!WriteNew(file)) std::_Exit(3);
          raise(signal);
          std::_Exit(4);
        },
        ::testing::KilledBySignal(signal), "");
    EXPECT_EQ(Content(), "old") << signal;
    EXPECT_EQ(Files(), kTargetAlone) << signal;
  }
}

TEST_F(AtomicFileTest, IgnoredSignalsStayIgnored) {
  EXPECT_EXIT(
      {
        std::signal(SIGINT, SIG_IGN);
        AtomicFile file(path());
        const bool wrote = WriteNew(file);
        raise(SIGINT);
        std::_Exit(wrote && file.Commit() ? 0 : 3);
      },
      ::testing::ExitedWithCode(0), "");
  EXPECT_EQ(Content(), "new");
}

TEST_F(AtomicFileTest, AfterwardsSignalsAreAsBefore) {
  const auto handler = std::signal(SIGTERM, SIG_IGN);
  std::signal(SIGTERM, handler);
  {
    AtomicFile file(path());
    ASSERT_TRUE(WriteNew(file)) << file.error();
  }
  EXPECT_EQ(std::signal(SIGTERM, handler), handler);
}

}  // namespace
}  // namespace portcullis::cli
