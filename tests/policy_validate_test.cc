// Stage 4: constants, patterns, variables and placeholders of documents.
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

constexpr DocumentCase
    kCases
        [] =
            {
                {"numeric", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NumericLessThan":{"a":["1.5","-1e3","10abc",""," 1"]}}}]})j",
                 R"j(
p.json:1:137: error[S-27]: value of `NumericLessThan` is `10abc`; expected a number
p.json:1:145: error[S-27]: value of `NumericLessThan` is ``; expected a number
p.json:1:148: error[S-27]: value of `NumericLessThan` is ` 1`; expected a number
)j"},
                {"date", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a":["2026-01-31T12:00:00Z","1700000000","Jan 1, 2020","2026-02-29"]}}}]})j",
                 R"j(
p.json:1:157: error[S-27]: value of `DateLessThan` is `Jan 1, 2020`; expected a date such as `2026-01-31T12:00:00Z`
p.json:1:171: error[S-27]: value of `DateLessThan` is `2026-02-29`; expected a date such as `2026-01-31T12:00:00Z`
)j"},
                {"date_without_zone", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"DateLessThan":{"a":"2026-01-31T12:00:00"}}}]})j",
                 R"j(
p.json:1:120: warning[S-73]: `2026-01-31T12:00:00` has no time zone; it is read as UTC
)j"},
                {"bool", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":["TRUE","false","yes"]}}}]})j",
                 R"j(
p.json:1:128: error[S-27]: value of `Bool` is `yes`; expected `true` or `false`
)j"},
                {"bool_json", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":true}}}]})j",
                 R"j(
)j"},
                {"null", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Null":{"a":["True",false,"1"]}}}]})j",
                 R"j(
p.json:1:126: error[S-27]: value of `Null` is `1`; expected `true` or `false`
)j"},
                {"binary", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"BinaryEquals":{"a":["QmFzZTY0","QQ","QQ==","-_8","a","@@"]}}}]})j",
                 R"j(
p.json:1:150: error[S-27]: value of `BinaryEquals` is `a`; expected base64
p.json:1:154: error[S-27]: value of `BinaryEquals` is `@@`; expected base64
)j"},
                {"address", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"IpAddress":{"a":["10.0.0.0/8","2001:db8::1","10.0.0","010.0.0.1","10.0.0.0/33"]}}}]})j",
                 R"j(
p.json:1:145: error[S-27]: value of `IpAddress` is `10.0.0`; expected an IP address or a CIDR block
p.json:1:154: error[S-27]: value of `IpAddress` is `010.0.0.1`; expected an IP address or a CIDR block
p.json:1:166: error[S-27]: value of `IpAddress` is `10.0.0.0/33`; expected an IP address or a CIDR block
)j"},
                {"not_address_if_exists", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NotIpAddressIfExists":{"a":"<my-cidr>"}}}]})j",
                 R"j(
p.json:1:128: error[S-27]: value of `NotIpAddressIfExists` is `<my-cidr>`; expected an IP address or a CIDR block; it looks like a placeholder
)j"},
                {"string_is_never_checked", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":["","*"]}}}]})j",
                 R"j(
)j"},
                {"arn_pattern", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ArnLike":{"a":["arn:aws:s3:::b*","*","arn:aws:s3","arx:aws:s3:::b","arn:${a:b}:s3:::b"]}}}]})j",
                 R"j(
p.json:1:134: warning[S-78]: `*` is not an ARN of six parts; it matches no value
p.json:1:138: warning[S-78]: `arn:aws:s3` is not an ARN of six parts; it matches no value
p.json:1:151: warning[S-78]: `arx:aws:s3:::b` is not an ARN of six parts; it matches no value
)j"},
                {"variable_is_not_checked", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":"${aws:PrincipalTag/x}"}}}]})j",
                 R"j(
)j"},
                {"variable_without_effect", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NumericEquals":{"a":"${aws:PrincipalTag/x}"}}}]})j",
                 R"j(
p.json:1:121: warning[S-54]: variable in a value of `NumericEquals`; variables have no effect there
)j"},
                {"variable_in_old_version", PolicyType::kIdentity,
                 R"j({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a":"${aws:PrincipalTag/x}"}}}]})j",
                 R"j(
p.json:1:112: error[S-27]: value of `Bool` is `${aws:PrincipalTag/x}`; expected `true` or `false`
p.json:1:112: warning[S-50]: variable in a document that is not of 2012-10-17; it is ordinary text; write `"Version": "2012-10-17"`
)j"},
                {"variables_without_effect", PolicyType::kResource,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::222222222222:user/${aws:username}"},"Action":["s3:${a}","s3:${*}"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/${b}":"${c}"}}}]})j",
                 R"j(
p.json:1:74: warning[S-54]: variable in a principal; variables have no effect there
p.json:1:134: warning[S-54]: variable in an action; variables have no effect there
p.json:1:199: warning[S-54]: variable in the name of a condition key; variables have no effect there
)j"},
                {"not_principal_without_effect", PolicyType::kResource,
                 R"j({"Version":"2012-10-17","Statement":[
{"Action":"s3:*","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/u"}}]})j",
                 R"j(
p.json:2:1: error[S-11]: no `Effect`; expected `Allow` or `Deny`
)j"},
                {"not_principal_with_a_bad_effect", PolicyType::kResource,
                 R"j({"Version":"2012-10-17","Statement":[
{"Effect":"DENY","Action":"s3:*","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/u"}}]})j",
                 R"j(
p.json:2:11: error[S-11]: `Effect` is `DENY`; expected `Allow` or `Deny`
)j"},
                {"not_principal_with_no_text_as_effect", PolicyType::kResource,
                 R"j({"Version":"2012-10-17","Statement":[
{"Effect":1,"Action":"s3:*","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/u"}}]})j",
                 R"j(
p.json:2:11: error[S-12]: `Effect` is a number; expected a string
)j"},
                {"malformed_default", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"a":"${aws:x,'d'}"}}}]})j",
                 R"j(
p.json:1:118: error[S-52]: malformed variable `${aws:x,'d'}`; expected `${key}` or `${key, 'default'}`
)j"},
                {"malformed_default_in_numeric", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"NumericEquals":{"a":"${aws:x, d}"}}}]})j",
                 R"j(
p.json:1:121: error[S-27]: value of `NumericEquals` is `${aws:x, d}`; expected a number
)j"},
                {"malformed_default_in_old_version", PolicyType::kIdentity,
                 R"j({"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"a":"${aws:x,'d'}"}}}]})j",
                 R"j(
)j"},
                {"malformed_default_in_resource", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:x, d}"}]})j",
                 R"j(
p.json:1:82: error[S-52]: malformed variable `${aws:x, d}`; expected `${key}` or `${key, 'default'}`
)j"},
                {"placeholder_in_value", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":"o-<org-id>"}}}]})j",
                 R"j(
p.json:1:120: warning[S-33]: `<org-id>` looks like a placeholder; it matches this very text alone
)j"},
                {"placeholder_in_resource", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::<bucket>/*"}]})j",
                 R"j(
p.json:1:82: warning[S-33]: `<bucket>` looks like a placeholder; it matches this very text alone
)j"},
                {"no_placeholder", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"a":["<>","a<b","b>a"]}}}]})j",
                 R"j(
)j"},
                {"resource_good", PolicyType::kIdentity, R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["*","**","arn:aws:s3:::b","arn:*:s3:*:*:b/${aws:username}","arn:aws:logs:us-*:1:a:b:c"]}]})j",
                 R"j(
)j"},
                {"resource_not_arn", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["foo","arn*","*:aws:s3:::b",""]}]})j",
                 R"j(
p.json:1:83: warning[S-44]: `foo` is neither `*` nor an ARN; it matches no resource
p.json:1:89: warning[S-44]: `arn*` is neither `*` nor an ARN; it matches no resource
p.json:1:96: warning[S-44]: `*:aws:s3:::b` is neither `*` nor an ARN; it matches no resource
p.json:1:111: warning[S-44]: `` is neither `*` nor an ARN; it matches no resource
)j"},
                {"not_resource_not_arn", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","NotResource":"foo"}]})j",
                 R"j(
p.json:1:85: warning[S-44]: `foo` is neither `*` nor an ARN; it matches no resource
)j"},
                {"resource_service_wildcard", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s*:::b"}]})j",
                 R"j(
p.json:1:82: warning[S-41]: wildcard in the service part of `arn:aws:s*:::b`
)j"},
                {"resource_variable_outside", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:kms:*:${aws:PrincipalAccount}:key/*"}]})j",
                 R"j(
p.json:1:82: warning[S-54]: variable outside the last part of `arn:aws:kms:*:${aws:PrincipalAccount}:key/*`
)j"},
                {"resource_variable_outside_old", PolicyType::kIdentity,
                 R"j({"Statement":{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:kms:*:${x}:key/*"}})j",
                 R"j(
p.json:1:58: warning[S-50]: variable in a document that is not of 2012-10-17; it is ordinary text; write `"Version": "2012-10-17"`
)j"},
                {"short_identity", PolicyType::kIdentity,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3","arn:aws:s3:*"]}]})j",
                 R"j(
)j"},
                {"short_scp", PolicyType::kScp,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3","arn:aws:s3:*"]}]})j",
                 R"j(
p.json:1:83: error[S-29]: `arn:aws:s3` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
)j"},
                {"short_scp_wildcards_in_variables", PolicyType::kScp,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:${*}","arn:aws:${x:s, '*'}","arn:aws:*"]}]})j",
                 R"j(
p.json:1:83: error[S-29]: `arn:aws:${*}` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
p.json:1:98: error[S-29]: `arn:aws:${x:s, '*'}` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
p.json:1:98: warning[S-54]: variable outside the last part of `arn:aws:${x:s, '*'}`
p.json:1:120: warning[S-41]: wildcard in the service part of `arn:aws:*`
)j"},
                {"short_rcp", PolicyType::kRcp,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3","arn:aws:s3:*","foo"]}]})j",
                 R"j(
p.json:1:99: error[S-29]: `arn:aws:s3` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
p.json:1:112: error[S-29]: `arn:aws:s3:*` has fewer than the six parts of an ARN; write all parts, as in `arn:aws:s3:::bucket/*`
p.json:1:127: warning[S-44]: `foo` is neither `*` nor an ARN; it matches no resource
)j"},
                {"short_resource", PolicyType::kResource,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3","arn:aws:s3:*"]}]})j",
                 R"j(
p.json:1:99: warning[S-43]: `arn:aws:s3` has fewer than the six parts of an ARN; it matches no resource
)j"},
                {"short_endpoint", PolicyType::kEndpoint,
                 R"j({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3","arn:aws:s3:*"]}]})j",
                 R"j(
p.json:1:99: warning[S-43]: `arn:aws:s3` has fewer than the six parts of an ARN; it matches no resource
)j"},
};

class PolicyValidateTest : public testing::TestWithParam<DocumentCase> {};

TEST_P(PolicyValidateTest, ReportsExactly) {
  const DocumentCase& c = GetParam();
  EXPECT_EQ("\n" + DocumentIssues(c.type, c.json), c.issues);
}

INSTANTIATE_TEST_SUITE_P(Table, PolicyValidateTest, testing::ValuesIn(kCases),
                         [](const auto& i) {
                           return std::string(i.param.name);
                         });

}  // namespace
}  // namespace portcullis
