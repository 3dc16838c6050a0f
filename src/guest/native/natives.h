// SPDX-License-Identifier: Apache-2.0
#pragma once

// The native half of the web platform: what a group of guest-js/ gets by require("native:NAME").
//
// Programs never hold these functions, only our JavaScript does; each checks its arguments all the same, because a
// program can hand our JavaScript anything. Arguments are converted first and buffers touched last.

#include <string_view>

#include "guest/v8_api.h"

namespace mayfly::guest {

// An object with the functions of that name. Empty with an exception pending when there is no such name.
v8::MaybeLocal<v8::Object> makeNatives(v8::Local<v8::Context> context, std::string_view name);

// One per file in this folder.
void addCloneNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addCompressionNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addCryptoNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addNodeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addScopeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addServeNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addTaskNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addUrlNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addUtf8Natives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void addWorkerNatives(v8::Local<v8::Context> context, v8::Local<v8::Object> target);

}  // namespace mayfly::guest
