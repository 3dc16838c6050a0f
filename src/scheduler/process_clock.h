// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the kernel says about a process behind a pidfd. Nothing of it comes from the process or from its parent.

#include <sys/types.h>

#include <cstdint>

namespace mayfly {

// The process in our own pid namespace; 0 when it has gone.
pid_t pidBehind(int pidfd);

// CPU time that the process has used, user and system; 0 when it has gone.
uint64_t cpuNanosOf(pid_t pid);

// The most memory that the process has had resident, shared pages included (VmHWM); 0 when it has gone.
uint64_t peakBytesOf(pid_t pid);

// Memory of the process that is resident, shared pages included; 0 when it has gone.
uint64_t residentBytesOf(pid_t pid);

}  // namespace mayfly
