// SPDX-License-Identifier: Apache-2.0
#include "base/event_loop.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "base/lifetime.h"

namespace mayfly {
namespace {

using std::chrono::milliseconds;

class EventLoopTest : public testing::Test {
 protected:
  void SetUp() override {
    auto created = EventLoop::create();
    ASSERT_TRUE(created.ok());
    loop_ = std::move(created).value();
  }

  // Both ends of a pipe that does not block.
  static std::pair<UniqueFd, UniqueFd> makePipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }

  void run(milliseconds most) {
    bool over = false;
    loop_->at(monotonicNow() + most, [&] { over = true; });
    loop_->runUntil([&] { return over; });
  }

  std::unique_ptr<EventLoop> loop_;
};

TEST_F(EventLoopTest, RunsTimersByTimeAndThenInTheOrderTheyWereSet) {
  std::string order;
  MonotonicTime now = monotonicNow();
  loop_->at(now + milliseconds(6), [&] { order += 'c'; });
  loop_->at(now + milliseconds(3), [&] { order += 'a'; });
  loop_->at(now + milliseconds(3), [&] { order += 'b'; });
  run(milliseconds(10));
  EXPECT_EQ(order, "abc");
}

TEST_F(EventLoopTest, NeverRunsATimerTooEarly) {
  MonotonicTime due = monotonicNow() + milliseconds(5);
  MonotonicTime ran{};
  loop_->at(due, [&] { ran = monotonicNow(); });
  run(milliseconds(8));
  EXPECT_GE(ran, due);
}

TEST_F(EventLoopTest, CancelledTimersDoNotRun) {
  int runs = 0;
  MonotonicTime past = monotonicNow();
  EventLoop::TimerId other{};
  loop_->at(past, [&] {
    ++runs;
    loop_->cancel(other);  // due in the same round
  });
  other = loop_->at(past, [&] { runs += 100; });
  auto cancelled = loop_->at(past, [&] { runs += 1000; });
  loop_->cancel(cancelled);
  loop_->cancel(cancelled);
  run(milliseconds(2));
  EXPECT_EQ(runs, 1);
}

TEST_F(EventLoopTest, ATimerMaySetAnother) {
  int runs = 0;
  std::function<void()> again = [&] {
    if (++runs < 3) loop_->at(monotonicNow() + milliseconds(1), again);
  };
  loop_->at(monotonicNow(), again);
  run(milliseconds(20));
  EXPECT_EQ(runs, 3);
}

TEST_F(EventLoopTest, TellsOfReadableDescriptorsUntilUnwatched) {
  auto [reader, writer] = makePipe();
  std::string seen;
  auto watched = loop_->watch(reader.get(), EPOLLIN, [&, fd = reader.get()](uint32_t events) {
    EXPECT_NE(events & EPOLLIN, 0U);
    char byte = 0;
    ASSERT_EQ(::read(fd, &byte, 1), 1);
    seen += byte;
    if (byte == 'y') loop_->unwatch(fd);
  });
  ASSERT_TRUE(watched.ok());
  ASSERT_EQ(::write(writer.get(), "xyz", 3), 3);
  run(milliseconds(5));
  EXPECT_EQ(seen, "xy");
}

TEST_F(EventLoopTest, ACallbackMayUnwatchAnotherOfTheSameRound) {
  auto [first, firstWriter] = makePipe();
  auto [second, secondWriter] = makePipe();
  int calls = 0;
  auto callback = [&, a = first.get(), b = second.get()](uint32_t) {
    ++calls;
    loop_->unwatch(a);
    loop_->unwatch(b);
  };
  ASSERT_TRUE(loop_->watch(first.get(), EPOLLIN, callback).ok());
  ASSERT_TRUE(loop_->watch(second.get(), EPOLLIN, callback).ok());
  ASSERT_EQ(::write(firstWriter.get(), "x", 1), 1);
  ASSERT_EQ(::write(secondWriter.get(), "x", 1), 1);
  run(milliseconds(5));
  EXPECT_EQ(calls, 1);
}

// The number of a closed descriptor is given to the next one at once: an event of the old one must not reach it.
TEST_F(EventLoopTest, DoesNotConfuseAReusedDescriptor) {
  auto [first, firstWriter] = makePipe();
  auto [second, secondWriter] = makePipe();
  auto third = makePipe();
  int stale = 0;
  int fresh = 0;
  auto swap = [&](uint32_t) {
    for (UniqueFd* each : {&first, &second}) {
      if (!each->valid()) continue;
      int number = each->get();
      loop_->unwatch(number);
      each->reset();
      UniqueFd copy(::fcntl(third.first.get(), F_DUPFD_CLOEXEC, number));
      ASSERT_EQ(copy.get(), number);
      ASSERT_TRUE(loop_->watch(number, EPOLLIN, [&](uint32_t) { ++stale; }).ok());
      *each = std::move(copy);
    }
    ++fresh;
  };
  ASSERT_TRUE(loop_->watch(first.get(), EPOLLIN, swap).ok());
  ASSERT_TRUE(loop_->watch(second.get(), EPOLLIN, swap).ok());
  ASSERT_EQ(::write(firstWriter.get(), "x", 1), 1);
  ASSERT_EQ(::write(secondWriter.get(), "x", 1), 1);
  loop_->runOnce(monotonicNow() + milliseconds(5));
  loop_->runOnce(monotonicNow() + milliseconds(5));
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(stale, 0);
}

TEST_F(EventLoopTest, LaterRunsAfterTheCallbackAndMayAddMore) {
  std::string order;
  loop_->later([&] {
    order += '1';
    loop_->later([&] { order += '3'; });
    order += '2';
  });
  loop_->runOnce(monotonicNow());
  EXPECT_EQ(order, "12");
  loop_->runOnce(monotonicNow());
  EXPECT_EQ(order, "123");
}

TEST_F(EventLoopTest, RewatchChangesWhatIsAskedFor) {
  auto [reader, writer] = makePipe();
  int writable = 0;
  auto watched = loop_->watch(writer.get(), 0, [&, fd = writer.get()](uint32_t events) {
    if ((events & EPOLLOUT) != 0) ++writable;
    loop_->rewatch(fd, 0);
  });
  ASSERT_TRUE(watched.ok());
  run(milliseconds(2));
  EXPECT_EQ(writable, 0);
  loop_->rewatch(writer.get(), EPOLLOUT);
  run(milliseconds(2));
  EXPECT_EQ(writable, 1);
}

TEST_F(EventLoopTest, WhatAnObjectPutOffEndsWithIt) {
  int calls = 0;
  Lifetime longer;
  auto shorter = std::make_unique<Lifetime>();
  loop_->later(longer.guard([&] {
    ++calls;
    shorter.reset();
  }));
  loop_->later(shorter->guard([&] { calls += 100; }));
  loop_->runOnce(monotonicNow());
  EXPECT_EQ(calls, 1);
}

TEST_F(EventLoopTest, RefusesADescriptorThatIsNotOpen) {
  EXPECT_FALSE(loop_->watch(-1, EPOLLIN, [](uint32_t) {}).ok());
}

}  // namespace
}  // namespace mayfly
