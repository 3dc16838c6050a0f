// SPDX-License-Identifier: Apache-2.0
#pragma once

// TextEncoder and TextDecoder (Encoding standard). UTF-8 is decoded here; for any other encoding TextDecoder loads the
// group "legacy-encodings" of guest-js/.

#include "guest/v8_api.h"

namespace mayfly::guest {

void installTextEncoding(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
