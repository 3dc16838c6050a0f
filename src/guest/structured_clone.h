// SPDX-License-Identifier: Apache-2.0
#pragma once

// The global structuredClone (HTML standard, 2.7.11).

#include <vector>

#include "guest/v8_api.h"

namespace mayfly::guest {

void installStructuredClone(v8::Local<v8::Context> context);

// Converts a sequence<object> (Web IDL, 3.2.21). False with an exception pending.
bool readTransferList(v8::Local<v8::Context> context, v8::Local<v8::Value> iterable,
                      std::vector<v8::Local<v8::Object>>& objects);

}  // namespace mayfly::guest
