// SPDX-License-Identifier: Apache-2.0
// What a run is charged for, and what a death is put down to, when the kernel's account has to be read with care.

#include <csignal>

#include "abuse/sandbox_fixture.h"
#include "scheduler/process_clock.h"

namespace mayfly::abuse {
namespace {

class SparesAccount : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.spares = 1;
    return options;
  }
};

// A spare has rehearsed before its job came. If that were charged, a job could not cost less than the rehearsal did.
TEST_F(SparesAccount, TheRehearsalIsNotCharged) {
  uint64_t least = UINT64_MAX;
  uint64_t rehearsal = UINT64_MAX;
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(sandbox().turnUntil([this] { return sandbox().scheduler().zygotes().sparesReady() == 1; }));
    auto spares = childrenOf(sandbox().zygotePid());
    ASSERT_EQ(spares.size(), 1U);
    rehearsal = std::min(rehearsal, cpuNanosOf(spares.front()));
    Verdict verdict = sandbox().run(request("export default () => 1"));
    ASSERT_EQ(verdict.result(), "1") << verdict;
    ASSERT_TRUE(verdict.outcome.trace.spare);
    const Usage& usage = verdict.outcome.usage;
    EXPECT_GT(usage.cpuUserNanos + usage.cpuSystemNanos, 0U);
    least = std::min(least, usage.cpuUserNanos + usage.cpuSystemNanos);
  }
  EXPECT_LT(least, rehearsal);
}

TEST_F(SparesAccount, TheLimitIsTheJobsAlone) {
  Verdict verdict = attack("for (;;);");
  EXPECT_EQ(verdict.code(), "E_CPU") << verdict;
  EXPECT_GE(verdict.cpu(), std::chrono::milliseconds(45)) << verdict;
}

class GroupsMemory : public SandboxTest {
 protected:
  SchedulerOptions options() const override {
    SchedulerOptions options = SandboxTest::options();
    options.installation.zygoteLibrary = badhostLibrary();
    options.groupMemoryBytes = 400U << 20U;
    return options;
  }
};

// Native code that fills V8's code range is stopped by the group alone. Each of several deaths at once is put down to
// it.
TEST_F(GroupsMemory, EachKillIsExplained) {
  if ((sandbox().scheduler().zygotes().current()->process().layers() & seal::bit(seal::Layer::kMemoryCgroup)) == 0)
    GTEST_SKIP() << "no memory cgroup here";
  std::vector<std::shared_ptr<Verdict>> verdicts;
  verdicts.reserve(4);
  for (int i = 0; i < 4; ++i) {
    verdicts.push_back(
        sandbox().submit(request("badhost\ntouch-code 512\nhang\n", memoryLimit(64, std::chrono::seconds(20)))));
  }
  for (const auto& verdict : verdicts) {
    ASSERT_TRUE(sandbox().turnUntil([&] { return verdict->ended; }));
    inspect(*verdict);
    EXPECT_EQ(verdict->code(), "E_MEM") << *verdict;
  }
  // And a death that is none of the kernel's doing is not.
  auto shot = sandbox().submit(request("badhost\nhang\n"));
  ASSERT_TRUE(sandbox().turnUntil([this] { return childrenOf(sandbox().zygotePid()).size() == 1; }));
  ::kill(childrenOf(sandbox().zygotePid()).front(), SIGKILL);
  ASSERT_TRUE(sandbox().turnUntil([&] { return shot->ended; }));
  EXPECT_EQ(shot->code(), "E_HOST_CRASHED") << *shot;
}

}  // namespace
}  // namespace mayfly::abuse
