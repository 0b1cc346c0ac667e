// Flags that take pairs: where one flag ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "cli/pair_flags.h"

namespace portcullis::cli {
namespace {

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

struct Row {
  const char* arguments;
  const char* repeated;
};

TEST(RepeatPairFlags, EveryPairHasAFlag) {
  const Row rows[] = {
      {"", ""},
      {"v I --pair a=1", "v I --pair a=1"},
      {"v --pair a=1 b=2 c= I", "v --pair a=1 --pair b=2 --pair c= I"},
      {"v --pair a=1 I b=2", "v --pair a=1 I b=2"},
      {"v --pair a=1 b=2 --text x=y z=0",
       "v --pair a=1 --pair b=2 --text x=y z=0"},
      {"v --pair a=1 -x=1 b=2", "v --pair a=1 -x=1 b=2"},
      {"v --pair a=1 --pair b=2 c=3", "v --pair a=1 --pair b=2 --pair c=3"},
      {"v --pair=a=1 b=2", "v --pair=a=1 --pair b=2"},
      {"v --pair novalue b=2", "v --pair novalue b=2"},
      {"v --pair a=1 -- b=2", "v --pair a=1 -- b=2"},
      {"v -- --pair a=1 b=2", "v -- --pair a=1 b=2"},
      {"v --pair", "v --pair"},
      {"v a=1 b=2", "v a=1 b=2"},
  };
  CLI::App verb;
  std::vector<std::string> pairs;
  std::string text;
  AddPairs(verb, "--pair", pairs, "");
  verb.add_option("--text", text, "");
  for (const Row& row : rows) {
    EXPECT_EQ(RepeatPairFlags(verb, Words(row.arguments)), Words(row.repeated))
        << row.arguments;
  }
}

}  // namespace
}  // namespace portcullis::cli
