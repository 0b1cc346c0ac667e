#include "tests/differential/difference.h"

#include <exception>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

namespace portcullis::testing {
namespace {

using Json = nlohmann::ordered_json;

// Set and request in one tree, so that one walk shrinks both.
Json TreeOf(const Difference& difference) {
  return {{"set", Json::parse(difference.policy_set)},
          {"request", Json::parse(difference.request)}};
}

class Shrinker {
 public:
  Shrinker(const MakeEngines& make, Difference difference, size_t attempts)
      : make_(make), best_(std::move(difference)), attempts_(attempts) {}

  Difference Run() {
    bool smaller = true;
    while (smaller && attempts_ > 0) {
      smaller = false;
      for (const bool remove : {true, false}) smaller |= Pass(remove);
    }
    return best_;
  }

 private:
  // Tries one change at every place of the tree, the outermost first.
  bool Pass(bool remove) {
    bool smaller = false;
    tree_ = TreeOf(best_);
    std::vector<Json::json_pointer> places = {Json::json_pointer("/set"),
                                              Json::json_pointer("/request")};
    for (size_t i = 0; i < places.size() && attempts_ > 0; ++i) {
      const Json::json_pointer place = places[i];
      smaller |= remove ? RemoveParts(place) : MakePlain(place);
      const Json& node = tree_[place];
      if (node.is_object()) {
        for (const auto& [key, value] : node.items()) {
          places.push_back(place / key);
        }
      } else if (node.is_array()) {
        for (size_t k = 0; k < node.size(); ++k) places.push_back(place / k);
      }
    }
    return smaller;
  }

  // From the last part to the first, so that what stays keeps its place.
  bool RemoveParts(const Json::json_pointer& place) {
    bool smaller = false;
    for (size_t i = tree_[place].size(); i > 0; --i) {
      Json changed = tree_;
      Json& node = changed[place];
      if (!node.is_structured()) return smaller;
      node.erase(std::next(node.begin(), static_cast<long>(i) - 1));
      smaller |= Keep(std::move(changed));
    }
    return smaller;
  }

  // Lists of one element become the element, texts become `*`.
  bool MakePlain(const Json::json_pointer& place) {
    const Json node = tree_[place];
    Json changed = tree_;
    if (node.is_array() && node.size() == 1) {
      changed[place] = node[0];
    } else if (node.is_string() && node != "*") {
      changed[place] = "*";
    } else {
      return false;
    }
    return Keep(std::move(changed));
  }

  // Takes the changed tree when the same engine differs on it.
  bool Keep(Json changed) {
    if (attempts_ == 0) return false;
    --attempts_;
    const auto found =
        Compare(make_, changed["set"].dump(), changed["request"].dump());
    if (!found || found->actual.engine != best_.actual.engine) return false;
    best_ = *found;
    tree_ = std::move(changed);
    return true;
  }

  const MakeEngines& make_;
  Difference best_;
  size_t attempts_;
  Json tree_;
};

// What an engine threw, as an answer that no other gives.
EngineAnswer Thrown(const std::exception& error) {
  EngineAnswer answer;
  answer.engine = "an engine threw";
  answer.answer.statement = error.what();
  return answer;
}

}  // namespace

AskEngines AllEngines(PolicySet set) {
  auto engines = std::make_shared<EngineSet>(std::move(set));
  return [engines](const cli::RequestReader& reader) {
    return engines->Ask(reader);
  };
}

std::vector<EngineAnswer> AskText(const AskEngines& ask,
                                  std::string_view request) {
  cli::RequestReader reader;
  if (!reader.ReadText("request.json", request)) return {};
  reader.SetNow(kComparisonTime);
  return ask(reader);
}

std::optional<Difference> Compare(const MakeEngines& make,
                                  const std::string& policy_set,
                                  const std::string& request) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"world.json", policy_set}}, issues);
  if (!issues.ok()) return std::nullopt;
  try {
    const std::vector<EngineAnswer> answers =
        AskText(make(std::move(set)), request);
    if (answers.empty()) return std::nullopt;
    const EngineAnswer* const other = FirstDifference(answers);
    if (other == nullptr) return std::nullopt;
    return Difference{policy_set, request, answers.front(), *other};
  } catch (const std::exception& error) {
    return Difference{policy_set, request, {"reference", {}}, Thrown(error)};
  }
}

Difference Shrink(const MakeEngines& make, Difference difference,
                  size_t attempts) {
  return Shrinker(make, std::move(difference), attempts).Run();
}

std::string Describe(const Difference& difference, const std::string& name) {
  Json request = Json::parse(difference.request);
  request["name"] = name;
  request["expect"] = difference.expected.answer.DecisionName();
  const Json one = {{"name", name},
                    {"policySet", Json::parse(difference.policy_set)},
                    {"requests", Json::array({request})}};
  return difference.expected.engine + ": " +
         AnswerText(difference.expected.answer) + "\n" +
         difference.actual.engine + ": " +
         AnswerText(difference.actual.answer) +
         "\npolicy set: " + difference.policy_set +
         "\nrequest: " + difference.request + "\ncase: " + one.dump() + "\n";
}

}  // namespace portcullis::testing
