// SPDX-License-Identifier: Apache-2.0
#pragma once

// Which call the running code belongs to. It is kept in V8's continuation data, which follows a program through its
// promises, timers and tasks, next to what AsyncLocalStorage keeps there.

#include <cstdint>

#include "guest/v8_api.h"

namespace mayfly::guest {

// The stream of the call that runs; 0 outside of any.
uint64_t currentStream(v8::Isolate* isolate);

// What AsyncLocalStorage holds.
v8::Local<v8::Value> asyncFrame(v8::Isolate* isolate);
void setAsyncFrame(v8::Isolate* isolate, v8::Local<v8::Value> frame);

// While it lives, what runs and what that starts belongs to a stream.
class CallScope {
 public:
  CallScope(v8::Local<v8::Context> context, uint64_t stream);
  ~CallScope();
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  v8::Isolate* isolate_;
};

}  // namespace mayfly::guest
