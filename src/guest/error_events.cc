// SPDX-License-Identifier: Apache-2.0
#include "guest/error_events.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "guest/failure.h"
#include "guest/groups.h"
#include "guest/guest_state.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

// Calls a function that the group "events" exports for the handler attributes.
void callEvents(const Info& info, const char* function, std::vector<v8::Local<v8::Value>> arguments) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  v8::Local<v8::Object> events;
  v8::Local<v8::Value> callee;
  v8::Local<v8::Value> answer;
  arguments.insert(arguments.begin(), info.Data());
  if (loadGroup(context, "events").ToLocal(&events) &&
      events->Get(context, v8Name(isolate, function)).ToLocal(&callee) && callee->IsFunction() &&
      callee.As<v8::Function>()
          ->Call(context, v8::Undefined(isolate), static_cast<int>(arguments.size()), arguments.data())
          .ToLocal(&answer)) {
    info.GetReturnValue().Set(answer);
  }
}

void getHandler(const Info& info) { callEvents(info, "globalHandler", {}); }
void setHandler(const Info& info) { callEvents(info, "setGlobalHandler", {info[0]}); }

bool ask(v8::Isolate* isolate, const char* type, v8::Local<v8::Value> value, v8::Local<v8::Value> detail) {
  GuestState& state = stateOf(isolate);
  v8::Local<v8::Function> reporter = state.reporter.Get(isolate);
  v8::Local<v8::Context> context = reporter->GetCreationContextChecked(isolate);
  v8::Context::Scope inside(context);
  v8::TryCatch guard(isolate);
  std::array<v8::Local<v8::Value>, 3> arguments = {v8Name(isolate, type), value, detail};
  v8::Local<v8::Value> answer;
  return reporter->Call(context, v8::Undefined(isolate), arguments.size(), arguments.data()).ToLocal(&answer) &&
         answer->IsTrue();
}

}  // namespace

void installErrorHandlers(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  for (std::string type : {"error", "unhandledrejection", "rejectionhandled"}) {
    v8::Local<v8::String> data = v8Name(isolate, type);
    auto make = [&](v8::FunctionCallback callback, int length, const std::string& name) {
      v8::Local<v8::Function> function =
          v8::Function::New(context, callback, data, length, v8::ConstructorBehavior::kThrow).ToLocalChecked();
      function->SetName(v8Name(isolate, name));
      return function;
    };
    v8::Local<v8::Function> getter = make(getHandler, 0, "get on" + type);
    v8::Local<v8::Function> setter = make(setHandler, 1, "set on" + type);
    v8::PropertyDescriptor property(getter, setter);
    property.set_enumerable(false);
    property.set_configurable(true);
    context->Global()->DefineProperty(context, v8Name(isolate, "on" + type), property).Check();
  }
}

bool programHandlesError(v8::Isolate* isolate, v8::Local<v8::Value> thrown, v8::Local<v8::Message> message) {
  if (stateOf(isolate).reporter.IsEmpty()) return false;
  v8::HandleScope scope(isolate);
  v8::Local<v8::Context> context = stateOf(isolate).reporter.Get(isolate)->GetCreationContextChecked(isolate);
  return ask(isolate, "error", thrown, placeOf(context, message));
}

bool programHandlesRejection(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason) {
  if (stateOf(isolate).reporter.IsEmpty()) return false;
  v8::HandleScope scope(isolate);
  return ask(isolate, "unhandledrejection", reason, promise);
}

void tellRejectionHandled(v8::Isolate* isolate, v8::Local<v8::Promise> promise) {
  if (stateOf(isolate).reporter.IsEmpty()) return;
  v8::HandleScope scope(isolate);
  ask(isolate, "rejectionhandled", promise->Result(), promise);
}

v8::Local<v8::Array> placeOf(v8::Local<v8::Context> context, v8::Local<v8::Message> message) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  v8::Local<v8::Value> name = message->GetScriptResourceName();
  std::string script = name->IsString() ? utf8Text(isolate, name.As<v8::String>()) : std::string();
  int line = std::max(0, message->GetLineNumber(context).FromMaybe(0));
  int column = std::max(0, message->GetStartColumn(context).FromMaybe(-1) + 1);
  if (script.starts_with("mayfly:")) {
    // Our own JavaScript made the error; the program's place is the one that called it.
    script.clear();
    line = column = 0;
    constexpr int kDeepest = 16;
    auto stack =
        describeStack(isolate, v8::StackTrace::CurrentStackTrace(isolate, kDeepest, v8::StackTrace::kDetailed));
    if (!stack.empty()) {
      script = stack[0].module;
      line = static_cast<int>(stack[0].line);
      column = static_cast<int>(stack[0].column);
    }
  }
  std::array<v8::Local<v8::Value>, 4> place = {message->Get(), v8Text(isolate, script), v8::Integer::New(isolate, line),
                                               v8::Integer::New(isolate, column)};
  return v8::Array::New(isolate, place.data(), place.size());
}

}  // namespace mayfly::guest
