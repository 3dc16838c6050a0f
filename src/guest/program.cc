// SPDX-License-Identifier: Apache-2.0
#include "guest/program.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/clock.h"
#include "base/utf8.h"
#include "guest/error_events.h"
#include "guest/failure.h"
#include "guest/randomness.h"

namespace mayfly::guest {
namespace {

// JSON.stringify writes a lone surrogate as an escape, which is JSON by its grammar and text to nobody.
void replaceLoneSurrogates(std::string& json) {
  for (size_t at = json.find('\\'); at != std::string::npos && at + 5 < json.size(); at = json.find('\\', at + 2)) {
    bool surrogate = json[at + 1] == 'u' && json[at + 2] == 'd' &&
                     std::string_view("89abcdef").find(json[at + 3]) != std::string_view::npos;
    if (surrogate) json.replace(at + 2, 4, "fffd");
  }
}

}  // namespace

Program::Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job)
    : engine_(engine),
      isolate_(engine.isolate()),
      context_(context),
      channel_(channel),
      job_(job),
      modules_(isolate_, job.modules),
      entrypoint_(context, job),
      began_(std::chrono::steady_clock::now()) {
  GuestState& state = engine.state();
  state.channel = &channel;
  state.job = &job;
  state.logBytesLeft = job.logBytes;
  engine.clock().setMillis(std::floor(job.startMillis));
  // The process is older than its job, and a program may divide by performance.now(): the origin lies before.
  state.originMillis = std::floor(job.startMillis) - 1;
  reseedRandom();
}

void Program::run() {
  v8::Context::Scope scope(context_);
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> value;
  if (!load().ToLocal(&value)) {
    if (!reported_) reportCaught(caught, ErrorCode::kException);
    return;
  }
  if (!entrypoint_.run(value, exported_).ToLocal(&value)) return reportNothing(caught);
  if (!settle(value).ToLocal(&value)) return;
  if (entrypoint_.answersRequest()) {
    if (!entrypoint_.toResult(value).ToLocal(&value)) return reportCaught(caught, ErrorCode::kException);
    if (!settle(value).ToLocal(&value)) return;
  }
  mark(&wire::Timings::ran);
  reportResult(value);
}

// ---- run ----

void Program::drainMicrotasks() {
  isolate_->PerformMicrotaskCheckpoint();
  engine_.clock().pump(isolate_);
}

v8::MaybeLocal<v8::Value> Program::settle(v8::Local<v8::Value> value) {
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Promise> promise;
  if (value->IsPromise()) {
    promise = value.As<v8::Promise>();
  } else {
    // A thenable is awaited as `await` would; anything else is settled already.
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(context_).ToLocal(&resolver) || resolver->Resolve(context_, value).IsNothing()) {
      reportCaught(caught, ErrorCode::kException);
      return {};
    }
    promise = resolver->GetPromise();
  }
  for (;;) {
    drainMicrotasks();
    if (std::optional<UncaughtError>& uncaught = engine_.state().uncaught) {
      report(describeThrown(context_, ErrorCode::kException, uncaught->thrown.Get(isolate_),
                            uncaught->message.Get(isolate_)));
      return {};
    }
    bool asked = false;
    if (reportRejections(promise, asked)) return {};
    if (asked) continue;  // listeners ran, and may have queued microtasks
    if (promise->State() != v8::Promise::kPending) break;
    if (!turn()) {
      reportUnsettled(promise);
      return {};
    }
  }
  if (promise->State() == v8::Promise::kFulfilled) return promise->Result();
  std::erase_if(engine_.state().rejections, [&](const auto& entry) { return entry.promise == promise; });
  promise->MarkAsHandled();
  report(describeThrown(context_, ErrorCode::kException, promise->Result(),
                        v8::Exception::CreateMessage(isolate_, promise->Result())));
  return {};
}

// Runs the next task, or waits for the next timer and runs it. False when there is nothing left to wait for.
bool Program::turn() {
  TimerQueue& timers = engine_.state().timers;
  TaskQueue& tasks = engine_.state().tasks;
  timers.leaveTimer();
  if (!tasks.empty() && (timers.empty() || tasks.nextTime() <= timers.nextTime())) {
    // No wait, so the program's clock stays where it is.
    tasks.runNext(context_);
    return true;
  }
  if (timers.heldCount() == 0) return false;
  if (int wait = timers.millisUntilNext(); wait > 0) channel_.sleep(wait);
  engine_.clock().setMillis(std::max(engine_.clock().millis(), std::floor(wallClockMillis())));
  timers.runNext(context_, channel_.isNowhere() ? TimerQueue::Time::max() : std::chrono::steady_clock::now());
  return true;
}

bool Program::reportRejections(v8::Local<v8::Promise> except, bool& asked) {
  GuestState& state = engine_.state();
  asked = !state.handledLate.empty();
  for (const auto& promise : std::exchange(state.handledLate, {})) {
    tellRejectionHandled(isolate_, promise.Get(isolate_));
  }
  for (UnhandledRejection& entry : std::exchange(state.rejections, {})) {
    if (entry.promise == except) {
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
    report(describeThrown(context_, ErrorCode::kRejection, entry.reason.Get(isolate_), entry.message.Get(isolate_)));
    return true;
  }
  return false;
}

void Program::reportUnsettled(v8::Local<v8::Promise> promise) {
  (void)promise;
  wire::Failure failure =
      plainFailure(ErrorCode::kUnsettled,
                   "the program waits for a promise that nothing can settle: no timer and no call is pending");
  if (!mainModule_.IsEmpty()) {
    auto [modules, messages] = mainModule_->GetStalledTopLevelAwaitMessages(isolate_);
    if (!messages.empty()) {
      wire::Failure located = describeThrown(context_, ErrorCode::kUnsettled, v8::Undefined(isolate_), messages[0]);
      failure.frames = std::move(located.frames);
      failure.message = "a top-level await never settles: no timer and no call is pending";
    }
  }
  report(failure);
}

void Program::settleRest() {
  wire::Settled settled;
  auto& waiting = engine_.state().waitsFor;
  for (size_t i = 0; i < waiting.size(); ++i) {  // they may give more of them
    v8::HandleScope scope(isolate_);
    auto loss = settleOne(waiting[i].Get(isolate_));
    if (!loss || settled.warnings.size() >= wire::kMaxWarnings) continue;
    settled.warnings.emplace_back(utf8Prefix("after the result: " + *loss, wire::kMaxWarningText));
  }
  settled.pendingTimers = static_cast<uint32_t>(engine_.state().timers.heldCount());
  channel_.send(wire::FrameType::kSettled, wire::encodeSettled(settled));
}

// What went wrong until that promise was settled; the first of it.
std::optional<std::string> Program::settleOne(v8::Local<v8::Promise> promise) {
  GuestState& state = engine_.state();
  std::optional<std::string> loss;
  auto lose = [&](v8::Local<v8::Value> thrown, v8::Local<v8::Message> message) {
    if (!loss) loss = describeLoss(thrown, message);
  };
  for (;;) {
    v8::TryCatch caught(isolate_);
    drainMicrotasks();
    if (std::optional<UncaughtError> uncaught = std::exchange(state.uncaught, std::nullopt)) {
      lose(uncaught->thrown.Get(isolate_), uncaught->message.Get(isolate_));
    }
    for (UnhandledRejection& entry : std::exchange(state.rejections, {})) {
      v8::Local<v8::Promise> rejected = entry.promise.Get(isolate_);
      v8::Local<v8::Value> reason = entry.reason.Get(isolate_);
      if (rejected->HasHandler() || programHandlesRejection(isolate_, rejected, reason)) continue;
      lose(reason, entry.message.Get(isolate_));
    }
    if (promise->State() != v8::Promise::kPending) break;
    bool turned = turn();
    if (caught.HasCaught()) lose(caught.Exception(), caught.Message());
    if (turned) continue;
    if (!loss) loss = "a promise given to waitUntil can never be settled: no timer and no call is pending";
    return loss;
  }
  if (promise->State() == v8::Promise::kRejected) {
    lose(promise->Result(), v8::Exception::CreateMessage(isolate_, promise->Result()));
  }
  return loss;
}

std::string Program::describeLoss(v8::Local<v8::Value> thrown, v8::Local<v8::Message> message) {
  wire::Failure failure = describeThrown(context_, ErrorCode::kRejection, thrown, message);
  std::string text = failure.name.empty() ? failure.message : failure.name + ": " + failure.message;
  if (failure.frames.empty() || modules_.isTransformed(failure.frames[0].module)) return text;
  return text + " (" + failure.frames[0].module + ":" + std::to_string(failure.frames[0].line) + ")";
}

// ---- report ----

void Program::mark(uint32_t wire::Timings::* field) {
  auto elapsed = std::chrono::steady_clock::now() - began_;
  timings_.*field = static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(elapsed).count());
}

void Program::reportResult(v8::Local<v8::Value> value) {
  v8::TryCatch caught(isolate_);
  wire::ResultValue result;
  result.lingers = !engine_.state().waitsFor.empty();
  if (!result.lingers) result.pendingTimers = static_cast<uint32_t>(engine_.state().timers.heldCount());
  if (!value->IsUndefined() && !value->IsFunction() && !value->IsSymbol()) {
    v8::Local<v8::String> json;
    if (!v8::JSON::Stringify(context_, value).ToLocal(&json)) return reportCaught(caught, ErrorCode::kResult);
    size_t size = json->Utf8LengthV2(isolate_);
    if (size > job_.outputBytes) {
      return report(plainFailure(ErrorCode::kOutput, "the result has " + std::to_string(size) +
                                                         " bytes of JSON; the limit outputBytes is " +
                                                         std::to_string(job_.outputBytes)));
    }
    result.json = utf8Text(isolate_, json);
    replaceLoneSurrogates(result.json);
    // A toJSON that returns nothing.
    result.defined = result.json != "undefined";
    if (!result.defined) result.json.clear();
  }
  mark(&wire::Timings::encoded);
  if (job_.wantTimings) channel_.send(wire::FrameType::kTimings, wire::encodeTimings(timings_));
  channel_.send(wire::FrameType::kResult, wire::encodeResult(result));
  reported_ = true;
  if (result.lingers) settleRest();
}

void Program::reportNothing(const v8::TryCatch& caught) {
  if (entrypoint_.problem().empty()) return reportCaught(caught, ErrorCode::kException);
  report(plainFailure(ErrorCode::kEntrypoint, entrypoint_.problem()));
}

void Program::reportCaught(const v8::TryCatch& caught, ErrorCode code) {
  if (reported_) return;
  v8::Local<v8::Value> thrown = caught.Exception();
  if (thrown.IsEmpty()) thrown = v8::Undefined(isolate_);
  report(describeThrown(context_, code, thrown, caught.Message()));
}

void Program::report(const wire::Failure& failure) {
  if (reported_) return;
  reported_ = true;
  channel_.send(wire::FrameType::kFailure, wire::encodeFailure(failure));
}

}  // namespace mayfly::guest
