// SPDX-License-Identifier: Apache-2.0
#pragma once

// Time as the daemon sees it. Durations are std::chrono everywhere; integers only on the wire.

#include <chrono>
#include <ctime>

namespace mayfly {

using Nanoseconds = std::chrono::nanoseconds;
using MonotonicTime = std::chrono::steady_clock::time_point;

inline MonotonicTime monotonicNow() { return std::chrono::steady_clock::now(); }

// Milliseconds since 1970, with a fraction.
inline double wallClockMillis() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

}  // namespace mayfly
