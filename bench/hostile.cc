// Workload `hostile`: patterns and resources that are made to hurt.
#include <array>
#include <string>
#include <vector>

#include "bench/interpreter.h"
#include "bench/random.h"
#include "bench/text.h"
#include "bench/workload.h"

namespace portcullis::bench {
namespace {

constexpr size_t kLongList = 10'000;

std::string Repeat(std::string_view text, size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += text;
  return all;
}

// All patterns of the long lists begin alike.
std::string SharedPrefix() {
  return Cat({"arn:aws:s3:::warehouse/", Repeat("level/", 20)});
}

// What the one statement lists.
std::vector<std::string> PatternsOf(Hostile kind) {
  std::vector<std::string> patterns;
  switch (kind) {
    case Hostile::kPrefixes:
      for (size_t i = 0; i < kLongList; ++i) {
        patterns.push_back(Cat({SharedPrefix(), std::to_string(i), "/*"}));
      }
      break;
    case Hostile::kMiddleStars:
      for (size_t i = 0; i < kLongList; ++i) {
        patterns.push_back(
            Cat({SharedPrefix(), "*/n", std::to_string(i), "/*"}));
      }
      break;
    case Hostile::kManyStars:
      for (size_t i = 1; i <= 64; ++i) {
        patterns.push_back(
            Cat({"arn:aws:s3:::", Repeat("*a", i), "*b", std::to_string(i)}));
      }
      break;
    case Hostile::kQuestionMarks:
      for (size_t i = 1; i <= 48; ++i) {
        patterns.push_back(Cat({"arn:aws:s3:::*", Repeat("?", i), "a",
                                Repeat("a?", i / 2), "b", std::to_string(i)}));
      }
  }
  return patterns;
}

constexpr char kCaller[] = "arn:aws:iam::111122223333:user/caller";

std::string PolicySetJson(Hostile kind) {
  return Cat({R"({"principals":[{"arn":")", kCaller,
              R"(","policies":[{"name":"p","document":)",
              R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow",)",
              R"("Action":"s3:GetObject","Resource":)",
              JsonList(PatternsOf(kind)),
              R"(},{"Effect":"Deny","Action":"s3:GetObject","Resource":)",
              R"("arn:aws:s3:::*secret*"}]}}]}]})"});
}

// Mostly short, a few of 4 KiB, fewer of 64 KiB.
size_t SizeOf(Random& random) {
  const size_t kind = random.Below(1000);
  if (kind < 5) return 65'536;
  if (kind < 55) return 4096;
  return random.Between(20, 300);
}

std::string ResourceOf(Hostile kind, Random& random, Verdict aim) {
  const bool match = aim == Verdict::kAllowed;
  const std::string number = std::to_string(random.Below(kLongList));
  std::string resource;
  std::string end;
  switch (kind) {
    case Hostile::kPrefixes:
      resource = SharedPrefix() + number + (match ? "/" : "x/");
      break;
    case Hostile::kMiddleStars:
      resource = Cat({SharedPrefix(), match ? "x/n" : "x/m", number, "/"});
      break;
    default:
      resource = "arn:aws:s3:::";
      end = Cat({"b", std::to_string(match ? random.Between(1, 48) : 99)});
  }
  resource += Cat({"u", number, "-"});  // tells the requests apart
  if (aim == Verdict::kExplicitDeny) resource += "secret";
  const size_t size = SizeOf(random);
  while (resource.size() + end.size() < size) resource += 'a';
  return resource + end;
}

}  // namespace

Workload MakeHostile(Hostile kind, size_t requests) {
  constexpr const char* kNames[] = {"10 k prefixes", "10 k middle stars",
                                    "many stars", "question marks"};
  Workload workload;
  workload.name = Cat({"hostile, ", kNames[static_cast<size_t>(kind)]});
  workload.policy_set = PolicySetJson(kind);
  workload.set = LoadSet(workload.name, workload.policy_set);
  const Interpreter oracle(workload.set);
  Random random(31);
  workload.requests = DrawRequests(
      requests, {.allowed = 40, .explicit_deny = 10}, random, [&](Verdict aim) {
        RequestText request;
        request.principal = kCaller;
        request.action = "s3:GetObject";
        request.resource = ResourceOf(kind, random, aim);
        request.expected = oracle.Decide(TextRequest(request).request());
        return request;
      });
  return workload;
}

}  // namespace portcullis::bench
