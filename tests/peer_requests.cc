// peer_requests.cc -- generated worlds and requests with our decisions, as JSON
// Lines, for scripts/differential-peer to put to another evaluator. Actions and
// resources are paired as AWS's own services pair them, because the other one
// knows which action takes which resource.
//
// usage: peer_requests [--seed N] [--requests N]
//
// Lines: {"world": N, "policySet": {...}}, then one for each of its requests:
// {"world": N, "request": {...}, "decision": "allowed"|...|"error"}. The two
// engines must agree on all; where they do not, it stops with status 1.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cli/answer.h"
#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "tests/generators/entropy.h"
#include "tests/generators/world.h"

namespace portcullis::testing {
namespace {

struct Pair {
  const char* action;
  const char* resource;
};
constexpr Pair kPairs[] = {
    {"s3:GetObject", "arn:aws:s3:::bucket/key"},
    {"s3:GetObject", "arn:aws:s3:::bucket/home/alice/a"},
    {"s3:GetObject", "arn:aws:s3:::other/red/x"},
    {"s3:PutObject", "arn:aws:s3:::bucket/key"},
    {"s3:PutObject", "arn:aws:s3:::other/blue/x"},
    {"s3:GetObjectAcl", "arn:aws:s3:::bucket/home/bob/kzy"},
    {"s3:DeleteObject", "arn:aws:s3:::other//x"},
    {"s3:ListBucket", "arn:aws:s3:::bucket"},
    {"s3:ListBucket", "arn:aws:s3:::other"},
    {"s3:ListAllMyBuckets", "*"},
    {"sqs:SendMessage", "arn:aws:sqs:eu-west-1:111111111111:queue"},
    {"kms:Decrypt", "arn:aws:kms:eu-west-1:111111111111:key/k1"},
    {"kms:Encrypt", "arn:aws:kms:eu-west-1:222222222222:key/k2"},
    {"sts:AssumeRole", "arn:aws:iam::111111111111:role/app/web"},
    {"sts:TagSession", "arn:aws:iam::222222222222:role/guest"},
    {"iam:GetRole", "arn:aws:iam::111111111111:role/app/web"}};

struct Options {
  uint64_t seed = 1;
  uint64_t requests = 100000;
};

// The text of string member `name` is replaced; generated requests have one.
void ReplaceMember(std::string& json, const std::string& name,
                   const std::string& text) {
  const std::string begin = "\"" + name + "\":\"";
  const size_t at = json.find(begin) + begin.size();
  json.replace(at, json.find('"', at) - at, text);
}

std::string RequestText(Entropy& entropy, const Knobs& knobs) {
  std::string text = MakeRequest(entropy, knobs);
  const Pair& pair = entropy.Pick(kPairs);
  ReplaceMember(text, "action", pair.action);
  ReplaceMember(text, "resource", pair.resource);
  return text;
}

// One world in both engines.
class Judge {
 public:
  // Fails on a set that does not load, which is a fault of the generator.
  bool Load(const std::string& policy_set) {
    Issues issues;
    set_ = LoadPolicySet({{"world.json", policy_set}}, issues);
    if (!issues.ok()) return false;
    image_ = Compile(set_, {});
    view_ = ImageView::Open(BytesOf(image_.bytes)).view;
    if (view_) scratch_.emplace(*view_);
    return view_.has_value();
  }

  // The verdict's word, "error" for a refused request; nullopt where the
  // engines differ.
  std::optional<std::string> Decide(const std::string& request) {
    cli::RequestReader reader;
    if (!reader.ReadText("request.json", request)) return "error";
    reader.SetNow(1767225600'000'000'000);
    const cli::Answer judged =
        cli::AskReference(set_, reader.request(), reader.session_policies());
    const cli::Answer compiled =
        cli::AskImage(*view_, reader.request(), *scratch_);
    if (!cli::SameAnswer(judged, compiled)) return std::nullopt;
    if (judged.refusal != Refusal::kNone) return "error";
    return std::string(VerdictName(judged.verdict));
  }

 private:
  PolicySet set_;
  CompiledImage image_;
  std::optional<ImageView> view_;
  std::optional<Scratch> scratch_;
};

bool PrintWorld(uint64_t number, uint64_t requests) {
  Entropy entropy(number);
  const Knobs knobs;
  const World world = MakeWorld(entropy, knobs);
  Judge judge;
  if (!judge.Load(world.policy_set)) return false;
  std::printf("{\"world\":%llu,\"policySet\":%s}\n",
              static_cast<unsigned long long>(number),
              world.policy_set.c_str());
  for (uint64_t i = 0; i < requests; ++i) {
    const std::string request = RequestText(entropy, knobs);
    const std::optional<std::string> decision = judge.Decide(request);
    if (!decision) return false;
    std::printf("{\"world\":%llu,\"request\":%s,\"decision\":\"%s\"}\n",
                static_cast<unsigned long long>(number), request.c_str(),
                decision->c_str());
  }
  return true;
}

int Run(const Options& options) {
  constexpr uint64_t kRequestsPerWorld = 16;
  const uint64_t worlds =
      (options.requests + kRequestsPerWorld - 1) / kRequestsPerWorld;
  for (uint64_t i = 0; i < worlds; ++i) {
    if (PrintWorld(options.seed + i, kRequestsPerWorld)) continue;
    std::fprintf(stderr, "world %llu: not loaded, or our engines differ\n",
                 static_cast<unsigned long long>(options.seed + i));
    return 1;
  }
  return std::fflush(stdout) == 0 ? 0 : 2;
}

std::optional<Options> ReadOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seed") options.seed = value;
    if (name == "--requests") options.requests = value;
    if (name != "--seed" && name != "--requests") return std::nullopt;
  }
  if (argc % 2 == 0) return std::nullopt;
  return options;
}

}  // namespace
}  // namespace portcullis::testing

int main(int argc, char** argv) {
  const auto options = portcullis::testing::ReadOptions(argc, argv);
  if (options) return portcullis::testing::Run(*options);
  std::fprintf(stderr, "usage: peer_requests [--seed N] [--requests N]\n");
  return 2;
}
