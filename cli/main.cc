#include "cli/command.h"

int main(int argc, char** argv) {
  return portcullis::cli::RunCommand(argc, argv);
}
