// SPDX-License-Identifier: Apache-2.0
// require("native:tasks"): the event loop, for interfaces that answer later.

#include <algorithm>

#include "guest/guest_state.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

void throwRangeError(v8::Isolate* isolate, std::string_view message) {
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, message)));
}

// post(function): runs it as a task, after the tasks that were posted before. A program waits for it.
void post(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsFunction()) return throwTypeError(isolate, "tasks: a task is a function");
  if (!stateOf(isolate).tasks.post(isolate, info[0].As<v8::Function>()))
    throwRangeError(isolate, "More than 100000 tasks are waiting");
}

// after(milliseconds, function) -> id: a timer that no program waits for until it is held.
void after(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsNumber() || !info[1]->IsFunction()) return throwTypeError(isolate, "tasks: a time and a function");
  constexpr double kLongest = 1e12;  // thirty years
  auto delay = static_cast<int64_t>(std::clamp(info[0].As<v8::Number>()->Value(), 0.0, kLongest));
  TimerQueue::Request request{
      .callback = info[1].As<v8::Function>(), .delay = std::chrono::milliseconds(delay), .held = false};
  auto id = stateOf(isolate).timers.add(isolate, request);
  if (!id) return throwRangeError(isolate, "More than 10000 timers are waiting");
  info.GetReturnValue().Set(*id);
}

// hold(id, held): whether a program with nothing else to wait for waits for that timer.
void hold(const Info& info) {
  if (info[0]->IsUint32()) {
    stateOf(info.GetIsolate()).timers.hold(info[0].As<v8::Uint32>()->Value(), info[1]->IsTrue());
  }
}

// cancel(id)
void cancel(const Info& info) {
  if (info[0]->IsUint32()) stateOf(info.GetIsolate()).timers.remove(info[0].As<v8::Uint32>()->Value());
}

}  // namespace

void addTaskNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "post", post, 1);
  defineMethod(context, target, "after", after, 2);
  defineMethod(context, target, "hold", hold, 2);
  defineMethod(context, target, "cancel", cancel, 1);
}

}  // namespace mayfly::guest
