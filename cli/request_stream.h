// request_stream.h -- answers JSON Lines of requests as they arrive.
#ifndef PORTCULLIS_CLI_REQUEST_STREAM_H_
#define PORTCULLIS_CLI_REQUEST_STREAM_H_

#include <functional>
#include <string>
#include <string_view>

#include "cli/line_reader.h"
#include "runtime/image_view.h"

namespace portcullis::cli {

struct StreamResult {
  bool all_allowed = true;
  std::string error;  // why the requests could not be read to their end
};

// Prints the answer to every request of the file, or of standard input for "-",
// in their order. Answers are written out before more requests are waited for,
// so that a program can ask one question at a time.
//
// Cost. Large batches are shared among the machine's processors.
StreamResult AnswerStream(const ImageView& image, const std::string& file);

// Calls `answer` with every line of the file in order, and flushes standard
// output whenever it would have to wait. Stops when that fails.
using LineAction = std::function<void(const Line& line)>;
std::string ForEachLine(const std::string& file, const LineAction& answer);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_REQUEST_STREAM_H_
