// SPDX-License-Identifier: Apache-2.0
#pragma once

// The events `error`, `unhandledrejection` and `rejectionhandled` of the global (HTML standard, 8.1.4): a program that
// listens is asked before an uncaught error or an unhandled rejection becomes its failure.

#include "guest/v8_api.h"

namespace mayfly::guest {

// onerror, onunhandledrejection and onrejectionhandled on the global.
void installErrorHandlers(v8::Local<v8::Context> context);

// Asks the program; true when it has dealt with the error and goes on.
bool programHandlesError(v8::Isolate* isolate, v8::Local<v8::Value> thrown, v8::Local<v8::Message> message);
bool programHandlesRejection(v8::Isolate* isolate, v8::Local<v8::Promise> promise, v8::Local<v8::Value> reason);
// Tells it that a promise of an earlier question is handled after all.
void tellRejectionHandled(v8::Isolate* isolate, v8::Local<v8::Promise> promise);

// [message, script, line, column] of an error, as an ErrorEvent has them.
v8::Local<v8::Array> placeOf(v8::Local<v8::Context> context, v8::Local<v8::Message> message);

}  // namespace mayfly::guest
