// Internal: use image_view.h. Stage 10: proves that every offset, count, index
// and code of an image is in bounds, so that deciding needs no check.
#ifndef PORTCULLIS_RUNTIME_IMAGE_VERIFY_H_
#define PORTCULLIS_RUNTIME_IMAGE_VERIFY_H_

#include <cstddef>
#include <span>

#include "runtime/image_view.h"

namespace portcullis {

// Checks header, checksums and section bounds; fills `tables`.
ImageError VerifyLayout(std::span<const std::byte> bytes, ImageTables& tables);

// Checks every record of `tables`.
// Requires. VerifyLayout() filled `tables` without error.
ImageError VerifyRecords(const ImageTables& tables);

}  // namespace portcullis

#endif  // PORTCULLIS_RUNTIME_IMAGE_VERIFY_H_
