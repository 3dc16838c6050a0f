// SPDX-License-Identifier: Apache-2.0
#include "base/near_names.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using Names = std::vector<std::string>;

TEST(NearNames, CountsMistakes) {
  EXPECT_EQ(editDistance("parse", "parse", 3), 0U);
  EXPECT_EQ(editDistance("pasre", "parse", 3), 1U) << "two neighbours swapped";
  EXPECT_EQ(editDistance("pars", "parse", 3), 1U);
  EXPECT_EQ(editDistance("parsee", "parse", 3), 1U);
  EXPECT_EQ(editDistance("barse", "parse", 3), 1U);
  EXPECT_EQ(editDistance("stringfy", "stringify", 3), 1U);
  EXPECT_EQ(editDistance("kitten", "sitting", 5), 3U);
  EXPECT_EQ(editDistance("abc", "xyzuvw", 2), 3U) << "more than asked for";
  EXPECT_EQ(editDistance("", "abc", 3), 3U);
}

TEST(NearNames, GivesTheNearestFirst) {
  EXPECT_EQ(nearNames("pasre", {"stringify", "parse"}), Names({"parse"}));
  EXPECT_EQ(nearNames("Promise2", {"Promise", "Proxy"}), Names({"Promise"}));
  EXPECT_EQ(nearNames("math", {"Math", "Map"}), Names({"Math"}));
  EXPECT_EQ(nearNames("textDecoder", {"TextEncoder", "TextDecoder"}), Names({"TextDecoder"}));
  EXPECT_EQ(nearNames("same", {"same"}), Names());
}

TEST(NearNames, SaysNothingWhereNothingIsNear) {
  for (const char* name : {"", "x", "ab", "lodash", "fooBarBaz"}) {
    EXPECT_EQ(nearNames(name, {"Map", "Set", "y", "parseInt", "Atomics"}), Names()) << name;
  }
  EXPECT_EQ(nearNames(std::string(100, 'a'), {std::string(100, 'b')}), Names());
}

TEST(NearNames, ListsAlternatives) {
  EXPECT_EQ(alternatives({"a"}), "a");
  EXPECT_EQ(alternatives({"a", "b"}), "a or b");
  EXPECT_EQ(alternatives({"a", "b", "c"}), "a, b or c");
}

}  // namespace
}  // namespace mayfly
