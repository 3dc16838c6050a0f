// SPDX-License-Identifier: Apache-2.0
#pragma once

// console (Console standard). Each call becomes one structured record that leaves the process at once.

#include "guest/v8_api.h"

namespace mayfly::guest {

void installConsole(v8::Local<v8::Context> context);

}  // namespace mayfly::guest
