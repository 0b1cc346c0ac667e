// line_reader.h -- JSON Lines from a file, a pipe or a terminal.
#ifndef PORTCULLIS_CLI_LINE_READER_H_
#define PORTCULLIS_CLI_LINE_READER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::cli {

struct Line {
  std::string_view text;  // without its end
  size_t number = 0;      // from 1
  bool too_long = false;  // beyond the limit of S-6; `text` is empty
};

// Reads lines as they arrive.
class LineReader {
 public:
  // Borrows the descriptor.
  explicit LineReader(int fd, size_t max_line_bytes);

  // The lines that have arrived and were not returned before, blank ones left
  // out; waits for the first. Empty at the end of the input, or after an
  // error. Lifetime: the texts until the next call.
  std::vector<Line> NextBatch();

  // errno of the read that failed, or 0.
  int error() const { return error_; }

 private:
  bool Fill();
  void TakeLines(std::vector<Line>& lines);
  void AddLine(std::string_view text, std::vector<Line>& lines);
  void DropOverlong();

  const int fd_;
  const size_t max_line_bytes_;
  std::string buffer_;
  size_t begin_ = 0;       // of the first byte of buffer_ that was not returned
  size_t number_ = 0;      // of the last line that was returned
  bool overlong_ = false;  // inside a line whose beginning was dropped
  bool at_end_ = false;
  int error_ = 0;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_LINE_READER_H_
