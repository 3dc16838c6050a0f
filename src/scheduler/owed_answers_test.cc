// SPDX-License-Identifier: Apache-2.0
#include "scheduler/owed_answers.h"

#include <gtest/gtest.h>

namespace mayfly {
namespace {

using std::chrono::milliseconds;

class OwedAnswersTest : public ::testing::Test {
 protected:
  OwedAnswersTest() : loop_(std::move(EventLoop::create()).value()) {}
  // Turns the loop until `done`, at most for ten seconds.
  bool turnUntil(const std::function<bool()>& done) {
    loop_->runUntil(done, monotonicNow() + std::chrono::seconds(10));
    return done();
  }
  void turnFor(milliseconds time) {
    loop_->runUntil([] { return false; }, monotonicNow() + time);
  }

  std::unique_ptr<EventLoop> loop_;
  int late_ = 0;
};

TEST_F(OwedAnswersTest, SilenceIsNoticedOnce) {
  OwedAnswers owed(*loop_, milliseconds(20), [this] { ++late_; });
  MonotonicTime asked = monotonicNow();
  owed.owe();
  owed.owe();
  EXPECT_TRUE(turnUntil([this] { return late_ > 0; }));
  EXPECT_GE(monotonicNow() - asked, milliseconds(20));
  turnFor(milliseconds(50));
  EXPECT_EQ(late_, 1);
}

TEST_F(OwedAnswersTest, NothingIsOwedAfterTheAnswer) {
  OwedAnswers owed(*loop_, milliseconds(10), [this] { ++late_; });
  owed.owe();
  owed.answered();
  turnFor(milliseconds(60));
  EXPECT_EQ(late_, 0);
  // It counts from the next question, not from the last answer.
  MonotonicTime asked = monotonicNow();
  owed.owe();
  EXPECT_TRUE(turnUntil([this] { return late_ > 0; }));
  EXPECT_GE(monotonicNow() - asked, milliseconds(10));
}

TEST_F(OwedAnswersTest, EachAnswerIsProgress) {
  OwedAnswers owed(*loop_, std::chrono::seconds(5), [this] { ++late_; });
  owed.owe();
  owed.owe();
  owed.answered();
  turnFor(milliseconds(10));
  EXPECT_EQ(late_, 0);
}

TEST_F(OwedAnswersTest, NobodyIsToldAfterwards) {
  {
    OwedAnswers(*loop_, milliseconds(1), [this] { ++late_; }).owe();
  }
  turnFor(milliseconds(20));
  EXPECT_EQ(late_, 0);
}

}  // namespace
}  // namespace mayfly
