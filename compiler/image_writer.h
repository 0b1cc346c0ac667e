// Internal: use compile.h. Stage 9: automaton -> image.
#ifndef PORTCULLIS_COMPILER_IMAGE_WRITER_H_
#define PORTCULLIS_COMPILER_IMAGE_WRITER_H_

#include "compiler/compile.h"
#include "compiler/tables.h"

namespace portcullis {

// Lays out the sections one after another, 64-byte aligned, and sums them up.
// The same tables give the same bytes: nothing of time, place or addresses goes
// in, and padding is zero.
ImageBytes WriteImage(const Tables& tables);

}  // namespace portcullis

#endif  // PORTCULLIS_COMPILER_IMAGE_WRITER_H_
