#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

#include "policy/json_tree.h"

namespace portcullis {
namespace {

using Kind = JsonValue::Kind;

TEST(JsonTreeBuilder, ScalarAlone) {
  JsonNodes nodes;
  JsonTreeBuilder tree(nodes);
  EXPECT_FALSE(tree.is_complete());
  tree.AddScalar(Kind::kNumber, 1, 3, "12");
  ASSERT_TRUE(tree.is_complete());
  EXPECT_EQ(tree.root().kind, Kind::kNumber);
  EXPECT_EQ(tree.root().begin, 1u);
  EXPECT_EQ(tree.root().end, 3u);
  EXPECT_EQ(tree.root().text, "12");
  EXPECT_TRUE(tree.root().members().empty());
  EXPECT_TRUE(tree.root().elements().empty());
}

// {"a": [1, {"b": 2}], "c": {}}
TEST(JsonTreeBuilder, ChildrenOfSeveralLevels) {
  JsonNodes nodes;
  JsonTreeBuilder tree(nodes);
  tree.Open(Kind::kObject, 0);
  EXPECT_TRUE(tree.is_object());
  EXPECT_TRUE(tree.is_empty());
  tree.AddKey("a", 1);
  tree.Open(Kind::kArray, 6);
  EXPECT_FALSE(tree.is_object());
  tree.AddScalar(Kind::kNumber, 7, 8, "1");
  EXPECT_FALSE(tree.is_empty());
  tree.Open(Kind::kObject, 10);
  EXPECT_TRUE(tree.is_empty());
  EXPECT_EQ(tree.depth(), 3u);
  tree.AddKey("b", 11);
  ASSERT_EQ(tree.members().size(), 1u);
  EXPECT_EQ(tree.members()[0].key, "b");
  tree.AddScalar(Kind::kNumber, 16, 17, "2");
  tree.Close(18);
  tree.Close(19);
  tree.AddKey("c", 21);
  tree.Open(Kind::kObject, 26);
  tree.Close(28);
  EXPECT_FALSE(tree.is_complete());
  tree.Close(29);
  ASSERT_TRUE(tree.is_complete());
  EXPECT_EQ(tree.depth(), 0u);

  const JsonValue& root = tree.root();
  ASSERT_EQ(root.members().size(), 2u);
  EXPECT_TRUE(root.elements().empty());
  EXPECT_EQ(root.members()[0].key, "a");
  EXPECT_EQ(root.members()[0].key_begin, 1u);
  const JsonValue& a = root.members()[0].value;
  ASSERT_EQ(a.elements().size(), 2u);
  EXPECT_TRUE(a.members().empty());
  EXPECT_EQ(a.begin, 6u);
  EXPECT_EQ(a.end, 19u);
  EXPECT_EQ(a.elements()[0].text, "1");
  ASSERT_NE(a.elements()[1].Find("b"), nullptr);
  EXPECT_EQ(a.elements()[1].Find("b")->text, "2");
  EXPECT_EQ(a.elements()[1].Find("c"), nullptr);
  EXPECT_EQ(root.FindMember("c"), &root.members()[1]);
  EXPECT_TRUE(root.members()[1].value.members().empty());
}

// More than all chunks but the last have room for, and one list beyond the
// largest chunk.
TEST(JsonNodes, KeepsWhatItHoldsWhenMoved) {
  constexpr uint32_t kLists = 2'000;
  constexpr uint32_t kLong = 10'000;
  JsonNodes nodes;
  JsonTreeBuilder tree(nodes);
  tree.Open(Kind::kArray, 0);
  for (uint32_t i = 0; i < kLists; ++i) {
    tree.Open(Kind::kArray, i);
    const uint32_t size = i == kLists / 2 ? kLong : i % 7;
    for (uint32_t k = 0; k < size; ++k) {
      tree.AddScalar(Kind::kNull, i, k, "null");
    }
    tree.Close(i);
  }
  tree.Close(1);
  const JsonValue root = tree.root();
  const JsonNodes moved = std::move(nodes);
  ASSERT_EQ(root.elements().size(), kLists);
  for (uint32_t i = 0; i < kLists; ++i) {
    const auto list = root.elements()[i].elements();
    ASSERT_EQ(list.size(), i == kLists / 2 ? kLong : i % 7);
    for (uint32_t k = 0; k < list.size(); ++k) {
      ASSERT_EQ(list[k].begin, i);
      ASSERT_EQ(list[k].end, k);
    }
  }
}

}  // namespace
}  // namespace portcullis
