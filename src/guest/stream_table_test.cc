// SPDX-License-Identifier: Apache-2.0
#include "guest/stream_table.h"

#include <gtest/gtest.h>

namespace mayfly::guest {
namespace {

using wire::FrameType;
using Verdict = StreamTable::Verdict;

TEST(StreamTable, TheDaemonsNumbersAreEvenAndGrow) {
  StreamTable table;
  EXPECT_FALSE(table.open(0, StreamKind::kCall));
  EXPECT_FALSE(table.open(3, StreamKind::kCall));
  EXPECT_TRUE(table.open(4, StreamKind::kCall));
  EXPECT_FALSE(table.open(4, StreamKind::kCall));
  table.close(4);
  EXPECT_FALSE(table.open(4, StreamKind::kCall)) << "a number is used once";
  EXPECT_FALSE(table.open(2, StreamKind::kCall));
  EXPECT_TRUE(table.open(6, StreamKind::kFetch));
}

TEST(StreamTable, TheGuestsNumbersAreOdd) {
  StreamTable table;
  EXPECT_EQ(table.openOwn(StreamKind::kChild), 1U);
  EXPECT_EQ(table.openOwn(StreamKind::kChild), 3U);
  table.close(1);
  EXPECT_EQ(table.openOwn(StreamKind::kChild), 5U);
}

TEST(StreamTable, OpensNoMoreThanThereMayBe) {
  StreamTable table;
  for (size_t i = 0; i < wire::kMaxStreams; ++i) ASSERT_TRUE(table.openOwn(StreamKind::kChild));
  EXPECT_FALSE(table.openOwn(StreamKind::kChild));
  table.close(1);
  EXPECT_TRUE(table.openOwn(StreamKind::kChild));
}

TEST(StreamTable, FramesOfAnEndedStreamAreLateAndOthersAreNonsense) {
  StreamTable table;
  ASSERT_TRUE(table.open(2, StreamKind::kFetch));
  EXPECT_EQ(table.arrives(2, FrameType::kChunk, 1), Verdict::kDeliver);
  table.close(2);
  EXPECT_EQ(table.arrives(2, FrameType::kChunk, 1), Verdict::kLate);
  EXPECT_EQ(table.arrives(4, FrameType::kChunk, 1), Verdict::kNonsense);
  EXPECT_EQ(table.arrives(1, FrameType::kText, 1), Verdict::kNonsense);
  EXPECT_EQ(table.arrives(0, FrameType::kText, 1), Verdict::kNonsense);
}

TEST(StreamTable, KnowsWhichFramesBelongToWhichStream) {
  StreamTable table;
  ASSERT_TRUE(table.open(2, StreamKind::kCall));
  ASSERT_TRUE(table.open(4, StreamKind::kSession));
  uint64_t child = *table.openOwn(StreamKind::kChild);
  EXPECT_EQ(table.arrives(2, FrameType::kReset, 0), Verdict::kDeliver);
  EXPECT_EQ(table.arrives(2, FrameType::kText, 0), Verdict::kNonsense);
  EXPECT_EQ(table.arrives(4, FrameType::kText, 10), Verdict::kDeliver);
  EXPECT_EQ(table.arrives(4, FrameType::kChunk, 10), Verdict::kNonsense);
  EXPECT_EQ(table.arrives(4, FrameType::kOpened, 2), Verdict::kNonsense);
  EXPECT_EQ(table.arrives(child, FrameType::kOpened, 2), Verdict::kDeliver);
  EXPECT_EQ(table.arrives(4, FrameType::kText, wire::kMaxMessage + 1), Verdict::kNonsense);
}

TEST(StreamTable, TheLastFrameMayOverdrawTheCredit) {
  StreamTable table;
  ASSERT_TRUE(table.open(2, StreamKind::kSession));
  EXPECT_EQ(table.arrives(2, FrameType::kText, wire::kInitialCredit - 1), Verdict::kDeliver);
  EXPECT_EQ(table.arrives(2, FrameType::kText, 100), Verdict::kDeliver);
  EXPECT_EQ(table.arrives(2, FrameType::kText, 1), Verdict::kNonsense);
  table.grant(2, 99);
  EXPECT_EQ(table.arrives(2, FrameType::kText, 1), Verdict::kNonsense);
  table.grant(2, 1);
  EXPECT_EQ(table.arrives(2, FrameType::kText, 1), Verdict::kDeliver);
}

TEST(StreamTable, CountsWhatMayBeSent) {
  StreamTable table;
  ASSERT_TRUE(table.open(2, StreamKind::kFetch));
  EXPECT_EQ(table.credit(2), wire::kInitialCredit);
  table.spend(2, wire::kInitialCredit + 10);
  EXPECT_EQ(table.credit(2), -10);
  table.gain(2, 30);
  EXPECT_EQ(table.credit(2), 20);
  EXPECT_EQ(table.credit(4), 0);
}

}  // namespace
}  // namespace mayfly::guest
