// SPDX-License-Identifier: Apache-2.0
#pragma once

// Modules of Node that programs import by habit and that a guest cannot have. The error says what to do instead.

#include <string>
#include <string_view>

namespace mayfly::guest {

// Why "node:fs" or "fs" is not here, and what is there instead; empty when it is no module of Node.
std::string whyMissing(std::string_view specifier);

}  // namespace mayfly::guest
