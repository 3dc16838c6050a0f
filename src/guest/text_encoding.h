// SPDX-License-Identifier: Apache-2.0
#pragma once

// TextEncoder and TextDecoder (Encoding standard) for UTF-8, with `fatal`, `ignoreBOM`, `stream` and encodeInto.
// The other encodings of the standard are not here yet: asking for one is a RangeError that names it.

#include "guest/v8_api.h"

namespace mayfly::guest {

void installTextEncoding(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
