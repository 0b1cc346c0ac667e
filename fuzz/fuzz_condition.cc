// Bytes as one condition and the values that a request brings: the reference,
// Decide() and Explain() agree under Allow and under Deny (S-60 to S-81).
#include <fuzzer/FuzzedDataProvider.h>

#include <memory>
#include <vector>

#include "cli/answer.h"
#include "fuzz/property.h"
#include "policy/print.h"
#include "runtime/scratch.h"

namespace portcullis::fuzz {
namespace {

constexpr char kAna[] = "arn:aws:iam::111122223333:user/ana";

// Of every type, good and nearly so.
constexpr const char* kValues[] = {"",
                                   "b",
                                   "B*",
                                   "${k:other}",
                                   "${k:none, 'b'}?",
                                   "\xC3\x89",
                                   "5",
                                   "-0.50e1",
                                   "1e400",
                                   "2026-01-01",
                                   "2026-02-29T23:59:60Z",
                                   "1767225600",
                                   "true",
                                   "FALSE",
                                   "QUJD",
                                   "QQ==",
                                   "10.0.0.0/8",
                                   "10.1.2.3",
                                   "2001:db8::/32",
                                   "::1",
                                   "::ffff:1.2.3.4",
                                   "arn:aws:s3:::b*",
                                   "arn:*:s3:eu-?:1:x/${k:other}",
                                   "arn:aws:s3",
                                   "*"};

class Run {
 public:
  explicit Run(FuzzedDataProvider& data) : data_(data) {
    op_.comparison = static_cast<Comparison>(
        data_.ConsumeIntegralInRange(0, kComparisonCount - 1));
    op_.prefix = static_cast<SetPrefix>(data_.ConsumeIntegralInRange(0, 2));
    op_.if_exists = data_.ConsumeBool() && op_.comparison != Comparison::kNull;
  }

  void Check() {
    const std::string text = SetText(Values(1, 4));
    Issues issues;
    const PolicySet set = LoadPolicySet({{"set.json", text}}, issues);
    if (!issues.ok()) return;  // not of the operator's type (S-27)
    const ImageBytes bytes = Compile(set).bytes;
    const ImageView::Opened opened = ImageView::Open(BytesOf(bytes));
    Require(opened.view.has_value(), "compiled image does not open");
    Scratch scratch(*opened.view);
    for (int i = 0; i < 4; ++i) {
      const std::vector<std::string> given = Values(0, 3);
      for (const char* action : {"t:allow", "t:deny"}) {
        Ask(set, *opened.view, scratch, given, action, text);
      }
    }
  }

 private:
  // Samples, some with a byte changed, or what the input says.
  std::vector<std::string> Values(int least, int most) {
    std::vector<std::string> values;
    for (int n = data_.ConsumeIntegralInRange(least, most); n > 0; --n) {
      if (data_.ConsumeIntegralInRange(0, 3) == 0) {
        values.push_back(data_.ConsumeRandomLengthString(24));
        continue;
      }
      std::string& value =
          values.emplace_back(kValues[data_.ConsumeIntegralInRange<size_t>(
              0, std::size(kValues) - 1)]);
      if (!value.empty() && data_.ConsumeIntegralInRange(0, 3) == 0) {
        value[data_.ConsumeIntegralInRange<size_t>(0, value.size() - 1)] =
            data_.ConsumeIntegral<char>();
      }
    }
    return values;
  }

  // Allows `t:allow` and denies `t:deny` on the condition. What is no UTF-8
  // makes the whole set unreadable.
  std::string SetText(const std::vector<std::string>& values) {
    std::string list;
    for (const std::string& value : values) {
      list += (list.empty() ? "" : ",") + JsonString(value);
    }
    const std::string condition = R"(","Resource":"*","Condition":{")" +
                                  OperatorName(op_) + R"(":{"k:key":[)" + list +
                                  "]}}}";
    const char* const version =
        data_.ConsumeIntegralInRange(0, 7) == 0 ? "2008-10-17" : "2012-10-17";
    return R"({"principals":[{"arn":")" + std::string(kAna) +
           R"(","policies":[{"name":"p","document":{"Version":")" + version +
           R"(","Statement":[{"Effect":"Allow","Action":"t:allow)" + condition +
           R"(,{"Effect":"Deny","Action":"t:deny)" + condition +
           R"(,{"Effect":"Allow","Action":"t:deny","Resource":"*"}]}}]}]})";
  }

  void Ask(const PolicySet& set, const ImageView& view, Scratch& scratch,
           const std::vector<std::string>& given, const char* action,
           const std::string& text) {
    const std::vector<std::string_view> values(given.begin(), given.end());
    const std::string_view other = "b";
    const bool is_list = values.size() != 1 || data_.ConsumeBool();
    const ContextEntry context[] = {{"k:other", {&other, 1}},
                                    {"K:key", values, is_list}};
    Request request;
    request.principal = kAna;
    request.action = action;
    request.resource = "*";
    request.context =
        std::span(context, values.empty() && data_.ConsumeBool() ? 1 : 2);
    const cli::Answer expected = cli::AskReference(set, request, {});
    const cli::Answer decided = cli::AskImage(view, request, scratch);
    const cli::Answer explained = cli::AskExplain(view, request, scratch);
    std::string shown;
    for (const std::string& value : given) shown += " " + Quoted(value);
    Require(SameAnswer(expected, decided) && SameAnswer(expected, explained),
            "engines differ on" + shown + (is_list ? " (list) " : " ") +
                action + "\nreference: " + AnswerText(expected) + "\ndecide: " +
                AnswerText(decided) + "\nexplain: " + AnswerText(explained) +
                "\npolicy set: " + text);
  }

  FuzzedDataProvider& data_;
  Operator op_;
};

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  FuzzedDataProvider provider(data, size);
  portcullis::fuzz::Run(provider).Check();
  return 0;
}
