// SPDX-License-Identifier: Apache-2.0
#pragma once

// Requests per second: a bucket that holds a second's worth (at least one) and fills evenly.

#include <algorithm>
#include <cmath>

#include "base/clock.h"

namespace mayfly {

class TokenBucket {
 public:
  TokenBucket(double perSecond, MonotonicTime now)
      : perSecond_(perSecond), size_(std::max(1.0, perSecond)), tokens_(size_), filled_(now) {}

  // Takes one if there is one.
  bool take(MonotonicTime now) {
    fill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }
  // How long until there is one.
  [[nodiscard]] std::chrono::duration<double> untilNext(MonotonicTime now) const {
    double tokens = tokensAt(now);
    return std::chrono::duration<double>(tokens >= 1 ? 0 : (1 - tokens) / perSecond_);
  }

 private:
  [[nodiscard]] double tokensAt(MonotonicTime now) const {
    return std::min(size_, tokens_ + perSecond_ * std::chrono::duration<double>(now - filled_).count());
  }
  void fill(MonotonicTime now) {
    tokens_ = tokensAt(now);
    filled_ = now;
  }

  double perSecond_;
  double size_;
  double tokens_;
  MonotonicTime filled_;
};

}  // namespace mayfly
