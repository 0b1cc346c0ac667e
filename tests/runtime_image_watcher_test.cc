#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "runtime/image_watcher.h"
#include "tests/tiny_image.h"

namespace portcullis {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

std::string TinyText(uint64_t digest) {
  const TinyBytes bytes = MakeTinyImage(digest);
  const auto span = BytesOf(bytes);
  return {reinterpret_cast<const char*>(span.data()), span.size()};
}

class ImageWatcherTest : public testing::Test {
 protected:
  ImageWatcherTest() {
    std::string folder = testing::TempDir() + "/watcherXXXXXX";
    folder_ = mkdtemp(folder.data());
    path_ = folder_ / "policy.image";
  }
  ~ImageWatcherTest() override { fs::remove_all(folder_); }

  static void Write(const fs::path& path, const std::string& bytes) {
    std::ofstream file(path, std::ios::binary);
    file << bytes;
  }
  // As `portcullis compile` writes.
  void Replace(const std::string& bytes) {
    const fs::path temporary = folder_ / "policy.image.tmp";
    Write(temporary, bytes);
    fs::rename(temporary, path_);
  }

  // Opens the file that is there as the first of a store, and watches it.
  void Start(ImageWatcher::Options options = {}) {
    ImageFile::Opened opened = ImageFile::Open(path_.string());
    ASSERT_TRUE(opened.file) << opened.error.message;
    store_ = std::make_unique<PolicyStore>(*std::move(opened.file));
    watcher_ = std::make_unique<ImageWatcher>(
        path_.string(), *store_,
        [this](const ImageWatcher::Event& event) { events_.push_back(event); },
        options);
    watcher_->Poll(milliseconds{0});  // the first load
    ASSERT_EQ(events_.size(), 1u);
    events_.clear();
  }

  uint64_t ActiveDigest() const { return store_->counters().active_digest; }

  fs::path folder_, path_;
  std::unique_ptr<PolicyStore> store_;
  std::unique_ptr<ImageWatcher> watcher_;
  std::vector<ImageWatcher::Event> events_;
};

TEST_F(ImageWatcherTest, PublishesARenamedFile) {
  Replace(TinyText(1));
  Start();
  EXPECT_TRUE(watcher_->status().sees_events);
  Replace(TinyText(2));
  watcher_->Poll(milliseconds{10'000});
  EXPECT_EQ(ActiveDigest(), 2u);
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_TRUE(events_[0].published);
  EXPECT_EQ(events_[0].digest, 2u);
  EXPECT_EQ(events_[0].generation, 3u);
  const ImageWatcher::Status status = watcher_->status();
  EXPECT_EQ(status.active_digest, 2u);
  EXPECT_EQ(status.publications, 2u);
  EXPECT_EQ(status.failures, 0u);
  EXPECT_GT(status.last_success.time_since_epoch().count(), 0);
}

TEST_F(ImageWatcherTest, LoadsWhatChangedBeforeTheFirstPoll) {
  Replace(TinyText(1));
  ImageFile::Opened opened = ImageFile::Open(path_.string());
  PolicyStore store(*std::move(opened.file));
  Replace(TinyText(2));
  ImageWatcher watcher(path_.string(), store, nullptr);
  watcher.Poll(milliseconds{10'000});
  EXPECT_EQ(store.counters().active_digest, 2u);
}

TEST_F(ImageWatcherTest, NothingChangedNothingLoaded) {
  Replace(TinyText(1));
  Start();
  Write(folder_ / "another.file", "text");
  for (int i = 0; i < 3; ++i) watcher_->Poll(milliseconds{1});
  EXPECT_TRUE(events_.empty());
}

struct Damage {
  const char* name;
  ImageErrorCode code;
  std::string (*make)();
};

class ImageWatcherDamageTest : public ImageWatcherTest,
                               public testing::WithParamInterface<Damage> {};

TEST_P(ImageWatcherDamageTest, KeepsTheImageAndSaysWhy) {
  Replace(TinyText(1));
  Start();
  Replace(GetParam().make());
  watcher_->Poll(milliseconds{10'000});
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_FALSE(events_[0].published);
  EXPECT_EQ(events_[0].error.code, GetParam().code);
  EXPECT_EQ(events_[0].error.message.find(path_.string()), 0u);
  EXPECT_EQ(ActiveDigest(), 1u);
  const ImageWatcher::Status status = watcher_->status();
  EXPECT_EQ(status.failures, 1u);
  EXPECT_EQ(status.last_error.code, GetParam().code);
  EXPECT_EQ(status.active_digest, 1u);
  EXPECT_GT(status.last_failure.time_since_epoch().count(), 0);

  watcher_->Poll(milliseconds{1});
  EXPECT_EQ(events_.size(), 1u) << "tried once, not again and again";
  Replace(TinyText(2));
  watcher_->Poll(milliseconds{10'000});
  EXPECT_EQ(ActiveDigest(), 2u);
}

INSTANTIATE_TEST_SUITE_P(
    All, ImageWatcherDamageTest,
    testing::Values(Damage{"empty", ImageErrorCode::kTruncated,
                           [] { return std::string(); }},
                    Damage{"cut_off", ImageErrorCode::kTruncated,
                           [] {
                             return TinyText(2).substr(0,
                                                       TinyText(2).size() - 1);
                           }},
                    Damage{"cut_in_header", ImageErrorCode::kTruncated,
                           [] { return TinyText(2).substr(0, 100); }},
                    Damage{"no_image", ImageErrorCode::kMagic,
                           [] { return std::string(4096, 'x'); }},
                    Damage{"flipped_bit", ImageErrorCode::kChecksum,
                           [] {
                             std::string text = TinyText(2);
                             text[text.size() - 100] ^= 1;
                             return text;
                           }}),
    [](const auto& param) { return std::string(param.param.name); });

TEST_F(ImageWatcherTest, RemovedFileIsAFailureAndKeepsTheImage) {
  Replace(TinyText(1));
  Start({.recheck = milliseconds{1}});
  fs::remove(path_);
  watcher_->Poll(milliseconds{1});
  ASSERT_EQ(events_.size(), 1u);
  EXPECT_EQ(events_[0].error.code, ImageErrorCode::kFile);
  EXPECT_EQ(ActiveDigest(), 1u);
}

TEST_F(ImageWatcherTest, FileWrittenInPlaceIsTakenWhenItIsWhole) {
  Replace(TinyText(1));
  Start();
  const std::string text = TinyText(2);
  std::ofstream file(path_, std::ios::binary);
  file << text.substr(0, 300) << std::flush;
  watcher_->Poll(milliseconds{1});
  EXPECT_EQ(ActiveDigest(), 1u);
  file << text.substr(300);
  file.close();
  watcher_->Poll(milliseconds{10'000});
  EXPECT_EQ(ActiveDigest(), 2u);
}

// As orchestrators mount configuration: the path leads through a symbolic link
// that is replaced.
TEST_F(ImageWatcherTest, FollowsASymbolicLinkOnTheWay) {
  fs::create_directories(folder_ / "v1");
  fs::create_directories(folder_ / "v2");
  Write(folder_ / "v1" / "policy.image", TinyText(1));
  Write(folder_ / "v2" / "policy.image", TinyText(2));
  fs::create_directory_symlink("v1", folder_ / "data");
  fs::create_symlink("data/policy.image", path_);
  Start();
  fs::create_directory_symlink("v2", folder_ / "data.tmp");
  fs::rename(folder_ / "data.tmp", folder_ / "data");
  watcher_->Poll(milliseconds{10'000});
  EXPECT_EQ(ActiveDigest(), 2u);
}

TEST_F(ImageWatcherTest, FindsTheFolderAgainAfterItWasReplaced) {
  const fs::path inner = folder_ / "inner";
  fs::create_directories(inner);
  path_ = inner / "policy.image";
  Write(path_, TinyText(1));
  Start();
  fs::rename(inner, folder_ / "old");
  fs::create_directories(inner);
  Write(path_, TinyText(2));
  watcher_->Poll(milliseconds{10});
  watcher_->Poll(milliseconds{10});
  EXPECT_EQ(ActiveDigest(), 2u);
  EXPECT_TRUE(watcher_->status().sees_events);
  const fs::path temporary = inner / "tmp";
  Write(temporary, TinyText(3));
  fs::rename(temporary, path_);
  watcher_->Poll(milliseconds{10'000});
  EXPECT_EQ(ActiveDigest(), 3u);
}

TEST_F(ImageWatcherTest, CollectsWhatAReaderHeld) {
  Replace(TinyText(1));
  Start();
  PolicyStore::Reader reader(*store_);
  {
    const PolicyStore::Pin pin(reader);
    Replace(TinyText(2));
    watcher_->Poll(milliseconds{10'000});
    EXPECT_EQ(store_->counters().retired_images, 1u);
  }
  watcher_->Poll(milliseconds{10'000});  // returns after 10 ms
  EXPECT_EQ(store_->counters().retired_images, 0u);
}

TEST_F(ImageWatcherTest, RunEndsWithStop) {
  Replace(TinyText(1));
  Start();
  std::thread thread([this] { watcher_->Run(); });
  const auto deadline = std::chrono::steady_clock::now() + milliseconds{10'000};
  Replace(TinyText(2));
  while (ActiveDigest() != 2 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  watcher_->Stop();
  thread.join();
  EXPECT_EQ(ActiveDigest(), 2u);
  watcher_->Run();  // does not begin
}

}  // namespace
}  // namespace portcullis
