// policy_set_document.h -- Internal: use policy_set.h. Reads the project's own
// policy set documents.
#ifndef PORTCULLIS_POLICY_POLICY_SET_DOCUMENT_H_
#define PORTCULLIS_POLICY_POLICY_SET_DOCUMENT_H_

#include <string_view>
#include <vector>

#include "policy/draft.h"
#include "policy/quota.h"
#include "policy/reporter.h"

namespace portcullis {

// The members of a policy set document.
const std::vector<std::string_view>& PolicySetKeys();

// Adds what `root` says to `draft`. All its problems become issues.
void ReadPolicySetDocument(const JsonValue& root, const Reporter& report,
                           Draft& draft);

// The `organization` member, and the control policies of any object that has
// `scps` and `rcps`.
void ReadOrganization(const JsonValue& value, const Reporter& report,
                      Draft& draft);
std::optional<std::vector<Attachment>> ReadScps(const JsonValue& object,
                                                const Reporter& report);
std::vector<Attachment> ReadRcps(const JsonValue& object,
                                 const Reporter& report);

// An object {name, document}; `size` receives the document's.
Attachment ReadInlinePolicy(const JsonValue& value, PolicyType type,
                            const Reporter& report, TextSize& size);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_POLICY_SET_DOCUMENT_H_
