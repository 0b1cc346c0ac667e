// print.h -- documents as text: policy JSON again, and the dump of stage 2.
#ifndef PORTCULLIS_POLICY_PRINT_H_
#define PORTCULLIS_POLICY_PRINT_H_

#include <string>
#include <string_view>

#include "policy/document.h"

namespace portcullis {

// `text` as a JSON string, quotes included. A byte that is not UTF-8, as names
// of files may hold, becomes U+FFFD.
std::string JsonString(std::string_view text);

// The document as policy JSON, indented by 2, with a final newline. Elements
// stand in a fixed order, lists of one element are scalars.
//
// Result. Parsing it gives the same document but for the places of things and
// the file. Requires: entries of one Principal key, and conditions of one
// operator, stand together, as the parser leaves them.
std::string PrintDocument(const Document& document);

// A stable text, one item a line, for `dump --stage ast`:
//   document identity version 2012-10-17
//     statement 1 `Sid` allow 3:5-9:6
//       action `s3:GetObject`
//       condition StringEquals `aws:username` `bob` `eve`
std::string DumpDocument(const Document& document);

}  // namespace portcullis

#endif  // PORTCULLIS_POLICY_PRINT_H_
