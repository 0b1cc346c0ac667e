#include "cli/image_input.h"

#include <utility>

#include "cli/console.h"
#include "cli/exit_status.h"
#include "policy/issue.h"

namespace portcullis::cli {

OpenedImage OpenImage(const std::string& path) {
  ImageFile::Opened opened = ImageFile::Open(path);
  if (opened.file) return {std::move(opened.file), kDone};
  if (opened.error.code == ImageErrorCode::kFile) {
    PrintMessage("cannot open " + opened.error.message);
    return {std::nullopt, kUnusable};
  }
  PrintMessage("image " + Quoted(path) + ": " + opened.error.message);
  return {std::nullopt, kNegative};
}

}  // namespace portcullis::cli
