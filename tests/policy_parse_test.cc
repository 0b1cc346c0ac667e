// Stage 2: every way to break the grammar, with its exact message and place.
#include <ostream>
#include <string>

#include "gtest/gtest.h"
#include "tests/policy_testing.h"

namespace portcullis {
namespace {

struct DocumentCase {
  const char* name;
  PolicyType type;
  const char* json;
  const char* issues;  // one a line, after an empty line
};
void PrintTo(const DocumentCase& c, std::ostream* os) {
  *os << c.name << " (" << PolicyTypeName(c.type) << "): " << c.json;
}

constexpr DocumentCase kCases[] =
    {
        {"good", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
)j"},
        {"unknown_element", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statements":[]})j",
         R"j(
p.json:1:1: error[S-9]: no `Statement`; expected an object or an array of objects
p.json:1:25: error[S-7]: unknown element `Statements`; did you mean `Statement`?
)j"},
        {"element_of_other_case", PolicyType::kIdentity,
         R"j({"version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:2: error[S-7]: unknown element `version`; did you mean `Version`?
)j"},
        {"far_from_any_element", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Qqqqqqqqqq":1}]})j",
         R"j(
p.json:1:87: error[S-7]: unknown element `Qqqqqqqqqq`; expected one of `Sid`, `Effect`, `Principal`, `NotPrincipal`, `Action`, `NotAction`, `Resource`, `NotResource`, `Condition`
)j"},
        {"unknown_statement_element", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Efect":"Allow","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:39: error[S-7]: unknown element `Efect`; did you mean `Effect`?
)j"},
        {"all_problems_at_once", PolicyType::kIdentity,
         R"j({"Version":"2012-10-18",
 "Statement":[
  {"Effect":"allow","Acton":"s3:*"},
  7]})j",
         R"j(
p.json:1:12: error[S-8]: `Version` is `2012-10-18`; expected `2012-10-17` or `2008-10-17`
p.json:3:3: error[S-14]: no `Action`; a statement of an identity policy needs one
p.json:3:3: error[S-28]: no `Resource`; a statement of an identity policy needs one
p.json:3:13: error[S-11]: `Effect` is `allow`; expected `Allow` or `Deny`
p.json:3:21: error[S-7]: unknown element `Acton`; did you mean `Action`?
p.json:4:3: error[S-12]: `Statement` is a number; expected an object
)j"},
        {"version_unknown", PolicyType::kIdentity,
         R"j({"Version":"2012-10-16","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:12: error[S-8]: `Version` is `2012-10-16`; expected `2012-10-17` or `2008-10-17`
)j"},
        {"version_number", PolicyType::kIdentity,
         R"j({"Version":2012,"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:12: error[S-12]: `Version` is a number; expected a string
)j"},
        {"version_old", PolicyType::kIdentity,
         R"j({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
)j"},
        {"scp_without_version", PolicyType::kScp,
         R"j({"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:1: error[S-8]: no `Version`; expected `2012-10-17` in an SCP
)j"},
        {"scp_old_version", PolicyType::kScp,
         R"j({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:12: error[S-8]: `Version` is `2008-10-17`; expected `2012-10-17` in an SCP
)j"},
        {"version_unknown_rest_is_checked", PolicyType::kIdentity,
         R"j({"Version":"2012","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::${a, b}",
"Condition":{"Bool":{"a":"${b}"},"StringLike":{"a":"${c}"}}}})j",
         R"j(
p.json:1:12: error[S-8]: `Version` is `2012`; expected `2012-10-17` or `2008-10-17`
p.json:1:75: error[S-52]: malformed variable `${a, b}`; expected `${key}` or `${key, 'default'}`
)j"},
        {"version_number_rest_is_checked", PolicyType::kIdentity,
         R"j({"Version":2012,"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::${a, b}",
"Condition":{"Bool":{"a":"${b}"},"StringLike":{"a":"${c}"}}}})j",
         R"j(
p.json:1:12: error[S-12]: `Version` is a number; expected a string
p.json:1:73: error[S-52]: malformed variable `${a, b}`; expected `${key}` or `${key, 'default'}`
)j"},
        {"scp_old_version_rest_is_checked", PolicyType::kScp,
         R"j({"Version":"2008-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::${a, b}",
"Condition":{"Bool":{"a":"${b}"},"StringLike":{"a":"${c}"}}}})j",
         R"j(
p.json:1:12: error[S-8]: `Version` is `2008-10-17`; expected `2012-10-17` in an SCP
p.json:1:81: error[S-52]: malformed variable `${a, b}`; expected `${key}` or `${key, 'default'}`
)j"},
        {"scp_without_version_rest_is_checked", PolicyType::kScp,
         R"j({"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::${a, b}",
"Condition":{"Bool":{"a":"${b}"},"StringLike":{"a":"${c}"}}}})j",
         R"j(
p.json:1:1: error[S-8]: no `Version`; expected `2012-10-17` in an SCP
p.json:1:58: error[S-52]: malformed variable `${a, b}`; expected `${key}` or `${key, 'default'}`
)j"},
        {"rcp_without_version", PolicyType::kRcp,
         R"j({"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:1: error[S-8]: no `Version`; expected `2012-10-17` in an RCP
)j"},
        {"no_statement", PolicyType::kIdentity, R"j({"Version":"2012-10-17"})j",
         R"j(
p.json:1:1: error[S-9]: no `Statement`; expected an object or an array of objects
)j"},
        {"empty_statement_list", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[]})j",
         R"j(
p.json:1:37: warning[S-9]: `Statement` is empty; the policy matches nothing
)j"},
        {"statement_string", PolicyType::kIdentity, R"j({"Statement":"x"})j",
         R"j(
p.json:1:14: error[S-12]: `Statement` is a string; expected an object or an array of objects
)j"},
        {"statement_null", PolicyType::kIdentity, R"j({"Statement":null})j",
         R"j(
p.json:1:14: error[S-12]: `Statement` is null; expected an object or an array of objects
)j"},
        {"statement_element_array", PolicyType::kIdentity,
         R"j({"Statement":[[]]})j",
         R"j(
p.json:1:15: error[S-12]: `Statement` is an array; expected an object
)j"},
        {"id_identity", PolicyType::kIdentity,
         R"j({"Id":"x","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:2: warning[S-10]: `Id` in an identity policy is ignored
)j"},
        {"id_boundary", PolicyType::kBoundary,
         R"j({"Id":"x","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:2: warning[S-10]: `Id` in a permissions boundary is ignored
)j"},
        {"id_session", PolicyType::kSession,
         R"j({"Id":"x","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:1:2: warning[S-10]: `Id` in a session policy is ignored
)j"},
        {"id_resource", PolicyType::kResource,
         R"j({"Id":"x","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}})j",
         R"j(
)j"},
        {"id_number", PolicyType::kResource,
         R"j({"Id":1,"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*"}})j",
         R"j(
p.json:1:7: error[S-12]: `Id` is a number; expected a string
)j"},
        {"no_effect", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:38: error[S-11]: no `Effect`; expected `Allow` or `Deny`
)j"},
        {"effect_case", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:48: error[S-11]: `Effect` is `allow`; expected `Allow` or `Deny`
)j"},
        {"effect_null", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":null,"Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:48: error[S-12]: `Effect` is null; expected a string
)j"},
        {"action_number", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":1,"Resource":"*"}]})j",
         R"j(
p.json:1:65: error[S-12]: `Action` is a number; expected a string or an array of strings
)j"},
        {"action_list_of_null", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*",null],"Resource":"*"}]})j",
         R"j(
p.json:1:73: error[S-12]: `Action` is null; expected a string
)j"},
        {"action_empty_list", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[],"Resource":"*"}]})j",
         R"j(
p.json:1:65: error[S-13]: `Action` is an empty list; expected at least one value
)j"},
        {"resource_empty_list", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":[]}]})j",
         R"j(
p.json:1:83: error[S-13]: `Resource` is an empty list; expected at least one value
)j"},
        {"not_resource_empty_list", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotResource":[]}]})j",
         R"j(
p.json:1:86: error[S-13]: `NotResource` is an empty list; expected at least one value
)j"},
        {"principal_empty_list", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":[]},"Action":"s3:*"}]})j",
         R"j(
p.json:1:74: error[S-13]: `AWS` is an empty list; expected at least one value
)j"},
        {"principal_empty_object", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{},"Action":"s3:*"}]})j",
         R"j(
p.json:1:67: error[S-13]: `Principal` is empty; expected at least one value
)j"},
        {"both_halves_are_checked", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"s3:a b",
"NotAction":"s3:${a}",
"Resource":"arn:aws:s3:::${a, b}",
"NotResource":"foo"}]})j",
         R"j(
p.json:2:28: warning[S-24]: `s3:a b` matches no real action; write one action a string
p.json:3:1: error[S-14]: both `Action` and `NotAction`; expected one of the pair
p.json:3:13: warning[S-54]: variable in an action; variables have no effect there
p.json:4:12: error[S-52]: malformed variable `${a, b}`; expected `${key}` or `${key, 'default'}`
p.json:5:1: error[S-14]: both `Resource` and `NotResource`; expected one of the pair
p.json:5:15: warning[S-44]: `foo` is neither `*` nor an ARN; it matches no resource
)j"},
        {"doubled_elements_are_checked", PolicyType::kScp,
         R"j({"Version":"2012-10-17","Statement":[
{"Effect":"Deny","Action":"**","Resource":"arn:aws:s3",
"Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:2:27: warning[S-23]: `Action` is `**`; it means `*`
p.json:2:43: error[S-29]: `arn:aws:s3` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
p.json:3:1: error[S-5]: duplicate key `Action`; it first stands at 2:18
p.json:3:17: error[S-5]: duplicate key `Resource`; it first stands at 2:32
)j"},
        {"both_principals_are_apart", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[
{"Effect":"Allow","Action":"s3:*","NotPrincipal":{"AWS":"111122223333"},
"Principal":{"Service":"${a}"}},
{"Effect":"Deny","Action":"s3:*","Principal":{"AWS":"111122223333"},
"NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/u"}}]})j",
         R"j(
p.json:2:57: warning[S-22]: `NotPrincipal` with `Allow` lets everybody else in; list who may in `Principal`
p.json:3:1: error[S-14]: both `Principal` and `NotPrincipal`; expected one of the pair
p.json:3:24: warning[S-54]: variable in a principal; variables have no effect there
p.json:5:1: error[S-14]: both `Principal` and `NotPrincipal`; expected one of the pair
p.json:5:23: warning[S-22]: `NotPrincipal` lists `arn:aws:iam::111122223333:user/u` without its account; add `111122223333` beside it
)j"},
        {"both_actions", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotAction":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:72: error[S-14]: both `Action` and `NotAction`; expected one of the pair
)j"},
        {"both_resources", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","NotResource":"*","Resource":"*"}]})j",
         R"j(
p.json:1:90: error[S-14]: both `Resource` and `NotResource`; expected one of the pair
)j"},
        {"both_principals", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*"}]})j",
         R"j(
p.json:1:71: error[S-14]: both `Principal` and `NotPrincipal`; expected one of the pair
)j"},
        {"no_action", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]})j",
         R"j(
p.json:1:38: error[S-14]: no `Action`; a statement of an identity policy needs one
)j"},
        {"no_resource", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]})j",
         R"j(
p.json:1:38: error[S-28]: no `Resource`; a statement of an identity policy needs one
)j"},
        {"no_resource_scp", PolicyType::kScp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]})j",
         R"j(
p.json:1:38: error[S-28]: no `Resource`; a statement of an SCP needs one
)j"},
        {"no_resource_in_resource_policy", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]})j",
         R"j(
)j"},
        {"no_resource_in_endpoint_policy", PolicyType::kEndpoint,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]})j",
         R"j(
p.json:1:38: error[S-28]: no `Resource`; a statement of an endpoint policy needs one
)j"},
        {"sid_with_blank", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"a b","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:45: error[S-15]: `Sid` is `a b`; expected letters and digits alone in an identity policy
)j"},
        {"sid_with_blank_resource", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"a b","Effect":"Allow","Principal":"*","Action":"s3:*"}]})j",
         R"j(
)j"},
        {"sid_number", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":1,"Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:45: error[S-12]: `Sid` is a number; expected a string
)j"},
        {"sid_twice", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},
{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:2:8: error[S-16]: duplicate `Sid` `A`; it first stands at 1:45
)j"},
        {"sid_twice_trust", PolicyType::kTrust,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:*"},{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:*"}]})j",
         R"j(
p.json:1:106: error[S-16]: duplicate `Sid` `A`; it first stands at 1:45
)j"},
        {"sid_twice_resource", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:*"},{"Sid":"A","Effect":"Allow","Principal":"*","Action":"s3:*"}]})j",
         R"j(
p.json:1:106: warning[S-16]: duplicate `Sid` `A`; it first stands at 1:45
)j"},
        {"sid_empty_twice", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Sid":"","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
)j"},
        {"principal_in_identity", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Principal":"*","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:39: error[S-17]: `Principal` in an identity policy; its principal is whom it is attached to
)j"},
        {"not_principal_in_identity", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"NotPrincipal":"*","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:39: error[S-17]: `NotPrincipal` in an identity policy; its principal is whom it is attached to
)j"},
        {"principal_in_scp", PolicyType::kScp,
         R"j({"Version":"2012-10-17","Statement":[{"Principal":"*","Effect":"Allow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:39: error[S-17]: `Principal` in an SCP; its principal is whom it is attached to
)j"},
        {"not_principal_in_trust", PolicyType::kTrust,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]})j",
         R"j(
p.json:1:56: error[S-17]: `NotPrincipal` in a trust policy; expected `Principal`
)j"},
        {"resource_in_trust", PolicyType::kTrust,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]})j",
         R"j(
p.json:1:98: error[S-28]: `Resource` in a trust policy; a trust policy speaks of its own role alone
)j"},
        {"no_principal", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*"}]})j",
         R"j(
p.json:1:38: error[S-18]: no `Principal`; a statement of a resource policy needs one
)j"},
        {"rcp_good", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]})j",
         R"j(
)j"},
        {"rcp_allow", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:48: error[S-19]: `Effect` is `Allow`; expected `Deny` in an RCP
)j"},
        {"rcp_principal", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:67: error[S-19]: `Principal` is not `"*"`; expected `"*"` in an RCP
)j"},
        {"rcp_every_action", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]})j",
         R"j(
p.json:1:80: error[S-19]: `Action` is `*`; expected `service:name` in an RCP
)j"},
        {"rcp_not_action", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:71: error[S-19]: `NotAction` in an RCP; expected `Action`
)j"},
        {"rcp_not_principal", PolicyType::kRcp,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":"*","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:55: error[S-17]: `NotPrincipal` in an RCP; expected `Principal`
)j"},
        {"principal_text", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"111122223333","Action":"s3:*"}]})j",
         R"j(
p.json:1:67: error[S-20]: `Principal` is `111122223333`; expected `"*"` or an object such as `{"AWS": ...}`
)j"},
        {"principal_array", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":["*"],"Action":"s3:*"}]})j",
         R"j(
p.json:1:67: error[S-12]: `Principal` is an array; expected `"*"` or an object
)j"},
        {"principal_unknown_key", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"aws":"*"},"Action":"s3:*"}]})j",
         R"j(
p.json:1:68: error[S-20]: unknown kind of principal `aws`; did you mean `AWS`?
)j"},
        {"principal_number", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":111122223333},"Action":"s3:*"}]})j",
         R"j(
p.json:1:74: error[S-12]: `AWS` is a number; expected a string or an array of strings
)j"},
        {"principal_forms", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":["*","111122223333","arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:user/a/b/c","arn:aws-cn:iam::111122223333:role/r","arn:aws:sts::111122223333:assumed-role/r/s","arn:aws:sts::111122223333:federated-user/f","AIDAEXAMPLE1"],"Service":"ec2.amazonaws.com","Federated":["accounts.google.com"],"CanonicalUser":"00ff"},"Action":"s3:*"}]})j",
         R"j(
)j"},
        {"principal_bad_forms", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":["",
"11112222333",
"arn:aws:iam::111122223333:user/*",
"arn:aws:iam::111122223333:group/g",
"arn:aws:iam::1:root",
"arn:aws:sts::111122223333:assumed-role/r",
"arn:aws:iam::111122223333:user/",
"arn:aws:iam:us-east-1:111122223333:user/u",
"aidaexample",
"arn:aws:s3:::b",
"arn:aws:iam::111122223333:rol?/r"]},"Action":"s3:*"}]})j",
         R"j(
p.json:1:75: error[S-21]: `AWS` principal is ``; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:2:1: error[S-21]: `AWS` principal is `11112222333`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:3:1: error[S-21]: `AWS` principal is `arn:aws:iam::111122223333:user/*`; a wildcard stands for everyone as the whole value alone; use a condition on `aws:PrincipalArn`
p.json:4:1: error[S-21]: `AWS` principal is `arn:aws:iam::111122223333:group/g`; a group is no principal
p.json:5:1: error[S-21]: `AWS` principal is `arn:aws:iam::1:root`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:6:1: error[S-21]: `AWS` principal is `arn:aws:sts::111122223333:assumed-role/r`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:7:1: error[S-21]: `AWS` principal is `arn:aws:iam::111122223333:user/`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:8:1: error[S-21]: `AWS` principal is `arn:aws:iam:us-east-1:111122223333:user/u`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:9:1: error[S-21]: `AWS` principal is `aidaexample`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:10:1: error[S-21]: `AWS` principal is `arn:aws:s3:::b`; expected `*`, an account id, the ARN of an account, user, role, role session or federated user, or a unique id
p.json:11:1: error[S-21]: `AWS` principal is `arn:aws:iam::111122223333:rol?/r`; a wildcard stands for everyone as the whole value alone; use a condition on `aws:PrincipalArn`
)j"},
        {"service_wildcard", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":"*"},"Action":"s3:*"}]})j",
         R"j(
p.json:1:78: error[S-21]: `Service` principal is `*`; wildcards are not allowed here
)j"},
        {"service_empty", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"Service":""},"Action":"s3:*"}]})j",
         R"j(
p.json:1:78: error[S-21]: `Service` principal is ``; expected a name
)j"},
        {"not_principal_allow", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"s3:*"}]})j",
         R"j(
p.json:1:78: warning[S-22]: `NotPrincipal` with `Allow` lets everybody else in; list who may in `Principal`
)j"},
        {"not_principal_without_account", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:user/u","arn:aws:iam::444455556666:role/r","444455556666"]},"Action":"s3:*"}]})j",
         R"j(
p.json:1:78: warning[S-22]: `NotPrincipal` lists `arn:aws:iam::111122223333:user/u` without its account; add `111122223333` beside it
)j"},
        {"not_principal_session_without_role", PolicyType::kResource,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["111122223333","444455556666",
"arn:aws:sts::111122223333:assumed-role/r/s",
"arn:aws:iam::444455556666:role/r","arn:aws:iam::111122223333:role/s","arn:aws:iam::111122223333:user/r",
"arn:aws:sts::111122223333:assumed-role/app/s",
"arn:aws:iam::111122223333:role/x/app"]},"Action":"s3:*"}]})j",
         R"j(
p.json:2:1: warning[S-22]: `NotPrincipal` lists `arn:aws:sts::111122223333:assumed-role/r/s` without its role; add the ARN of role `r` beside it
)j"},
        {"action_without_colon", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3*","Resource":"*"}]})j",
         R"j(
p.json:1:65: error[S-23]: `Action` is `s3*`; expected `*` or `service:name`, the service without wildcards
)j"},
        {"action_service_wildcard", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s*:Get","*:Get"],"Resource":"*"}]})j",
         R"j(
p.json:1:66: error[S-23]: `Action` is `s*:Get`; expected `*` or `service:name`, the service without wildcards
p.json:1:75: error[S-23]: `Action` is `*:Get`; expected `*` or `service:name`, the service without wildcards
)j"},
        {"action_empty", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["","s3:",":Get"," s3:Get"],"Resource":"*"}]})j",
         R"j(
p.json:1:66: error[S-23]: `Action` is ``; expected `*` or `service:name`, the service without wildcards
p.json:1:69: error[S-23]: `Action` is `s3:`; expected `*` or `service:name`, the service without wildcards
p.json:1:75: error[S-23]: `Action` is `:Get`; expected `*` or `service:name`, the service without wildcards
p.json:1:82: error[S-23]: `Action` is ` s3:Get`; expected `*` or `service:name`, the service without wildcards
)j"},
        {"action_stars", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["*","**","*:*","S3:get?bject*","new-service:Foo"],"Resource":"*"}]})j",
         R"j(
p.json:1:70: warning[S-23]: `Action` is `**`; it means `*`
)j"},
        {"action_comma", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject,s3:PutObject","s3:Get "],"Resource":"*"}]})j",
         R"j(
p.json:1:66: warning[S-24]: `s3:GetObject,s3:PutObject` matches no real action; write one action a string
p.json:1:94: warning[S-24]: `s3:Get ` matches no real action; write one action a string
)j"},
        {"condition_array", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":[]}]})j",
         R"j(
p.json:1:99: error[S-12]: `Condition` is an array; expected an object
)j"},
        {"condition_empty", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{}}]})j",
         R"j(
)j"},
        {"operator_empty", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{}}}]})j",
         R"j(
)j"},
        {"operator_value_string", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":"x"}}]})j",
         R"j(
p.json:1:115: error[S-12]: `StringEquals` is a string; expected an object
)j"},
        {"under_an_unknown_operator", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{
"StringFoo":{"a":[],"b":null,"c":{"x":1},"A":"x"},
"stringfoo":7}}})j",
         R"j(
p.json:2:1: error[S-26]: unknown operator `StringFoo`; did you mean `StringLike`?
p.json:2:18: error[S-13]: value of `a` is an empty list; expected at least one value
p.json:2:25: error[S-12]: value of `b` is null; expected a string, a number or a boolean
p.json:2:34: error[S-12]: value of `c` is an object; expected a string, a number or a boolean
p.json:2:42: error[S-5]: duplicate condition key `A`; `a` stands at 2:14
p.json:3:1: error[S-26]: unknown operator `stringfoo`; did you mean `StringLike`?
p.json:3:1: error[S-5]: duplicate operator `stringfoo`; `StringFoo` stands at 2:1
p.json:3:13: error[S-12]: `stringfoo` is a number; expected an object
)j"},
        {"operator_misspelt", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEqual":{"a":"b"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `StringEqual`; did you mean `StringEquals`?
)j"},
        {"operator_misspelt_prefix", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForAllValue:StringLike":{"a":"b"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `ForAllValue:StringLike`; did you mean `ForAllValues:StringLike`?
)j"},
        {"operator_not_bool", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NotBool":{"a":"true"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `NotBool`; did you mean `Bool`?
)j"},
        {"operator_null_if_exists", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NullIfExists":{"a":"true"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `NullIfExists`; did you mean `BoolIfExists`?
)j"},
        {"operator_doubled_suffix", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"BoolIfExistsIfExists":{"a":"true"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `BoolIfExistsIfExists`; did you mean `BoolIfExists`?
)j"},
        {"operator_doubled_prefix", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForAnyValue:ForAnyValue:StringLike":{"a":"b"}}}]})j",
         R"j(
p.json:1:100: error[S-26]: unknown operator `ForAnyValue:ForAnyValue:StringLike`; did you mean `ForAnyValue:StringLike`?
)j"},
        {"operator_any_case", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"foranyvalue:STRINGLIKEifexists":{"a":"b"}}}]})j",
         R"j(
)j"},
        {"operator_twice", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":"b"},"stringequals":{"c":"d"}}}]})j",
         R"j(
p.json:1:125: error[S-5]: duplicate operator `stringequals`; `StringEquals` stands at 1:100
)j"},
        {"key_twice", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:A":"b","AWS:a":"d"}}}]})j",
         R"j(
p.json:1:128: error[S-5]: duplicate condition key `AWS:a`; `aws:A` stands at 1:116
)j"},
        {"values_of_all_kinds", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":["x",1.50,true]}}}]})j",
         R"j(
)j"},
        {"value_null", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":null}}}]})j",
         R"j(
p.json:1:120: error[S-12]: value of `a` is null; expected a string, a number or a boolean
)j"},
        {"value_object", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":[{}]}}}]})j",
         R"j(
p.json:1:121: error[S-12]: value of `a` is an object; expected a string, a number or a boolean
)j"},
        {"value_empty_list", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":[]}}}]})j",
         R"j(
p.json:1:120: error[S-13]: value of `a` is an empty list; expected at least one value
)j"},
        {"duplicate_key", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":{"Effect":"Deny",
"Effect":"Allow","Action":"s3:*","Resource":"*"}})j",
         R"j(
p.json:2:1: error[S-5]: duplicate key `Effect`; it first stands at 1:38
)j"},
        {"document_array", PolicyType::kIdentity, R"j([])j",
         R"j(
p.json:1:1: error[S-160]: the file holds an array; expected one JSON object
)j"},
        {"embedded_newline_is_escaped", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Effect":"Al\nlow","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:48: error[S-11]: `Effect` is `Al\nlow`; expected `Allow` or `Deny`
)j"},
        {"column_counts_characters", PolicyType::kIdentity,
         R"j({"Version":"2012-10-17","Statement":[{"Sid":"ä中𝄞","Effect":"x","Action":"s3:*","Resource":"*"}]})j",
         R"j(
p.json:1:45: error[S-15]: `Sid` is `ä中𝄞`; expected letters and digits alone in an identity policy
p.json:1:47: warning[S-4]: character beyond U+00FF; IAM takes TAB, LF, CR and U+0020 to U+00FF
p.json:1:60: error[S-11]: `Effect` is `x`; expected `Allow` or `Deny`
)j"},
};

class PolicyParseTest : public testing::TestWithParam<DocumentCase> {};

TEST_P(PolicyParseTest, ReportsExactly) {
  const DocumentCase& c = GetParam();
  EXPECT_EQ("\n" + DocumentIssues(c.type, c.json), c.issues);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyParseTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
