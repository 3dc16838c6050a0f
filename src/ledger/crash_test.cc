// SPDX-License-Identifier: Apache-2.0
// A process that records and is killed: what it had been told is stored is there afterwards, and everything fits.

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <array>
#include <random>

#include "base/syscall.h"
#include "ledger/ledger_fixture.h"

namespace mayfly {
namespace {

class CrashTest : public LedgerTest {
 protected:
  // Records without end, and writes the number of each record to the pipe once it is acknowledged.
  [[noreturn]] void recordForever(int pipe, uint64_t from) {
    auto loop = std::move(EventLoop::create()).value();
    auto ledger = Ledger::open(*loop, {.folder = folder_});
    if (!ledger) ::_exit(1);
    for (uint64_t n = from; n < from + 100'000; ++n) {
      (*ledger)->audit(event(std::to_string(n)));
      (*ledger)->record(runOf(1));
      (*ledger)->remember("acme", "k" + std::to_string(n), {"hash", 200, std::to_string(n), 0});
      (*ledger)->whenStored([pipe, n](const Result<void>& result) {
        if (!result || ::write(pipe, &n, sizeof n) != sizeof n) ::_exit(2);
      });
      // Several records in one transaction as well as one.
      if (n % 3 == 0) loop->runOnce();
    }
    ::_exit(3);
  }

  // Kills the process after `acks` acknowledgements and a little while. Answers the last that was acknowledged.
  uint64_t killAfter(uint64_t from, uint64_t acks, std::chrono::microseconds more) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    pid_t child = ::fork();
    if (child == 0) recordForever(ends[1], from);
    UniqueFd reader(ends[0]);
    ::close(ends[1]);
    uint64_t last = 0;
    for (uint64_t i = 0; i < acks; ++i) {
      EXPECT_EQ(retryEintr([&] { return ::read(reader.get(), &last, sizeof last); }), 8);
    }
    for (MonotonicTime end = monotonicNow() + more; monotonicNow() < end;) continue;
    ::kill(child, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << status;
    // What it said before it died.
    while (retryEintr([&] { return ::read(reader.get(), &last, sizeof last); }) == 8) continue;
    return last;
  }
};

TEST_F(CrashTest, NothingAcknowledgedIsLostByAKill) {
  constexpr int kKills = 60;
  std::mt19937 random(7);  // NOLINT: the same points in each run
  uint64_t count = 0;
  for (int round = 0; round < kKills; ++round) {
    uint64_t acks = random() % 40 + (round % 20 == 0 ? 1500 : 0);  // at times past a checkpoint
    uint64_t acknowledged = killAfter(count + 1, acks, std::chrono::microseconds(random() % 3000));
    auto ledger = open();
    ASSERT_NE(ledger, nullptr);
    auto verified = ledger->verifyAudit();
    ASSERT_TRUE(verified.ok()) << verified.error().message;
    ASSERT_GE(*verified, acknowledged) << "round " << round;
    ASSERT_GE(*verified, count);
    count = *verified;
    // Usage, audit and answers of one turn are stored together or not at all.
    auto usage = ledger->usage({}).value();
    ASSERT_EQ(usage.empty() ? 0 : usage.front().runs, count);
    auto last = ledger->auditAfter({.afterSeq = count > 0 ? count - 1 : 0}).value();
    if (count == 0) continue;
    ASSERT_EQ(last.back().event.subject, std::to_string(count));
    auto answer = ledger->recall("acme", "k" + std::to_string(count)).value();
    ASSERT_TRUE(answer.has_value());
    EXPECT_EQ(answer->body, std::to_string(count));
  }
  EXPECT_GT(count, 1000U);
}

}  // namespace
}  // namespace mayfly
