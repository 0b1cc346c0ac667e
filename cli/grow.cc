#include "cli/grow.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/grow_text.h"
#include "cli/json_writer.h"
#include "policy/arn.h"
#include "policy/values.h"
#include "runtime/image_format.h"

namespace portcullis::cli {
namespace {

constexpr const char* kOutsideAccount = "999988887777";

std::string ArnOf(std::string_view partition, std::string_view service,
                  std::string_view account, std::string_view rest) {
  std::string arn = "arn:";
  arn += partition;
  arn += ':';
  arn += service;
  arn += "::";
  arn += account;
  arn += ':';
  arn += rest;
  return arn;
}

// What the engine derives (S-173) but for the time, which a request may bring.
bool IsDerived(const std::string& key) {
  const std::string folded = Fold(key);
  return std::any_of(std::begin(kDerivedKeyNames), std::end(kDerivedKeyNames),
                     [&folded](const DerivedKeyName& derived) {
                       const std::string_view name(derived.name, derived.size);
                       if (derived.kind == KeyKind::kCurrentTime) return false;
                       return name.ends_with('/') ? folded.starts_with(name)
                                                  : folded == name;
                     });
}

bool IsLegalResource(const std::string& resource) {
  return resource == "*" || IsArn(SplitArn(resource, false));
}

}  // namespace

// One request while it grows.
class GrownRequest {
 public:
  GrownRequest(RequestGrower& grower, const GrowTarget& target)
      : grower_(grower),
        target_(target),
        random_(grower.random_),
        variables_(target.document->variables),
        derive_(!random_.OneIn(5)) {}

  std::string Take() {
    ChooseCaller();
    GrowContext();
    std::string action = GrowAction();
    std::string resource = GrowResource();
    if (random_.OneIn(8)) action = Damaged(action, random_);
    if (random_.OneIn(6) && resource != "*") {
      const std::string damaged = Damaged(resource, random_);
      if (IsLegalResource(damaged)) resource = damaged;
    }
    return Write(action, resource);
  }

 private:
  struct ContextValues {
    std::string key;
    std::vector<std::string> values;
    bool is_list = false;
  };

  void ChooseCaller() {
    if (target_.caller != nullptr) {
      SetEntity(*target_.caller);
    } else if (!target_.statement->has_principal || random_.OneIn(6)) {
      AnyCaller();
    } else {
      SetEntry(random_.Pick(target_.statement->principals));
    }
  }

  // The caller that an entry of a Principal element names.
  void SetEntry(const PrincipalEntry& entry) {
    switch (entry.kind) {
      case PrincipalClass::kService: return SetOther("Service", entry.value);
      case PrincipalClass::kFederated:
        return SetOther("Federated", entry.value);
      case PrincipalClass::kAws: return SetAws(entry.value);
      default: return AnyCaller();
    }
  }

  void SetAws(const std::string& value) {
    const auto& principals = grower_.set_.principals;
    const auto named = std::find_if(
        principals.begin(), principals.end(), [&value](const Principal& p) {
          return p.arn == value || (!value.empty() && p.unique_id == value);
        });
    if (named != principals.end()) return SetEntity(*named);
    const auto parts = SplitArn(value, false);
    if (IsAccountId(value)) return SetAccount("aws", value);
    if (parts.size() != 6) return AnyCaller();
    account_ = parts[4];
    if (parts[5] == "root") {
      return SetAccount(std::string(parts[1]), std::string(parts[4]));
    }
    principal_ = JsonWriter().String(value).Take();
  }

  // Somebody of the account.
  void SetAccount(const std::string& partition, const std::string& account) {
    const auto& principals = grower_.set_.principals;
    if (!principals.empty()) {
      const size_t begin = random_.Below(principals.size());
      for (size_t i = 0; i < principals.size() && !random_.OneIn(4); ++i) {
        const Principal& p = principals[(begin + i) % principals.size()];
        if (p.account == account) return SetEntity(p);
      }
    }
    account_ = account;
    principal_ =
        JsonWriter()
            .String(ArnOf(partition, "iam", account,
                          random_.Pick({"root", "user/verify", "role/verify"})))
            .Take();
  }

  void SetOther(const char* kind, const std::string& name) {
    principal_ = JsonWriter().Open('{').Member(kind, name).Close('}').Take();
  }

  void AnyCaller() {
    const auto& principals = grower_.set_.principals;
    if (!principals.empty() && !random_.OneIn(4)) {
      return SetEntity(random_.Pick(principals));
    }
    switch (random_.Below(4)) {
      case 0: return SetOther("Service", "s3.amazonaws.com");
      case 1: principal_ = "\"*\""; return;
      default: return SetAccount("aws", kOutsideAccount);
    }
  }

  void SetEntity(const Principal& entity) {
    entity_ = &entity;
    account_ = entity.account;
    const bool session = entity.kind == EntityKind::kRole && !random_.OneIn(4);
    principal_ =
        JsonWriter()
            .String(session ? ArnOf(entity.partition, "sts", entity.account,
                                    "assumed-role/" + entity.name + "/verify")
                            : entity.arn)
            .Take();
  }

  // The text of a variable: the caller's own where that is known, else what the
  // context has or is given.
  std::string ValueOf(const TextPiece& variable) {
    const std::string key = Fold(variable.key);
    if (key == "aws:username" && entity_ != nullptr) return entity_->name;
    if (key == "aws:principalaccount") return account_;
    if (key.starts_with("aws:principaltag/") && entity_ != nullptr) {
      for (const Tag& tag : entity_->tags) {
        if ("aws:principaltag/" + Fold(tag.key) == key) return tag.value;
      }
    }
    if (const ContextValues* known = FindContext(key)) {
      return known->values.empty() ? "" : known->values.front();
    }
    if (variable.default_value && random_.OneIn(2)) {
      return *variable.default_value;
    }
    const std::string value = random_.Pick({"v1", "*", "", "a/b"});
    AddContext({variable.key, {value}, false});
    return value;
  }

  VariableValue Values() {
    return [this](const TextPiece& variable) { return ValueOf(variable); };
  }

  const ContextValues* FindContext(const std::string& folded) const {
    const auto at = std::find_if(
        context_.begin(), context_.end(),
        [&](const ContextValues& c) { return Fold(c.key) == folded; });
    return at == context_.end() ? nullptr : &*at;
  }

  void AddContext(ContextValues values) {
    if (derive_ && IsDerived(values.key)) return;
    if (FindContext(Fold(values.key)) == nullptr) {
      context_.push_back(std::move(values));
    }
  }

  void GrowContext() {
    for (const Condition& condition : target_.statement->conditions) {
      const bool null = condition.op.comparison == Comparison::kNull;
      if (random_.OneIn(null ? 2 : 8)) continue;
      ContextValues values{condition.key, {}, false};
      const bool set = condition.op.prefix != SetPrefix::kNone;
      values.is_list = set ? !random_.OneIn(4) : random_.OneIn(10);
      const size_t count = values.is_list ? random_.Below(4) : 1;
      for (size_t i = 0; i < count; ++i) {
        values.values.push_back(
            GrowValue(condition, variables_, Values(), random_));
      }
      AddContext(std::move(values));
    }
  }

  // An action that some statement names when this one names all.
  std::string GrowAction() {
    std::string pattern = random_.Pick(target_.statement->actions).text;
    const bool other = target_.statement->not_action && !random_.OneIn(4);
    for (int i = 0; i < 20 && (other || IsEverything(pattern)); ++i) {
      pattern =
          random_.Pick(random_.Pick(grower_.targets_).statement->actions).text;
      if (!IsEverything(pattern)) break;
    }
    if (IsEverything(pattern)) return "s3:GetObject";
    const size_t colon = pattern.find(':');
    std::string action = pattern.substr(0, colon + 1);
    for (const char c : pattern.substr(colon + 1)) {
      action += c == '*' ? random_.Pick({"", "Object", "x"})
                         : (c == '?' ? "q" : std::string(1, c));
    }
    return action.ends_with(':') ? action + "Get" : action;
  }

  static bool IsEverything(const std::string& action) {
    return action.find_first_not_of("*:") == action.npos;
  }

  std::string GrowResource() {
    if (!target_.resource.empty()) return OwnResource();
    std::string resource = FromPatterns(*target_.document, *target_.statement);
    for (int i = 0; i < 20 && !IsLegalResource(resource); ++i) {
      const GrowTarget& other = random_.Pick(grower_.targets_);
      resource = FromPatterns(*other.document, *other.statement);
    }
    return IsLegalResource(resource) ? resource : "*";
  }

  // What the policy of a resource governs (S-158).
  std::string OwnResource() {
    const std::string own(target_.resource);
    const std::string grown =
        FromPatterns(*target_.document, *target_.statement);
    if (grown.starts_with(own) && IsLegalResource(grown)) return grown;
    const bool exact = own.find(":iam:") != own.npos;
    return exact ? own : own + random_.Pick({"", "/k", "/a/b", ":part"});
  }

  std::string FromPatterns(const Document& document,
                           const Statement& statement) {
    if (statement.resources.empty()) return "";
    const std::string& pattern = random_.Pick(statement.resources).text;
    const bool other = statement.not_resource && !random_.OneIn(3);
    if (IsAllStars(pattern) || other) return random_.OneIn(6) ? "*" : "";
    return FillArn(pattern, document.variables,
                   account_.empty() ? kOutsideAccount : account_, Values(),
                   random_);
  }

  std::string Write(const std::string& action, const std::string& resource) {
    JsonWriter json;
    json.Open('{').Key("principal").Raw(principal_);
    json.Member("action", action).Member("resource", resource);
    WriteOwner(json);
    if (!context_.empty()) WriteContext(json);
    WriteSession(json);
    WriteEndpoint(json);
    if (!derive_) json.Key("derive").Bool(false);
    return json.Close('}').Take();
  }

  void WriteOwner(JsonWriter& json) {
    if (!target_.owner.empty()) {
      json.Member("resourceAccount", target_.owner);
    } else if (!account_.empty() && random_.OneIn(4)) {
      json.Member("resourceAccount", account_);
    } else if (random_.OneIn(12)) {
      json.Member("resourceAccount", kOutsideAccount);
    }
  }

  void WriteContext(JsonWriter& json) const {
    json.Key("context").Open('{');
    for (const ContextValues& entry : context_) {
      json.Key(entry.key);
      if (entry.is_list) {
        json.Strings(entry.values);
      } else {
        json.String(entry.values.front());
      }
    }
    json.Close('}');
  }

  void WriteSession(JsonWriter& json) {
    if (entity_ == nullptr || !random_.OneIn(4)) return;
    json.Key("session").Open('{');
    if (random_.OneIn(2)) json.Key("mfa").Bool(true);
    if (entity_->kind == EntityKind::kRole) WriteSessionPolicies(json);
    json.Close('}');
  }

  void WriteSessionPolicies(JsonWriter& json) {
    if (!grower_.managed_policies_.empty() && random_.OneIn(2)) {
      json.Key("policyArns").Strings({random_.Pick(grower_.managed_policies_)});
    }
    if (random_.OneIn(2)) return;
    const std::string& action = random_.Pick(target_.statement->actions).text;
    json.Key("policies").Open('[').Open('{');
    json.Member("Version", "2012-10-17").Key("Statement").Open('{');
    json.Member("Effect", random_.Pick({"Allow", "Allow", "Deny"}));
    json.Member("Action", action).Member("Resource", "*");
    json.Close('}').Close('}').Close(']');
  }

  void WriteEndpoint(JsonWriter& json) {
    if (!target_.endpoint.empty()) {
      json.Member("endpoint", target_.endpoint);
    } else if (!grower_.set_.endpoints.empty() && random_.OneIn(10)) {
      json.Member("endpoint", random_.Pick(grower_.set_.endpoints).id);
    }
  }

  RequestGrower& grower_;
  const GrowTarget& target_;
  Random& random_;
  const bool variables_;
  const bool derive_;
  const Principal* entity_ = nullptr;
  std::string account_;    // of the caller; may be empty
  std::string principal_;  // JSON
  std::vector<ContextValues> context_;
};

RequestGrower::RequestGrower(const PolicySet& set,
                             const std::vector<GrowTarget>& targets,
                             uint64_t seed)
    : set_(set), targets_(targets), random_(seed) {
  for (const Policy& policy : set.policies) {
    if (!policy.arn.empty()) managed_policies_.push_back(policy.arn);
  }
}

std::string RequestGrower::Grow(const GrowTarget& target) {
  return GrownRequest(*this, target).Take();
}

}  // namespace portcullis::cli
