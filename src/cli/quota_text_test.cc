// SPDX-License-Identifier: Apache-2.0
#include "cli/quota_text.h"

#include <gtest/gtest.h>

namespace mayfly::cli {
namespace {

TEST(QuotaTextTest, ReadsWhatPeopleWrite) {
  auto quota = parseQuota({.concurrent = "64", .cpuSeconds = "3600/h", .memory = "2GB", .rate = "30/m"});
  ASSERT_TRUE(quota.ok()) << quota.error().message;
  EXPECT_EQ(*quota, (Quota{64, 3'600'000'000'000, 3'600'000, uint64_t{2} << 30U, 0.5}));
  EXPECT_EQ(parseQuota({.cpuSeconds = "1.5/15m"})->windowMillis, 900'000U);
  EXPECT_EQ(parseQuota({.cpuSeconds = "1.5/15m"})->cpuNanos, 1'500'000'000U);
  EXPECT_EQ(parseQuota({.cpuSeconds = "10/d"})->windowMillis, 86'400'000U);
  EXPECT_EQ(parseQuota({})->concurrent, 0U);
}

TEST(QuotaTextTest, SaysWhatIsWrong) {
  auto refused = [](const QuotaFlags& flags, std::string_view flag) {
    auto quota = parseQuota(flags);
    ASSERT_FALSE(quota.ok()) << flag;
    EXPECT_EQ(quota.error().code, ErrorCode::kUsage);
    EXPECT_NE(quota.error().message.find(flag), std::string::npos) << quota.error().message;
  };
  for (const char* text : {"0", "-1", "x", "1.5", "5000000000", "1 "}) refused({.concurrent = text}, "--concurrent");
  for (const char* text : {"1", "1/", "/h", "0/h", "-1/h", "1/0h", "1/w", "1/1.5h", "1e3/h", "nan/h", "inf/h", "1e99/h",
                           "1/99999999999999999999h", "1/400d", "0.0000000001/h"}) {
    refused({.cpuSeconds = text}, "--cpu-seconds");
  }
  for (const char* text : {"x", "1MB", "-1", "100000000GB"}) refused({.memory = text}, "--memory");
  for (const char* text : {"100", "0/s", "/s", "5/x", "100/-s"}) refused({.rate = text}, "--rate");
}

TEST(QuotaTextTest, WritesThemAgain) {
  EXPECT_EQ(quotaText({64, 3'600'000'000'000, 3'600'000, uint64_t{2} << 30U, 0.5}),
            "64 at once, 3600 s CPU/h, 2 GB, 0.5/s");
  EXPECT_EQ(quotaText({0, 250'000'000, 900'000, 0, 0}), "250 ms CPU/15m");
  EXPECT_EQ(quotaText({}), "default");
  EXPECT_EQ(bytesText(0), "0 B");
  EXPECT_EQ(bytesText(1536), "1.5 KB");
  EXPECT_EQ(bytesText(UINT64_MAX), "16777216 TB");
}

}  // namespace
}  // namespace mayfly::cli
