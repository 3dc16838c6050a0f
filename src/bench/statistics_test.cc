// SPDX-License-Identifier: Apache-2.0
#include "bench/statistics.h"

#include <gtest/gtest.h>

#include <numeric>

namespace mayfly::bench {
namespace {

std::vector<double> oneTo(int last) {
  std::vector<double> samples(static_cast<size_t>(last));
  std::iota(samples.rbegin(), samples.rend(), 1.0);  // descending: nobody promised an order
  return samples;
}

TEST(Statistics, PercentilesAreSamplesByNearestRank) {
  Summary summary = summarize(oneTo(1000));
  EXPECT_EQ(summary.count, 1000U);
  EXPECT_EQ(summary.p50, 500);
  EXPECT_EQ(summary.p90, 900);
  EXPECT_EQ(summary.p99, 990);
  EXPECT_EQ(summary.least, 1);
  EXPECT_EQ(summary.most, 1000);
  EXPECT_EQ(summary.mean, 500.5);
}

TEST(Statistics, FewSamplesNeverInventANumber) {
  Summary summary = summarize({4, 2, 8});
  EXPECT_EQ(summary.p50, 4);
  EXPECT_EQ(summary.p90, 8);
  EXPECT_EQ(summary.p99, 8);
  Summary even = summarize({1, 2, 3, 4});
  EXPECT_EQ(even.p50, 2);  // not 2.5
}

TEST(Statistics, TheNinetyNinthOfAHundredIsNotTheWorst) {
  EXPECT_EQ(summarize(oneTo(100)).p99, 99);
  EXPECT_EQ(summarize(oneTo(99)).p99, 99);
}

TEST(Statistics, EndsOfTheScale) {
  std::vector<double> sorted = {1, 2, 3};
  EXPECT_EQ(percentile(sorted, 0), 1);
  EXPECT_EQ(percentile(sorted, 1), 3);
  EXPECT_EQ(percentile({}, 0.5), 0);
}

TEST(Statistics, OneNumberIsItsOwnSummary) {
  Summary summary = single(7.5);
  EXPECT_EQ(summary.count, 1U);
  EXPECT_EQ(summary.p50, 7.5);
  EXPECT_EQ(summary.p99, 7.5);
}

TEST(Statistics, NothingIsZero) {
  Summary summary = summarize({});
  EXPECT_EQ(summary.count, 0U);
  EXPECT_EQ(summary.p99, 0);
}

}  // namespace
}  // namespace mayfly::bench
