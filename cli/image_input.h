// image_input.h -- an image file named on the command line.
#ifndef PORTCULLIS_CLI_IMAGE_INPUT_H_
#define PORTCULLIS_CLI_IMAGE_INPUT_H_

#include <optional>
#include <string>

#include "runtime/image_file.h"

namespace portcullis::cli {

struct OpenedImage {
  std::optional<ImageFile> file;
  int status = 0;  // exit_status.h, when there is no file
};

// Opens and verifies the image; says on standard error why it could not.
OpenedImage OpenImage(const std::string& path);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_IMAGE_INPUT_H_
