// SPDX-License-Identifier: Apache-2.0
#pragma once

// A bound on silence: a process owes answers of one kind, and as long as it owes any, one has to come within the limit.
// Which one does not matter: a long queue takes its time, a process that has stopped does not answer at all.

#include <functional>

#include "base/event_loop.h"

namespace mayfly {

class OwedAnswers {
 public:
  // `onLate` comes at most once.
  OwedAnswers(EventLoop& loop, std::chrono::milliseconds limit, std::function<void()> onLate);
  ~OwedAnswers();
  OwedAnswers(const OwedAnswers&) = delete;
  OwedAnswers& operator=(const OwedAnswers&) = delete;

  void owe();
  void answered();

 private:
  void look();

  EventLoop& loop_;
  std::chrono::milliseconds limit_;
  std::function<void()> onLate_;
  size_t owed_ = 0;
  MonotonicTime lastProgress_;
  bool armed_ = false;
  EventLoop::TimerId timer_{};
};

}  // namespace mayfly
