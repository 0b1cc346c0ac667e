#include "cli/verify.h"

#include <algorithm>
#include <chrono>
#include <vector>

#include "cli/answer.h"
#include "cli/clock.h"
#include "cli/grow.h"
#include "cli/request_reader.h"
#include "runtime/decide.h"

namespace portcullis::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr uint64_t kSeed = 20121017;
constexpr size_t kSample = 500;  // principals, resources, ...
constexpr size_t kFewestRequests = 5'000;
constexpr size_t kMostRequests = 20'000;
constexpr size_t kRequestsPerTarget = 6;

void DropNames(Answer& answer) {
  answer.statement.clear();
  answer.matched.clear();
}

// Visits the targets in an order that has every part of a large set early.
class TargetOrder {
 public:
  TargetOrder(size_t count, Random random) : order_(count) {
    for (size_t i = 0; i < count; ++i) order_[i] = i;
    for (size_t i = count; i > 1; --i) {
      std::swap(order_[i - 1], order_[random.Below(i)]);
    }
  }
  size_t At(size_t step) const { return order_[step % order_.size()]; }

 private:
  std::vector<size_t> order_;
};

class Verifier {
 public:
  Verifier(const PolicySet& set, const ImageView& image)
      : set_(set),
        image_(image),
        scratch_(image),
        named_(!image.tables().sources.empty()),
        now_(NowNanoseconds()) {}

  Verification Run(std::chrono::seconds most_time) {
    const Clock::time_point end = Clock::now() + most_time;
    const std::vector<GrowTarget> targets = CollectTargets(set_, kSample);
    if (targets.empty()) return result_;
    RequestGrower grower(set_, targets, kSeed);
    const TargetOrder order(targets.size(), Random(kSeed));
    const size_t count = std::clamp(targets.size() * kRequestsPerTarget,
                                    kFewestRequests, kMostRequests);
    for (size_t i = 0; i < count && result_.difference.empty(); ++i) {
      Compare(grower.Grow(targets[order.At(i)]));
      if (Clock::now() >= end) break;
    }
    return result_;
  }

 private:
  void Compare(const std::string& json) {
    if (!reader_.ReadText("", json)) return NotRead(json);
    reader_.SetNow(now_);
    const Request& request = reader_.request();
    Answer judged = AskReference(set_, request, reader_.session_policies());
    const Explanation explanation = Explain(image_, request, scratch_);
    Answer compiled = AnswerOf(image_, request,
                               Decide(image_, request, scratch_), explanation);
    Answer explained = AnswerOf(image_, request, explanation);
    Count(judged);
    if (!named_) {
      for (Answer* answer : {&judged, &compiled, &explained}) {
        DropNames(*answer);
      }
    }
    if (SameAnswer(judged, compiled) && SameAnswer(judged, explained)) return;
    result_.difference = json + "\n  reference: " + AnswerText(judged) +
                         "\n  image:     " + AnswerText(compiled) +
                         "\n  explain:   " + AnswerText(explained);
  }

  // A pattern may be longer than any request that it matches can be.
  void NotRead(const std::string& json) {
    if (reader_.beyond_limit()) {
      ++result_.too_long;
    } else {
      result_.difference =
          "a grown request cannot be read: " + reader_.error() + "\n" + json;
    }
  }

  void Count(const Answer& judged) {
    ++result_.requests;
    if (judged.refused()) return;
    if (judged.verdict == Verdict::kAllowed) ++result_.allowed;
    if (judged.verdict == Verdict::kExplicitDeny) ++result_.explicitly_denied;
  }

  const PolicySet& set_;
  const ImageView image_;
  Scratch scratch_;
  RequestReader reader_;
  const bool named_;
  const int64_t now_;
  Verification result_;
};

}  // namespace

Verification VerifyImage(const PolicySet& set, const ImageView& image,
                         std::chrono::seconds most_time) {
  return Verifier(set, image).Run(most_time);
}

}  // namespace portcullis::cli
