// SPDX-License-Identifier: Apache-2.0
#include "api/loop_bridge.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace mayfly::api {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

class LoopBridgeTest : public testing::Test {
 protected:
  void SetUp() override {
    auto created = EventLoop::create();
    ASSERT_TRUE(created.ok());
    inner_ = std::move(created).value();
    bridge_ = std::make_unique<LoopBridge>(outer_, *inner_);
  }

  // Runs both loops until `done`; a bound, so that what never comes fails instead of hanging.
  void runUntil(const std::function<bool()>& done) {
    MonotonicTime limit = monotonicNow() + std::chrono::seconds(20);
    while (!done() && monotonicNow() < limit) outer_.run_one_for(milliseconds(50));
    EXPECT_TRUE(done());
  }
  void runFor(milliseconds time) { outer_.run_for(time); }

  static std::pair<UniqueFd, UniqueFd> makePipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK), 0);
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
  }

  asio::io_context outer_{1};
  std::unique_ptr<EventLoop> inner_;
  std::unique_ptr<LoopBridge> bridge_;
};

TEST_F(LoopBridgeTest, EventsOfTheInnerLoopAreDispatched) {
  auto [reader, writer] = makePipe();
  std::string seen;
  ASSERT_TRUE(inner_
                  ->watch(reader.get(), EPOLLIN,
                          [&, fd = reader.get()](uint32_t) {
                            char byte = 0;
                            if (::read(fd, &byte, 1) == 1) seen += byte;
                          })
                  .ok());
  for (char c : std::string("abc")) {
    ASSERT_EQ(::write(writer.get(), &c, 1), 1);
    size_t before = seen.size();
    runUntil([&] { return seen.size() > before; });
  }
  EXPECT_EQ(seen, "abc");
}

TEST_F(LoopBridgeTest, AnEventFromBeforeTheBridgeIsNotLost) {
  bridge_.reset();
  auto [reader, writer] = makePipe();
  bool seen = false;
  ASSERT_TRUE(inner_
                  ->watch(reader.get(), EPOLLIN,
                          [&, fd = reader.get()](uint32_t) {
                            seen = true;
                            inner_->unwatch(fd);
                          })
                  .ok());
  ASSERT_EQ(::write(writer.get(), "x", 1), 1);
  bridge_ = std::make_unique<LoopBridge>(outer_, *inner_);
  runUntil([&] { return seen; });
}

// More descriptors than one round dispatches, all ready at once.
TEST_F(LoopBridgeTest, ACrowdOfEventsIsDispatchedWhole) {
  std::vector<std::pair<UniqueFd, UniqueFd>> pipes;
  int seen = 0;
  for (int i = 0; i < 300; ++i) {
    pipes.push_back(makePipe());
    ASSERT_EQ(::write(pipes.back().second.get(), "x", 1), 1);
    int fd = pipes.back().first.get();
    ASSERT_TRUE(inner_
                    ->watch(fd, EPOLLIN,
                            [&, fd](uint32_t) {
                              ++seen;
                              inner_->unwatch(fd);
                            })
                    .ok());
  }
  runUntil([&] { return seen == 300; });
}

TEST_F(LoopBridgeTest, WorkDeferredByAnOuterHandlerRunsRightAfterIt) {
  std::string order;
  asio::post(outer_, [&] {
    inner_->later([&] { order += 'i'; });
    order += 'o';
  });
  asio::steady_timer late(outer_, milliseconds(30));
  late.async_wait([&](auto) { order += 't'; });
  runUntil([&] { return order.size() == 3; });
  EXPECT_EQ(order, "oit");
}

TEST_F(LoopBridgeTest, DeferredWorkMayDeferMore) {
  int depth = 0;
  std::function<void()> again = [&] {
    if (++depth < 100) inner_->later(again);
  };
  asio::post(outer_, [&] { inner_->later(again); });
  runUntil([&] { return depth == 100; });
}

TEST_F(LoopBridgeTest, TimersRunInOrderAndNeverEarly) {
  std::string order;
  MonotonicTime begin = monotonicNow();
  MonotonicTime ran{};
  asio::post(outer_, [&] {
    inner_->at(begin + milliseconds(20), [&] {
      order += 'b';
      ran = monotonicNow();
    });
    inner_->at(begin + milliseconds(5), [&] { order += 'a'; });
  });
  runUntil([&] { return order.size() == 2; });
  EXPECT_EQ(order, "ab");
  EXPECT_GE(ran, begin + milliseconds(20));
}

TEST_F(LoopBridgeTest, AnEarlierTimerOvertakesOneThatIsArmed) {
  std::string order;
  inner_->at(monotonicNow() + std::chrono::seconds(60), [&] { order += 'z'; });
  runFor(milliseconds(5));
  asio::post(outer_, [&] { inner_->at(monotonicNow() + milliseconds(2), [&] { order += 'a'; }); });
  runUntil([&] { return !order.empty(); });
  EXPECT_EQ(order, "a");
}

TEST_F(LoopBridgeTest, ACancelledTimerDoesNotRunAndTheNextOneDoes) {
  int runs = 0;
  auto first = inner_->at(monotonicNow() + milliseconds(2), [&] { runs += 100; });
  inner_->at(monotonicNow() + milliseconds(10), [&] { ++runs; });
  inner_->cancel(first);
  runUntil([&] { return runs > 0; });
  EXPECT_EQ(runs, 1);
}

// Nothing to do: no turns. This is what a busy loop would fail.
TEST_F(LoopBridgeTest, SleepsBetweenTurns) {
  inner_->at(monotonicNow() + std::chrono::hours(1), [] {});
  runFor(milliseconds(20));
  uint64_t before = bridge_->turns();
  runFor(milliseconds(200));
  EXPECT_LE(bridge_->turns() - before, 2U);
}

TEST_F(LoopBridgeTest, PollingEndsByItself) {
  asio::post(outer_, [&] { inner_->expectSoon(monotonicNow() + milliseconds(3)); });
  runFor(milliseconds(50));
  uint64_t before = bridge_->turns();
  runFor(milliseconds(100));
  EXPECT_LE(bridge_->turns() - before, 2U);
}

TEST_F(LoopBridgeTest, PollingLetsOuterHandlersThrough) {
  bool ran = false;
  MonotonicTime until = monotonicNow() + std::chrono::seconds(5);
  asio::post(outer_, [&] {
    inner_->expectSoon(until);
    asio::post(outer_, [&] { ran = true; });
  });
  runUntil([&] { return ran; });
  EXPECT_LT(monotonicNow(), until);
}

TEST_F(LoopBridgeTest, StoppedItTurnsNoMoreAndLetsTheOuterLoopReturn) {
  int runs = 0;
  inner_->later([&] {
    ++runs;
    bridge_->stop();
    inner_->later([&] { ++runs; });
  });
  outer_.run();
  EXPECT_EQ(runs, 1);
}

TEST_F(LoopBridgeTest, GoesBeforeItsHandlers) {
  inner_->later([] {});
  inner_->at(monotonicNow() + milliseconds(1), [] {});
  runFor(milliseconds(1));
  bridge_.reset();
  inner_.reset();
  runFor(milliseconds(10));
}

}  // namespace
}  // namespace mayfly::api
