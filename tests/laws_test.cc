// The laws that hold for every policy set (S-1, S-2, S-3, S-92 to S-95), as
// properties of generated worlds: each test changes a set in a way whose effect
// is known and compares the decisions before and after.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "cli/request_reader.h"
#include "compiler/compile.h"
#include "policy/policy_set.h"
#include "runtime/decide.h"
#include "runtime/image_view.h"
#include "runtime/scratch.h"
#include "tests/generators/world.h"

namespace portcullis {
namespace {

using testing::Entropy;
using testing::Knobs;
using testing::World;

constexpr uint64_t kWorlds = 300;

PolicySet Load(const std::string& text) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"world.json", text}}, issues);
  EXPECT_TRUE(issues.ok()) << text;
  return set;
}

// A set that answers requests.
class Judge {
 public:
  explicit Judge(const PolicySet& set)
      : image_(Compile(set)), opened_(ImageView::Open(BytesOf(image_.bytes))) {
    scratch_.emplace(opened_.view.value());
  }

  Decision Ask(const Request& request) {
    return Decide(*opened_.view, request, *scratch_);
  }

 private:
  CompiledImage image_;
  ImageView::Opened opened_;
  std::optional<Scratch> scratch_;
};

// Runs `check` on every request of every world, with the decision under the
// world's own set and that under the changed one.
struct Law {
  Knobs knobs;
  std::function<void(Entropy&, PolicySet&)> change_set;
  std::function<void(Request&)> change_request = [](Request&) {};
  // Empty: the law holds; else what is wrong.
  std::function<std::string(const Request&, const Decision& before,
                            const Decision& after)>
      check;
};

void CheckWorld(const Law& law, uint64_t seed, size_t& checked) {
  Entropy entropy(seed);
  const World world = testing::MakeWorld(entropy, law.knobs);
  const PolicySet set = Load(world.policy_set);
  PolicySet changed = set;
  law.change_set(entropy, changed);
  Judge before(set);
  Judge after(changed);
  for (const std::string& text : world.requests) {
    cli::RequestReader reader;
    ASSERT_TRUE(reader.ReadText("request.json", text)) << reader.error();
    Request request = reader.request();
    const Decision first = before.Ask(request);
    law.change_request(request);
    const Decision second = after.Ask(request);
    const std::string wrong = law.check(request, first, second);
    EXPECT_EQ(wrong, "") << "seed " << seed << ": "
                         << VerdictName(first.verdict) << " by "
                         << LayerName(first.decided_by) << ", then "
                         << VerdictName(second.verdict) << " by "
                         << LayerName(second.decided_by)
                         << "\npolicy set: " << world.policy_set
                         << "\nrequest: " << text;
    ++checked;
  }
}

void CheckLaw(const Law& law) {
  size_t checked = 0;
  for (uint64_t seed = 1; seed <= kWorlds; ++seed) {
    CheckWorld(law, seed, checked);
    if (::testing::Test::HasFailure()) return;
  }
  std::cout << kWorlds << " worlds, " << checked << " requests\n";
  EXPECT_EQ(checked, kWorlds * law.knobs.requests);
}

bool HasPrincipal(PolicyType type) {
  return type == PolicyType::kResource || type == PolicyType::kEndpoint ||
         type == PolicyType::kTrust || type == PolicyType::kRcp;
}

Statement ParseStatement(const std::string& text, bool principal) {
  Issues issues;
  const std::string document =
      R"({"Version":"2012-10-17","Statement":)" + text + "}";
  const Document parsed = LoadDocument(
      {"statement.json", document},
      principal ? PolicyType::kResource : PolicyType::kIdentity, issues);
  EXPECT_TRUE(issues.ok()) << text;
  return parsed.statements.at(0);
}

void Append(Policy& policy, Statement statement) {
  statement.index = static_cast<uint32_t>(policy.document.statements.size());
  policy.document.statements.push_back(std::move(statement));
}

// Everything, for everybody.
Statement Blanket(const std::string& effect, PolicyType type) {
  std::string text = R"({"Effect":")" + effect + R"(","Action":"*")";
  if (HasPrincipal(type)) text += R"(,"Principal":"*")";
  text += R"(,"Resource":"*"})";
  return ParseStatement(text, HasPrincipal(type));
}

// One generated statement in one policy of the set. RCPs and trust policies
// have a grammar of their own and are left alone.
void AddGenerated(Entropy& entropy, const Knobs& knobs,
                  const std::string& effect, PolicySet& set) {
  Policy& policy =
      set.policies[entropy.Below(static_cast<uint32_t>(set.policies.size()))];
  const PolicyType type = policy.document.type;
  if (type == PolicyType::kRcp || type == PolicyType::kTrust) return;
  Append(policy, ParseStatement(testing::MakeStatement(entropy, knobs, effect,
                                                       HasPrincipal(type)),
                                HasPrincipal(type)));
}

bool Allowed(const Decision& decision) {
  return decision.verdict == Verdict::kAllowed;
}

TEST(LawsTest, ExplicitDenyAnywhereDenies) {
  Law law;
  law.change_set = [](Entropy& entropy, PolicySet& set) {
    // In one identity policy of every principal: the first of its own.
    (void)entropy;
    for (const Principal& principal : set.principals) {
      Append(set.policies[principal.policies.front()],
             Blanket("Deny", PolicyType::kIdentity));
    }
  };
  law.check = [](const Request&, const Decision& before,
                 const Decision& after) -> std::string {
    const bool had_identity = before.decided_by == Layer::kIdentity;
    if (!had_identity || after.refusal != Refusal::kNone) return "";
    // An allow or a deny of the identity layer tells that it takes part.
    if (before.statement == kNoStatement) return "";
    return after.verdict == Verdict::kExplicitDeny ? "" : "not denied";
  };
  CheckLaw(law);
}

TEST(LawsTest, NothingIsAllowedWithoutAnAllow) {
  Law law;
  law.change_set = [](Entropy&, PolicySet& set) {
    for (Policy& policy : set.policies) {
      std::erase_if(policy.document.statements, [](const Statement& s) {
        return s.effect == Effect::kAllow;
      });
    }
  };
  law.check = [](const Request&, const Decision&,
                 const Decision& after) -> std::string {
    const bool needs_none =
        after.decided_by == Layer::kRoot || after.decided_by == Layer::kAlways;
    return Allowed(after) && !needs_none ? "allowed" : "";
  };
  CheckLaw(law);
}

TEST(LawsTest, OrderAndDuplicatesDoNotMatter) {
  Law law;
  law.change_set = [](Entropy& entropy, PolicySet& set) {
    for (Policy& policy : set.policies) {
      auto& statements = policy.document.statements;
      if (entropy.Percent(50) && !statements.empty()) {
        Append(policy, statements.front());
      }
      std::reverse(statements.begin(), statements.end());
      for (uint32_t i = 0; i < statements.size(); ++i) {
        statements[i].index = i;
        std::reverse(statements[i].actions.begin(),
                     statements[i].actions.end());
        std::reverse(statements[i].resources.begin(),
                     statements[i].resources.end());
      }
    }
    for (Principal& principal : set.principals) {
      std::reverse(principal.policies.begin(), principal.policies.end());
    }
  };
  law.check = [](const Request&, const Decision& before,
                 const Decision& after) -> std::string {
    const bool same = before.verdict == after.verdict &&
                      before.decided_by == after.decided_by &&
                      before.refusal == after.refusal;
    return same ? "" : "another decision";
  };
  CheckLaw(law);
}

TEST(LawsTest, AddingADenyNeverAllows) {
  Law law;
  law.change_set = [&law](Entropy& entropy, PolicySet& set) {
    for (int i = 0; i < 3; ++i) AddGenerated(entropy, law.knobs, "Deny", set);
  };
  law.check = [](const Request&, const Decision& before,
                 const Decision& after) -> std::string {
    return !Allowed(before) && Allowed(after) ? "allowed by a deny" : "";
  };
  CheckLaw(law);
}

TEST(LawsTest, AddingAnAllowNeverDenies) {
  Law law;
  law.change_set = [&law](Entropy& entropy, PolicySet& set) {
    for (int i = 0; i < 3; ++i) AddGenerated(entropy, law.knobs, "Allow", set);
  };
  law.check = [](const Request&, const Decision& before,
                 const Decision& after) -> std::string {
    return Allowed(before) && !Allowed(after) ? "denied by an allow" : "";
  };
  CheckLaw(law);
}

// Each of these takes a limit away: what was allowed stays allowed.
std::string MustStayAllowed(const Request&, const Decision& before,
                            const Decision& after) {
  return Allowed(before) && !Allowed(after) ? "the limit granted" : "";
}

TEST(LawsTest, ABoundaryNeverGrants) {
  Law law;
  law.knobs.boundaries = 100;
  law.change_set = [](Entropy&, PolicySet& set) {
    for (Principal& principal : set.principals) principal.boundary.reset();
  };
  law.check = MustStayAllowed;
  CheckLaw(law);
}

TEST(LawsTest, OrganizationPoliciesNeverGrant) {
  Law law;
  law.knobs.organization = 100;
  law.change_set = [](Entropy&, PolicySet& set) {
    for (OrganizationNode& node : set.organization->nodes) {
      node.scps.reset();
      node.rcps.clear();
    }
  };
  law.check = MustStayAllowed;
  CheckLaw(law);
}

TEST(LawsTest, AnEndpointPolicyNeverGrants) {
  Law law;
  law.knobs.endpoints = 100;
  law.change_set = [](Entropy&, PolicySet& set) { set.endpoints.clear(); };
  law.check = MustStayAllowed;
  CheckLaw(law);
}

TEST(LawsTest, ASessionHasNeverMoreThanItsParent) {
  static SessionInfo without_policies;
  Law law;
  law.knobs.sessions = 100;
  law.change_set = [](Entropy&, PolicySet&) {};
  law.change_request = [](Request& request) {
    if (request.session == nullptr) return;
    without_policies = *request.session;
    without_policies.policies = nullptr;
    without_policies.policy_arns = {};
    request.session = &without_policies;
  };
  law.check = [](const Request& request, const Decision& before,
                 const Decision& after) -> std::string {
    // A federated user without session policies is no one's parent (S-106).
    if (request.principal.find("federated-user") != std::string_view::npos) {
      return "";
    }
    return MustStayAllowed(request, before, after);
  };
  CheckLaw(law);
}

}  // namespace
}  // namespace portcullis
