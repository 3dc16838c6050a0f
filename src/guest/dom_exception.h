// SPDX-License-Identifier: Apache-2.0
#pragma once

// Throws a DOMException (Web IDL, 2.8.1): the class of the group "dom-exception", from C++.

#include <string_view>

#include "guest/v8_api.h"

namespace mayfly::guest {

void throwDomException(v8::Local<v8::Context> context, std::string_view name, v8::Local<v8::String> message);

}  // namespace mayfly::guest
