#include "cli/line_reader.h"

#include <unistd.h>

#include <cerrno>

namespace portcullis::cli {
namespace {

constexpr size_t kChunk = size_t{1} << 20;

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r") == text.npos;
}

}  // namespace

LineReader::LineReader(int fd, size_t max_line_bytes)
    : fd_(fd), max_line_bytes_(max_line_bytes) {}

std::vector<Line> LineReader::NextBatch() {
  std::vector<Line> lines;
  buffer_.erase(0, begin_);
  begin_ = 0;
  while (lines.empty() && !at_end_) {
    at_end_ = !Fill();
    TakeLines(lines);
  }
  return lines;
}

// False at the end of the input and after an error.
bool LineReader::Fill() {
  const size_t before = buffer_.size();
  buffer_.resize(before + kChunk);
  ssize_t got = 0;
  do {
    got = read(fd_, buffer_.data() + before, kChunk);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(before + (got > 0 ? static_cast<size_t>(got) : 0));
  if (got < 0) error_ = errno;
  return got > 0;
}

void LineReader::TakeLines(std::vector<Line>& lines) {
  const std::string_view bytes = buffer_;
  for (;;) {
    const size_t end = bytes.find('\n', begin_);
    if (end == bytes.npos) break;
    AddLine(bytes.substr(begin_, end - begin_), lines);
    begin_ = end + 1;
  }
  if (at_end_ && error_ == 0 && (overlong_ || begin_ < bytes.size())) {
    AddLine(bytes.substr(begin_), lines);
    begin_ = bytes.size();
  }
  // Dropping moves no returned text: none is left in front of it.
  if (lines.empty()) DropOverlong();
}

void LineReader::AddLine(std::string_view text, std::vector<Line>& lines) {
  ++number_;
  const bool too_long = overlong_ || text.size() > max_line_bytes_;
  overlong_ = false;
  if (too_long) {
    lines.push_back({{}, number_, true});
  } else if (!IsBlank(text)) {
    lines.push_back({text, number_, false});
  }
}

// Keeps the memory bounded when a line does not end.
void LineReader::DropOverlong() {
  if (buffer_.size() - begin_ > max_line_bytes_) {
    overlong_ = true;
    buffer_.clear();
    begin_ = 0;
  }
}

}  // namespace portcullis::cli
