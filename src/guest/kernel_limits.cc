// SPDX-License-Identifier: Apache-2.0
#include "guest/kernel_limits.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <csignal>

#include "base/check.h"

namespace mayfly::guest {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

void armTimer(int signal, uint64_t nanos) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = signal;
  int timer = 0;  // the kernel's timer_t is an int
  MAYFLY_CHECK(::syscall(SYS_timer_create, CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0);
  itimerspec when{};
  when.it_value.tv_sec = static_cast<time_t>(nanos / kSecond);
  when.it_value.tv_nsec = static_cast<long>(nanos % kSecond);
  MAYFLY_CHECK(::syscall(SYS_timer_settime, timer, 0, &when, nullptr) == 0);
}

}  // namespace

const int kCpuSignal = SIGXCPU;

void limitMemory(uint64_t baseline, uint64_t bytes) {
  rlimit limit{};
  limit.rlim_cur = limit.rlim_max = baseline + bytes + kMemoryHeadroom;
  MAYFLY_CHECK(::setrlimit(RLIMIT_DATA, &limit) == 0);
}

void forbidProcesses() {
  rlimit none{0, 0};
  MAYFLY_CHECK(::setrlimit(RLIMIT_NPROC, &none) == 0);
}

void limitCpu(uint64_t nanos) {
  if (nanos == 0) return;
  armTimer(kCpuSignal, nanos);
  armTimer(SIGKILL, nanos + kCpuGraceNanos);
}

uint64_t cpuNanos() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<uint64_t>(used.tv_sec) * kSecond + static_cast<uint64_t>(used.tv_nsec);
}

}  // namespace mayfly::guest
