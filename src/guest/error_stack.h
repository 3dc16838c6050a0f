// SPDX-License-Identifier: Apache-2.0
#pragma once

// V8's own text of an error's stack, read without running code of the program: a program can define `stack` itself, or
// a function Error.prepareStackTrace that V8 calls when it is read.

#include <string>

#include "guest/v8_api.h"

namespace mayfly::guest {

// Notes what an untouched context looks like. Once, when it is made.
void rememberErrors(v8::Local<v8::Context> context);

// The lines "    at ...", without those of our own code. Empty when reading would run code, and for code whose
// positions its author would not recognize.
std::string plainStackOf(v8::Local<v8::Context> context, v8::Local<v8::Object> error);

}  // namespace mayfly::guest
