// SPDX-License-Identifier: Apache-2.0
#include "workers/usage_meter.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::milliseconds;
const MonotonicTime kStart{};

TEST(UsageMeter, DividesAmongWhatIsUnderWay) {
  UsageMeter meter(kStart);
  meter.account(100, 1000, kStart + milliseconds(10));
  UsageMeter::Share one = meter.begin();
  meter.account(300, 1000, kStart + milliseconds(20));
  UsageMeter::Share other = meter.begin();
  meter.account(700, 500, kStart + milliseconds(30));
  Usage usage;
  meter.end(one, usage);
  EXPECT_EQ(usage.cpuUserNanos, 200U + 200U);
  EXPECT_EQ(usage.memoryByteMillis, 10'000U + 2'500U);
  EXPECT_EQ(usage.wallNanos, 20'000'000U);
  meter.account(800, 500, kStart + milliseconds(40));
  meter.end(other, usage);
  EXPECT_EQ(usage.cpuUserNanos, 200U + 100U);
  EXPECT_EQ(usage.memoryByteMillis, 2'500U + 5'000U);
  meter.account(850, 500, kStart + milliseconds(50));
  Usage idle = meter.takeIdle();
  EXPECT_EQ(idle.cpuUserNanos, 100U + 50U);
  EXPECT_EQ(idle.memoryByteMillis, 10'000U + 5'000U);
  EXPECT_EQ(idle.wallNanos, 20'000'000U);
  EXPECT_EQ(meter.takeIdle().cpuUserNanos, 0U);
}

TEST(UsageMeter, LosesNothing) {
  UsageMeter meter(kStart);
  uint64_t used = 0;
  uint64_t told = 0;
  for (int i = 1; i <= 300; ++i) {
    UsageMeter::Share shares[3] = {meter.begin(), meter.begin(), meter.begin()};
    meter.account(used += 1'000'000, 0, kStart + milliseconds(i));
    for (const UsageMeter::Share& share : shares) {
      Usage usage;
      meter.end(share, usage);
      told += usage.cpuUserNanos;
    }
  }
  EXPECT_NEAR(static_cast<double>(told), static_cast<double>(used), 1000);
}

TEST(UsageMeter, AProcessThatHasGoneUsedNothingMore) {
  UsageMeter meter(kStart);
  meter.account(100, 0, kStart);
  meter.account(0, 0, kStart);
  EXPECT_EQ(meter.takeIdle().cpuUserNanos, 100U);
}

}  // namespace
}  // namespace mayfly
