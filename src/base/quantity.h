// SPDX-License-Identifier: Apache-2.0
#pragma once

// Quantities as people write them: 50ms, 1.5s, 64MB, 256KiB.

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace mayfly {

// ns, us, ms, s, m, h; a bare number is milliseconds. E_USAGE says what was expected.
Result<std::chrono::nanoseconds> parseDuration(std::string_view text);

// B, KB, MB, GB and KiB, MiB, GiB, all in powers of 1024; a bare number is bytes.
Result<uint64_t> parseBytes(std::string_view text);

}  // namespace mayfly
