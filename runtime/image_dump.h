// image_dump.h -- an image as stable text, one item a line, ids first.
#ifndef PORTCULLIS_RUNTIME_IMAGE_DUMP_H_
#define PORTCULLIS_RUNTIME_IMAGE_DUMP_H_

#include <string>

#include "runtime/image_view.h"

namespace portcullis {

// All of them are thread-safe, and fail with std::bad_alloc alone.

// The whole image but the slots and seeds of its hash tables.
// Cost. Linear in the image; off the hot path.
std::string DumpImage(const ImageView& image);

// Parts of it, for dumps of single stages and for explanations.
//
// Requires. The record, or the index of a condition or statement, is one of
// `image`; it is not checked.
// Cost. Linear in the text that is returned.

// `s3:get*`, with variables as ${key}.
std::string GlobText(const ImageView& image, GlobRecord glob);
// The ARN pattern, `arn:aws:s3:::bucket/*`.
std::string PatternText(const ImageView& image, const PatternRecord& pattern);
// `StringEquals aws:username {ana, bob}`.
std::string ConditionText(const ImageView& image, uint32_t condition);
// `allow action{...} resource{...} if ...`.
std::string StatementText(const ImageView& image, uint32_t statement);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_DUMP_H_
