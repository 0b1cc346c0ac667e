// The verb `explain`.
#include "runtime/explain.h"

#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "cli/answer.h"
#include "cli/answer_line.h"
#include "cli/console.h"
#include "cli/exit_status.h"
#include "cli/explain_text.h"
#include "cli/formats.h"
#include "cli/image_input.h"
#include "cli/request_flags.h"
#include "cli/request_reader.h"
#include "cli/request_stream.h"
#include "cli/verbs.h"
#include "policy/print.h"
#include "runtime/decide.h"

namespace portcullis::cli {
namespace {

struct Options {
  std::string image;
  RequestFlags request;
  std::string format = "text";
};

// Explains requests one after the other.
class Explainer {
 public:
  Explainer(const ImageView& image, bool json)
      : image_(image), scratch_(image), json_(json) {}

  void Explain(std::string_view where, std::string_view request,
               size_t line = 1) {
    const std::string prefix = where.empty() ? "" : std::string(where) + ": ";
    if (!reader_.ReadText("", request, line)) {
      Refuse(prefix + reader_.error());
      return;
    }
    const Explanation explanation =
        portcullis::Explain(image_, reader_.request(), scratch_);
    HoldAgainstDecide(explanation.decision);
    if (explanation.decision.refusal != Refusal::kNone) {
      Refuse(prefix +
             RefusalText(explanation, image_, reader_.request(), scratch_));
      return;
    }
    Report({image_, reader_.request(), explanation});
  }

  void Refuse(const std::string& error) {
    if (json_) {
      Print("{\"id\": " + std::string(reader_.id()) +
            ", \"error\": " + JsonString(error) + "}\n");
    } else {
      Heading();
      Print("refused: " + error + "\n");
    }
  }

  int status() const { return status_; }

 private:
  void Report(const Explained& explained) {
    if (json_) {
      Print(ExplainJson(reader_.id(), explained));
      return;
    }
    Heading();
    Print(ExplainText(explained));
  }

  // The request's id, where there are several.
  void Heading() {
    if (count_++ > 0) Print("\n");
    if (reader_.id() != "null") {
      Print("request: " + std::string(reader_.id()) + "\n");
    }
  }

  // An explanation of another decision than the one that is made would be worse
  // than none.
  void HoldAgainstDecide(const Decision& explained) {
    const Decision decided = Decide(image_, reader_.request(), scratch_);
    if (decided == explained) return;
    status_ = kInternal;
    PrintMessage(std::string("internal error: `explain` says ") +
                 VerdictName(explained.verdict) + " by " +
                 LayerName(explained.decided_by) + ", `decide` says " +
                 VerdictName(decided.verdict) + " by " +
                 LayerName(decided.decided_by));
  }

  const ImageView image_;
  Scratch scratch_;
  RequestReader reader_;
  const bool json_;
  size_t count_ = 0;
  int status_ = kDone;
};

int ExplainFlags(const Options& options, Explainer& explainer) {
  const RequestText text = RequestFromFlags(options.request);
  if (text.json) {
    explainer.Explain("", *text.json);
    return explainer.status();
  }
  PrintMessage(text.error);
  if (text.status != kUnusable) explainer.Refuse(text.error);
  return text.status;
}

int ExplainStream(const Options& options, Explainer& explainer) {
  const std::string error =
      ForEachLine(options.request.requests_file, [&](const Line& line) {
        explainer.Explain("line " + std::to_string(line.number), line.text,
                          line.number);
      });
  if (error.empty()) return explainer.status();
  PrintMessage(error);
  return kUnusable;
}

int Run(const Options& options) {
  const OpenedImage opened = OpenImage(options.image);
  if (!opened.file) return opened.status;
  Explainer explainer(opened.file->view(), options.format == "json");
  return options.request.requests_file.empty()
             ? ExplainFlags(options, explainer)
             : ExplainStream(options, explainer);
}

}  // namespace

Verb AddExplain(CLI::App& app) {
  const auto options = std::make_shared<Options>();
  CLI::App* verb = app.add_subcommand(
      "explain", "decides like `decide` and tells why, statement by statement");
  verb->add_option("IMAGE", options->image, "image file")->required();
  AddRequestFlags(*verb, options->request);
  AddFormat(*verb, options->format, {"text", "json"});
  return {verb, [options] { return Run(*options); }};
}

}  // namespace portcullis::cli
