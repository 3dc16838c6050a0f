// SPDX-License-Identifier: Apache-2.0
#pragma once

// Divides what a process uses among the calls that are under way while it uses it: CPU time, and memory-time (resident
// bytes times milliseconds). What is used while no call is under way is kept apart.

#include <cstdint>

#include "base/clock.h"
#include "scheduler/outcome.h"

namespace mayfly {

class UsageMeter {
 public:
  // What had been used per call when a call began.
  struct Share {
    double cpuNanos = 0;
    double byteMillis = 0;
    MonotonicTime began;
  };

  explicit UsageMeter(MonotonicTime now) : seen_(now) {}

  // The process has used `cpuNanos` in all by now, and has held `bytes` since the last time.
  void account(uint64_t cpuNanos, uint64_t bytes, MonotonicTime now);

  // A call begins or ends at the time of the last account.
  Share begin();
  void end(const Share& share, Usage& usage);
  // What belonged to no call since this was asked last.
  Usage takeIdle();

 private:
  uint64_t cpuNanos_ = 0;
  MonotonicTime seen_;
  size_t underWay_ = 0;
  Share perCall_;
  double idleCpuNanos_ = 0;
  double idleByteMillis_ = 0;
  double idleMillis_ = 0;
};

}  // namespace mayfly
