// SPDX-License-Identifier: Apache-2.0
#pragma once

// One record of a program's log, on its way to the daemon. Each call of a worker has a budget of its own, and so has
// what belongs to no call; the guest keeps to it by itself and says once that it stopped. The daemon kills one that
// does not.

#include <cstdint>
#include <string>

#include "guest/guest_state.h"

namespace mayfly::guest {

// `stream` of the call that it belongs to; `line` of the call in the module's source, or 0; `argsJson` is an array.
void emitLog(v8::Isolate* isolate, uint64_t stream, wire::LogLevel level, uint32_t line, std::string argsJson);

}  // namespace mayfly::guest
