// SPDX-License-Identifier: Apache-2.0
#include "tenants/cpu_window.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

constexpr uint64_t kHour = 3'600'000;
constexpr int64_t kNow = 1'790'000'000'000;  // 1,600 s into its hour

TEST(CpuWindowTest, BeginsWithWhatTheLedgerKnows) {
  CpuWindow window(kHour, kNow, 5);
  EXPECT_EQ(window.usedAt(kNow), 5U);
  window.add(7, kNow + 10);
  EXPECT_EQ(window.usedAt(kNow + 20), 12U);
}

TEST(CpuWindowTest, AWindowEndsWithTheHour) {
  CpuWindow window(kHour, kNow, 5);
  int64_t left = window.millisLeft(kNow);
  EXPECT_EQ(CpuWindow::startAt(kNow, kHour) + static_cast<int64_t>(kHour), kNow + left);
  EXPECT_EQ(window.usedAt(kNow + left - 1), 5U);
  EXPECT_EQ(window.usedAt(kNow + left), 0U);
  window.add(3, kNow + left + 1);
  EXPECT_EQ(window.usedAt(kNow + left + 2), 3U);
}

TEST(CpuWindowTest, AClockThatGoesBackForgivesNothing) {
  CpuWindow window(kHour, kNow, 5);
  EXPECT_EQ(window.usedAt(kNow - 10 * static_cast<int64_t>(kHour)), 5U);
  EXPECT_EQ(window.usedAt(kNow), 5U);
}

TEST(CpuWindowTest, StopsAtItsEnd) {
  CpuWindow window(kHour, kNow, UINT64_MAX - 1);
  window.add(10, kNow);
  EXPECT_EQ(window.usedAt(kNow), UINT64_MAX);
}

}  // namespace
}  // namespace mayfly
