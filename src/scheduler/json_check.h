// SPDX-License-Identifier: Apache-2.0
#pragma once

// Guests' JSON is embedded in our documents only after a full check of it (simdjson): syntax, UTF-8, depth.

#include <string_view>

#include "base/result.h"

namespace mayfly {

constexpr size_t kMaxJsonDepth = 512;

// E_PROTO when `text` is not one JSON value, E_LIMIT when it has more than kMaxJsonDepth levels.
Result<void> checkJson(std::string_view text);

}  // namespace mayfly
