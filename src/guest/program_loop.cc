// SPDX-License-Identifier: Apache-2.0
#include "guest/program_loop.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "guest/error_events.h"

namespace mayfly::guest {

ProgramLoop::ProgramLoop(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel)
    : engine_(engine), isolate_(engine.isolate()), context_(context), channel_(channel) {}

void ProgramLoop::drainMicrotasks() {
  isolate_->PerformMicrotaskCheckpoint();
  engine_.clock().pump(isolate_);
}

void ProgramLoop::wakeClock() {
  engine_.clock().setMillis(std::max(engine_.clock().millis(), std::floor(wallClockMillis())));
}

ProgramLoop::End ProgramLoop::settle(v8::Local<v8::Promise> promise, const OnLoss& onLoss) {
  for (;;) {
    drainMicrotasks();
    bool asked = false;
    if (!takeLosses(promise, onLoss, asked)) return End::kStopped;
    if (asked) continue;  // listeners ran, and may have queued microtasks
    if (promise->State() != v8::Promise::kPending) return End::kSettled;
    if (!turn()) return End::kStalled;
  }
}

void ProgramLoop::turnForEver(const OnLoss& onLoss) {
  for (;;) {
    v8::HandleScope scope(isolate_);
    drainMicrotasks();
    bool asked = false;
    takeLosses({}, onLoss, asked);
    if (!asked) turn();
  }
}

bool ProgramLoop::takeLosses(v8::Local<v8::Promise> except, const OnLoss& onLoss, bool& asked) {
  GuestState& state = engine_.state();
  if (std::optional<UncaughtError> uncaught = std::exchange(state.uncaught, std::nullopt)) {
    if (!onLoss({ErrorCode::kException, uncaught->thrown.Get(isolate_), uncaught->message.Get(isolate_),
                 uncaught->stream})) {
      return false;
    }
  }
  asked = !state.handledLate.empty();
  for (const auto& promise : std::exchange(state.handledLate, {})) {
    tellRejectionHandled(isolate_, promise.Get(isolate_));
  }
  for (UnhandledRejection& entry : std::exchange(state.rejections, {})) {
    if (!except.IsEmpty() && entry.promise == except) {
      state.rejections.push_back(std::move(entry));
      continue;
    }
    if (entry.promise.Get(isolate_)->HasHandler()) continue;  // a listener's doing
    if (programHandlesRejection(isolate_, entry.promise.Get(isolate_), entry.reason.Get(isolate_))) {
      asked = true;
      constexpr size_t kMaxExcused = 1000;
      if (state.excused.size() < kMaxExcused) state.excused.push_back(std::move(entry.promise));
      continue;
    }
    if (!onLoss({ErrorCode::kRejection, entry.reason.Get(isolate_), entry.message.Get(isolate_), entry.stream})) {
      return false;
    }
  }
  return true;
}

bool ProgramLoop::taskIsNext() const {
  const GuestState& state = engine_.state();
  return !state.tasks.empty() && (state.timers.empty() || state.tasks.nextTime() <= state.timers.nextTime());
}

void ProgramLoop::runTimer() {
  wakeClock();
  engine_.state().timers.runNext(context_,
                                 channel_.isNowhere() ? TimerQueue::Time::max() : std::chrono::steady_clock::now());
}

// Runs the next task, or waits for the next timer and runs it. False when there is nothing left to wait for.
bool ProgramLoop::turn() {
  TimerQueue& timers = engine_.state().timers;
  timers.leaveTimer();
  if (inbox_ != nullptr) return turnListening();
  if (taskIsNext()) {
    // No wait, so the program's clock stays where it is.
    engine_.state().tasks.runNext(context_);
    return true;
  }
  if (timers.heldCount() == 0) return false;
  if (int wait = timers.millisUntilNext(); wait > 0) channel_.sleep(wait);
  runTimer();
  return true;
}

// The same with frames, which take turns with what the program has set for itself: neither can keep the other waiting.
bool ProgramLoop::turnListening() {
  GuestState& state = engine_.state();
  bool task = taskIsNext();
  if (!task && state.timers.heldCount() == 0 && !inbox_->mayHear()) return false;
  int wait = task ? 0 : state.timers.empty() ? -1 : state.timers.millisUntilNext();
  if (wait != 0 || !std::exchange(frameWasLast_, false)) {
    if (std::optional<wire::Frame> frame = channel_.next(wait)) {
      frameWasLast_ = true;
      inbox_->onFrame(*frame);
      return true;
    }
  }
  if (task) {
    state.tasks.runNext(context_);
  } else if (!state.timers.empty() && state.timers.millisUntilNext() == 0) {
    runTimer();
  }
  return true;
}

}  // namespace mayfly::guest
