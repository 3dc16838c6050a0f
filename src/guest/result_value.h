// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a program returned to a ResultValue: the value as JSON.

#include <variant>

#include "guest/v8_api.h"
#include "wire/guest_protocol.h"

namespace mayfly::guest {

// Runs toJSON methods of the program. A failure when the value has no JSON form, or more than `outputBytes` of it.
std::variant<wire::ResultValue, wire::Failure> resultOf(v8::Local<v8::Context> context, v8::Local<v8::Value> value,
                                                        uint64_t outputBytes);

}  // namespace mayfly::guest
