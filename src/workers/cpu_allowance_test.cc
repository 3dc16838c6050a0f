// SPDX-License-Identifier: Apache-2.0
#include "workers/cpu_allowance.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::milliseconds;
constexpr uint64_t kMs = 1'000'000;
const MonotonicTime kStart{};

TEST(CpuAllowance, OverlappingCallsShareTheSum) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.begin(milliseconds(50));
  allowance.begin(milliseconds(50));
  allowance.account(109 * kMs, kStart);
  EXPECT_FALSE(allowance.spent());
  allowance.account(110 * kMs, kStart);
  EXPECT_TRUE(allowance.spent());
}

TEST(CpuAllowance, WhatACallDidNotNeedGoesWithIt) {
  CpuAllowance allowance(milliseconds(10), kStart);
  for (int i = 0; i < 100; ++i) {
    allowance.begin(milliseconds(50));
    allowance.end(milliseconds(50));
  }
  EXPECT_EQ(allowance.left(), milliseconds(10));
  allowance.begin(milliseconds(50));
  EXPECT_EQ(allowance.left(), milliseconds(60));
}

TEST(CpuAllowance, ComesBackSlowlyBetweenCalls) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.account(8 * kMs, kStart);
  EXPECT_EQ(allowance.left(), milliseconds(2));
  allowance.account(8 * kMs, kStart + milliseconds(300));
  EXPECT_EQ(allowance.left(), milliseconds(5));
  allowance.account(8 * kMs, kStart + std::chrono::hours(1));
  EXPECT_EQ(allowance.left(), milliseconds(10));
}

TEST(CpuAllowance, TheWallClockGivesALoopNothing) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.begin(milliseconds(50));
  allowance.account(60 * kMs, kStart + std::chrono::hours(1));
  EXPECT_TRUE(allowance.spent());
}

TEST(CpuAllowance, CallsAreNotMadeLongerByTheWallClock) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.begin(milliseconds(50));
  allowance.account(30 * kMs, kStart);
  allowance.account(30 * kMs, kStart + std::chrono::hours(1));
  EXPECT_EQ(allowance.left(), milliseconds(30));
}

TEST(CpuAllowance, AMessageGivesAsMuchAgainAndNoMore) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.begin(milliseconds(50));
  allowance.refill(milliseconds(50));
  EXPECT_EQ(allowance.left(), milliseconds(60));
  allowance.account(55 * kMs, kStart);
  allowance.refill(milliseconds(50));
  EXPECT_EQ(allowance.left(), milliseconds(55));
}

TEST(CpuAllowance, AProcessThatHasGoneUsedNothingMore) {
  CpuAllowance allowance(milliseconds(10), kStart);
  allowance.account(5 * kMs, kStart);
  allowance.account(0, kStart);
  EXPECT_EQ(allowance.used(), 5 * kMs);
  EXPECT_EQ(allowance.left(), milliseconds(5));
}

}  // namespace
}  // namespace mayfly
