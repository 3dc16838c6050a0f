// SPDX-License-Identifier: Apache-2.0
#include "tenants/fair_queue.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace mayfly {
namespace {

constexpr uint32_t kNoLimit = 1000;

class FairQueueTest : public testing::Test {
 protected:
  // Enters and notes "a1" and so on when the turn comes.
  Result<FairQueue::RequestId> enter(FairQueue& queue, const std::string& tenant, uint32_t limit = kNoLimit) {
    std::string name = tenant + std::to_string(++entered_[tenant]);
    return queue.enter(queue.line(tenant), limit, [this, name](const Result<void>& granted) {
      order_ += (granted ? "" : "!") + name + " ";
      return granted.ok();
    });
  }
  void giveBack(FairQueue& queue, const std::string& tenant) {
    queue.giveBack(queue.line(tenant));
    queue.pump();
  }

  std::string order_;
  std::map<std::string, int> entered_;
};

TEST_F(FairQueueTest, FreePlacesAreTakenAtOnceAndOthersWait) {
  FairQueue queue(2, 10);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enter(queue, "a").ok());
  EXPECT_EQ(order_, "a1 a2 ");
  EXPECT_EQ(queue.taken(), 2U);
  EXPECT_EQ(queue.waiting(), 1U);
  giveBack(queue, "a");
  EXPECT_EQ(order_, "a1 a2 a3 ");
  EXPECT_EQ(queue.waiting(), 0U);
}

TEST_F(FairQueueTest, TenantsTakeTurnsEachInItsOrder) {
  FairQueue queue(1, 10);
  for (const char* tenant : {"a", "a", "a", "a", "b", "b", "c"}) ASSERT_TRUE(enter(queue, tenant).ok());
  for (const char* tenant : {"a", "a", "b", "c", "a", "b"}) giveBack(queue, tenant);
  EXPECT_EQ(order_, "a1 a2 b1 c1 a3 b2 a4 ");
}

TEST_F(FairQueueTest, AFloodOfOneTenantKeepsAnotherWaitingForAtMostAsManyAsThereArePlaces) {
  constexpr uint32_t kPlaces = 8;
  FairQueue queue(kPlaces, 2000);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(enter(queue, "flood").ok());
  std::mt19937 random(3);  // NOLINT: the same order in each run
  int ofFlood = kPlaces;
  int ofOther = 0;
  for (int i = 0; i < 50; ++i) {
    order_.clear();
    ASSERT_TRUE(enter(queue, "other").ok());
    uint32_t waited = 0;
    while (order_.find("other") == std::string::npos) {
      ASSERT_LE(++waited, kPlaces);
      order_.clear();
      bool flood = ofOther == 0 || (ofFlood > 0 && random() % 2 == 0);
      (flood ? ofFlood : ofOther) -= 1;
      giveBack(queue, flood ? "flood" : "other");
      (order_.find("other") == std::string::npos ? ofFlood : ofOther) += 1;
    }
  }
}

TEST_F(FairQueueTest, ALimitHoldsBackItsOwnRequestsOnly) {
  FairQueue queue(4, 10);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enter(queue, "a", 1).ok());
  EXPECT_EQ(order_, "a1 ");
  ASSERT_TRUE(enter(queue, "b").ok());
  ASSERT_TRUE(enter(queue, "a", 3).ok());  // another key of the same tenant
  EXPECT_EQ(order_, "a1 b1 a4 ");
  giveBack(queue, "a");
  EXPECT_EQ(order_, "a1 b1 a4 ");
  giveBack(queue, "a");
  EXPECT_EQ(order_, "a1 b1 a4 a2 ");
}

TEST_F(FairQueueTest, TooManyWaitersOfOneTenantAreRefusedAndOthersAreNot) {
  FairQueue queue(1, 2);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enter(queue, "a").ok());
  auto refused = enter(queue, "a");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
  EXPECT_EQ(queue.waiting(), 2U);
  ASSERT_TRUE(enter(queue, "b").ok());
  giveBack(queue, "a");
  ASSERT_TRUE(enter(queue, "a").ok());
}

TEST_F(FairQueueTest, WhoLeavesIsForgotten) {
  FairQueue queue(1, 3);
  ASSERT_TRUE(enter(queue, "a").ok());
  for (int i = 0; i < 1000; ++i) {
    auto id = enter(queue, "a");
    ASSERT_TRUE(id.ok());
    queue.leave(queue.line("a"), kNoLimit, *id);
  }
  auto second = enter(queue, "a");
  ASSERT_TRUE(enter(queue, "b").ok());
  queue.leave(queue.line("a"), kNoLimit, *second);
  queue.leave(queue.line("a"), kNoLimit, *second);
  EXPECT_EQ(queue.waiting(), 1U);
  giveBack(queue, "a");
  EXPECT_EQ(order_, "a1 b1 ");
}

TEST_F(FairQueueTest, AReserveIsLeftForThoseWhoHaveLittle) {
  FairQueue queue(16, 100);  // two of them in reserve
  queue.keepReserve();
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(enter(queue, "a").ok());
  EXPECT_EQ(queue.taken(), 14U);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(enter(queue, "b").ok());
  EXPECT_EQ(queue.taken(), 16U);
  EXPECT_EQ(queue.line("b").taken(), 2U);
  EXPECT_EQ(queue.line("b").waiting(), 1U);
}

TEST_F(FairQueueTest, APlaceThatIsNotWantedGoesToTheNext) {
  FairQueue queue(1, 10);
  ASSERT_TRUE(enter(queue, "a").ok());
  ASSERT_TRUE(queue.enter(queue.line("a"), kNoLimit, [](const Result<void>&) { return false; }).ok());
  ASSERT_TRUE(enter(queue, "a").ok());
  giveBack(queue, "a");
  EXPECT_EQ(order_, "a1 a2 ");
  EXPECT_EQ(queue.taken(), 1U);
}

TEST_F(FairQueueTest, TurnsMayEnterAndGiveBack) {
  FairQueue queue(2, 10);
  int depth = 0;
  std::function<bool(const Result<void>&)> turn = [&](const Result<void>&) {
    queue.giveBack(queue.line("a"));
    if (++depth < 1000) {
      EXPECT_TRUE(queue.enter(queue.line("a"), kNoLimit, turn).ok());
    }
    return true;
  };
  ASSERT_TRUE(queue.enter(queue.line("a"), kNoLimit, turn).ok());
  EXPECT_EQ(depth, 1000);
  EXPECT_EQ(queue.taken(), 0U);
}

TEST_F(FairQueueTest, AllCanBeRefused) {
  FairQueue queue(1, 10);
  for (const char* tenant : {"a", "a", "b"}) ASSERT_TRUE(enter(queue, tenant).ok());
  queue.refuseAll({ErrorCode::kUnavailable, "stopping"});
  EXPECT_EQ(order_, "a1 !a2 !b1 ");
  giveBack(queue, "a");
  EXPECT_EQ(queue.waiting(), 0U);
  ASSERT_TRUE(enter(queue, "b").ok());
  EXPECT_EQ(queue.taken(), 1U);
}

}  // namespace
}  // namespace mayfly
