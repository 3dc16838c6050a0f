// SPDX-License-Identifier: Apache-2.0
// require("native:tasks"): the event loop, for interfaces that answer later.

#include "guest/guest_state.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// post(function): runs it as a task, after the tasks that were posted before. It keeps a program alive until it has run.
void post(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsFunction()) return throwTypeError(isolate, "tasks: a task is a function");
  if (stateOf(isolate).tasks.post(isolate, info[0].As<v8::Function>())) return;
  isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "More than 100000 tasks are waiting")));
}

}  // namespace

void addTaskNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "post", post, 1);
}

}  // namespace mayfly::guest
