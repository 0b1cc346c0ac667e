// case_report.h -- the results of a run as text, JSON Lines or JUnit XML.
#ifndef PORTCULLIS_CLI_CASE_REPORT_H_
#define PORTCULLIS_CLI_CASE_REPORT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "cli/case_runner.h"

namespace portcullis::cli {

// Receives results in order and writes them. Thread-compatible.
class CaseReport {
 public:
  // Where the report goes, piece by piece.
  using Write = std::function<void(std::string_view)>;

  explicit CaseReport(Write write) : write_(std::move(write)) {}
  virtual ~CaseReport() = default;

  void Add(const CaseResult& result);
  // Call once, last.
  virtual void Finish() {}

  size_t passed() const { return passed_; }
  size_t failed() const { return failed_; }
  // "3 passed, 1 failed"
  std::string Summary() const;

 protected:
  virtual void WriteResult(const CaseResult& result) = 0;
  void Put(std::string_view text) const { write_(text); }

 private:
  const Write write_;
  size_t passed_ = 0;
  size_t failed_ = 0;
};

// `format` is "text", "jsonl" or "junit".
std::unique_ptr<CaseReport> MakeCaseReport(const std::string& format,
                                           CaseReport::Write write);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_CASE_REPORT_H_
