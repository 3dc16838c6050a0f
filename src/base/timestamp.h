// SPDX-License-Identifier: Apache-2.0
#pragma once

// Moments as people and JSON write them (RFC 3339), from milliseconds since 1970 and back.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mayfly {

// 2026-11-21T09:30:00.125Z, in UTC. Years 0000 to 9999; what lies outside is shown as the nearest end.
std::string timestampText(int64_t millis);

// 2026-11-21T09:30:00Z, with a fraction (cut to milliseconds) or without, with Z or an offset such as +01:00; or a date
// alone, which is its midnight in UTC. E_USAGE says what was expected.
Result<int64_t> parseTimestamp(std::string_view text);

}  // namespace mayfly
