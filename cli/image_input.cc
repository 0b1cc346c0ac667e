#include "cli/image_input.h"

#include <utility>

#include "cli/console.h"
#include "cli/exit_status.h"
#include "policy/issue.h"

namespace portcullis::cli {
namespace {

// What is wrong with the file, without its path, which stands in front.
std::string Reason(const std::string& path, const ImageError& error) {
  const std::string prefix = path + ": ";
  return error.message.starts_with(prefix) ? error.message.substr(prefix.size())
                                           : error.message;
}

}  // namespace

OpenedImage OpenImage(const std::string& path) {
  ImageFile::Opened opened = ImageFile::Open(path);
  if (opened.file) return {std::move(opened.file), kDone};
  const std::string reason = Reason(path, opened.error);
  if (opened.error.code == ImageErrorCode::kFile) {
    PrintMessage("cannot open " + Quoted(path) + ": " + reason);
    return {std::nullopt, kUnusable};
  }
  PrintMessage("image " + Quoted(path) + ": " + reason);
  return {std::nullopt, kNegative};
}

}  // namespace portcullis::cli
