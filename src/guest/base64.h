// SPDX-License-Identifier: Apache-2.0
#pragma once

// The globals atob and btoa (HTML standard, 8.3), with the provider's simdutf.

#include "guest/v8_api.h"

namespace mayfly::guest {

void installBase64(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
