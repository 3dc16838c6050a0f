// SPDX-License-Identifier: Apache-2.0
#pragma once

// structuredClone (HTML standard, 2.7) by V8's own serializer, within one guest.

#include "guest/v8_api.h"

namespace mayfly::guest {

void installStructuredClone(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
