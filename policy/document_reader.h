// document_reader.h -- Internal: use policy_set.h. A policy document inside a
// file: parsed, validated and measured.
#ifndef PORTCULLIS_POLICY_DOCUMENT_READER_H_
#define PORTCULLIS_POLICY_DOCUMENT_READER_H_

#include "policy/document.h"
#include "policy/quota.h"
#include "policy/reporter.h"

namespace portcullis {

struct SizedDocument {
  Document document;
  TextSize size;  // of the JSON text
};

// A document that stands in the file as a JSON object, as it was written; what
// an export holds may have been decoded, so that its characters say nothing
// (S-4).
SizedDocument ReadDocument(const JsonValue& value, PolicyType type,
                           const Reporter& report);

// A document in any of the three encodings of S-152. Issues about an encoded
// document, and all places in it, have the position of the string; the message
// tells the place inside.
SizedDocument ReadEncodedDocument(const JsonValue& value, PolicyType type,
                                  const Reporter& report);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_DOCUMENT_READER_H_
