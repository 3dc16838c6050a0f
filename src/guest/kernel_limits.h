// SPDX-License-Identifier: Apache-2.0
#pragma once

// The limits of one guest that the kernel enforces, set between the fork and the guest's filter, which takes the
// means to change them away.

#include "wire/zygote_protocol.h"

namespace mayfly::guest {

// Young generation, code and malloc's own: room beyond the memory limit that V8 needs to keep within it.
constexpr uint64_t kMemoryHeadroom = 32U << 20U;

// Between the report at the limit and the kill. The kernel looks at CPU timers once a tick (4 ms at 250 Hz); more than
// a tick, so that the report comes first even when a tick is late.
constexpr uint64_t kCpuGraceNanos = 6'000'000;

// Private writable memory of this process beyond `baseline` (RLIMIT_DATA).
void limitMemory(uint64_t baseline, uint64_t bytes);

// No process or thread beside this one (RLIMIT_NPROC).
void forbidProcesses();

// CPU time of this process from now on, user and system. At the limit the process gets kCpuSignal; a grace later
// SIGKILL, which nothing can block or catch (timer_create with CLOCK_PROCESS_CPUTIME_ID). 0: no limit here; the daemon
// watches the clock of a worker, which may use more with every call.
extern const int kCpuSignal;
void limitCpu(uint64_t nanos);

// CPU time that this process has used.
uint64_t cpuNanos();

}  // namespace mayfly::guest
