// Turns a difference that a comparison or a fuzz target printed into a file of
// corpora/regressions; scripts/regression-case runs it.
// usage: regression_case FOLDER WHAT RULE <LOG
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace portcullis {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view kMark = "case: ";

// The first case that the log holds; null for none.
Json CaseOf(std::istream& log) {
  std::string line;
  while (std::getline(log, line)) {
    const size_t at = line.find(kMark);
    if (at != line.npos) return Json::parse(line.substr(at + kMark.size()));
  }
  return nullptr;
}

// One more than the greatest number of a file.
int NextNumber(const fs::path& folder) {
  int next = 1;
  for (const auto& entry : fs::directory_iterator(folder)) {
    int number = 0;
    const std::string name = entry.path().filename().string();
    if (std::sscanf(name.c_str(), "%3d-", &number) == 1 && number >= next) {
      next = number + 1;
    }
  }
  return next;
}

std::string FileName(int number, const std::string& what) {
  std::string digits = std::to_string(number);
  digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
  return digits + "-" + what + ".json";
}

// In the order that the cases of corpora/conformance have.
Json Titled(const Json& found, const std::string& what,
            const std::string& rule) {
  Json one = {{"name", what}, {"rule", rule}, {"source", "project rule"}};
  std::replace(one["name"].get_ref<std::string&>().begin(),
               one["name"].get_ref<std::string&>().end(), '-', '_');
  one["policySet"] = found["policySet"];
  one["requests"] = found["requests"];
  for (size_t i = 0; i < one["requests"].size(); ++i) {
    one["requests"][i]["name"] = "request_" + std::to_string(i + 1);
  }
  return one;
}

int Run(const fs::path& folder, const std::string& what,
        const std::string& rule) {
  const Json found = CaseOf(std::cin);
  if (found.is_null()) {
    std::cerr << "error: no line with `case: ` on standard input\n";
    return 1;
  }
  fs::create_directories(folder);
  const fs::path path = folder / FileName(NextNumber(folder), what);
  std::ofstream(path) << Json::array({Titled(found, what, rule)}).dump(2)
                      << "\n";
  std::cout << path.string() << "\n";
  return 0;
}

}  // namespace
}  // namespace portcullis

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: regression_case FOLDER WHAT RULE <LOG\n";
    return 2;
  }
  return portcullis::Run(argv[1], argv[2], argv[3]);
}
