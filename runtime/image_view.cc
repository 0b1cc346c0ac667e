#include "runtime/image_view.h"

#include "runtime/action.h"
#include "runtime/image_verify.h"
#include "runtime/lookup.h"
#include "runtime/text.h"

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

PrincipalHandle ImageView::FindPrincipal(std::string_view arn) const {
  const EntityRecord* const entity = FindEntity(tables_, arn);
  if (entity == nullptr) return PrincipalHandle::kNone;
  return PrincipalHandle{
      static_cast<uint32_t>(entity - tables_.entities.data())};
}

ActionHandle ImageView::FindAction(std::string_view name) const {
  if (name.size() > kMaxActionBytes) return ActionHandle::kNone;
  return ActionHandle{
      FindActionPoint(tables_, name, ProbeForAction(tables_, name))};
}

KeyHandle ImageView::FindKey(std::string_view name) const {
  for (uint32_t i = 0; i < tables_.keys.size(); ++i) {
    if (EqualsFolded(name, tables_.Text(tables_.keys[i].name))) {
      return KeyHandle{i};
    }
  }
  return KeyHandle::kNone;
}

}  // namespace portcullis
