// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a program finds besides the language: console, timers, queueMicrotask, structuredClone, text encoding, and a
// fetch that says why there is no network. What a program must not find is taken away.

#include "guest/v8_api.h"

namespace mayfly::guest {

// A context with everything in place. Made in the zygote, used by one guest.
v8::Local<v8::Context> makeContext(v8::Isolate* isolate);

// The enumerable ones in the order of their making; numbers, which come first in every object, are left out.
v8::MaybeLocal<v8::Array> globalNames(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
