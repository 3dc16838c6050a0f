// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much CPU time a worker may still use. Each call under way adds its own to what there is; what it did not need
// goes when it ends. Between calls there is one allowance more, for timers and waitUntil, which fills up again slowly.
//
// It is told what the process has used by the kernel's account, and reads no clock itself.

#include <cstdint>

#include "base/clock.h"

namespace mayfly {

class CpuAllowance {
 public:
  // `between`: what may be used while no call is under way; a hundredth of the wall clock comes back.
  CpuAllowance(Nanoseconds between, MonotonicTime now) : between_(between), left_(between), seen_(now) {}

  // The process has used `used` in all by now.
  void account(uint64_t used, MonotonicTime now);

  void begin(Nanoseconds cpu);
  void end(Nanoseconds cpu);
  // Something has come for a stream that lives long: as much again, but never more than at its beginning.
  void refill(Nanoseconds cpu);

  [[nodiscard]] Nanoseconds left() const { return left_; }
  [[nodiscard]] bool spent() const { return left_ <= Nanoseconds{0}; }
  [[nodiscard]] uint64_t used() const { return used_; }

 private:
  [[nodiscard]] Nanoseconds most() const { return between_ + calls_; }

  Nanoseconds between_;
  Nanoseconds calls_{0};  // of all that is under way
  Nanoseconds left_;
  uint64_t used_ = 0;
  MonotonicTime seen_;
};

}  // namespace mayfly
