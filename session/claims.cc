// What an identity provider vouches for: token and assertion -> context keys.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "policy/json_reader.h"
#include "runtime/caller.h"
#include "session/session.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

// Providers that a Principal names by their bare name.
constexpr std::string_view kBuiltInProviders[] = {
    "accounts.google.com", "graph.facebook.com", "www.amazon.com",
    "cognito-identity.amazonaws.com"};

constexpr std::string_view kGoogle = "accounts.google.com";
constexpr std::string_view kTagsClaim = "https://aws.amazon.com/tags";
constexpr std::string_view kSourceIdentityClaim =
    "https://aws.amazon.com/source_identity";

// Keys of SAML assertions that hold lists.
constexpr std::string_view kSamlLists[] = {
    "cn",
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

template <size_t N>
bool IsOneOf(std::string_view text, const std::string_view (&list)[N]) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

bool IsScalar(const JsonValue& value) {
  return value.kind == Kind::kString || value.kind == Kind::kNumber ||
         value.kind == Kind::kBool;
}

class ClaimReader {
 public:
  ClaimReader(SessionRequest& request, std::vector<SessionProblem>& problems)
      : request_(request), problems_(problems), before_(problems.size()) {}

  bool ReadToken(std::string_view json) {
    return Read(json, [this](const JsonValue& root) { TakeToken(root); });
  }
  bool ReadAssertion(std::string_view json) {
    return Read(json, [this](const JsonValue& root) { TakeAssertion(root); });
  }

 private:
  void Add(const char* rule, std::string message) {
    problems_.push_back({rule, std::move(message)});
  }

  template <typename Take>
  bool Read(std::string_view json, Take take) {
    Issues issues;
    const auto document = ReadJson("claims", json, issues);
    for (const Issue& issue : issues.all()) {
      if (issue.severity == Severity::kError) Add("S-134", FormatIssue(issue));
    }
    if (document && issues.ok()) {
      if (document->root.kind == Kind::kObject) {
        take(document->root);
      } else {
        Add("S-134", "the claims are not a JSON object");
      }
    }
    return problems_.size() == before_;
  }

  std::string AccountArn(const std::string& resource) const {
    const ArnColons colons = SplitArn(request_.role_arn);
    if (!colons.valid) return "";
    return "arn:" + std::string(ArnPart(request_.role_arn, colons, 1)) +
           ":iam::" + std::string(ArnPart(request_.role_arn, colons, 4)) + ":" +
           resource;
  }

  // Scalars as they are; lists as lists where the key is one, else a list of
  // one is its element.
  void AddClaim(const std::string& key, const JsonValue& value, bool is_list) {
    Claim claim;
    claim.key = key;
    if (IsScalar(value)) {
      claim.values.emplace_back(value.text);
    } else if (value.kind == Kind::kArray) {
      for (const JsonValue& element : value.elements) {
        if (!IsScalar(element)) return;  // not a claim that a policy can name
        claim.values.emplace_back(element.text);
      }
    } else {
      return;
    }
    claim.is_list = is_list || claim.values.size() != 1;
    request_.claims.push_back(std::move(claim));
  }

  // ---- web identity --------------------------------------------------------

  // The issuer without its scheme is what keys begin with (S-137).
  std::string ProviderName(const JsonValue& root) {
    const JsonValue* issuer = root.Find("iss");
    if (issuer == nullptr || issuer->kind != Kind::kString ||
        issuer->text.empty()) {
      Add("S-137", "the token has no issuer `iss`");
      return "";
    }
    std::string_view name = issuer->text;
    if (name.starts_with("https://")) name.remove_prefix(8);
    return std::string(name);
  }

  void TakeToken(const JsonValue& root) {
    const std::string provider = ProviderName(root);
    if (provider.empty()) return;
    request_.provider = IsOneOf(provider, kBuiltInProviders)
                            ? provider
                            : AccountArn("oidc-provider/" + provider);
    const bool google = provider == kGoogle;
    const JsonValue* azp = root.Find("azp");
    for (const JsonMember& member : root.members) {
      const std::string key = provider + ":" + std::string(member.key);
      if (member.key == kTagsClaim) {
        TakeTags(member.value);
      } else if (member.key == kSourceIdentityClaim) {
        TakeSourceIdentity(member.value);
      } else if (google && member.key == "aud" && azp != nullptr) {
        AddClaim(provider + ":aud", *azp, false);
        AddClaim(provider + ":oaud", member.value, false);
      } else {
        AddClaim(key, member.value, member.key == "amr");
      }
    }
  }

  void TakeTags(const JsonValue& value) {
    const JsonValue* tags = value.Find("principal_tags");
    if (tags == nullptr || tags->kind != Kind::kObject) {
      Add("S-137", "the claim `" + std::string(kTagsClaim) +
                       "` holds no `principal_tags`");
      return;
    }
    for (const JsonMember& tag : tags->members) {
      const bool list = tag.value.kind == Kind::kArray &&
                        tag.value.elements.size() == 1 &&
                        tag.value.elements[0].kind == Kind::kString;
      if (!list && tag.value.kind != Kind::kString) {
        Add("S-137", "the tag `" + std::string(tag.key) +
                         "` of the token does not have one text as its value");
        continue;
      }
      const std::string_view text =
          list ? tag.value.elements[0].text : tag.value.text;
      request_.tags.push_back({std::string(tag.key), std::string(text)});
    }
    TakeTransitiveKeys(value.Find("transitive_tag_keys"));
  }

  void TakeTransitiveKeys(const JsonValue* keys) {
    if (keys == nullptr) return;
    for (const JsonValue& key : keys->elements) {
      request_.transitive_tag_keys.emplace_back(key.text);
    }
  }

  void TakeSourceIdentity(const JsonValue& value) {
    if (value.kind != Kind::kString) {
      Add("S-137", "the token's source identity is not a text");
      return;
    }
    request_.source_identity = std::string(value.text);
  }

  // ---- SAML ----------------------------------------------------------------

  void TakeAssertion(const JsonValue& root) {
    bool has_doc = false;
    for (const JsonMember& member : root.members) {
      if (member.key == "tags") {
        TakeAssertionTags(member.value);
      } else if (member.key == "transitiveTagKeys") {
        TakeTransitiveKeys(&member.value);
      } else if (member.key == "sourceIdentity") {
        TakeSourceIdentity(member.value);
      } else if (member.key == "roleSessionName") {
        if (request_.session_name.empty()) {
          request_.session_name = member.value.text;
        }
      } else {
        has_doc = has_doc || member.key == "doc";
        AddClaim("saml:" + std::string(member.key), member.value,
                 IsOneOf(member.key, kSamlLists));
      }
    }
    if (!has_doc) AddDocument();
  }

  void TakeAssertionTags(const JsonValue& value) {
    for (const JsonMember& tag : value.members) {
      request_.tags.push_back(
          {std::string(tag.key), std::string(tag.value.text)});
    }
  }

  // saml:doc is ACCOUNT/PROVIDER.
  void AddDocument() {
    const ArnColons colons = SplitArn(request_.provider);
    if (!colons.valid) return;
    const std::string_view rest = ArnPart(request_.provider, colons, 5);
    Claim claim;
    claim.key = "saml:doc";
    claim.values.push_back(
        std::string(ArnPart(request_.provider, colons, 4)) + "/" +
        std::string(rest.substr(rest.find('/') + 1)));
    request_.claims.push_back(std::move(claim));
  }

  SessionRequest& request_;
  std::vector<SessionProblem>& problems_;
  const size_t before_;
};

}  // namespace

bool ReadWebIdentityClaims(std::string_view json, SessionRequest& request,
                           std::vector<SessionProblem>& problems) {
  return ClaimReader(request, problems).ReadToken(json);
}

bool ReadSamlClaims(std::string_view json, SessionRequest& request,
                    std::vector<SessionProblem>& problems) {
  return ClaimReader(request, problems).ReadAssertion(json);
}

}  // namespace portcullis
