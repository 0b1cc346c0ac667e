// Internal: use decide.h. Matches ARNs against ARN patterns (S-36 to S-47,
// S-78).
#ifndef PORTCULLIS_RUNTIME_PATTERN_H_
#define PORTCULLIS_RUNTIME_PATTERN_H_

#include <string_view>

#include "runtime/caller.h"
#include "runtime/context.h"
#include "runtime/image_view.h"

namespace portcullis {

// True when `arn`, whose colons are `colons`, matches `pattern`. Without valid
// colons (the resource "*") only an all-star pattern matches.
// Cost. Linear in the ARN as MatchGlob is.
bool MatchPattern(const ImageTables& tables, const PatternRecord& pattern,
                  std::string_view arn, const ArnColons& colons,
                  Context& context);

// True when the pattern can never match, or holds a variable that has no value:
// what NotResource must not turn into "everything" (S-46).
bool IsUnusable(const ImageTables& tables, const PatternRecord& pattern,
                Context& context);

// True when some pattern of the list matches.
bool MatchList(const ImageTables& tables, const PatternListRecord& list,
               std::string_view arn, const ArnColons& colons, Context& context,
               Scratch& scratch);

// True when the statement's Resource or NotResource part matches the request's
// resource (S-31, S-45, S-46).
bool MatchResource(const ImageTables& tables, const StatementRecord& statement,
                   Context& context, Scratch& scratch);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_PATTERN_H_
