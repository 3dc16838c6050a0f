// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a program finds besides the language: console, timers, queueMicrotask, structuredClone, text encoding, and a
// fetch that says why there is no network. What a program must not find is taken away.

#include "guest/v8_api.h"

namespace mayfly::guest {

// Why V8 refuses to make code at run time; failure.cc knows these refusals by their text.
constexpr std::string_view kNoCodeFromStrings =
    "Code from strings (eval, new Function) is not allowed here; write it into a module, or allow it with --allow eval";
constexpr std::string_view kNoWasmFromBytes =
    "WebAssembly from bytes is not allowed here; import it as a module, or allow it with --allow wasm";

// A context with everything in place. Made in the zygote, used by one guest.
v8::Local<v8::Context> makeContext(v8::Isolate* isolate);

}  // namespace mayfly::guest
