// SPDX-License-Identifier: Apache-2.0
// What Workers give a program besides its input: env, props, and waitUntil.

#include "guest/guest_state.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

constexpr size_t kMaxWaiting = 10'000;

void giveJson(const Info& info, const std::string& json, bool asObject) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  if (json.empty()) {
    if (asObject) info.GetReturnValue().Set(v8::Object::New(isolate));
    return;
  }
  v8::Local<v8::Value> value;
  v8::Local<v8::String> text = v8Text(isolate, json);
  if (!text.IsEmpty() && v8::JSON::Parse(context, text).ToLocal(&value)) info.GetReturnValue().Set(value);
}

void env(const Info& info) {
  const wire::Job* job = stateOf(info.GetIsolate()).job;
  giveJson(info, job == nullptr ? std::string() : job->envJson, true);
}

void props(const Info& info) {
  const wire::Job* job = stateOf(info.GetIsolate()).job;
  giveJson(info, job == nullptr ? std::string() : job->propsJson, true);
}

// The run ends when the promise is settled; a rejection becomes a warning and not the run's failure.
void waitUntil(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  GuestState& state = stateOf(isolate);
  if (state.waitsFor.size() >= kMaxWaiting) {
    isolate->ThrowException(v8::Exception::RangeError(v8Text(isolate, "waitUntil: more than 10000 promises wait")));
    return;
  }
  v8::Local<v8::Promise> promise;
  if (info[0]->IsPromise()) {
    promise = info[0].As<v8::Promise>();
  } else {
    v8::Local<v8::Promise::Resolver> resolver;
    if (!v8::Promise::Resolver::New(context).ToLocal(&resolver) || resolver->Resolve(context, info[0]).IsNothing()) {
      return;
    }
    promise = resolver->GetPromise();
  }
  promise->MarkAsHandled();
  state.forgetRejection(promise);
  state.waitsFor.emplace_back(isolate, promise);
}

void noteUse(const Info& info) { stateOf(info.GetIsolate()).workers = true; }

}  // namespace

void addWorkerNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  defineMethod(context, target, "env", env, 0);
  defineMethod(context, target, "props", props, 0);
  defineMethod(context, target, "waitUntil", waitUntil, 1);
  defineMethod(context, target, "noteUse", noteUse, 0);
}

}  // namespace mayfly::guest
