// SPDX-License-Identifier: Apache-2.0
#include "tenants/token_bucket.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::milliseconds;

int takeAll(TokenBucket& bucket, MonotonicTime now) {
  int taken = 0;
  while (bucket.take(now)) ++taken;
  return taken;
}

TEST(TokenBucketTest, HoldsASecondsWorthAndFillsEvenly) {
  MonotonicTime start = monotonicNow();
  TokenBucket bucket(10, start);
  EXPECT_EQ(takeAll(bucket, start), 10);
  EXPECT_FALSE(bucket.take(start + milliseconds(99)));
  EXPECT_TRUE(bucket.take(start + milliseconds(201)));
  EXPECT_TRUE(bucket.take(start + milliseconds(201)));
  EXPECT_FALSE(bucket.take(start + milliseconds(201)));
  EXPECT_EQ(takeAll(bucket, start + std::chrono::hours(1)), 10);
}

TEST(TokenBucketTest, ASlowRateStillGivesOne) {
  MonotonicTime start = monotonicNow();
  TokenBucket bucket(0.5, start);
  EXPECT_EQ(takeAll(bucket, start), 1);
  EXPECT_NEAR(bucket.untilNext(start).count(), 2.0, 1e-9);
  EXPECT_NEAR(bucket.untilNext(start + milliseconds(500)).count(), 1.5, 1e-9);
  EXPECT_FALSE(bucket.take(start + milliseconds(1990)));
  EXPECT_TRUE(bucket.take(start + milliseconds(2010)));
}

}  // namespace
}  // namespace mayfly
