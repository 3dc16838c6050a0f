// SPDX-License-Identifier: Apache-2.0
#include "base/timestamp.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

TEST(TimestampTest, WritesUtc) {
  EXPECT_EQ(timestampText(0), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(timestampText(1'795'253'400'125), "2026-11-21T09:30:00.125Z");
  EXPECT_EQ(timestampText(-1), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(timestampText(951'782'400'000), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(timestampText(INT64_MAX), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(timestampText(INT64_MIN), "0000-01-01T00:00:00.000Z");
}

TEST(TimestampTest, ReadsWhatItWrites) {
  for (int64_t millis : {int64_t{0}, int64_t{1'795'253'400'125}, int64_t{-86'400'001}, int64_t{253'402'300'799'999}}) {
    EXPECT_EQ(parseTimestamp(timestampText(millis)).value(), millis);
  }
}

TEST(TimestampTest, ReadsTheFormsOfTheStandard) {
  EXPECT_EQ(parseTimestamp("2026-11-21T09:30:00Z").value(), 1'795'253'400'000);
  EXPECT_EQ(parseTimestamp("2026-11-21t10:30:00.1259+01:00").value(), 1'795'253'400'125);
  EXPECT_EQ(parseTimestamp("2026-11-21 03:00:00-06:30").value(), 1'795'253'400'000);
  EXPECT_EQ(parseTimestamp("2026-11-21").value(), 1'795'219'200'000);
}

TEST(TimestampTest, RefusesTheRest) {
  for (const char* text : {"", "now", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-21T",
                           "2026-11-21T09:30:00", "2026-11-21T09:30Z", "2026-11-21T24:00:00Z", "2026-11-21T09:60:00Z",
                           "2026-11-21T09:30:00.Z", "2026-11-21T09:30:00Zx", "2026-11-21T09:30:00+1:00",
                           "2026-11-21T09:30:00+24:00", "+2026-11-21", "2026-1-2", "20261-11-21"}) {
    auto parsed = parseTimestamp(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace mayfly
