// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace mayfly {
namespace {

std::string encoded(uint32_t point) {
  auto byte = [](uint32_t value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 63))};
  if (point < 0x10000) return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 63)), byte(0x80 | (point & 63))};
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 63)), byte(0x80 | (point >> 6 & 63)),
          byte(0x80 | (point & 63))};
}

TEST(Utf8, AcceptsEveryScalarValueAndNoSurrogate) {
  for (uint32_t point = 0; point <= 0x10FFFF; ++point) {
    std::string text = encoded(point);
    bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    ASSERT_EQ(utf8SequenceLength(text), surrogate ? 0 : text.size()) << std::hex << point;
  }
}

// The whole space of two bytes, and of three by their lead: what is accepted is exactly what encodes a scalar value.
TEST(Utf8, AcceptsNothingElse) {
  size_t accepted = 0;
  for (uint32_t first = 0; first < 256; ++first) {
    for (uint32_t second = 0; second < 256; ++second) {
      for (uint32_t third : {0x00U, 0x41U, 0x7FU, 0x80U, 0xBFU, 0xC0U, 0xFFU}) {
        const std::array<char, 3> bytes = {static_cast<char>(first), static_cast<char>(second),
                                           static_cast<char>(third)};
        size_t length = utf8SequenceLength(std::string_view(bytes.data(), bytes.size()));
        if (length == 3) ++accepted;
        ASSERT_TRUE(length <= 3) << first << " " << second;  // four bytes are not there
        ASSERT_EQ(length == 1, first < 0x80);
        ASSERT_EQ(length == 2, first >= 0xC2 && first <= 0xDF && (second & 0xC0) == 0x80);
      }
    }
  }
  // Leads E0 (32 seconds), E1-EC and EE-EF (64 each), ED (32); thirds 80 and BF.
  EXPECT_EQ(accepted, (32U + 14U * 64U + 32U) * 2U);
}

TEST(Utf8, ChecksWholeTexts) {
  EXPECT_TRUE(isUtf8(""));
  EXPECT_TRUE(isUtf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9D\x84\x9E"));
  EXPECT_TRUE(isUtf8(std::string_view("\0", 1)));
  for (const char* text : {"\x80", "a\xC3", "\xC3", "\xE2\x82", "\xF0\x9D\x84", "\xC0\x80", "\xE0\x80\x80",
                           "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xED\xA0\x80", "ok\xFF"}) {
    EXPECT_FALSE(isUtf8(text));
  }
}

}  // namespace
}  // namespace mayfly
