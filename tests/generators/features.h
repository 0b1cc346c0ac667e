// features.h -- what a world is made of, taken out of it again: how many
// decisions depend on a feature tells whether the worlds test it.
#ifndef PORTCULLIS_TESTS_GENERATORS_FEATURES_H_
#define PORTCULLIS_TESTS_GENERATORS_FEATURES_H_

#include <span>

#include "policy/policy_set.h"
#include "runtime/request.h"

namespace portcullis::testing {

struct Feature {
  const char* name;
  // Takes the feature out of the set; may leave it alone.
  void (*remove_from_set)(PolicySet& set);
  // Takes it out of a request's session; null: requests do not have it.
  void (*remove_from_session)(SessionInfo& session) = nullptr;
};

std::span<const Feature> AllFeatures();

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_GENERATORS_FEATURES_H_
