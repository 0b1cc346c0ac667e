// world.h -- generated policy sets with all layers, and requests grown from the
// same few names, so that patterns, conditions and principals meet.
#ifndef PORTCULLIS_TESTS_GENERATORS_WORLD_H_
#define PORTCULLIS_TESTS_GENERATORS_WORLD_H_

#include <string>
#include <vector>

#include "tests/generators/entropy.h"

namespace portcullis::testing {

// How a world is to be; percentages of how often a feature appears.
struct Knobs {
  uint32_t statements = 4;  // at most so many a document
  uint32_t deny = 20;
  uint32_t conditions = 45;
  uint32_t not_elements = 12;  // NotAction, NotResource, NotPrincipal
  uint32_t variables = 20;
  uint32_t old_version = 8;  // documents of 2008-10-17
  uint32_t boundaries = 30;
  uint32_t administrators = 30;  // principals that are allowed everything
  uint32_t resource_policies = 60;
  uint32_t organization = 50;
  uint32_t bare = 30;  // without resources and endpoints
  uint32_t endpoints = 25;
  uint32_t sessions = 50;  // session policies of role sessions
  uint32_t damage = 25;    // pieces of a request that are changed
  uint32_t requests = 8;
};

// A policy set document and request objects (design: the command's input
// formats), as JSON text.
struct World {
  std::string policy_set;
  std::vector<std::string> requests;
};

World MakeWorld(Entropy& entropy, const Knobs& knobs = {});

// The pieces that worlds are made of, for tests that build around them.
// One statement of an identity policy, or with a Principal.
std::string MakeStatement(Entropy& entropy, const Knobs& knobs,
                          const std::string& effect, bool with_principal);

// What the patterns of a set are: requests are grown from them.
struct Aims {
  std::vector<std::string> actions;
  std::vector<std::string> resources;
};
Aims AimsOf(const std::string& policy_set);

// A request object of the principals of MakeWorld().
std::string MakeRequest(Entropy& entropy, const Knobs& knobs,
                        const Aims& aims = {});

}  // namespace portcullis::testing

#endif  // PORTCULLIS_TESTS_GENERATORS_WORLD_H_
