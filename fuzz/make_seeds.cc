// Writes a first corpus for each fuzz target, from the cases and policies of
// corpora/ and, for generated worlds, from random choices.
// usage: make_seeds CORPORA OUT
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <string>

namespace portcullis::fuzz {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Seeds above this size slow every execution down.
constexpr size_t kMostBytes = 6000;
// Of one target, taken evenly from all that there are.
constexpr size_t kMostFiles = 400;

class Seeds {
 public:
  void Add(const std::string& target, const std::string& bytes) {
    if (bytes.size() <= kMostBytes) seeds_[target].push_back(bytes);
  }

  void Write(const fs::path& folder) const {
    for (const auto& [target, all] : seeds_) {
      fs::create_directories(folder / target);
      const size_t step = (all.size() + kMostFiles - 1) / kMostFiles;
      size_t count = 0;
      for (size_t i = 0; i < all.size(); i += step) {
        std::ofstream(folder / target / ("seed-" + std::to_string(count++)),
                      std::ios::binary)
            .write(all[i].data(), static_cast<std::streamsize>(all[i].size()));
      }
      std::cout << target << ": " << count << " seeds\n";
    }
  }

 private:
  std::map<std::string, std::vector<std::string>> seeds_;
};

// The policy type that a document of a set has, by the member that holds it.
int TypeOf(const std::string& member) {
  if (member == "boundary") return 1;
  if (member == "scps") return 3;
  if (member == "rcps") return 4;
  if (member == "resources") return 5;
  if (member == "endpoints") return 6;
  if (member == "trustPolicy") return 7;
  return 0;
}

// Every policy document below `node`, which is the value of `member`.
void AddDocuments(const Json& node, const std::string& member, Seeds& seeds) {
  if (node.is_object() && node.contains("Statement")) {
    seeds.Add("document",
              std::string(1, static_cast<char>(TypeOf(member))) + node.dump());
    return;
  }
  if (!node.is_structured()) return;
  for (const auto& [key, value] : node.items()) {
    const bool names = node.is_object() && key != "document" && key != "policy";
    AddDocuments(value, names ? key : member, seeds);
  }
}

void AddCase(const Json& one, Seeds& seeds) {
  if (one.contains("policySetText")) {
    seeds.Add("json", one["policySetText"].get<std::string>());
  }
  if (one.contains("policySet")) {
    seeds.Add("policy_set", one["policySet"].dump());
    AddDocuments(one["policySet"], "", seeds);
  }
  for (Json request : one.value("requests", Json::array())) {
    for (const char* member : {"name", "expect", "matched"}) {
      request.erase(member);
    }
    if (!request.contains("assume")) seeds.Add("request", request.dump());
    seeds.Add("json", request.dump());
  }
}

void AddCases(const fs::path& folder, Seeds& seeds) {
  if (!fs::exists(folder)) return;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const Json cases = Json::parse(in);
    for (const Json& one : cases) AddCase(one, seeds);
  }
}

// The export in pieces: each list with one element and the policies alone.
void AddExport(const fs::path& file, Seeds& seeds) {
  std::ifstream in(file, std::ios::binary);
  const Json whole = Json::parse(in);
  for (const auto& [key, list] : whole.items()) {
    if (!list.is_array()) continue;
    for (const Json& element : list) {
      Json part = {{key, Json::array({element})}};
      seeds.Add("account_export", part.dump());
    }
  }
}

// Choices of two bytes, of which small ones are the likelier half.
void AddChoices(const std::string& target, size_t files, size_t choices,
                Seeds& seeds) {
  std::mt19937 random(20260101);
  for (size_t i = 0; i < files; ++i) {
    std::string bytes;
    for (size_t n = choices / 2 + random() % choices; n > 0; --n) {
      bytes += static_cast<char>(random() % 2 == 0 ? 0 : random());
      bytes += static_cast<char>(random());
    }
    seeds.Add(target, bytes);
  }
}

int Run(const fs::path& corpora, const fs::path& out) {
  Seeds seeds;
  AddCases(corpora / "conformance", seeds);
  AddCases(corpora / "regressions", seeds);
  AddExport(corpora / "policies" / "account-export.json", seeds);
  AddChoices("decide", 64, 600, seeds);
  AddChoices("layers", 64, 8, seeds);
  AddChoices("session", 200, 24, seeds);
  AddChoices("image", 200, 24, seeds);
  AddChoices("wildcard", 200, 40, seeds);
  AddChoices("condition", 200, 40, seeds);
  seeds.Write(out);
  return 0;
}

}  // namespace
}  // namespace portcullis::fuzz

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: make_seeds CORPORA OUT\n";
    return 2;
  }
  return portcullis::fuzz::Run(argv[1], argv[2]);
}
