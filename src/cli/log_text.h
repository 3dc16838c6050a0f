// SPDX-License-Identifier: Apache-2.0
#pragma once

// Structured log values (guest/structured_value.h) as a person reads them on a terminal, close to what Node prints.
// Control characters of the program are escaped: a log line cannot move the cursor or forge another line's level.

#include <string>
#include <string_view>

#include "cli/terminal.h"
#include "wire/guest_protocol.h"

namespace mayfly::cli {

// All arguments of one console call, printf-style directives (%s %d %i %f %j %o %O %c) applied.
std::string logText(std::string_view argsJson);

// The same with its level, painted.
std::string logLine(const wire::LogRecord& log, const Terminal& terminal);

}  // namespace mayfly::cli
