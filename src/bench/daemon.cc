// SPDX-License-Identifier: Apache-2.0
#include "bench/daemon.h"

#include <optional>

#include "bench/interrupt.h"

namespace mayfly::bench {

Result<std::unique_ptr<Daemon>> Daemon::start(const SchedulerOptions& options) {
  auto loop = EventLoop::create();
  if (!loop) return std::move(loop).error();
  std::unique_ptr<Daemon> daemon(new Daemon(std::move(loop).value(), options));
  daemon->scheduler_.warm(false);
  ZygotePool& pool = daemon->scheduler_.zygotes();
  MAYFLY_TRY(daemon->until([&] { return pool.current() != nullptr || pool.lastFailure(); }, "the zygote"));
  if (pool.current() == nullptr) return Error{*pool.lastFailure()};
  return daemon;
}

Result<void> Daemon::until(const std::function<bool()>& done, std::string_view what, std::chrono::seconds atMost) {
  loop_->runUntil([&] { return interrupted() || done(); }, monotonicNow() + atMost);
  MAYFLY_TRY(checkInterrupted());
  if (done()) return {};
  return Error{ErrorCode::kUnavailable,
               "waited " + std::to_string(atMost.count()) + " s for " + std::string(what) + " in vain"};
}

Result<Daemon::Ran> Daemon::run(RunRequest request) {
  // Shared with the callbacks: a run that does not even end when it is cancelled outlives this call.
  struct State {
    MonotonicTime begin = monotonicNow();
    double replyMicros = 0;
    std::optional<Outcome> outcome;
  };
  auto state = std::make_shared<State>();
  RunCallbacks callbacks;
  callbacks.onReply = [state] {
    state->replyMicros = std::chrono::duration<double, std::micro>(monotonicNow() - state->begin).count();
  };
  callbacks.onDone = [state](Outcome done) { state->outcome = std::move(done); };
  uint64_t id = scheduler_.submit(std::move(request), std::move(callbacks));
  auto ended = until([&] { return state->outcome.has_value(); }, "a run");
  if (!ended) {
    scheduler_.cancel(id);
    return std::move(ended).error();
  }
  return Ran{std::move(*state->outcome), state->replyMicros};
}

Result<Daemon::Ran> Daemon::runChecked(RunRequest request, std::string_view expected) {
  auto ran = run(std::move(request));
  if (!ran) return ran;
  MAYFLY_TRY(checkOutcome(ran->outcome, expected));
  return ran;
}

Result<void> Daemon::awaitSpares(size_t count) {
  ZygotePool& pool = scheduler_.zygotes();
  return until([&] { return pool.sparesReady() >= count; }, "spares");
}

Result<void> checkOutcome(const Outcome& outcome, std::string_view expected) {
  if (outcome.error) {
    return Error{ErrorCode::kInternal,
                 "a run failed: " + std::string(errorInfo(outcome.error->code).code) + " " + outcome.error->message};
  }
  if (outcome.resultJson != expected) {
    return Error{ErrorCode::kInternal,
                 "a run answered " + outcome.resultJson.value_or("nothing") + " instead of " + std::string(expected)};
  }
  return {};
}

}  // namespace mayfly::bench
