// SPDX-License-Identifier: Apache-2.0
#include "scheduler/json_check.h"

#include <gtest/gtest.h>

#include <string>

namespace mayfly {
namespace {

TEST(JsonCheck, AcceptsEveryKindOfValue) {
  for (const char* text : {"null", "true", "false", "0", "-0", "1.5e-7", "\"\"", "\"\\u00e4\\n\"", "[]", "{}",
                           " [1, {\"a\": null}] ", "1e308"}) {
    EXPECT_TRUE(checkJson(text).ok()) << text;
  }
}

// What JSON.stringify writes for a number below 1e21, and what a program may well compute.
TEST(JsonCheck, AcceptsIntegersBeyondSixtyFourBits) {
  for (const char* text : {"18446744073709551615", "18446744073709551616", "51090942171709440000",
                           "-9223372036854775809", "999999999999999868928", "[100000000000000000000]"}) {
    EXPECT_TRUE(checkJson(text).ok()) << text;
  }
}

// The guest writes U+FFFD for a surrogate that stands alone.
TEST(JsonCheck, SurrogatesComeInPairs) {
  EXPECT_TRUE(checkJson("\"\\ud83d\\ude00\"").ok());
  EXPECT_FALSE(checkJson("\"\\ud800 alone\"").ok());
}

TEST(JsonCheck, RefusesWhatIsNotOneValue) {
  for (const char* text : {"",
                           " ",
                           "undefined",
                           "nul",
                           "NaN",
                           "Infinity",
                           "01",
                           "1.",
                           ".5",
                           "+1",
                           "1 2",
                           "[1]]",
                           "[1,]",
                           "{,}",
                           "{\"a\"}",
                           "{a:1}",
                           "'a'",
                           "\"a",
                           "\"\\x\"",
                           "\"\n\"",
                           "[1] //",
                           "// x\n1",
                           "\xEF\xBB\xBF[]x",
                           "\"\xFF\"",
                           "\"\xED\xA0\x80\"",
                           "\"\\u12\"",
                           "true false",
                           "]",
                           "}",
                           ",",
                           "[",
                           "{\"a\":"}) {
    auto checked = checkJson(text);
    ASSERT_FALSE(checked.ok()) << text;
    EXPECT_EQ(checked.error().code, ErrorCode::kProtocol);
    EXPECT_NE(checked.error().message.find("JSON"), std::string::npos);
  }
  EXPECT_FALSE(checkJson(std::string_view("1\0", 2)).ok());
}

std::string nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonCheck, BoundsTheDepth) {
  EXPECT_TRUE(checkJson(nested(kMaxJsonDepth - 1)).ok());
  EXPECT_EQ(checkJson(nested(kMaxJsonDepth + 1)).error().code, ErrorCode::kLimit);  // an honest program may get here
  EXPECT_FALSE(checkJson(nested(1'000'000)).ok());
  EXPECT_FALSE(checkJson(std::string(1'000'000, '[')).ok());
}

TEST(JsonCheck, IsTheSameAfterALargeDocument) {
  EXPECT_TRUE(checkJson("[" + std::string(3'000'000, ' ') + "]").ok());
  EXPECT_FALSE(checkJson(nested(kMaxJsonDepth + 1)).ok());
  EXPECT_TRUE(checkJson("[1]").ok());
}

TEST(JsonCheck, ReadsNoFurtherThanTheView) {
  std::string text = "[1]garbage";
  EXPECT_TRUE(checkJson(std::string_view(text).substr(0, 3)).ok());
}

}  // namespace
}  // namespace mayfly
