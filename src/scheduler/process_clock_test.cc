// SPDX-License-Identifier: Apache-2.0
#include "scheduler/process_clock.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace mayfly {
namespace {

TEST(ProcessClock, AgreesWithTheKernelsAccount) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t child = ::fork();
  if (child == 0) {
    timespec used{};
    while (used.tv_nsec < 20'000'000) ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    if (::write(ready[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  UniqueFd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(pidBehind(pidfd.get()), child);
  uint64_t measured = cpuNanosOf(child);
  EXPECT_GT(residentBytesOf(child), 100U << 10U);
  EXPECT_GE(measured, 20'000'000U);
  ::kill(child, SIGKILL);
  rusage usage{};
  ASSERT_EQ(::wait4(child, nullptr, 0, &usage), child);
  uint64_t micros = static_cast<uint64_t>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  EXPECT_LE(measured, micros * 1000 + 1000);  // wait4 cuts off below a microsecond
  EXPECT_EQ(pidBehind(pidfd.get()), 0);
  EXPECT_EQ(cpuNanosOf(child), 0U);
  EXPECT_EQ(residentBytesOf(child), 0U);
  ::close(ready[0]);
  ::close(ready[1]);
}

}  // namespace
}  // namespace mayfly
