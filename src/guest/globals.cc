// SPDX-License-Identifier: Apache-2.0
#include "guest/globals.h"

#include "guest/base64.h"
#include "guest/console.h"
#include "guest/error_events.h"
#include "guest/error_stack.h"
#include "guest/groups.h"
#include "guest/guest_state.h"
#include "guest/randomness.h"
#include "guest/structured_clone.h"
#include "guest/text_encoding.h"

namespace mayfly::guest {
namespace {

using Info = v8::FunctionCallbackInfo<v8::Value>;

void queueMicrotask(const Info& info) {
  if (!info[0]->IsFunction()) return throwTypeError(info.GetIsolate(), "queueMicrotask needs a function");
  info.GetIsolate()->EnqueueMicrotask(info[0].As<v8::Function>());
}

// Nothing here can be shared between threads: there are none. Without it there is no clock to build from it either.
void removeSharedMemory(v8::Local<v8::Context> context) {
  v8::Isolate* isolate = v8::Isolate::GetCurrent();
  for (const char* name : {"SharedArrayBuffer", "Atomics"}) {
    context->Global()->Delete(context, v8Name(isolate, name)).Check();
  }
}

}  // namespace

v8::Local<v8::Context> makeContext(v8::Isolate* isolate) {
  v8::Local<v8::Context> context = v8::Context::New(isolate);
  v8::Context::Scope scope(context);
  context->AllowCodeGenerationFromStrings(false);
  context->SetErrorMessageForCodeGenerationFromStrings(v8Text(isolate, kNoCodeFromStrings));
  context->SetErrorMessageForWasmCodeGeneration(v8Text(isolate, kNoWasmFromBytes));
  removeSharedMemory(context);
  rememberErrors(context);
  installConsole(context);
  installTimers(context);
  installRandom(context);
  installTextEncoding(context);
  installStructuredClone(context);
  context->Global()->DefineOwnProperty(context, v8Name(isolate, "self"), context->Global(), v8::DontEnum).Check();
  installBase64(context);
  installErrorHandlers(context);
  installGroups(context);
  defineMethod(context, context->Global(), "queueMicrotask", queueMicrotask, 1);
  return context;
}

}  // namespace mayfly::guest
