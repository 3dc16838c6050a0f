// SPDX-License-Identifier: Apache-2.0
#pragma once

// The web platform's JavaScript half, in groups that load when a program first touches one of their globals.
//
// A program pays for what it uses: a global is a lazy data property, and its group runs at most once in a context. Hot
// groups have run in the zygote already, before the fork. Groups import each other ("group:url") and native functions
// ("native:url", see native/natives.h) by `require`.

#include <optional>
#include <string_view>

#include "guest/v8_api.h"

namespace mayfly::guest {

// Compiles the groups that are to be ready, hot or not. Once, in the zygote, after the isolate was made.
void compileGroups(v8::Isolate* isolate);

// Puts the globals of all groups on the global object of a new context.
void installGroups(v8::Local<v8::Context> context);

// Runs the hot groups in a context that is to be forked: its children find them done, in memory that they share.
void runHotGroups(v8::Local<v8::Context> context);

// The exports of a group; runs it if this context has not yet. Empty with an exception pending.
v8::MaybeLocal<v8::Object> loadGroup(v8::Local<v8::Context> context, std::string_view name);

// The exports behind a built-in specifier such as "cloudflare:workers"; nothing when there is none of that name.
std::optional<v8::MaybeLocal<v8::Object>> loadBuiltin(v8::Local<v8::Context> context, std::string_view specifier);

}  // namespace mayfly::guest
