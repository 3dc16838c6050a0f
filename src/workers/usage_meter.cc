// SPDX-License-Identifier: Apache-2.0
#include "workers/usage_meter.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace mayfly {
namespace {

double millisBetween(MonotonicTime from, MonotonicTime to) {
  return std::chrono::duration<double, std::milli>(to - from).count();
}

uint64_t whole(double value) { return value > 0 ? static_cast<uint64_t>(std::llround(value)) : 0; }

}  // namespace

void UsageMeter::account(uint64_t cpuNanos, uint64_t bytes, MonotonicTime now) {
  // A process that has gone reads as 0.
  double cpu = static_cast<double>(cpuNanos - std::min(cpuNanos, cpuNanos_));
  double millis = millisBetween(seen_, now);
  double byteMillis = static_cast<double>(bytes) * millis;
  cpuNanos_ = std::max(cpuNanos, cpuNanos_);
  seen_ = now;
  if (underWay_ == 0) {
    idleCpuNanos_ += cpu;
    idleByteMillis_ += byteMillis;
    idleMillis_ += millis;
  } else {
    perCall_.cpuNanos += cpu / static_cast<double>(underWay_);
    perCall_.byteMillis += byteMillis / static_cast<double>(underWay_);
  }
}

UsageMeter::Share UsageMeter::begin() {
  ++underWay_;
  Share share = perCall_;
  share.began = seen_;
  return share;
}

// The two kinds of CPU time are not known apart before the process has ended.
void UsageMeter::end(const Share& share, Usage& usage) {
  MAYFLY_CHECK(underWay_ > 0);
  --underWay_;
  usage.cpuUserNanos = whole(perCall_.cpuNanos - share.cpuNanos);
  usage.memoryByteMillis = whole(perCall_.byteMillis - share.byteMillis);
  usage.wallNanos = whole(millisBetween(share.began, seen_) * 1e6);
}

Usage UsageMeter::takeIdle() {
  Usage usage;
  usage.cpuUserNanos = whole(std::exchange(idleCpuNanos_, 0));
  usage.memoryByteMillis = whole(std::exchange(idleByteMillis_, 0));
  usage.wallNanos = whole(std::exchange(idleMillis_, 0) * 1e6);
  return usage;
}

}  // namespace mayfly
