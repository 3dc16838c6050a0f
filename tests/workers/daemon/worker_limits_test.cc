// SPDX-License-Identifier: Apache-2.0
// What a worker may use, and who hears of its end.

#include <sys/resource.h>

#include "workers/daemon/worker_fixture.h"

namespace mayfly::workers {
namespace {

using std::chrono::milliseconds;

class WorkerLimitsTest : public WorkerTest {};

Limits cpuOf(const Worker& worker, milliseconds cpu) {
  Limits limits = worker.code().program.limits;
  limits.cpu = cpu;
  return limits;
}

TEST_F(WorkerLimitsTest, ALoopEndsByItsAllowanceWhileANeighbourAnswers) {
  auto loop = get("loop", "export default (spin) => { while (spin); return 'fine'; };");
  auto neighbour = get("neighbour", "let n = 0; export default () => ++n;");
  EXPECT_EQ(call(*loop.worker).text(), "\"fine\"");
  ASSERT_EQ(call(*neighbour.worker).text(), "1");
  uint64_t before = loop.worker->status().cpuNanos;
  auto spinning = begin(*loop.worker, cpuOf(*loop.worker, milliseconds(300)), "true");
  int answered = 1;
  while (!spinning->ended && answered < 100'000) EXPECT_EQ(call(*neighbour.worker).text(), std::to_string(++answered));
  EXPECT_GT(answered, 1);
  EXPECT_EQ(spinning->code(), "E_CPU") << spinning->text();
  // Its own, what there is between calls, and a look at the clock that comes late on a busy machine.
  uint64_t used = loop.worker->status().cpuNanos - before;
  EXPECT_GE(used, 300'000'000U);
  EXPECT_LE(used, 1'000'000'000U);
  EXPECT_GE(spinning->outcome.usage.cpuUserNanos, 300'000'000U);
  EXPECT_EQ(table().find("loop", {}, 0).error().code, ErrorCode::kNotFound);
  auto again = get("loop", "export default (spin) => { while (spin); return 'fine'; };");
  EXPECT_EQ(call(*again.worker).text(), "\"fine\"");
}

TEST_F(WorkerLimitsTest, ALoopBetweenCallsEndsAsWell) {
  auto entry = get("later", "export default () => { setTimeout(() => { for (;;); }, 1); return 1; };",
                   R"(, "limits": {"cpuMs": 200})");
  EXPECT_EQ(call(*entry.worker).text(), "1");
  until([&] { return !ends_.empty(); }, "it is killed");
  EXPECT_EQ(ends_[0].code, "E_CPU");
  EXPECT_EQ(ends_[0].why, "died");
}

TEST_F(WorkerLimitsTest, ALoopAtTheTopFailsTheStart) {
  auto entry = get("top", "for (;;);", R"(, "limits": {"cpuMs": 200})");
  EXPECT_EQ(call(*entry.worker).code(), "E_CPU");
}

TEST_F(WorkerLimitsTest, ManyCallsInARowUseMoreThanOneAllowance) {
  auto entry = get("work",
                   "export default (ms) => { let x = 0; for (let i = 0; i < 4e6; "
                   "i++) x += Math.sqrt(i); return x > 0; };",
                   R"(, "limits": {"cpuMs": 200})");
  uint64_t used = 0;
  for (int i = 0; i < 1000 && used < 600'000'000; ++i) {
    ASSERT_EQ(call(*entry.worker).text(), "true");
    used = entry.worker->status().cpuNanos;
  }
  EXPECT_GE(used, 600'000'000U);
}

TEST_F(WorkerLimitsTest, AMemoryBombEndsAllCallsUnderWay) {
  constexpr const char* kProgram =
      "export default (bomb) => { if (!bomb) return new Promise((done) => setTimeout(done, 3_600_000)); const keep = "
      "[]; "
      "for (;;) keep.push(new Array(10_000).fill({})); };";
  auto entry = get("bomb", kProgram, R"(, "limits": {"memoryMb": 32, "cpuMs": 20000})");
  auto one = begin(*entry.worker);
  auto two = begin(*entry.worker);
  auto bomb = begin(*entry.worker, "true");
  until([&] { return one->ended && two->ended && bomb->ended; }, "all end");
  EXPECT_EQ(one->code(), "E_MEM") << one->text();
  EXPECT_EQ(two->code(), "E_MEM");
  EXPECT_EQ(bomb->code(), "E_MEM");
  auto next = get("bomb", kProgram, R"(, "limits": {"memoryMb": 32, "cpuMs": 20000})");
  EXPECT_TRUE(next.fresh);
  until([&] { return next.worker->state() == Worker::State::kWarm; }, "the next one is warm");
}

TEST_F(WorkerLimitsTest, TheWallClockLeavesTheWorkerAlive) {
  auto entry = get("wall",
                   "let n = 0; export default (wait) => { n++; return wait ? new Promise((done) => "
                   "setTimeout(done, 3_600_000)) : n; };");
  ASSERT_EQ(call(*entry.worker).text(), "1");
  Limits limits = entry.worker->code().program.limits;
  limits.wall = milliseconds(50);
  auto answer = begin(*entry.worker, limits, "true");
  until([&] { return answer->ended; }, "the call ends");
  EXPECT_EQ(answer->code(), "E_WALL");
  EXPECT_EQ(answer->outcome.error->limit, "wallMs");
  EXPECT_EQ(call(*entry.worker).text(), "3");
  EXPECT_EQ(entry.worker->status().calls, 3U);
  EXPECT_EQ(entry.worker->status().inFlight, 0U);
}

TEST_F(WorkerLimitsTest, AStartThatWaitsForEverEndsByTheWallClock) {
  auto entry = get("never", "await new Promise((done) => setTimeout(done, 3_600_000)); export default () => 1;",
                   R"(, "limits": {"wallMs": 100})");
  EXPECT_EQ(call(*entry.worker).code(), "E_WALL");
}

TEST_F(WorkerLimitsTest, UsageOfCallsAndOfTheTimeBetweenIsThatOfTheProcess) {
  auto entry = get("usage",
                   "export default () => { let x = 0; for (let i = 0; i < 3e6; i++) x += Math.sqrt(i); return x "
                   "> 0; };");
  uint64_t told = 0;
  for (int i = 0; i < 10; ++i) {
    auto one = begin(*entry.worker);
    auto two = begin(*entry.worker);
    until([&] { return one->ended && two->ended; }, "both end");
    told += one->outcome.usage.cpuUserNanos + two->outcome.usage.cpuUserNanos;
    EXPECT_GT(one->outcome.usage.wallNanos, 0U);
  }
  ASSERT_TRUE(table().evict("usage").ok());
  until([&] { return !ends_.empty(); }, "its end is told");
  uint64_t total = entry.worker->status().cpuNanos;
  told += idleCpuNanos_;
  EXPECT_NEAR(static_cast<double>(told), static_cast<double>(total), static_cast<double>(total) / 100);
  EXPECT_GT(entry.worker->status().calls, 0U);
}

TEST_F(WorkerLimitsTest, TheResultIsBounded) {
  auto entry = get("large", "export default (n) => 'x'.repeat(n);");
  Limits limits = entry.worker->code().program.limits;
  limits.outputBytes = 1000;
  auto answer = begin(*entry.worker, limits, "2000");
  until([&] { return answer->ended; }, "the call ends");
  EXPECT_EQ(answer->code(), "E_OUTPUT");
  EXPECT_EQ(call(*entry.worker, "10").text(), "\"xxxxxxxxxx\"");
}

TEST_F(WorkerLimitsTest, AGuestWithoutAPidfdIsWatchedAsWell) {
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 60;  // a third of it is in use already
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  auto entry =
      get("loop", "export default (spin) => { while (spin); return 'fine'; };", R"(, "limits": {"cpuMs": 200})");
  EXPECT_EQ(call(*entry.worker).text(), "\"fine\"");
  EXPECT_EQ(call(*entry.worker, "true").code(), "E_CPU");
  ::setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace mayfly::workers
