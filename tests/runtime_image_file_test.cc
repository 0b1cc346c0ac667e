#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "runtime/image_file.h"
#include "runtime/image_memory.h"
#include "tests/tiny_image.h"

namespace portcullis {
namespace {

namespace fs = std::filesystem;

// Large enough that cutting the file leaves whole pages without it.
constexpr size_t kPayloadWords = 64 * 1024;

class ImageFileTest : public testing::Test {
 protected:
  ImageFileTest() {
    std::string folder = testing::TempDir() + "/imageXXXXXX";
    folder_ = mkdtemp(folder.data());
    path_ = (folder_ / "policy.image").string();
  }
  ~ImageFileTest() override { fs::remove_all(folder_); }

  void Write(uint64_t digest) {
    const TinyBytes bytes = MakeTinyImage(digest, kPayloadWords);
    const auto span = BytesOf(bytes);
    std::ofstream file(path_, std::ios::binary);
    file.write(reinterpret_cast<const char*>(span.data()),
               static_cast<std::streamsize>(span.size()));
  }

  fs::path folder_;
  std::string path_;
};

class ImageMemoryTest : public ImageFileTest,
                        public testing::WithParamInterface<ImageMemory> {};

TEST_P(ImageMemoryTest, OpensMovesAndCloses) {
  Write(5);
  ImageFile::Opened opened = ImageFile::Open(path_, GetParam());
  ASSERT_TRUE(opened.file) << opened.error.message;
  ImageFile moved = *std::move(opened.file);
  EXPECT_EQ(moved.view().digest(), 5u);
  EXPECT_TRUE(PayloadIsWhole(moved.view()));
  Write(6);  // in place: only allowed when the bytes are a copy
  ImageFile::Opened other = ImageFile::Open(path_, GetParam());
  ASSERT_TRUE(other.file);
  moved = *std::move(other.file);
  EXPECT_EQ(moved.view().digest(), 6u);
}

TEST_P(ImageMemoryTest, ReplacedAndRemovedFilesStayReadable) {
  Write(5);
  const ImageFile::Opened opened = ImageFile::Open(path_, GetParam());
  ASSERT_TRUE(opened.file);
  fs::remove(path_);
  Write(6);
  EXPECT_EQ(opened.file->view().digest(), 5u);
  EXPECT_TRUE(PayloadIsWhole(opened.file->view()));
}

INSTANTIATE_TEST_SUITE_P(Both, ImageMemoryTest,
                         testing::Values(ImageMemory::kPrivateCopy,
                                         ImageMemory::kSharedMapping),
                         [](const auto& param) {
                           return param.param == ImageMemory::kPrivateCopy
                                      ? "copy"
                                      : "mapping";
                         });

TEST_F(ImageFileTest, CopyOutlivesATruncatedFile) {
  Write(5);
  const ImageFile::Opened opened = ImageFile::Open(path_);
  ASSERT_TRUE(opened.file);
  fs::resize_file(path_, 0);
  EXPECT_TRUE(PayloadIsWhole(opened.file->view()));
}

TEST_F(ImageFileTest, CopyOutlivesAnOverwrittenFile) {
  Write(5);
  const ImageFile::Opened opened = ImageFile::Open(path_);
  ASSERT_TRUE(opened.file);
  std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
  file << std::string(fs::file_size(path_), '\xFF') << std::flush;
  EXPECT_TRUE(PayloadIsWhole(opened.file->view()));
  EXPECT_EQ(opened.file->view().digest(), 5u);
}

TEST_F(ImageFileTest, EveryLengthOfAHalfWrittenFileIsRefused) {
  Write(5);
  const uintmax_t size = fs::file_size(path_);
  for (uintmax_t left = size - 1; left > 0; left -= left / 3 + 1) {
    fs::resize_file(path_, left);
    const ImageFile::Opened opened = ImageFile::Open(path_);
    EXPECT_FALSE(opened.file);
    EXPECT_EQ(opened.error.code, ImageErrorCode::kTruncated) << left;
  }
  // As a writer that reserved the size first would leave it.
  fs::resize_file(path_, size);
  EXPECT_EQ(ImageFile::Open(path_).error.code, ImageErrorCode::kMagic);
}

TEST_F(ImageFileTest, MessagesBeginWithThePath) {
  const auto message = [this](uintmax_t left) {
    fs::resize_file(path_, left);
    const ImageFile::Opened opened = ImageFile::Open(path_);
    EXPECT_EQ(opened.error.code, ImageErrorCode::kTruncated);
    return opened.error.message;
  };
  Write(5);
  const std::string size = std::to_string(fs::file_size(path_));
  EXPECT_EQ(message(1000),
            path_ + ": the image is 1000 bytes, its header says " + size);
  EXPECT_EQ(message(100),
            path_ + ": the image is 100 bytes, less than a header");
  EXPECT_EQ(message(0), path_ + ": the file is empty");
  std::ofstream(path_) << std::string(2000, 'x');
  const ImageFile::Opened text = ImageFile::Open(path_);
  EXPECT_EQ(text.error.code, ImageErrorCode::kMagic);
  EXPECT_EQ(text.error.message, path_ + ": not a portcullis image");
}

TEST_F(ImageFileTest, WhatIsNoFileIsRefusedAtOnce) {
  EXPECT_EQ(ImageFile::Open(path_).error.message,
            path_ + ": No such file or directory");
  EXPECT_EQ(ImageFile::Open(folder_.string()).error.message,
            folder_.string() + ": not a regular file");
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);  // nobody will ever write to it
  EXPECT_EQ(ImageFile::Open(path_).error.message,
            path_ + ": not a regular file");
}

TEST_F(ImageFileTest, MappingIsReadOnly) {
  Write(5);
  const ImageFile::Opened opened =
      ImageFile::Open(path_, ImageMemory::kSharedMapping);
  ASSERT_TRUE(opened.file);
  auto* const byte = const_cast<char*>(opened.file->view().tables().strings);
  EXPECT_DEATH(*static_cast<volatile char*>(byte) = 0, "");
}

// Memory goes from an image that ended to the next, never to two.
TEST_F(ImageFileTest, ReusesMemoryOfImagesThatEnded) {
  std::vector<ImageFile> alive;
  for (uint64_t digest = 1; digest <= 12; ++digest) {
    Write(digest);
    ImageFile::Opened opened = ImageFile::Open(path_);
    ASSERT_TRUE(opened.file) << opened.error.message;
    alive.push_back(*std::move(opened.file));
    if (digest % 3 == 0) alive.erase(alive.begin());
    for (const ImageFile& file : alive) {
      EXPECT_TRUE(PayloadIsWhole(file.view()));
    }
  }
}

TEST(ImageMemoryPoolTest, GivesBackWhatFitsAndOnlyOnce) {
  const size_t size = size_t{3} << 20;
  const MemoryRegion first = TakeMemory(size);
  ASSERT_NE(first.address, nullptr);
  EXPECT_GE(first.capacity, size);
  GiveMemory(first);
  const MemoryRegion again = TakeMemory(first.capacity);
  EXPECT_EQ(again.address, first.address);
  const MemoryRegion other = TakeMemory(size);
  EXPECT_NE(other.address, again.address);
  GiveMemory(again);
  const MemoryRegion small = TakeMemory(size / 8);
  EXPECT_NE(small.address, again.address) << "too large for it";
  GiveMemory(other);
  GiveMemory(small);
  const MemoryRegion huge = TakeMemory(kMaxSpareBytes);
  ASSERT_NE(huge.address, nullptr);
  GiveMemory(huge);  // unmapped: too large to keep
}

}  // namespace
}  // namespace portcullis
