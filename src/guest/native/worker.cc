// SPDX-License-Identifier: Apache-2.0
// What Workers give a program besides its input: env and waitUntil.

#include "guest/guest_state.h"
#include "guest/native/natives.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

constexpr size_t kMaxWaiting = 10'000;

void env(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  const wire::Job* job = stateOf(isolate).job;
  if (job == nullptr || job->envJson.empty()) return info.GetReturnValue().Set(v8::Object::New(isolate));
  v8::Local<v8::Value> value;
  v8::Local<v8::String> text = v8Text(isolate, job->envJson);
  if (!text.IsEmpty() && v8::JSON::Parse(isolate->GetCurrentContext(), text).ToLocal(&value)) {
    info.GetReturnValue().Set(value);
  }
}

// The run ends when the promise is settled; a rejection becomes a warning and not the run's failure.
void waitUntil(const Info& info) {
  v8::Isolate* isolate = info.GetIsolate();
  v8::Local<v8::Context> context = isolate->GetCurrentContext();
  GuestState& state = stateOf(isolate);
  if (state.worker != nullptr) return;  // a worker goes on anyway; what is rejected there becomes a log record
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
  defineMethod(context, target, "waitUntil", waitUntil, 1);
  defineMethod(context, target, "noteUse", noteUse, 0);
}

}  // namespace mayfly::guest
