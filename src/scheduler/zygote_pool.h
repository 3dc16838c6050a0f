// SPDX-License-Identifier: Apache-2.0
#pragma once

// The zygote in use, those on their way out, and the spare guests forked ahead.
//
// A zygote is replaced by age and by count, so that no memory layout lives long; the old one goes when its last guest
// has. One that dies is started again with growing pauses. A spare is a guest that was forked, sealed and rehearsed
// before its job came; it is used once. Spares carry the limits they were sealed with, so they serve jobs with just
// those limits; other jobs get a fresh fork.

#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "base/lifetime.h"
#include "scheduler/guest.h"
#include "scheduler/zygote.h"

namespace mayfly {

struct ZygotePoolOptions {
  SealedProcessOptions process;
  CgroupLimits cgroupLimits;
  size_t spares = 0;
  wire::GuestLimits spareLimits;
  uint64_t maxForks = 100'000;
  std::chrono::minutes maxAge{60};
};

class ZygotePool {
 public:
  using Waiter = std::function<void(Result<std::unique_ptr<Guest>>, bool spare)>;

  ZygotePool(EventLoop& loop, ZygotePoolOptions options, const CgroupRoot& cgroups);
  ~ZygotePool();
  ZygotePool(const ZygotePool&) = delete;
  ZygotePool& operator=(const ZygotePool&) = delete;

  // Starts the first zygote.
  void warm();

  // A guest with these limits: a spare if one waits, else a fork, as soon as a zygote is ready. A spare is not replaced
  // before refillWhenQuiet(): a fork now would compete with the job for the processor.
  void acquire(const wire::GuestLimits& limits, Waiter waiter);

  // A guest that exits at once; the benchmark's floor.
  Result<std::unique_ptr<Guest>> forkFloor();

  void setSpares(size_t count);
  // Forks spares until there are as many as wanted, as soon as no job has come for five milliseconds: making a spare
  // costs more than a fork, and while jobs come one after the other they need the processor themselves.
  void refillWhenQuiet();
  // Spares that have rehearsed and wait.
  [[nodiscard]] size_t sparesReady() const;
  [[nodiscard]] Zygote* current() { return current_ != nullptr && current_->ready() ? current_.get() : nullptr; }
  [[nodiscard]] std::chrono::milliseconds answerLimit() const { return options_.process.answerLimit; }
  [[nodiscard]] const std::optional<Error>& lastFailure() const { return lastFailure_; }

 private:
  void refill();
  void startZygote();
  void onReady();
  void onGone(Zygote* zygote, const Error& error);
  void retireIfWorn();
  std::unique_ptr<Guest> takeSpare();
  void serveWaiters();
  void dropIdleRetired();

  EventLoop& loop_;
  ZygotePoolOptions options_;
  const CgroupRoot& cgroups_;
  std::unique_ptr<Zygote> current_;
  std::vector<std::unique_ptr<Zygote>> retired_;
  std::deque<std::unique_ptr<Guest>> spares_;
  std::deque<std::pair<wire::GuestLimits, Waiter>> waiters_;
  std::optional<Error> lastFailure_;
  unsigned failuresInARow_ = 0;
  bool restarting_ = false;
  EventLoop::TimerId restartTimer_{};
  MonotonicTime lastAcquired_;
  EventLoop::TimerId refillTimer_{};
  bool refillDue_ = false;
  Lifetime lifetime_;
};

}  // namespace mayfly
