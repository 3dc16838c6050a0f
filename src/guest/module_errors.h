// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a program is told about modules that it cannot have: which, imported from where, and what to do about it.

#include <string>
#include <string_view>
#include <vector>

#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

// Where an import stands; line 0 when that is not known.
struct Place {
  std::string module;
  int line = 0;  // from 1
  int column = 0;
};

// Throws an Error with the code E_MODULE. With a place, its stack points there.
void throwModuleError(v8::Isolate* isolate, const std::string& message, const Place& place);

// Throws V8's error of JSON.parse again, with its place in the module.
void throwJsonError(v8::Local<v8::Context> context, const wire::Module& module, v8::Local<v8::Value> thrown);

// Throws V8's error of the WebAssembly compiler again, with the module's name.
void throwWasmError(v8::Local<v8::Context> context, const wire::Module& module, v8::Local<v8::Value> thrown);

// "Cannot find module './b' imported from a.js; did you mean './b.js'? Modules here: a.js, b.js".
std::string cannotFind(std::string_view specifier, const std::string& referrer,
                       const std::vector<wire::Module>& modules);

}  // namespace mayfly::guest
