// answer_line.h -- a request as JSON text in, its answer as a JSON line out.
#ifndef PORTCULLIS_CLI_ANSWER_LINE_H_
#define PORTCULLIS_CLI_ANSWER_LINE_H_

#include <string>
#include <string_view>

#include "cli/request_reader.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"

namespace portcullis::cli {

// Answers on one image:
//   {"id": "r1", "decision": "allowed", "decidedBy": "identity",
//    "statement": "Policy#Sid"}
//   {"id": "r2", "error": "..."}
// `statement` is left out where no statement decided.
//
// Threads. Thread-compatible; one a thread.
class AnswerWriter {
 public:
  explicit AnswerWriter(const ImageView& image)
      : image_(image), scratch_(image) {}

  // The answer with its newline. `where`, when not empty, begins the message of
  // a request that is refused, which stands in line `line` of its file.
  // Lifetime: until the next call.
  const std::string& Answer(std::string_view where, std::string_view request,
                            size_t line = 1);

  // `id` is JSON text.
  const std::string& Refuse(std::string_view id, std::string_view error);

  bool all_allowed() const { return all_allowed_; }

 private:
  const std::string& RefuseAt(std::string_view where, std::string_view error);
  void WriteDecision(std::string_view where);

  const ImageView image_;
  Scratch scratch_;
  RequestReader reader_;
  std::string line_;
  bool all_allowed_ = true;
};

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_ANSWER_LINE_H_
