// Images in files: what opens, what does not and with which words; and who owns
// the mapping.
#include "runtime/image_file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

#include "tests/small_image.h"

namespace portcullis {
namespace {

class ImageFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = std::filesystem::temp_directory_path() /
                 (std::string("portcullis_image_file_test_") + test->name());
    std::filesystem::create_directory(directory_);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string Path(const std::string& name) const {
    return (directory_ / name).string();
  }

  // Writes the first `size` bytes of an image of one allowed action.
  std::string Write(const std::string& name, const std::string& action,
                    size_t size = std::string::npos) const {
    const ImageBytes image =
        Compile(SetOfStatements({AllowStatement(action, {"*"})})).bytes;
    const auto bytes = BytesOf(image);
    std::ofstream out(Path(name), std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(std::min(size, bytes.size())));
    return Path(name);
  }

  static bool Allows(const ImageFile& file, std::string_view action) {
    Scratch scratch(file.view());
    Request request;
    request.principal = kAna;
    request.action = action;
    request.resource = "*";
    return Decide(file.view(), request, scratch).verdict == Verdict::kAllowed;
  }

  static std::string ErrorOf(const std::string& path, ImageErrorCode expected) {
    const ImageFile::Opened opened = ImageFile::Open(path);
    EXPECT_FALSE(opened.file.has_value());
    EXPECT_EQ(opened.error.code, expected);
    return opened.error.message;
  }

 private:
  std::filesystem::path directory_;
};

TEST_F(ImageFileTest, Opens) {
  const ImageFile::Opened opened = ImageFile::Open(Write("a.image", "s3:get"));
  ASSERT_TRUE(opened.file.has_value()) << opened.error.message;
  EXPECT_EQ(opened.error.code, ImageErrorCode::kNone);
  EXPECT_TRUE(Allows(*opened.file, "s3:Get"));
  EXPECT_FALSE(Allows(*opened.file, "s3:Put"));
}

TEST_F(ImageFileTest, MissingFile) {
  const std::string path = Path("none.image");
  EXPECT_EQ(ErrorOf(path, ImageErrorCode::kFile),
            path + ": No such file or directory");
}

TEST_F(ImageFileTest, EmptyFile) {
  const std::string path = Write("empty.image", "s3:get", 0);
  EXPECT_EQ(ErrorOf(path, ImageErrorCode::kTruncated),
            path + ": the file is empty");
}

TEST_F(ImageFileTest, Directory) {
  const std::string path = Path("");
  EXPECT_EQ(ErrorOf(path, ImageErrorCode::kFile),
            path + ": not a regular file");
}

TEST_F(ImageFileTest, TruncatedFile) {
  const std::string path = Write("short.image", "s3:get", 100);
  EXPECT_EQ(ErrorOf(path, ImageErrorCode::kTruncated),
            path + ": the image is 100 bytes, less than a header");
  const std::string longer = Write("longer.image", "s3:get", 1000);
  EXPECT_TRUE(ErrorOf(longer, ImageErrorCode::kTruncated)
                  .starts_with(longer + ": the image is 1000 bytes, its "
                                        "header says "));
}

TEST_F(ImageFileTest, NotAnImage) {
  const std::string path = Path("text.image");
  std::ofstream(path) << std::string(2000, 'x');
  EXPECT_EQ(ErrorOf(path, ImageErrorCode::kMagic),
            path + ": not a portcullis image");
}

// The mapping outlives the file's name.
TEST_F(ImageFileTest, StaysOpenWithoutItsName) {
  const std::string path = Write("gone.image", "s3:get");
  const ImageFile::Opened opened = ImageFile::Open(path);
  ASSERT_TRUE(opened.file.has_value());
  std::filesystem::remove(path);
  EXPECT_TRUE(Allows(*opened.file, "s3:get"));
}

TEST_F(ImageFileTest, Moves) {
  ImageFile::Opened first = ImageFile::Open(Write("a.image", "s3:get"));
  ImageFile::Opened second = ImageFile::Open(Write("b.image", "s3:put"));
  ASSERT_TRUE(first.file && second.file);

  ImageFile moved(std::move(*first.file));
  EXPECT_TRUE(Allows(moved, "s3:get"));
  first.file.reset();
  EXPECT_TRUE(Allows(moved, "s3:get"));

  moved = std::move(*second.file);
  second.file.reset();
  EXPECT_TRUE(Allows(moved, "s3:put"));
  EXPECT_FALSE(Allows(moved, "s3:get"));
}

}  // namespace
}  // namespace portcullis
