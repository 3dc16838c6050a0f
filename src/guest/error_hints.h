// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the author of an error may have meant: the nearest names that exist here, or what to use in the place of a name
// of another platform. Runs no code of the program: global names are listed, getters never called.

#include <string>

#include "guest/v8_api.h"

namespace mayfly::guest {

// Empty when there is nothing to say.
std::string hintFor(v8::Local<v8::Context> context, const std::string& errorName, const std::string& message);

}  // namespace mayfly::guest
