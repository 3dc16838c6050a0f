// SPDX-License-Identifier: Apache-2.0
#include "guest/program.h"

#include <cmath>

#include "base/utf8.h"
#include "guest/failure.h"
#include "guest/randomness.h"
#include "guest/result_value.h"

namespace mayfly::guest {
Program::Program(Engine& engine, v8::Local<v8::Context> context, DaemonChannel& channel, const wire::Job& job)
    : engine_(engine),
      isolate_(engine.isolate()),
      context_(context),
      channel_(channel),
      job_(job),
      modules_(isolate_, job.modules),
      loop_(engine, context, channel),
      onLoss_([this](const ProgramLoop::Loss& loss) {
        report(describeThrown(context_, loss.code, loss.thrown, loss.message));
        return false;
      }),
      began_(std::chrono::steady_clock::now()) {
  GuestState& state = engine.state();
  state.channel = &channel;
  state.job = &job;
  state.log.bytesLeft = job.logBytes;
  engine.clock().setMillis(std::floor(job.startMillis));
  // The process is older than its job, and a program may divide by performance.now(): the origin lies before.
  state.originMillis = std::floor(job.startMillis) - 1;
  reseedRandom();
}

void Program::run() {
  v8::Context::Scope scope(context_);
  v8::TryCatch caught(isolate_);
  v8::Local<v8::Value> value;
  if (!load()) return;
  Entrypoint entrypoint(context_, {job_.entrypoint, job_.method, job_.inputJson, job_.argumentsJson, job_.propsJson});
  if (!choose(entrypoint).ToLocal(&value) || !entrypoint.run(value, isExported()).ToLocal(&value)) {
    return reportNothing(entrypoint, caught);
  }
  if (!settle(value).ToLocal(&value)) return;
  if (entrypoint.answersRequest()) {
    if (!entrypoint.toResult(value).ToLocal(&value)) return reportCaught(caught, ErrorCode::kException);
    if (!settle(value).ToLocal(&value)) return;
  }
  mark(&wire::Timings::ran);
  reportResult(value);
}

v8::MaybeLocal<v8::Value> Program::choose(Entrypoint& entrypoint) {
  if (shape_ == Shape::kNamespace) return entrypoint.choose(loaded_.As<v8::Object>());
  if (shape_ == Shape::kCommonJs && loaded_->IsObject()) {
    // module.exports itself, or its `default` where a compiler has put one.
    v8::Local<v8::Object> exports = loaded_.As<v8::Object>();
    bool named =
        entrypoint.isNamed() || exports->HasOwnProperty(context_, v8Name(isolate_, "default")).FromMaybe(false);
    if (named) return entrypoint.choose(exports);
  }
  return loaded_;
}

// ---- run ----

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
  switch (loop_.settle(promise, onLoss_)) {
    case ProgramLoop::End::kStopped:
      return {};
    case ProgramLoop::End::kStalled:
      reportUnsettled();
      return {};
    case ProgramLoop::End::kSettled:
      break;
  }
  if (promise->State() == v8::Promise::kFulfilled) return promise->Result();
  engine_.state().forgetRejection(promise);
  promise->MarkAsHandled();
  report(describeThrown(context_, ErrorCode::kException, promise->Result(),
                        v8::Exception::CreateMessage(isolate_, promise->Result())));
  return {};
}

void Program::reportUnsettled() {
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
  std::optional<std::string> loss;
  auto lose = [&](const ProgramLoop::Loss& what) {
    if (!loss) loss = describeLoss(what);
    return true;
  };
  if (loop_.settle(promise, lose) == ProgramLoop::End::kStalled) {
    if (!loss) loss = "a promise given to waitUntil can never be settled: no timer and no call is pending";
  } else if (promise->State() == v8::Promise::kRejected) {
    lose({ErrorCode::kRejection, promise->Result(), v8::Exception::CreateMessage(isolate_, promise->Result()), 0});
  }
  return loss;
}

std::string Program::describeLoss(const ProgramLoop::Loss& loss) {
  wire::Failure failure = describeThrown(context_, ErrorCode::kRejection, loss.thrown, loss.message);
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
  auto encoded = resultOf(context_, value, job_.outputBytes);
  if (auto* failure = std::get_if<wire::Failure>(&encoded)) return report(*failure);
  auto& result = std::get<wire::ResultValue>(encoded);
  result.lingers = !engine_.state().waitsFor.empty();
  if (!result.lingers) result.pendingTimers = static_cast<uint32_t>(engine_.state().timers.heldCount());
  mark(&wire::Timings::encoded);
  if (job_.wantTimings) channel_.send(wire::FrameType::kTimings, wire::encodeTimings(timings_));
  channel_.send(wire::FrameType::kResult, wire::encodeResult(result));
  reported_ = true;
  succeeded_ = !result.lingers;
  if (result.lingers) settleRest();
}

void Program::reportNothing(const Entrypoint& entrypoint, const v8::TryCatch& caught) {
  if (entrypoint.problem().empty()) return reportCaught(caught, ErrorCode::kException);
  report(plainFailure(ErrorCode::kEntrypoint, entrypoint.problem()));
}

void Program::reportCaught(const v8::TryCatch& caught, ErrorCode code) {
  if (!reported_) report(describeCaught(context_, caught, code));
}

void Program::report(const wire::Failure& failure) {
  if (reported_) return;
  reported_ = true;
  channel_.send(wire::FrameType::kFailure, wire::encodeFailure(failure));
}

}  // namespace mayfly::guest
