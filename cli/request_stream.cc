#include "cli/request_stream.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <span>
#include <thread>
#include <vector>

#include "cli/answer_line.h"
#include "cli/console.h"
#include "policy/issue.h"
#include "policy/limits.h"

namespace portcullis::cli {
namespace {

// Fewer lines than this are not worth a thread.
constexpr size_t kLinesPerThread = 256;

std::string WhereOf(const Line& line) {
  return "line " + std::to_string(line.number);
}

std::string TooLong(const Line& line) {
  return WhereOf(line) + ": longer than the limit of " +
         std::to_string(kMaxFileBytes) + " bytes (S-6)";
}

// Owns the descriptor of a file; borrows standard input.
class RequestsFile {
 public:
  explicit RequestsFile(const std::string& name)
      : fd_(name == "-" ? STDIN_FILENO
                        : open(name.c_str(), O_RDONLY | O_CLOEXEC)) {}
  RequestsFile(const RequestsFile&) = delete;
  RequestsFile& operator=(const RequestsFile&) = delete;
  ~RequestsFile() {
    if (fd_ > STDIN_FILENO) close(fd_);
  }

  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Calls `use` with every batch of lines; the error, or "".
template <typename Use>
std::string ForEachBatch(const std::string& name, Use use) {
  const auto error = [&](int number) {
    return "cannot read " + Quoted(name) + ": " + std::strerror(number);
  };
  const RequestsFile file(name);
  if (file.fd() < 0) return error(errno);
  LineReader lines(file.fd(), kMaxFileBytes);
  for (;;) {
    const std::vector<Line> batch = lines.NextBatch();
    if (batch.empty()) break;
    use(batch);
    if (!FlushOutput()) return "";
  }
  return lines.error() == 0 ? "" : error(lines.error());
}

// One thread's part of a batch.
class Worker {
 public:
  explicit Worker(const ImageView& image) : answers_(image) {}

  void Answer(std::span<const Line> lines) {
    text_.clear();
    for (const Line& line : lines) {
      text_ += line.too_long
                   ? answers_.Refuse("null", TooLong(line))
                   : answers_.Answer(WhereOf(line), line.text, line.number);
    }
  }

  const std::string& text() const { return text_; }
  bool all_allowed() const { return answers_.all_allowed(); }

 private:
  AnswerWriter answers_;
  std::string text_;
};

// Answers batches with as many threads as they are worth.
class WorkerPool {
 public:
  explicit WorkerPool(const ImageView& image) : image_(image) {}

  void Answer(std::span<const Line> lines) {
    const size_t count = ThreadCount(lines.size());
    while (workers_.size() < count) workers_.emplace_back(image_);
    {
      std::vector<std::jthread> threads;
      for (size_t i = 1; i < count; ++i) {
        threads.emplace_back([this, i, part = Part(lines, i, count)] {
          workers_[i].Answer(part);
        });
      }
      workers_[0].Answer(Part(lines, 0, count));
    }
    for (size_t i = 0; i < count; ++i) Print(workers_[i].text());
  }

  bool all_allowed() const {
    return std::all_of(
        workers_.begin(), workers_.end(),
        [](const Worker& worker) { return worker.all_allowed(); });
  }

 private:
  static size_t ThreadCount(size_t lines) {
    const size_t processors =
        std::max<size_t>(1, std::thread::hardware_concurrency());
    return std::clamp<size_t>(lines / kLinesPerThread, 1, processors);
  }

  static std::span<const Line> Part(std::span<const Line> lines, size_t i,
                                    size_t count) {
    const size_t begin = lines.size() * i / count;
    const size_t end = lines.size() * (i + 1) / count;
    return lines.subspan(begin, end - begin);
  }

  const ImageView image_;
  std::deque<Worker> workers_;  // a Worker cannot move
};

}  // namespace

StreamResult AnswerStream(const ImageView& image, const std::string& file) {
  WorkerPool pool(image);
  std::string error = ForEachBatch(
      file, [&](const std::vector<Line>& batch) { pool.Answer(batch); });
  return {pool.all_allowed(), std::move(error)};
}

std::string ForEachLine(const std::string& file, const LineAction& answer) {
  return ForEachBatch(file, [&](const std::vector<Line>& batch) {
    for (const Line& line : batch) answer(line);
  });
}

}  // namespace portcullis::cli
