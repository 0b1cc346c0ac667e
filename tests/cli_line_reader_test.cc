// Lines as they arrive.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/line_reader.h"

namespace portcullis::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using NumberedLine = std::pair<size_t, std::string>;

// Both ends of a pipe.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_), 0); }
  ~Pipe() {
    close(ends_[0]);
    CloseWriter();
  }
  int reader() const { return ends_[0]; }
  void Write(std::string_view text) {
    EXPECT_EQ(write(ends_[1], text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  void CloseWriter() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  int ends_[2] = {-1, -1};
};

std::vector<NumberedLine> Batch(LineReader& reader) {
  std::vector<NumberedLine> lines;
  for (const Line& line : reader.NextBatch()) {
    lines.emplace_back(line.number,
                       line.too_long ? "TOO LONG" : std::string(line.text));
  }
  return lines;
}

TEST(LineReader, GivesWhatHasArrived) {
  Pipe pipe;
  LineReader reader(pipe.reader(), 100);
  pipe.Write("one\ntwo\nthr");
  EXPECT_THAT(Batch(reader), ElementsAre(Pair(1, "one"), Pair(2, "two")));
  pipe.Write("ee\n");
  EXPECT_THAT(Batch(reader), ElementsAre(Pair(3, "three")));
  pipe.Write("no end");
  pipe.CloseWriter();
  EXPECT_THAT(Batch(reader), ElementsAre(Pair(4, "no end")));
  EXPECT_THAT(Batch(reader), IsEmpty());
  EXPECT_EQ(reader.error(), 0);
}

TEST(LineReader, BlankLinesCountButDoNotAppear) {
  Pipe pipe;
  LineReader reader(pipe.reader(), 100);
  pipe.Write("\n \t\r\na\r\n\n");
  pipe.CloseWriter();
  EXPECT_THAT(Batch(reader), ElementsAre(Pair(3, "a\r")));
  EXPECT_THAT(Batch(reader), IsEmpty());
}

TEST(LineReader, ALineBeyondTheLimitIsOneError) {
  Pipe pipe;
  LineReader reader(pipe.reader(), 4);
  pipe.Write("1234\n12345\nok\n");
  EXPECT_THAT(Batch(reader),
              ElementsAre(Pair(1, "1234"), Pair(2, "TOO LONG"), Pair(3, "ok")));
  pipe.Write("123456");
  pipe.CloseWriter();
  EXPECT_THAT(Batch(reader), ElementsAre(Pair(4, "TOO LONG")));
  EXPECT_THAT(Batch(reader), IsEmpty());
}

TEST(LineReader, ErrorsOfReading) {
  LineReader reader(-1, 100);
  EXPECT_THAT(Batch(reader), IsEmpty());
  EXPECT_EQ(reader.error(), EBADF);
}

}  // namespace
}  // namespace portcullis::cli
