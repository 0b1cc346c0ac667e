#include "cli/pair_flags.h"

#include <CLI/App.hpp>

namespace portcullis::cli {
namespace {

// What tells these flags from others, and what help calls their values.
constexpr const char* kPair = "K=V";

bool IsPair(const std::string& argument) {
  return argument.find('=') != argument.npos && !argument.starts_with('-');
}

// `--context` of `--context` and of `--context=K=V`; "" for all else.
std::string PairFlagOf(const CLI::App& verb, const std::string& argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const CLI::Option* option = verb.get_option_no_throw(name);
  return option != nullptr && option->get_type_name() == kPair ? name : "";
}

}  // namespace

CLI::Option* AddPairs(CLI::App& verb, const std::string& name,
                      std::vector<std::string>& pairs,
                      const std::string& help) {
  return verb.add_option(name, pairs, help)
      ->type_name(kPair)
      ->allow_extra_args(false);
}

std::vector<std::string> RepeatPairFlags(
    const CLI::App& verb, const std::vector<std::string>& arguments) {
  std::vector<std::string> repeated;
  std::string flag;  // that a pair would belong to; empty: none
  bool flags_end = false;
  for (const std::string& argument : arguments) {
    flags_end = flags_end || argument == "--";
    if (flags_end || !IsPair(argument)) {
      flag = flags_end ? "" : PairFlagOf(verb, argument);
    } else if (!flag.empty() && repeated.back() != flag) {
      repeated.push_back(flag);
    }
    repeated.push_back(argument);
  }
  return repeated;
}

}  // namespace portcullis::cli
