// SPDX-License-Identifier: Apache-2.0
// require("native:scope"): the clock, the version, and what becomes of errors that nobody caught.

#include <array>

#include "guest/clock_platform.h"
#include "guest/error_events.h"
#include "guest/guest_state.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// now() -> milliseconds since timeOrigin(). It stands still while the program computes, as Date does.
void now(const Info& info) {
  GuestState& state = stateOf(info.GetIsolate());
  info.GetReturnValue().Set(state.clock->millis() - state.originMillis);
}

void timeOrigin(const Info& info) { info.GetReturnValue().Set(stateOf(info.GetIsolate()).originMillis); }

void version(const Info& info) { info.GetReturnValue().Set(v8Text(info.GetIsolate(), MAYFLY_VERSION)); }

// locate(error) -> [message, script, line, column]
void locate(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  info.GetReturnValue().Set(placeOf(isolate->GetCurrentContext(), v8::Exception::CreateMessage(isolate, info[0])));
}

// fail(error): the program ends with this error once the running task is over. The first one counts.
void fail(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  std::optional<UncaughtError>& uncaught = stateOf(isolate).uncaught;
  if (uncaught) return;
  uncaught.emplace();
  uncaught->thrown.Reset(isolate, info[0]);
  uncaught->message.Reset(isolate, v8::Exception::CreateMessage(isolate, info[0]));
}

// setReporter((type, value, detail) => handled): asked before an uncaught error or rejection ends the program.
void setReporter(const Info& info) {
  if (!info[0]->IsFunction()) return throwTypeError(info.GetIsolate(), "scope: a reporter is a function");
  stateOf(info.GetIsolate()).reporter.Reset(info.GetIsolate(), info[0].As<v8::Function>());
}

}  // namespace

void addScopeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "now", now, 0);
  defineMethod(context, target, "timeOrigin", timeOrigin, 0);
  defineMethod(context, target, "version", version, 0);
  defineMethod(context, target, "locate", locate, 1);
  defineMethod(context, target, "fail", fail, 1);
  defineMethod(context, target, "setReporter", setReporter, 1);
}

}  // namespace mayfly::guest
