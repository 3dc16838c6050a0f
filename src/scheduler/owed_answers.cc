// SPDX-License-Identifier: Apache-2.0
#include "scheduler/owed_answers.h"

#include <utility>

namespace mayfly {

OwedAnswers::OwedAnswers(EventLoop& loop, std::chrono::milliseconds limit, std::function<void()> onLate)
    : loop_(loop), limit_(limit), onLate_(std::move(onLate)) {}

OwedAnswers::~OwedAnswers() {
  if (armed_) loop_.cancel(timer_);
}

void OwedAnswers::owe() {
  if (owed_++ == 0) lastProgress_ = monotonicNow();
  if (std::exchange(armed_, true)) return;
  timer_ = loop_.at(lastProgress_ + limit_, [this] { look(); });
}

// The timer stays: setting it anew for each answer would cost more than one look too many.
void OwedAnswers::answered() {
  --owed_;
  lastProgress_ = monotonicNow();
}

void OwedAnswers::look() {
  armed_ = false;
  if (owed_ == 0) return;
  if (monotonicNow() - lastProgress_ >= limit_) return onLate_();
  armed_ = true;
  timer_ = loop_.at(lastProgress_ + limit_, [this] { look(); });
}

}  // namespace mayfly
