// The whole run: the same bytes for the same set, what the statistics say, the
// options, and the dumps of the stages.
#include "compiler/compile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/image_format.h"

namespace portcullis {
namespace {

PolicySet Load(const std::string& json) {
  Issues issues;
  PolicySet set = LoadPolicySet({{"set.json", json}}, issues);
  for (const Issue& issue : issues.all()) {
    if (issue.severity == Severity::kError) ADD_FAILURE() << FormatIssue(issue);
  }
  return set;
}

// A principal with one policy of the given statements.
std::string OnePolicy(const std::string& statements) {
  return R"({"principals":[{"arn":"arn:aws:iam::111122223333:user/ana",)"
         R"("policies":[{"name":"p","document":{"Version":"2012-10-17",)"
         R"("Statement":[)" +
         statements + "]}}]}]}";
}

// 40 patterns in one list, and 40 statements of one pattern each.
std::string ManyPatterns() {
  std::string list;
  std::string statements;
  for (int i = 0; i < 40; ++i) {
    const std::string arn =
        "\"arn:aws:s3:::bucket" + std::to_string(i) + "/*\"";
    list += (i == 0 ? "" : ",") + arn;
    statements +=
        R"(,{"Effect":"Allow","Action":"s3:Put*","Resource":)" + arn + "}";
  }
  return R"({"Sid":"First","Effect":"Allow","Action":"s3:Get*","Resource":[)" +
         list + "]}" + statements;
}

ImageHeader HeaderOf(const CompiledImage& image) {
  ImageHeader header;
  std::memcpy(&header, image.bytes.data(), sizeof(header));
  return header;
}

uint32_t CountOf(const CompiledImage& image, SectionId id) {
  return HeaderOf(image).sections[static_cast<uint32_t>(id)].count;
}

bool SameBytes(const CompiledImage& a, const CompiledImage& b) {
  const auto x = BytesOf(a.bytes);
  const auto y = BytesOf(b.bytes);
  return std::equal(x.begin(), x.end(), y.begin(), y.end());
}

TEST(CompileTest, SameSetSameBytes) {
  const PolicySet set = Load(OnePolicy(ManyPatterns()));
  EXPECT_TRUE(SameBytes(Compile(set), Compile(set)));
  EXPECT_TRUE(
      SameBytes(Compile(set), Compile(Load(OnePolicy(ManyPatterns())))));
  EXPECT_EQ(HeaderOf(Compile(set)).digest, HeaderOf(Compile(set)).digest);
}

// S-3: lists, pairs and duplicates in another order are the same policy.
TEST(CompileTest, OrderInsideAStatementDoesNotMatter) {
  CompileOptions strip;
  strip.strip_sources = true;
  const auto compile = [&](const char* statement) {
    return Compile(Load(OnePolicy(statement)), strip);
  };
  EXPECT_TRUE(SameBytes(compile(
                            R"({"Effect":"Allow","Action":["s3:a","ec2:b*"],
              "Resource":["arn:aws:s3:::x","arn:aws:s3:::y"],
              "Condition":{"StringEquals":{"K":["1","2"],"j":"3"},
                           "Bool":{"b":"true"}}})"),
                        compile(
                            R"({"Condition":{"bool":{"B":["TRUE",true]},
                           "stringequals":{"J":"3","k":["2","1","1"]}},
              "Resource":["arn:aws:s3:::y","arn:aws:s3:::x","arn:aws:s3:::y"],
              "Action":["EC2:B**","S3:A","s3:a"],"Effect":"Allow"})")));
}

TEST(CompileTest, OtherPoliciesHaveAnotherDigest) {
  const auto digest = [](const char* action) {
    return HeaderOf(Compile(Load(OnePolicy(
                        std::string(R"({"Effect":"Allow","Resource":"*",)") +
                        R"("Action":")" + action + "\"}"))))
        .digest;
  };
  EXPECT_EQ(digest("s3:Get"), digest("s3:GET"));
  EXPECT_NE(digest("s3:Get"), digest("s3:Put"));
}

// What stands in the header alone counts as well: RCPs reach every service, or
// none (S-101).
TEST(CompileTest, DigestCoversTheHeader) {
  const auto digest = [](const char* services) {
    return HeaderOf(
               Compile(Load(std::string(R"({"organization":{"id":"o-1",)") +
                            services + R"("root":{"id":"r-1"}}})")))
        .digest;
  };
  EXPECT_NE(digest(""), digest(R"("rcpServices":[],)"));
  EXPECT_EQ(digest(""), digest(""));
}

TEST(CompileTest, Statistics) {
  const CompiledImage image = Compile(Load(OnePolicy(ManyPatterns())));
  EXPECT_EQ(image.stats.policies, 1u);
  EXPECT_EQ(image.stats.statements, 41u);
  EXPECT_EQ(image.stats.principals, 1u);
  EXPECT_EQ(image.stats.rule_sets, 1u);
  EXPECT_EQ(image.stats.rows, 1u);
  EXPECT_EQ(image.stats.patterns, 40u);
  EXPECT_EQ(image.stats.conditions, 0u);
  EXPECT_EQ(image.stats.tries, 2u);
  EXPECT_EQ(image.stats.lists_without_trie, 0u);
  EXPECT_EQ(image.stats.image_bytes, BytesOf(image.bytes).size());
  EXPECT_EQ(HeaderOf(image).image_bytes, BytesOf(image.bytes).size());
}

size_t TrieBytes(const CompiledImage& image) {
  return CountOf(image, SectionId::kTrieNodes) * sizeof(TrieNodeRecord) +
         CountOf(image, SectionId::kTrieEdges) * sizeof(TrieEdgeRecord) +
         CountOf(image, SectionId::kTrieTargets) * sizeof(TrieTargetRecord);
}

TEST(CompileTest, TrieBudget) {
  const PolicySet set = Load(OnePolicy(ManyPatterns()));
  CompileOptions options;
  options.trie_budget = 0;
  const CompiledImage none = Compile(set, options);
  EXPECT_EQ(none.stats.tries, 0u);
  EXPECT_EQ(none.stats.lists_without_trie, 2u);
  EXPECT_EQ(CountOf(none, SectionId::kTries), 0u);
  EXPECT_EQ(CountOf(none, SectionId::kTrieNodes), 0u);
  EXPECT_LT(none.stats.image_bytes, Compile(set).stats.image_bytes);
  // Room for the list's, which comes first, and not for the row's as well.
  options.trie_budget = TrieBytes(Compile(set)) - 1;
  const CompiledImage one = Compile(set, options);
  EXPECT_EQ(one.stats.tries, 1u);
  EXPECT_EQ(one.stats.lists_without_trie, 1u);
  options.trie_budget = TrieBytes(Compile(set));
  EXPECT_EQ(Compile(set, options).stats.tries, 2u);
  // Not even for the list's; the row's then holds its patterns too.
  options.trie_budget = TrieBytes(one) - 1;
  EXPECT_EQ(Compile(set, options).stats.lists_without_trie, 2u);
}

TEST(CompileTest, TestingSwitches) {
  const PolicySet set = Load(OnePolicy(ManyPatterns()));
  CompileOptions options;
  options.testing.row_tries = false;
  EXPECT_EQ(Compile(set, options).stats.tries, 1u);
  options.testing.list_tries = false;
  EXPECT_EQ(Compile(set, options).stats.tries, 0u);
  EXPECT_EQ(Compile(set, options).stats.lists_without_trie, 0u);
}

// Whether the image has a text somewhere.
bool Holds(const CompiledImage& image, std::string_view text) {
  const auto bytes = BytesOf(image.bytes);
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()),
                             bytes.size());
  return all.find(text) != all.npos;
}

TEST(CompileTest, StripSources) {
  const PolicySet set = Load(OnePolicy(ManyPatterns()));
  CompileOptions options;
  options.strip_sources = true;
  const CompiledImage stripped = Compile(set, options);
  EXPECT_EQ(CountOf(stripped, SectionId::kSources), 0u);
  EXPECT_EQ(CountOf(Compile(set), SectionId::kSources), 41u);
  EXPECT_FALSE(Holds(stripped, "set.json"));
  EXPECT_FALSE(Holds(stripped, "First"));
  EXPECT_TRUE(Holds(Compile(set), "set.json"));
  EXPECT_TRUE(Holds(Compile(set), "First"));
}

TEST(CompileTest, EmptySet) {
  const CompiledImage image = Compile(PolicySet());
  EXPECT_EQ(image.stats.statements, 0u);
  EXPECT_EQ(CountOf(image, SectionId::kServiceSlots), 1u);
  EXPECT_EQ(HeaderOf(image).session, kNoIndex);
}

TEST(CompileTest, ProgressNamesTheStages) {
  std::vector<std::string> stages;
  Compile(PolicySet(), {},
          [&](std::string_view stage) { stages.emplace_back(stage); });
  EXPECT_EQ(stages, (std::vector<std::string>{"statements", "actions", "tries",
                                              "rule sets", "image"}));
}

TEST(CompileTest, SectionsAreAlignedAndInOrder) {
  const ImageHeader header = HeaderOf(Compile(Load(OnePolicy(ManyPatterns()))));
  uint64_t end = sizeof(ImageHeader);
  for (const Section& section : header.sections) {
    EXPECT_EQ(section.offset % kImageAlignment, 0u);
    EXPECT_GE(section.offset, end);
    EXPECT_LT(section.offset - end, kImageAlignment);
    end = section.offset + uint64_t{section.count} * section.stride;
  }
  EXPECT_LE(end, header.image_bytes);
}

TEST(CompileSessionTest, HasARuleSetAndNoTries) {
  const PolicySet set = Load(OnePolicy(ManyPatterns()));
  const CompiledImage image = CompileSession(set.policies);
  EXPECT_EQ(HeaderOf(image).session, 0u);
  EXPECT_EQ(CountOf(image, SectionId::kTries), 0u);
  EXPECT_EQ(CountOf(image, SectionId::kStatements), 41u);
  EXPECT_EQ(HeaderOf(CompileSession({})).session, 0u);
}

// ---- dumps -----------------------------------------------------------------

constexpr char kDumped[] = R"(
 {"Effect":"Allow","Action":["S3:Get*","ec2:Run"],
  "Resource":["arn:aws:s3:::b/${aws:UserName}","arn:aws:s3:*"],
  "Condition":{"StringLike":{"aws:UserAgent":["x*","y"]}}},
 {"Effect":"Deny","NotAction":"s3:*x","NotResource":"b"})";

TEST(DumpStageTest, Statements) {
  EXPECT_EQ(DumpStage(Load(OnePolicy(kDumped)), "statements"),
            "policy p identity\n"
            "allow action{ec2:run, s3:get*} resource{arn:aws:s3:*, "
            "arn:aws:s3:::b/${aws:UserName}} if StringLike aws:useragent "
            "{x*, y}\n"
            "deny !action{s3:*x} !resource{b}\n");
}

// S-96: the image has the account, and so has the dump.
TEST(DumpStageTest, CanonicalUsers) {
  const std::string id(64, 'a');
  const std::string set =
      R"({"accounts":[{"id":"111122223333","canonicalId":")" + id +
      R"("}],"resources":[{"arn":"arn:aws:s3:::b","policy":{"Statement":
      {"Effect":"Allow","Principal":{"CanonicalUser":")" +
      id + R"("},"Action":"s3:Get","Resource":"*"}}}]})";
  const std::string dump = DumpStage(Load(set), "statements");
  EXPECT_NE(dump.find("principal{account 111122223333}"), dump.npos) << dump;
}

TEST(DumpStageTest, Patterns) {
  EXPECT_EQ(DumpStage(Load(OnePolicy(kDumped)), "patterns"),
            "pattern 0: \"aws\" | \"s3\" | *~ | *~ | *\n"
            "pattern 1: \"aws\" | \"s3\" |  |  | \"b/\" ${aws:username}\n"
            "pattern 2: never\n");
}

TEST(DumpStageTest, Automaton) {
  EXPECT_EQ(DumpStage(Load(OnePolicy(kDumped)), "automaton"),
            "point 0: ec2:run\n"
            "point 1: s3:\n"
            "point 2: s3:get\n"
            "point 3: s3:geu\n"
            "point 4: s3;\n"
            "statement 0: ec2 1..1 s3 3..4\n"
            "statement 1: any 0..32767 check\n");
}

TEST(DumpStageTest, UnknownStage) {
  EXPECT_EQ(DumpStage(Load(OnePolicy(kDumped)), "image"), "");
}

}  // namespace
}  // namespace portcullis
