// ask_cpp IMAGE PRINCIPAL ACTION RESOURCE: one decision, in as few lines as it
// takes.
#include <cstdio>

#include "runtime/decide.h"
#include "runtime/image_file.h"

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto opened = portcullis::ImageFile::Open(argv[1]);
  if (!opened.file) return std::puts(opened.error.message.c_str()), 2;
  portcullis::Scratch scratch(opened.file->view());
  portcullis::Request request;
  request.principal = argv[2];
  request.action = argv[3];
  request.resource = argv[4];
  const auto decision = Decide(opened.file->view(), request, scratch);
  std::puts(VerdictName(decision.verdict));
}
