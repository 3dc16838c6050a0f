// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a tenant has used of its CPU time in the current window. Windows are counted from 1970 and do not slide: one of
// an hour begins with the hour. The first is read from the ledger, so a restart forgives nothing; from then on what
// runs report is added.

#include <cstdint>

namespace mayfly {

class CpuWindow {
 public:
  CpuWindow(uint64_t millis, int64_t nowMillis, uint64_t usedNanos)
      : millis_(static_cast<int64_t>(millis)), start_(startAt(nowMillis, millis_)), used_(usedNanos) {}

  // Where the window lies that `nowMillis` is in.
  static int64_t startAt(int64_t nowMillis, int64_t millis) { return nowMillis - nowMillis % millis; }

  void add(uint64_t nanos, int64_t nowMillis) {
    roll(nowMillis);
    used_ = used_ > UINT64_MAX - nanos ? UINT64_MAX : used_ + nanos;
  }
  uint64_t usedAt(int64_t nowMillis) {
    roll(nowMillis);
    return used_;
  }
  [[nodiscard]] int64_t millisLeft(int64_t nowMillis) const { return millis_ - nowMillis % millis_; }

 private:
  void roll(int64_t nowMillis) {
    int64_t start = startAt(nowMillis, millis_);
    // A clock that was set back forgives nothing either.
    if (start <= start_) return;
    start_ = start;
    used_ = 0;
  }

  int64_t millis_;
  int64_t start_;
  uint64_t used_;
};

}  // namespace mayfly
