// A policy type and bytes as a policy document: parsing returns, printing and
// parsing again gives the same document, and normalising twice what normalising
// once does (S-7 to S-29).
#include "compiler/normalize.h"
#include "fuzz/property.h"
#include "policy/print.h"

namespace portcullis::fuzz {
namespace {

constexpr int kTypes = 8;

Document Load(std::string_view bytes, PolicyType type, Issues& issues) {
  return LoadDocument({"p.json", bytes}, type, issues);
}

void Check(std::string_view bytes, PolicyType type) {
  Issues issues;
  const Document document = Load(bytes, type, issues);
  for (const Issue& issue : issues.all()) {
    Require(!issue.message.empty() && issue.rule.starts_with("S-"),
            "an issue without rule or message");
  }
  if (!issues.ok()) return;

  const std::string printed = PrintDocument(document);
  Issues again;
  const Document second = Load(printed, type, again);
  Require(again.ok(), "a printed document has errors:\n" + printed);
  Require(PrintDocument(second) == printed,
          "a printed document prints differently:\n" + printed);
  Require(again.warning_count() == issues.warning_count(),
          "a printed document has other warnings:\n" + printed);

  const NormalPolicy normal = Normalize(document, {});
  const std::string dump = DumpNormalPolicy(normal);
  Require(DumpNormalPolicy(Normalize(second, {})) == dump,
          "a printed document means something else:\n" + printed);
  Require(DumpNormalPolicy(Normalize(ToDocument(normal), {})) == dump,
          "normalising twice differs:\n" + dump);
}

}  // namespace
}  // namespace portcullis::fuzz

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  portcullis::fuzz::Check(
      portcullis::fuzz::TextOf(data + 1, size - 1),
      static_cast<portcullis::PolicyType>(data[0] % portcullis::fuzz::kTypes));
  return 0;
}
