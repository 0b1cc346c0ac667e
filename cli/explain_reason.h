// explain_reason.h -- explanations in words: the decision, and why a statement
// did or did not match.
#ifndef PORTCULLIS_CLI_EXPLAIN_REASON_H_
#define PORTCULLIS_CLI_EXPLAIN_REASON_H_

#include <string>
#include <string_view>

#include "runtime/explain.h"
#include "runtime/image_view.h"
#include "runtime/request.h"

namespace portcullis::cli {

// An explanation with all it speaks of. Borrows everything.
struct Explained {
  const ImageView& image;
  const Request& request;
  const Explanation& explanation;

  // The image that holds a statement: the main one or the session's.
  const ImageView& ImageOf(bool in_session) const {
    return in_session ? *request.session->policies : image;
  }
};

// "an explicit deny in a permissions boundary", "no service control policy at
// `ou-x` allows `s3:GetObject`", ...
std::string DecisionReason(const Explained& explained);

// `policies.json:12:9`, or "" in an image without sources.
std::string SourcePlace(const Explained& explained,
                        const StatementReport& report);

// The key's name, in lower case; `tables` are those of the statement.
std::string_view KeyName(const ImageTables& tables, const KeyReport& key);

// Why the statement matches or does not: "action `s3:x` is none of `s3:Get*`".
// ConditionReason() tells of each pair of a condition.
std::string StatementReason(const Explained& explained,
                            const StatementReport& report);

// One pair: "`StringEquals aws:username {bob}` does not hold: `aws:username` is
// `eve`".
std::string ConditionReason(const Explained& explained,
                            const StatementReport& report,
                            const ConditionReport& condition);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CLI_EXPLAIN_REASON_H_
