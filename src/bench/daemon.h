// SPDX-License-Identifier: Apache-2.0
#pragma once

// A scheduler on a loop of its own with a zygote that is ready: what `mayfly serve` is, without the HTTP in front.
// One thread uses it at a time. Every wait is bounded.

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "base/event_loop.h"
#include "scheduler/scheduler.h"

namespace mayfly::bench {

class Daemon {
 public:
  // Returns when the zygote is sealed, proven and warm.
  static Result<std::unique_ptr<Daemon>> start(const SchedulerOptions& options);

  struct Ran {
    Outcome outcome;
    double replyMicros = 0;  // from submit() to onReply
  };
  // One run, to its end.
  Result<Ran> run(RunRequest request);
  // The same; the run must succeed with just this JSON.
  Result<Ran> runChecked(RunRequest request, std::string_view expected);

  // Until that many spares have rehearsed and nothing else is going on.
  Result<void> awaitSpares(size_t count);

  // Turns the loop until `done`; E_UNAVAILABLE names `what` when that takes too long.
  Result<void> until(const std::function<bool()>& done, std::string_view what,
                     std::chrono::seconds atMost = std::chrono::seconds(60));

  [[nodiscard]] EventLoop& loop() { return *loop_; }
  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] Zygote& zygote() { return *scheduler_.zygotes().current(); }

 private:
  Daemon(std::unique_ptr<EventLoop> loop, const SchedulerOptions& options)
      : loop_(std::move(loop)), scheduler_(*loop_, options) {}

  std::unique_ptr<EventLoop> loop_;
  Scheduler scheduler_;
};

// E_INTERNAL with what came back when the outcome is not a success with `expected`.
Result<void> checkOutcome(const Outcome& outcome, std::string_view expected);

}  // namespace mayfly::bench
