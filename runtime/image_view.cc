#include "runtime/image_view.h"

#include "runtime/image_verify.h"

namespace portcullis {

ImageView::Opened ImageView::Open(std::span<const std::byte> bytes) {
  Opened opened;
  ImageView view;
  opened.error = VerifyLayout(bytes, view.tables_);
  if (opened.error.code != ImageErrorCode::kNone) return opened;
  opened.error = VerifyRecords(view.tables_);
  if (opened.error.code == ImageErrorCode::kNone) opened.view = view;
  return opened;
}

}  // namespace portcullis
