// The verb `decide`.
#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "cli/answer_line.h"
#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/image_input.h"
#include "cli/request_flags.h"
#include "cli/request_stream.h"
#include "cli/verbs.h"

namespace portcullis::cli {
namespace {

struct Options {
  std::string image;
  RequestFlags request;
  bool exit_code = false;
};

int StatusOf(const Options& options, bool all_allowed) {
  return options.exit_code && !all_allowed ? kNegative : kDone;
}

// One request from flags.
int DecideFlags(const Options& options, const ImageView& image) {
  const RequestText text = RequestFromFlags(options.request);
  AnswerWriter answers(image);
  if (!text.json) {
    PrintMessage(text.error);
    if (text.status == kUnusable) return kUnusable;
    Print(answers.Refuse("null", text.error));
    return kNegative;
  }
  Print(answers.Answer("the flags", *text.json));
  return StatusOf(options, answers.all_allowed());
}

int DecideStream(const Options& options, const ImageView& image) {
  const StreamResult result =
      AnswerStream(image, options.request.requests_file);
  if (!result.error.empty()) {
    PrintMessage(result.error);
    return kUnusable;
  }
  return StatusOf(options, result.all_allowed);
}

int Run(const Options& options) {
  const OpenedImage opened = OpenImage(options.image);
  if (!opened.file) return opened.status;
  const ImageView& image = opened.file->view();
  return options.request.requests_file.empty() ? DecideFlags(options, image)
                                               : DecideStream(options, image);
}

}  // namespace

Verb AddDecide(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "decide", "decides one request from flags, or JSON Lines");
  verb->add_option("IMAGE", options->image, "image file")->required();
  AddRequestFlags(*verb, options->request);
  verb->add_flag("--exit-code", options->exit_code,
                 "exit 1 when a request is denied or refused");
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
