// SPDX-License-Identifier: Apache-2.0
#include "guest/timer_queue.h"

#include <algorithm>
#include <cmath>

#include "guest/guest_state.h"

namespace mayfly::guest {
namespace {

using std::chrono::milliseconds;

// The delay is a 32-bit signed integer in every browser; what does not fit becomes 1.
milliseconds delayOf(double millis) {
  if (!(millis >= 1) || millis > 2147483647.0) return milliseconds(1);
  return milliseconds(static_cast<int64_t>(millis));
}

void addTimer(const v8::FunctionCallbackInfo<v8::Value>& info, bool repeat) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsFunction()) {
    return throwTypeError(
        isolate, "The first argument of setTimeout or setInterval must be a function; code in a string is not run");
  }
  double delay = 0;
  if (info.Length() > 1 && !info[1]->NumberValue(context).To(&delay)) return;
  std::vector<v8::Local<v8::Value>> arguments;
  for (int i = 2; i < info.Length(); ++i) arguments.push_back(info[i]);
  auto id = stateOf(isolate).timers.add(isolate, info[0].As<v8::Function>(), arguments, delay, repeat);
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

std::optional<uint32_t> TimerQueue::add(v8::Isolate* isolate, v8::Local<v8::Function> callback,
                                        const std::vector<v8::Local<v8::Value>>& arguments, double delayMillis,
                                        bool repeat) {
  if (timers_.size() >= kMaxTimers) return std::nullopt;
  Timer timer;
  timer.callback.Reset(isolate, callback);
  for (const auto& argument : arguments) timer.arguments.emplace_back(isolate, argument);
  timer.delay = delayOf(delayMillis);
  timer.repeat = repeat;
  uint32_t id = ++lastId_;
  schedule(id, timer);
  timers_.emplace(id, std::move(timer));
  return id;
}

void TimerQueue::schedule(uint32_t id, Timer& timer) {
  timer.due = std::chrono::steady_clock::now() + timer.delay;
  timer.order = ++order_;
  byTime_.emplace(std::pair(timer.due, timer.order), id);
}

void TimerQueue::remove(uint32_t id) {
  auto found = timers_.find(id);
  if (found == timers_.end()) return;
  byTime_.erase({found->second.due, found->second.order});
  timers_.erase(found);
}

int TimerQueue::millisUntilNext() const {
  auto left = std::chrono::ceil<milliseconds>(byTime_.begin()->first.first - std::chrono::steady_clock::now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
}

bool TimerQueue::runNext(v8::Local<v8::Context> context, Time now) {
  if (byTime_.empty() || byTime_.begin()->first.first > now) return false;
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  uint32_t id = byTime_.begin()->second;
  byTime_.erase(byTime_.begin());
  auto found = timers_.find(id);
  v8::Local<v8::Function> callback = found->second.callback.Get(isolate);
  std::vector<v8::Local<v8::Value>> arguments;
  for (const auto& argument : found->second.arguments) arguments.push_back(argument.Get(isolate));
  if (found->second.repeat) {
    schedule(id, found->second);
  } else {
    timers_.erase(found);
  }
  // What it throws is pending in the caller's TryCatch.
  [[maybe_unused]] auto result =
      callback->Call(context, v8::Undefined(isolate), static_cast<int>(arguments.size()), arguments.data());
  return true;
}

void TimerQueue::clear() {
  timers_.clear();
  byTime_.clear();
}

void installTimers(v8::Local<v8::Context> context) {
  v8::Local<v8::Object> global = context->Global();
  defineMethod(context, global, "setTimeout", setTimeout, 1);
  defineMethod(context, global, "setInterval", setInterval, 1);
  defineMethod(context, global, "clearTimeout", clearTimer, 0);
  defineMethod(context, global, "clearInterval", clearTimer, 0);
}

}  // namespace mayfly::guest
