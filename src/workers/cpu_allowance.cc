// SPDX-License-Identifier: Apache-2.0
#include "workers/cpu_allowance.h"

#include <algorithm>

namespace mayfly {
namespace {

constexpr int kRefillShare = 100;

}  // namespace

void CpuAllowance::account(uint64_t used, MonotonicTime now) {
  // A process that has gone reads as 0.
  uint64_t more = used > used_ ? used - used_ : 0;
  left_ -= Nanoseconds(static_cast<int64_t>(more));
  used_ += more;
  // What is spent stays spent: a loop must not live on what comes back while it runs.
  if (left_ > Nanoseconds{0} && now > seen_)
    left_ = std::min(most(), std::max(left_, std::min(left_ + (now - seen_) / kRefillShare, between_)));
  seen_ = now;
}

void CpuAllowance::begin(Nanoseconds cpu) {
  calls_ += cpu;
  left_ += cpu;
}

void CpuAllowance::end(Nanoseconds cpu) {
  calls_ -= cpu;
  left_ = std::min(left_, most());
}

void CpuAllowance::refill(Nanoseconds cpu) { left_ = std::min(most(), left_ + cpu); }

}  // namespace mayfly
