// SPDX-License-Identifier: Apache-2.0
#include "guest/timer_queue.h"

#include <algorithm>

#include "guest/guest_state.h"

namespace mayfly::guest {
namespace {

using std::chrono::milliseconds;

// Timers that timers set, over and over, are slowed down (HTML standard, 8.6, "timer initialization steps").
constexpr uint32_t kFreeNesting = 5;
constexpr milliseconds kNestedDelay(4);
constexpr milliseconds kShortestDelay(1);

void addTimer(const v8::FunctionCallbackInfo<v8::Value>& info, bool repeat) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsFunction()) {
    return throwTypeError(
        isolate, "The first argument of setTimeout or setInterval must be a function; code in a string is not run");
  }
  int32_t delay = 0;  // a `long`: what does not fit wraps around
  if (info.Length() > 1 && !info[1]->Int32Value(context).To(&delay)) return;
  TimerQueue::Request request{.callback = info[0].As<v8::Function>(), .delay = milliseconds(delay), .repeat = repeat};
  for (int i = 2; i < info.Length(); ++i) request.arguments.push_back(info[i]);
  auto id = stateOf(isolate).timers.add(isolate, request);
  if (!id) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "More than 10000 timers are waiting")));
    return;
  }
  info.GetReturnValue().Set(*id);
}

void setTimeout(const v8::FunctionCallbackInfo<v8::Value>& info) { addTimer(info, false); }
void setInterval(const v8::FunctionCallbackInfo<v8::Value>& info) { addTimer(info, true); }

void clearTimer(const v8::FunctionCallbackInfo<v8::Value>& info) {
  uint32_t id = 0;
  if (info[0]->IsUndefined()) return;
  if (info[0]->Uint32Value(info.GetIsolate()->GetCurrentContext()).To(&id))
    stateOf(info.GetIsolate()).timers.remove(id);
}

}  // namespace

std::optional<uint32_t> TimerQueue::add(v8::Isolate* isolate, const Request& request) {
  if (timers_.size() >= kMaxTimers) return std::nullopt;
  Timer timer;
  timer.callback.Reset(isolate, request.callback);
  for (const auto& argument : request.arguments) timer.arguments.emplace_back(isolate, argument);
  timer.continuation.Reset(isolate, isolate->GetContinuationPreservedEmbedderDataV2());
  timer.delay = request.delay;
  timer.repeat = request.repeat;
  timer.held = request.held;
  timer.nesting = nesting_ + 1;
  if (timer.held) ++held_;
  uint32_t id = ++lastId_;
  schedule(id, timer);
  timers_.emplace(id, std::move(timer));
  return id;
}

void TimerQueue::schedule(uint32_t id, Timer& timer) {
  milliseconds shortest = timer.nesting > kFreeNesting + 1 ? kNestedDelay : kShortestDelay;
  timer.due = std::chrono::steady_clock::now() + std::max(timer.delay, shortest);
  timer.order = ++order_;
  byTime_.emplace(std::pair(timer.due, timer.order), id);
}

void TimerQueue::remove(uint32_t id) {
  auto found = timers_.find(id);
  if (found == timers_.end()) return;
  if (found->second.held) --held_;
  byTime_.erase({found->second.due, found->second.order});
  timers_.erase(found);
}

void TimerQueue::hold(uint32_t id, bool held) {
  auto found = timers_.find(id);
  if (found == timers_.end() || found->second.held == held) return;
  found->second.held = held;
  held ? ++held_ : --held_;
}

int TimerQueue::millisUntilNext() const {
  auto left = std::chrono::ceil<milliseconds>(nextTime() - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
}

bool TimerQueue::runNext(v8::Local<v8::Context> context, Time now) {
  if (byTime_.empty() || nextTime() > now) return false;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::HandleScope scope(isolate);
  uint32_t id = byTime_.begin()->second;
  Timer& timer = timers_.find(id)->second;
  byTime_.erase(byTime_.begin());
  nesting_ = timer.nesting;
  v8::Local<v8::Function> callback = timer.callback.Get(isolate);
  std::vector<v8::Local<v8::Value>> arguments;
  for (const auto& argument : timer.arguments) arguments.push_back(argument.Get(isolate));
  isolate->SetContinuationPreservedEmbedderDataV2(timer.continuation.Get(isolate));
  if (!timer.repeat) remove(id);
  {
    v8::TryCatch uncaught(isolate);
    uncaught.SetVerbose(true);
    [[maybe_unused]] auto result =
        callback->Call(context, context->Global(), static_cast<int>(arguments.size()), arguments.data());
  }
  isolate->SetContinuationPreservedEmbedderDataV2(v8::Undefined(isolate));
  // An interval that its own callback has not cleared goes on.
  if (auto found = timers_.find(id); found != timers_.end()) {
    ++found->second.nesting;
    schedule(id, found->second);
  }
  return true;
}

void installTimers(v8::Local<v8::Context> context) {
  v8::Local<v8::Object> global = context->Global();
  defineMethod(context, global, "setTimeout", setTimeout, 1);
  defineMethod(context, global, "setInterval", setInterval, 1);
  defineMethod(context, global, "clearTimeout", clearTimer, 0);
  defineMethod(context, global, "clearInterval", clearTimer, 0);
}

}  // namespace mayfly::guest
