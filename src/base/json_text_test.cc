// SPDX-License-Identifier: Apache-2.0
#include "base/json_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace mayfly {
namespace {

TEST(JsonText, EscapesWhatJsonAndATerminalWouldObey) {
  EXPECT_EQ(jsonString(""), "\"\"");
  EXPECT_EQ(jsonString("plain"), "\"plain\"");
  EXPECT_EQ(jsonString("\"\\/"), R"("\"\\/")");
  EXPECT_EQ(jsonString("\n\r\t"), R"("\n\r\t")");
  EXPECT_EQ(jsonString(std::string_view("\0\x01\x1b\x1f\x7f", 5)), R"("\u0000\u0001\u001b\u001f\u007f")");
  EXPECT_EQ(jsonString("\xC3\xA4\xF0\x9D\x84\x9E"), "\"\xC3\xA4\xF0\x9D\x84\x9E\"");
}

TEST(JsonText, RepairsInvalidUtf8) {
  EXPECT_EQ(jsonString("a\xFF"), "\"a\xEF\xBF\xBD\"");
  EXPECT_EQ(jsonString("\xE2\x82"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(jsonString("\xED\xA0\x80z"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\"");
}

std::string number(double value) {
  std::string out;
  appendJsonNumber(out, value);
  return out;
}

TEST(JsonText, WritesNumbersWithAtMostThreeDecimals) {
  EXPECT_EQ(number(0), "0");
  EXPECT_EQ(number(12), "12");
  EXPECT_EQ(number(100), "100");
  EXPECT_EQ(number(0.25), "0.25");
  EXPECT_EQ(number(-1.5), "-1.5");
  EXPECT_EQ(number(1.23456), "1.235");
  EXPECT_EQ(number(1795252433552.0), "1795252433552");
  EXPECT_EQ(number(1e15 + 0.5), "1000000000000000.5");
}

TEST(JsonText, WritesNullForWhatJsonHasNoNumberFor) {
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(number(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "null");
}

// A guest sends the time of its log records as a double of its choice.
TEST(JsonText, WritesHugeNumbersInFull) {
  std::string text = number(std::numeric_limits<double>::max());
  EXPECT_EQ(text.find_first_not_of("0123456789+.e"), std::string::npos);
  EXPECT_DOUBLE_EQ(std::stod(text), std::numeric_limits<double>::max());
  EXPECT_DOUBLE_EQ(std::stod(number(-1e60)), -1e60);
}

TEST(JsonText, BuildsObjectsMemberByMember) {
  std::string out;
  JsonObject(out)
      .text("a\"", "b\n")
      .number("n", 0.5)
      .integer("i", ~0ULL)
      .boolean("t", true)
      .boolean("f", false)
      .raw("r", "[1]");
  EXPECT_EQ(out, R"({"a\"":"b\n","n":0.5,"i":18446744073709551615,"t":true,"f":false,"r":[1]})");
}

TEST(JsonText, BuildsAnEmptyObject) {
  std::string out;
  {
    JsonObject object(out);
  }
  EXPECT_EQ(out, "{}");
}

}  // namespace
}  // namespace mayfly
