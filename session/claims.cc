// What an identity provider vouches for: token and assertion -> context keys.
#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "policy/json_reader.h"
#include "policy/values.h"
#include "runtime/caller.h"
#include "runtime/text.h"
#include "session/parameters.h"
#include "session/session.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

constexpr std::string_view kGoogle = "accounts.google.com";
constexpr std::string_view kTagsClaim = "https://aws.amazon.com/tags";
// The same claim spread over several, for providers that cannot nest.
constexpr std::string_view kFlatTagsClaim =
    "https://aws.amazon.com/tags/principal_tags/";
constexpr std::string_view kFlatTransitiveClaim =
    "https://aws.amazon.com/tags/transitive_tag_keys";
constexpr std::string_view kSamlKeys = "saml:";
constexpr std::string_view kSamlAttributes =
    "https://aws.amazon.com/saml/attributes/";               // folded
constexpr std::string_view kTagAttribute = "principaltag:";  // folded
constexpr std::string_view kSourceIdentityClaim =
    "https://aws.amazon.com/source_identity";

// Keys of SAML assertions that hold lists, folded.
constexpr std::string_view kSamlLists[] = {"cn",
                                           "edupersonaffiliation",
                                           "edupersonassurance",
                                           "edupersonentitlement",
                                           "edupersonnickname",
                                           "edupersonorgunitdn",
                                           "edupersonscopedaffiliation",
                                           "edupersontargetedid",
                                           "eduorghomepageuri",
                                           "eduorgidentityauthnpolicyuri",
                                           "eduorglegalname",
                                           "eduorgsuperioruri",
                                           "eduorgwhitepagesuri"};

bool IsSamlList(std::string_view folded_name) {
  return std::find(std::begin(kSamlLists), std::end(kSamlLists), folded_name) !=
         std::end(kSamlLists);
}

class ClaimReader {
 public:
  ClaimReader(const char* rule, SessionRequest& request,
              std::vector<SessionProblem>& problems)
      : rule_(rule),
        request_(request),
        problems_(problems),
        before_(problems.size()) {}

  template <typename Take>
  bool Read(std::string_view json, Take take) {
    RefuseParameters();
    Issues issues;
    const auto document = ReadJson("claims", json, issues);
    for (const Issue& issue : issues.all()) {
      if (issue.severity == Severity::kError) Add(FormatIssue(issue));
    }
    if (document && issues.ok()) {
      if (document->root.kind == Kind::kObject) {
        (this->*take)(document->root);
      } else {
        Add("the claims are not a JSON object");
      }
    }
    return problems_.size() == before_;
  }

  void TakeToken(const JsonValue& root) {
    const std::string provider = ProviderName(root);
    if (provider.empty()) return;
    TakeProvider(provider);
    const bool has_azp = provider == kGoogle && root.Find("azp") != nullptr;
    for (const JsonMember& member : root.members()) {
      TakeTokenClaim(provider, has_azp, member);
    }
  }

  void TakeAssertion(const JsonValue& root) {
    AddDocument();
    std::set<std::string> names;
    for (const JsonMember& member : root.members()) {
      const std::string_view attribute = AttributeName(member.key);
      if (!names.insert(Fold(attribute)).second) {
        Add("the attribute `" + std::string(member.key) + "` comes twice");
      }
      TakeAttribute(attribute, member.value);
    }
    if (!names.contains("rolesessionname")) {
      Add("the assertion has no `RoleSessionName`");
    }
  }

 private:
  void Add(std::string message) {
    problems_.push_back({rule_, std::move(message)});
  }

  // What the token or assertion says is no parameter.
  void RefuseParameters() {
    const auto refuse = [this](bool given, const char* name) {
      if (!given) return;
      problems_.push_back(
          {"S-134", std::string(SessionOperationName(request_.operation)) +
                        " takes no " + name + ": the claims hold it"});
    };
    refuse(!request_.tags.empty(), "Tags");
    refuse(!request_.transitive_tag_keys.empty(), "TransitiveTagKeys");
    refuse(request_.source_identity.has_value(), "SourceIdentity");
  }

  // What follows `saml:`, or the prefix that AWS's own attributes have, in any
  // case.
  static std::string_view AttributeName(std::string_view name) {
    for (const std::string_view prefix : {kSamlKeys, kSamlAttributes}) {
      if (StartsWithFolded(name, prefix)) return name.substr(prefix.size());
    }
    return name;
  }

  void TakeAttribute(std::string_view name, const JsonValue& value) {
    const std::string folded = Fold(name);
    if (folded == "tags") {
      TakeTags(value);
    } else if (folded.starts_with(kTagAttribute)) {
      TakeTag(name.substr(kTagAttribute.size()), value);
    } else if (folded == "transitivetagkeys") {
      TakeTransitiveKeys(value);
    } else if (folded == "sourceidentity") {
      TakeSourceIdentity(value);
    } else if (folded == "rolesessionname") {
      TakeSessionName(value);
    } else if (folded == "doc") {
      CheckDocument(value);
    } else {
      AddClaim(std::string(kSamlKeys) + std::string(name), value,
               IsSamlList(folded));
    }
  }

  std::string AccountArn(const std::string& resource) const {
    const ArnColons colons = SplitArn(request_.role_arn);
    if (!colons.valid) return "";
    return "arn:" + std::string(ArnPart(request_.role_arn, colons, 1)) +
           ":iam::" + std::string(ArnPart(request_.role_arn, colons, 4)) + ":" +
           resource;
  }

  // Scalars as they are; lists as lists where the key is one, else a list of
  // one is its element. Nothing else can be named by a policy.
  void AddClaim(const std::string& key, const JsonValue& value, bool is_list) {
    Claim claim;
    claim.key = key;
    if (IsScalar(value)) {
      claim.values.emplace_back(value.text);
    } else if (value.kind == Kind::kArray) {
      for (const JsonValue& element : value.elements()) {
        if (!IsScalar(element)) return;
        claim.values.emplace_back(element.text);
      }
    } else {
      return;
    }
    claim.is_list = is_list || claim.values.size() != 1;
    request_.claims.push_back(std::move(claim));
  }

  // ---- web identity --------------------------------------------------------

  // The issuer without its scheme is what keys begin with (S-137). Its host has
  // a domain: `https://aws` would bring keys of AWS's own.
  std::string ProviderName(const JsonValue& root) {
    const JsonValue* issuer = root.Find("iss");
    if (issuer == nullptr && IsBuiltInProvider(request_.provider)) {
      return request_.provider;
    }
    if (issuer == nullptr || issuer->kind != Kind::kString) {
      Add("the token has no issuer `iss`");
      return "";
    }
    std::string_view name = issuer->text;
    if (IsBuiltInProvider(name)) return std::string(name);
    const bool https = name.starts_with("https://");
    if (https) name.remove_prefix(8);
    const std::string_view host = name.substr(0, name.find('/'));
    if (!https || host.find('.') == host.npos ||
        StartsWithFolded(name, "aws:")) {
      Add("the issuer `" + std::string(issuer->text) +
          "` is not an https URL of a host");
      return "";
    }
    return std::string(name);
  }

  // `name`: the issuer without its scheme. A provider that is given may be
  // that, the issuer itself, or what a Principal calls it.
  void TakeProvider(const std::string& name) {
    std::string principal =
        IsBuiltInProvider(name) ? name : AccountArn("oidc-provider/" + name);
    const std::string& given = request_.provider;
    if (!given.empty() && given != principal && given != name &&
        given != "https://" + name) {
      const bool arn = given.starts_with("arn:");
      Add("the token's issuer is `" + (arn ? principal : name) + "`, not `" +
          given + "`");
    }
    request_.provider = std::move(principal);
  }

  // `has_azp`: the token has Google's, which stands in for the audience.
  void TakeTokenClaim(const std::string& provider, bool has_azp,
                      const JsonMember& member) {
    const std::string_view name = member.key;
    if (name == kTagsClaim) {
      TakeNestedTags(member.value);
    } else if (name.starts_with(kFlatTagsClaim)) {
      TakeTag(name.substr(kFlatTagsClaim.size()), member.value);
    } else if (name == kFlatTransitiveClaim) {
      TakeTransitiveKeys(member.value);
    } else if (name == kSourceIdentityClaim) {
      TakeSourceIdentity(member.value);
    } else if (has_azp && name == "aud") {
      AddClaim(provider + ":oaud", member.value, false);
    } else {
      AddClaim(provider + ":" + std::string(name), member.value, name == "amr");
      if (has_azp && name == "azp") {
        AddClaim(provider + ":aud", member.value, false);
      }
    }
  }

  void TakeNestedTags(const JsonValue& value) {
    for (const JsonMember& member : value.members()) {
      if (member.key == "transitive_tag_keys") TakeTransitiveKeys(member.value);
    }
    const JsonValue* tags = value.Find("principal_tags");
    if (tags == nullptr) {
      Add("the claim `" + std::string(kTagsClaim) +
          "` holds no `principal_tags`");
      return;
    }
    TakeTags(*tags);
  }

  // ---- tags and the like ---------------------------------------------------

  void TakeTags(const JsonValue& tags) {
    if (tags.kind != Kind::kObject) {
      Add("the session tags are not an object");
      return;
    }
    for (const JsonMember& tag : tags.members()) TakeTag(tag.key, tag.value);
  }

  void TakeTag(std::string_view key, const JsonValue& value) {
    const bool list =
        value.kind == Kind::kArray && value.elements().size() == 1;
    const JsonValue& text = list ? value.elements()[0] : value;
    if (text.kind != Kind::kString) {
      Add("the session tag `" + std::string(key) +
          "` does not have one text as its value");
      return;
    }
    request_.tags.push_back({std::string(key), std::string(text.text)});
  }

  void TakeTransitiveKeys(const JsonValue& keys) {
    const auto is_text = [](const JsonValue& key) {
      return key.kind == Kind::kString;
    };
    if (keys.kind != Kind::kArray ||
        !std::all_of(keys.elements().begin(), keys.elements().end(), is_text)) {
      Add("the transitive tag keys are not a list of texts");
      return;
    }
    for (const JsonValue& key : keys.elements()) {
      request_.transitive_tag_keys.emplace_back(key.text);
    }
  }

  void TakeSourceIdentity(const JsonValue& value) {
    if (value.kind != Kind::kString) {
      Add("the source identity is not a text");
      return;
    }
    request_.source_identity = std::string(value.text);
  }

  // ---- SAML ----------------------------------------------------------------

  void TakeSessionName(const JsonValue& value) {
    if (value.kind != Kind::kString) {
      Add("the role session name is not a text");
      return;
    }
    if (!request_.session_name.empty() && request_.session_name != value.text) {
      Add("the assertion's role session name is `" + std::string(value.text) +
          "`, not `" + request_.session_name + "`");
    }
    request_.session_name = value.text;
  }

  // saml:doc is ACCOUNT/PROVIDER: never the assertion's to say.
  std::string Document() const {
    const ArnColons colons = SplitArn(request_.provider);
    if (!colons.valid) return "";
    const std::string_view rest = ArnPart(request_.provider, colons, 5);
    return std::string(ArnPart(request_.provider, colons, 4)) + "/" +
           std::string(rest.substr(rest.find('/') + 1));
  }
  void AddDocument() {
    request_.claims.push_back({"saml:doc", {Document()}, false});
  }
  void CheckDocument(const JsonValue& value) {
    if (value.kind == Kind::kString && value.text == Document()) return;
    Add("`doc` is not `" + Document() + "`");
  }

  const char* const rule_;
  SessionRequest& request_;
  std::vector<SessionProblem>& problems_;
  const size_t before_;
};

}  // namespace

bool ReadWebIdentityClaims(std::string_view json, SessionRequest& request,
                           std::vector<SessionProblem>& problems) {
  return ClaimReader("S-137", request, problems)
      .Read(json, &ClaimReader::TakeToken);
}

bool ReadSamlClaims(std::string_view json, SessionRequest& request,
                    std::vector<SessionProblem>& problems) {
  return ClaimReader("S-138", request, problems)
      .Read(json, &ClaimReader::TakeAssertion);
}

bool ReadClaims(std::string_view json, SessionRequest& request,
                std::vector<SessionProblem>& problems) {
  return request.operation == SessionOperation::kAssumeRoleWithSaml
             ? ReadSamlClaims(json, request, problems)
             : ReadWebIdentityClaims(json, request, problems);
}

}  // namespace portcullis
