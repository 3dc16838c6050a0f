// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a program threw to a Failure: name, message, the chain of causes, and the frames of the stack in the
// coordinates of the compiled source (the daemon maps them to the original).

#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

// `message` may be empty. Reads properties of the thrown value, so getters of the program may run; what they throw is
// ignored.
wire::Failure describeThrown(v8::Local<v8::Context> context, ErrorCode code, v8::Local<v8::Value> thrown,
                             v8::Local<v8::Message> message);

// What a TryCatch holds; `undefined` was thrown when it holds nothing.
wire::Failure describeCaught(v8::Local<v8::Context> context, const v8::TryCatch& caught, ErrorCode code);

// A failure without a thrown value.
wire::Failure plainFailure(ErrorCode code, std::string message);

// The frames of the program, innermost first.
std::vector<wire::StackFrame> describeStack(v8::Isolate* isolate, v8::Local<v8::StackTrace> stack);

}  // namespace mayfly::guest
