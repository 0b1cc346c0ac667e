// stage 8: statements -> automaton: action points, intervals, rows, rule sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "compiler/automaton.h"
#include "policy/policy_set.h"

namespace portcullis {
namespace {

// The points and ranges of single statements, one after another.
struct Row {
  const char* name;
  std::vector<CompiledStatement> statements;
  std::string dump;
};
void PrintTo(const Row& row, std::ostream* os) { *os << row.name; }

std::string DumpRanges(const ActionIndex& index,
                       const CompiledStatement& statement) {
  std::string dump;
  for (const ActionRanges& ranges : index.RangesOf(statement)) {
    dump += dump.empty() ? "" : " ";
    dump += ranges.service.empty() ? "any" : ranges.service;
    for (const ActionInterval& interval : ranges.intervals) {
      dump += " " + std::to_string(interval.lo) + ".." +
              std::to_string(interval.hi);
    }
    if (ranges.check) dump += " check";
  }
  return dump + "\n";
}

// Policies of which nothing but the actions of these statements is known.
CompiledPolicies ActionsOf(const std::vector<CompiledStatement>& statements) {
  CompiledPolicies policies;
  for (const CompiledStatement& statement : statements) {
    for (const std::string_view action : statement.actions) {
      policies.action_refs.emplace(action, 0);
    }
  }
  return policies;
}

std::string Dump(const std::vector<CompiledStatement>& statements) {
  Tables tables;
  const ActionIndex index(ActionsOf(statements), {}, tables);
  std::string dump;
  for (const ActionPointRecord& point : tables.action_points) {
    dump += dump.empty() ? "" : " ";
    dump += tables.Text(point.text);
    if (point.service == kNoIndex) dump += "!";
  }
  dump += "\n";
  for (const CompiledStatement& statement : statements) {
    dump += DumpRanges(index, statement);
  }
  return dump;
}

std::vector<Row> Rows() {
  return {
      {"star", {{false, {"*"}}}, "\nany 0..32767\n"},
      {"not_star", {{true, {"*"}}}, "\n\n"},
      {"literal", {{false, {"s3:get"}}}, "s3:get\ns3 1..1\n"},
      {"not_literal", {{true, {"s3:get"}}}, "s3:get\nany 0..32767 check\n"},
      // A bound that is no action of a service has no service.
      {"service", {{false, {"s3:*"}}}, "s3: s3;!\ns3 1..2\n"},
      {"prefix", {{false, {"s3:get*"}}}, "s3:get s3:geu\ns3 1..2\n"},
      {"literal_inside_prefix",
       {{false, {"s3:get*", "s3:getx"}}},
       "s3:get s3:getx s3:geu\ns3 1..4\n"},
      {"the_bound_itself_is_outside",
       {{false, {"s3:get*"}}, {false, {"s3:geu"}}},
       "s3:get s3:geu\ns3 1..2\ns3 3..3\n"},
      {"neighbours_merge",
       {{false, {"s3:get*", "s3:geu"}}},
       "s3:get s3:geu\ns3 1..3\n"},
      {"gap_stays", {{false, {"s3:a", "s3:b"}}}, "s3:a s3:b\ns3 1..1 3..3\n"},
      {"mid_star_is_checked",
       {{false, {"s3:*object"}}},
       "s3: s3;!\ns3 1..2 check\n"},
      {"question_is_checked",
       {{false, {"s3:get?"}}},
       "s3:get s3:geu\ns3 1..2 check\n"},
      {"star_and_more_is_checked",
       {{false, {"s3:get*x"}}},
       "s3:get s3:geu\ns3 1..2 check\n"},
      {"two_services",
       {{false, {"s3:get", "ec2:*", "ec2:run?"}}},
       "ec2: ec2:run ec2:ruo ec2;! s3:get\nec2 1..6 check s3 1..1\n"},
      {"check_is_by_service",
       {{false, {"a:x?", "b:y"}}},
       "a:x a:y b:y\na 1..2 check b 1..1\n"},
      {"not_everything_of_a_service",
       {{true, {"b:*"}}, {false, {"a:x", "c:y"}}},
       "a:x b: b;! c:y\nany 0..32767 check\na 1..1 c 1..1\n"},
      {"hyphen_sorts_before_colon",
       {{false, {"a:*", "a-b:*"}}},
       "a-b: a-b;! a: a;!\na 1..2 a-b 1..2\n"},
      {"multi_byte_bound",
       {{false, {"s3:\xC3\xBF*"}}},
       "s3:\xC3\xBF s3:\xC3\xC0\ns3 1..2\n"},
  };
}

class ActionIndexTest : public testing::TestWithParam<Row> {};
TEST_P(ActionIndexTest, Dump) {
  EXPECT_EQ(Dump(GetParam().statements), GetParam().dump);
}
INSTANTIATE_TEST_SUITE_P(Table, ActionIndexTest, testing::ValuesIn(Rows()),
                         [](const auto& row) {
                           return std::string(row.param.name);
                         });

// Every short name's rank is in the intervals exactly when a statement matches
// it, as far as the intervals decide alone.
TEST(ActionIndexTest, IntervalsSayWhatPatternsSay) {
  const std::vector<CompiledStatement> statements = {
      {false, {"a:b", "a:bb*"}},
      {false, {"a:*", "b:"}},
      {false, {"b:a*", "a:ab", "a:b"}},
      {false, {"b:ab*", "b:b*"}}};
  Tables tables;
  const ActionIndex index(ActionsOf(statements), {}, tables);
  std::map<char, std::vector<std::string>> points;  // by service
  for (const ActionPointRecord& point : tables.action_points) {
    if (point.service == kNoIndex) continue;
    auto& of_service = points[tables.Text(point.text)[0]];
    of_service.emplace_back(tables.Text(point.text));
    EXPECT_EQ(point.rank, 2 * of_service.size() - 1);
  }
  std::vector<std::string> names = {"a:", "b:"};
  for (size_t i = 0; i < names.size() && names.size() < 120; ++i) {
    for (const char c : {'a', 'b', 'c'}) names.push_back(names[i] + c);
  }
  for (const std::string& name : names) {
    const auto& of_service = points[name[0]];
    const auto at =
        std::lower_bound(of_service.begin(), of_service.end(), name);
    const bool exact = at != of_service.end() && *at == name;
    const auto rank =
        static_cast<uint32_t>(2 * (at - of_service.begin()) + (exact ? 1 : 0));
    for (const CompiledStatement& statement : statements) {
      bool listed = false;
      for (const std::string_view view : statement.actions) {
        const std::string pattern(view);
        const bool prefix = pattern.back() == '*';
        const std::string text = pattern.substr(0, pattern.size() - prefix);
        listed = listed || (prefix ? name.starts_with(text) : name == text);
      }
      bool inside = false;
      for (const ActionRanges& ranges : index.RangesOf(statement)) {
        EXPECT_FALSE(ranges.check);
        if (ranges.service != name.substr(0, name.find(':'))) {
          continue;
        }
        for (const ActionInterval& interval : ranges.intervals) {
          inside = inside || (interval.lo <= rank && rank <= interval.hi);
        }
      }
      EXPECT_EQ(inside, listed) << name << " in " << statement.actions[0];
    }
  }
}

// ---- rows and rule sets ----------------------------------------------------

Policy MakePolicy(const std::string& name, const std::string& statements) {
  Issues issues;
  Policy policy;
  policy.name = name;
  policy.document =
      LoadDocument({"p.json", R"({"Version":"2012-10-17","Statement":[)" +
                                  statements + "]}"},
                   PolicyType::kIdentity, issues);
  EXPECT_TRUE(issues.ok()) << statements;
  return policy;
}

std::string Allow(const std::string& action) {
  return R"({"Effect":"Allow","Resource":"*","Action":")" + action + "\"}";
}
std::string Deny(const std::string& action) {
  return R"({"Effect":"Deny","Resource":"*","Action":")" + action + "\"}";
}

// Everything from policies to rule sets.
class Built {
 public:
  explicit Built(const std::vector<Policy>& policies,
                 const CompileOptions& options = {})
      : options_(options),
        compiled_(CompilePolicies(policies, {}, true, tables)),
        actions_(compiled_, {}, tables) {
    tries_.emplace(options_, compiled_, tables);
    builder.emplace(actions_, compiled_, options_, *tries_, tables);
  }

  std::string Row(uint32_t index) const {
    const uint64_t* const row = &tables.rows[index];
    const RowShape shape = ShapeOf(row[0]);
    EXPECT_EQ(shape.words, shape.trie);
    std::string dump = std::to_string(shape.denies) + "+" +
                       std::to_string(shape.entries - shape.denies) + ":";
    for (uint64_t i = 0; i < shape.entries; ++i) {
      const auto [low, high, reference] = RowEntryAt(row, i);
      dump += " " + std::to_string(low) + ".." + std::to_string(high) + "/" +
              std::to_string(reference & kEntryStatement) +
              ((reference & kEntryCheck) != 0 ? "c" : "") +
              ((reference & kEntryWhole) != 0 ? "w" : "");
    }
    return dump;
  }

  Tables tables;
  std::optional<RuleSetBuilder> builder;

 private:
  CompileOptions options_;
  CompiledPolicies compiled_;
  ActionIndex actions_;
  std::optional<TrieWriter> tries_;
};

TEST(RuleSetBuilderTest, DeniesComeFirst) {
  Built built({MakePolicy("p", Allow("s3:a") + "," + Deny("s3:b*") + "," +
                                   Allow("s3:?") + "," + Deny("*"))});
  const uint32_t set = built.builder->Add({0});
  // Rows come in the order of their services; `any` has no name.
  ASSERT_EQ(built.tables.rows.size(), 5u + 5u);
  EXPECT_EQ(built.tables.rule_sets[set].any_row, 0u);
  EXPECT_EQ(built.Row(0), "1+0: 0..32767/3w");
  EXPECT_EQ(built.tables.rule_sets[set].flags, uint32_t{kRuleSetDenies});
  EXPECT_EQ(built.Row(5), "1+2: 5..6/1w 3..3/0w 1..8/2c");
}

TEST(RuleSetBuilderTest, EqualSetsAreOne) {
  Built built({MakePolicy("b", Allow("s3:a")), MakePolicy("a", Allow("s3:b"))});
  const uint32_t set = built.builder->Add({0, 1});
  EXPECT_EQ(built.builder->Add({1, 0}), set);
  EXPECT_EQ(built.builder->Add({1, 0, 1}), set);
  EXPECT_NE(built.builder->Add({1}), set);
  EXPECT_EQ(built.tables.rule_sets.size(), 2u);
  // Policies are numbered by name: those of "a" come first.
  EXPECT_EQ(built.Row(0), "0+2: 3..3/0w 1..1/1w");
}

TEST(RuleSetBuilderTest, IntervalsOfAStatementStayTogether) {
  Built built({MakePolicy(
      "p",
      R"({"Effect":"Allow","Resource":"*","Action":["s3:a","s3:c","s3:e"]},)" +
          Allow("s3:b") + "," + Allow("s3:d"))});
  built.builder->Add({0});
  EXPECT_EQ(built.Row(0), "0+5: 1..1/0w 5..5/0w 9..9/0w 3..3/1w 7..7/2w");
}

// Only a statement that asks for nothing but the action is told by its entry.
TEST(RuleSetBuilderTest, WholeEntries) {
  const std::string with = R"({"Effect":"Allow","Action":"s3:a",)";
  Built built({MakePolicy(
      "p", with + R"("Resource":"*"},)" + with +
               R"("Resource":"arn:aws:s3:::b"},)" + with +
               R"("NotResource":"arn:aws:s3:::b"},)" + with +
               R"("Resource":["arn:aws:s3:::b","*"]},)" + with +
               R"("Resource":"*","Condition":{"Bool":{"k:b":"true"}}})")});
  built.builder->Add({0});
  EXPECT_EQ(built.Row(0), "0+5: 1..1/0w 1..1/1 1..1/2 1..1/3w 1..1/4");
}

TEST(RuleSetBuilderTest, RowsAreSharedUnlessSwitchedOff) {
  const std::vector<Policy> policies = {MakePolicy("a", Allow("s3:a")),
                                        MakePolicy("b", Allow("ec2:a")),
                                        MakePolicy("c", "")};
  Built shared(policies);
  shared.builder->Add({0});
  shared.builder->Add({0, 2});
  EXPECT_EQ(shared.tables.rule_sets.size(), 2u);
  EXPECT_EQ(shared.tables.rows.size(), 5u);
  CompileOptions options;
  options.testing.share_rows = false;
  Built apart(policies, options);
  apart.builder->Add({0});
  apart.builder->Add({0, 2});
  EXPECT_EQ(apart.tables.rows.size(), 10u);
}

TEST(RuleSetBuilderTest, SlotsHoldEveryService) {
  Built built({MakePolicy("p", Allow("a:x") + "," + Allow("b:x") + "," +
                                   Allow("c:*") + "," + Allow("*")),
               MakePolicy("q", Allow("*"))});
  const uint32_t set = built.builder->Add({0});
  EXPECT_EQ(built.tables.rule_sets[set].rows.begin, 0u);
  size_t used = 0;
  for (const RowSlotRecord& slot : built.tables.row_slots) {
    used += slot.row != kNoIndex ? 1 : 0;
  }
  EXPECT_EQ(used, 3u);
  const uint32_t unbound = built.builder->Add({1});
  EXPECT_TRUE(built.tables.rule_sets[unbound].rows == kNoRowTable);
}

// Ranks that an entry cannot hold are left to the statement's globs.
TEST(RuleSetBuilderTest, RanksBeyondAnEntryAreChecked) {
  std::string actions;
  for (int i = 10'000; i < 30'000; ++i) {
    actions += (i > 10'000 ? ",\"s3:a" : "\"s3:a") + std::to_string(i) + "\"";
  }
  Built built({MakePolicy("p", R"({"Effect":"Deny","Resource":"*","Action":[)" +
                                   actions + "]}," + Allow("s3:a29999") + "," +
                                   Allow("s3:a10001"))});
  built.builder->Add({0});
  const std::string row = built.Row(0);
  EXPECT_EQ(row.substr(row.rfind("32767..")), "32767..32767/1c 3..3/2w");
}

}  // namespace
}  // namespace portcullis
