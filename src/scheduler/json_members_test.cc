// SPDX-License-Identifier: Apache-2.0
#include "scheduler/json_members.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

TEST(CanonicalJson, DoesNotDependOnOrderOrBlanks) {
  EXPECT_EQ(canonicalJson(R"( { "b" : [ 1 , {"y":"2", "x" : null} ], "a":  1.50 } )"),
            R"({"a":1.50,"b":[1,{"x":null,"y":"2"}]})");
  EXPECT_EQ(canonicalJson("[]"), "[]");
  EXPECT_EQ(canonicalJson("{ }"), "{}");
  EXPECT_EQ(canonicalJson(R"("a , b")"), R"("a , b")");
}

TEST(CanonicalJson, KeepsWhatDiffers) {
  EXPECT_NE(canonicalJson("[1,2]"), canonicalJson("[2,1]"));
  EXPECT_NE(canonicalJson(R"({"a":{"b":1}})"), canonicalJson(R"({"a":{},"b":1})"));
  EXPECT_NE(canonicalJson(R"({"a":1,"a":2})"), canonicalJson(R"({"a":2,"a":1})")) << "the later one counts";
}

TEST(CanonicalJson, EndsWithAnyText) {
  for (const char* text : {"", "[", "{", "[:", "{:", "{\"a\"", "{\"a\":", "[1,", "\"", "[}", "{]"}) canonicalJson(text);
}

}  // namespace
}  // namespace mayfly
